/*
  A write through the FHIR door as a flow sees it, in memory: drafts, what the store holds, and a record of what the flow did.
*/
import { randomUUID } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import type { CareEvent, Draft, Objection, Write } from '../../gateway/flows/care-flow.ts'
import { configSchema } from '../../gateway/config.ts'
import { outlineCda } from '../../gateway/workers/outline-cda.ts'
import { signEdition } from '../../gateway/workers/sign-edition.ts'

export interface RecordedWrite extends Write {
  readonly refused: Objection[]
  readonly warned: Objection[]
  readonly added: FhirResource[]
  readonly announced: CareEvent[]
}

export interface Situation {
  drafts: Draft[]
  /** What the store holds; a search answers those of the type that `meets` accepts. */
  stored?: FhirResource[]
  meets?: (resource: FhirResource, parameters: Record<string, string | string[]>) => boolean
  actsFor?: (reference: string | undefined) => boolean
  /** Whose structure wrote it first. */
  wrote?: (reference: string) => boolean
  now?: Date
  /** Who is logged in; the software of a DAC if not given. */
  actor?: Partial<Write['actor']>
}

export function draftOf(resource: FhirResource, more: Partial<Draft> = {}): Draft {
  const type = resource.resourceType
  return { type, id: resource.id ?? randomUUID(), verb: more.before === undefined ? 'create' : 'update', by: 'client', place: type, resource, ...more }
}

export function recordedWrite({
  drafts,
  stored = [],
  meets = () => true,
  actsFor = () => true,
  wrote = () => true,
  now = new Date('2026-06-01T08:00:00Z'),
  actor = {},
}: Situation): RecordedWrite {
  const refused: Objection[] = []
  const warned: Objection[] = []
  const added: FhirResource[] = []
  const announced: CareEvent[] = []
  const draftAt = (reference: string): Draft | undefined => drafts.find(one => `${one.type}/${one.id}` === reference.split('/_history/')[0])
  return {
    actor: { clientId: 'sandbox-dac', kind: 'dac', structure: '540990025', scopes: new Set(), context: 'system', ...actor },
    now,
    requestId: 'test',
    limits: configSchema.shape.limits.parse({}),
    refused,
    warned,
    added,
    announced,
    drafts: () => drafts,
    async read<R extends FhirResource>(reference: string) {
      const [type, id] = reference.split('/')
      return (draftAt(reference)?.resource ?? stored.find(one => one.resourceType === type && one.id === id)) as R | undefined
    },
    async search<R extends FhirResource>(type: R['resourceType'], parameters: Record<string, string | string[]>) {
      return stored.filter(one => one.resourceType === type && draftAt(`${type}/${one.id}`) === undefined && meets(one, parameters)) as R[]
    },
    actsFor: async reference => actsFor(reference),
    wrote: async reference => wrote(reference),
    refuse: (_draft, objection) => void refused.push(objection),
    warn: (_draft, objection) => void warned.push(objection),
    add(resource) {
      const id = resource.id ?? randomUUID()
      added.push(resource)
      drafts.push(draftOf({ ...resource, id }, { by: 'hub' }))
      return `${resource.resourceType}/${id}`
    },
    async change(reference, members) {
      const before = stored.find(one => `${one.resourceType}/${one.id}` === reference)
      if (draftAt(reference) === undefined && before !== undefined) drafts.push(draftOf(before, { by: 'hub', before }))
      const draft = draftAt(reference)
      if (draft === undefined) throw new Error(`nothing at ${reference}`)
      Object.assign(draft, { resource: { ...draft.resource, ...members } })
    },
    judgeVersion: async () => [],
    announce: event => void announced.push(event),
    sign: edition => signEdition({ ...edition, environment: 'test' }),
    outline: async document => outlineCda({ document }),
  }
}

/** What the flow changed in the store beside the drafts of the client. */
export const changedIn = (write: RecordedWrite): FhirResource[] =>
  write.drafts().flatMap(draft => (draft.by === 'hub' && draft.verb === 'update' ? [draft.resource] : []))
