/*
  What the store holds now, asked for in as few calls as possible: reads of the same moment go as one batch.
*/
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { CallOptions, ForwardRequest, Store } from '../../store/store.ts'
import { askStore, readBytes } from '../ask-store.ts'
import { elementsOf, memberOf, membersOf } from '../json-text.ts'

export interface Current {
  type: string
  id: string
  version: number
  lastUpdated: string
  /** As the store wrote it. */
  text: string
  resource: FhirResource
}

export interface CurrentReader {
  /** In: `Type/id`. Undefined when there is none, or none any more. Asked once for each reference. */
  read(reference: string): Promise<Current | undefined>
}

export function currentReader(store: Store, options: CallOptions): CurrentReader {
  const known = new Map<string, Promise<Current | undefined>>()
  let waiting: { reference: string; resolve(current: Current | undefined): void; reject(error: unknown): void }[] = []
  const ask = async (): Promise<void> => {
    const asked = waiting
    waiting = []
    try {
      const found = await readAll(
        store,
        asked.map(one => one.reference),
        options,
      )
      for (const one of asked) one.resolve(found.get(one.reference))
    } catch (error) {
      for (const one of asked) one.reject(error)
    }
  }
  return {
    read(reference) {
      const answer =
        known.get(reference) ??
        new Promise<Current | undefined>((resolve, reject) => {
          if (waiting.length === 0) setImmediate(() => void ask())
          waiting.push({ reference, resolve, reject })
        })
      known.set(reference, answer)
      return answer
    },
  }
}

async function readAll(store: Store, references: string[], options: CallOptions): Promise<Map<string, Current>> {
  const [only] = references
  const texts = references.length === 1 && only !== undefined ? await readOne(store, only, options) : await readBatch(store, references, options)
  return new Map(texts.map(text => currentOf(text)).map(current => [`${current.type}/${current.id}`, current]))
}

async function readOne(store: Store, reference: string, options: CallOptions): Promise<string[]> {
  try {
    return [await askText(store, { method: 'GET', path: reference, headers: { accept: 'application/fhir+json' } }, options)]
  } catch (error) {
    if (error instanceof HubError && (error.code === 'store.not_found' || error.code === 'fhir.deleted')) return []
    throw error
  }
}

async function readBatch(store: Store, references: string[], options: CallOptions): Promise<string[]> {
  const text = await askBatch(store, references, options)
  return elementsOf(memberOf(text, 'entry') ?? '[]').flatMap(entry => {
    const status = /"status"\s*:\s*"(\d{3})/.exec(memberOf(entry, 'response') ?? '')?.[1]
    if (status === '404' || status === '410') return []
    // Anything else than an answer is no proof of absence.
    if (status !== '200') throw new HubError('store.unavailable', { reply: status ?? '' })
    return memberOf(entry, 'resource') ?? []
  })
}

/** GETs in one call, answered in their order. Out: the batch-response. */
export async function askBatch(store: Store, urls: string[], options: CallOptions): Promise<string> {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: urls.map(url => ({ request: { method: 'GET', url } })) }
  const headers = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json' }
  return askText(store, { method: 'POST', path: '', headers, body: Buffer.from(JSON.stringify(bundle)) }, options)
}

export async function askText(store: Store, asked: ForwardRequest, { traceparent = '' }: CallOptions): Promise<string> {
  const { body } = await askStore(store, asked, traceparent)
  return (await readBytes(body)).toString('utf8')
}

export function currentOf(text: string): Current {
  const resource = JSON.parse(text) as FhirResource
  const { versionId = '', lastUpdated = '' } = resource.meta ?? {}
  return { type: resource.resourceType, id: resource.id ?? '', version: Number(versionId), lastUpdated, text, resource }
}

/** The texts of the resources a searchset matched. */
export function matchesOf(searchset: string): string[] {
  return elementsOf(memberOf(searchset, 'entry') ?? '[]').flatMap(entry => {
    const members = membersOf(entry)
    const isMatch = /"mode"\s*:\s*"match"/.test(members.find(({ key }) => key === 'search')?.text ?? '"mode":"match"')
    const resource = members.find(({ key }) => key === 'resource')?.text
    return isMatch && resource !== undefined ? [resource] : []
  })
}
