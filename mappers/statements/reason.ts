/*
  The reason of a stay (42349-1) where the section says it in words alone: Encounter.reasonCode. A coded reason is a Condition (condition.ts).
*/
import { NOTHING, type SectionRule } from './frame/contract.ts'
import { frSection } from './frame/templates.ts'

export const reasonRules: SectionRule[] = [
  {
    name: 'T2.127 reason in words',
    version: 1,
    templates: [frSection('127'), frSection('128')],
    codes: ['42349-1'],
    map: (section, made, at) => {
      const text = made.length > 0 ? undefined : at.part('text', () => section.element.child('text')?.line())
      return text === undefined ? NOTHING : { ...NOTHING, stay: { reasonCode: [{ text }] } }
    },
  },
]
