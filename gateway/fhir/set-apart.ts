/*
  Persons whose identity is not sure (tag quarantaine or conflit): shown to the structure that brought them and to one that was asked to care for them; to others they do not exist.
  Spec: fhir-fr.md 1.4, 4.3 (5b).
*/
import type { Provenance } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import type { Actor } from '../access/actor.ts'
import type { Store } from '../store/store.ts'
import { memberOf } from './json-text.ts'
import type { Found } from './visibility.ts'

export interface Origins {
  store: Store
  /** `Organization/<id>` of the structure that the caller works for. */
  structureOf(actor: Actor): Promise<string | undefined>
}

const TAGS = ['quarantaine', 'conflit']

/** Most persons are not: found out from the text, without asking anybody. */
export function isSetApart({ type, text }: Found): boolean {
  if (type !== 'Patient') return false
  const meta = memberOf(text(), 'meta')
  if (meta === undefined || !TAGS.some(tag => meta.includes(`"${tag}"`))) return false
  const { tag = [] } = JSON.parse(meta) as { tag?: { system?: string; code?: string }[] }
  return tag.some(({ system, code }) => system === SYSTEM.hubIdentity && TAGS.includes(code ?? ''))
}

export async function concerns({ store, structureOf }: Origins, actor: Actor, { id }: Found): Promise<boolean> {
  const structure = await structureOf(actor)
  if (structure === undefined) return false
  const patient = `Patient/${id}`
  const [origins, tasks] = await Promise.all([
    store.search('Provenance', { target: patient, _count: '200' }),
    store.search('Task', { patient, owner: structure, 'status:not': 'draft', _count: '1' }),
  ])
  const agents = (origins.entry ?? []).flatMap(({ resource }) => (resource as Provenance).agent)
  return (tasks.entry ?? []).length > 0 || agents.some(({ who, onBehalfOf }) => [who.reference, onBehalfOf?.reference].includes(structure))
}
