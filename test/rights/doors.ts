/*
  The doors of reading, each as one question about one resource: what was seen of it there?
*/
import type { Bundle, Resource } from 'fhir/r4.js'
import type { Answered, Caller } from './callers.ts'
import type { Sight } from './expected.ts'

export interface Question {
  /** `Patient/<id>` of the person. */
  patient: string
  /** `Type/<id>` of what is asked. */
  reference: string
}

export type Seen = 'whole' | 'subset' | 'hidden' | 'scope' | `unexpected ${string}`
type Door = (caller: Caller, question: Question) => Promise<Seen>

const SUBSETTED = 'SUBSETTED'
const typeOf = (reference: string): string => reference.split('/')[0] ?? ''
const idOf = (reference: string): string => reference.split('/')[1] ?? ''
const isWhole = (resource: Resource): boolean => resource.meta?.tag?.every(({ code }) => code !== SUBSETTED) ?? true

const seenAs = (resource: Resource | undefined): Seen => (resource === undefined ? 'hidden' : isWhole(resource) ? 'whole' : 'subset')

function single({ status, body }: Answered): Seen {
  if (status === 404) return 'hidden'
  if (status === 403) return 'scope'
  return status === 200 && body !== undefined ? seenAs(body) : `unexpected ${status}`
}

/** In a bundle: there, or not; a total that says otherwise than the entries is a leak by itself. */
function listed({ status, body }: Answered, reference: string): Seen {
  if (status === 404) return 'hidden'
  if (status === 403) return 'scope'
  if (status !== 200) return `unexpected ${status}`
  return fromBundle(body as Bundle | undefined, reference)
}

function fromBundle(body: Bundle | undefined, reference: string): Seen {
  const matches = (body?.entry ?? []).filter(({ search }) => search?.mode !== 'outcome')
  const own = matches.filter(({ search }) => search?.mode !== 'include')
  if (body?.total !== undefined && body.total !== own.length && (body.link ?? []).every(({ relation }) => relation !== 'next'))
    return `unexpected total ${body.total} of ${own.length}`
  return seenAs(matches.map(({ resource }) => resource).find(resource => resource !== undefined && `${resource.resourceType}/${resource.id}` === reference))
}

const bound = ({ patient, reference }: Question): string =>
  typeOf(reference) === 'Patient' ? `Patient?_id=${idOf(reference)}` : `${typeOf(reference)}?patient=${patient}&_count=200`

const batchOf = (...urls: string[]): object => ({ resourceType: 'Bundle', type: 'batch', entry: urls.map(url => ({ request: { method: 'GET', url } })) })

const inBatch =
  (url: (question: Question) => string, read: (answered: Answered, reference: string) => Seen): Door =>
  async (caller, question) => {
    const { status, body } = await caller.ask('POST', '', { body: batchOf(url(question)) })
    const entry = body?.entry?.[0]
    if (status !== 200 || entry?.response === undefined) return `unexpected ${status}`
    const answered = { status: Number.parseInt(entry.response.status, 10), headers: new Headers(), text: '', body: entry.resource as Answered['body'] }
    return read(answered, question.reference)
  }

export const DOORS: Record<string, Door> = {
  read: async (caller, { reference }) => single(await caller.ask('GET', reference)),
  vread: async (caller, { reference }) => single(await caller.ask('GET', `${reference}/_history/1`)),
  history: async (caller, { reference }) => listed(await caller.ask('GET', `${reference}/_history`), reference),
  search: async (caller, question) => listed(await caller.ask('GET', bound(question)), question.reference),
  everything: async (caller, { patient, reference }) =>
    listed(await caller.ask('GET', `${patient}/$everything?_type=${typeOf(reference)}&_count=200`), reference),
  'batch read': inBatch(({ reference }) => reference, single),
  'batch search': inBatch(bound, listed),
}

/** Does what was seen agree with the table? */
export function agrees(seen: Seen, sight: Sight): boolean {
  if (sight === 'either') return seen === 'whole' || seen === 'subset'
  return seen === sight
}
