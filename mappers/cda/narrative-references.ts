/*
  Pointers from entries into the narrative: written `#id` or `id`; a dead one is said, never repaired.
*/
import type { Finding } from '../mapper.ts'
import type { CdaElement } from './xml/element.ts'
import type { Cda } from './xml/tree.ts'

/** More are not named one by one. */
const MAX_FINDINGS = 20

export function checkReferences(cda: Cda, findings: Finding[]): void {
  const body = cda.root.at('component', 'structuredBody')
  if (body === undefined) return
  const ids = new Set<string>()
  const pointers: { target: string; element: CdaElement }[] = []
  collect(body, ids, pointers)
  const dead = pointers.filter(({ target }) => !ids.has(target))
  for (const { element } of dead.slice(0, MAX_FINDINGS))
    findings.push({ code: 'narrative.dead-reference', severity: 'information', path: `${element.path}/@value` })
}

function collect(element: CdaElement, ids: Set<string>, pointers: { target: string; element: CdaElement }[]): void {
  const id = element.attributes.get('ID')
  if (id !== undefined) ids.add(id.trim())
  if (element.local === 'reference' && !element.children.length) {
    const value = element.attributes.get('value')?.trim() ?? ''
    const isPointer = value !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(value)
    if (isPointer) pointers.push({ target: value.startsWith('#') ? value.slice(1) : value, element })
  }
  for (const child of element.children) if (typeof child !== 'string') collect(child, ids, pointers)
}
