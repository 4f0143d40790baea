/*
  The sections of a structured body, at any depth, in their order.
    structuredBody => component { section => component { section … } }
*/
import type { CdaElement } from '../../cda/xml/element.ts'
import type { Section } from './contract.ts'
import { templatesOf } from './templates.ts'

export function readSections(holder: CdaElement, parent?: Section): Section[] {
  return holder.all('component').flatMap(component =>
    component.all('section').flatMap(element => {
      const section: Section = { element, code: element.child('code')?.attr('code'), templates: templatesOf(element), parent }
      return [section, ...readSections(element, section)]
    }),
  )
}
