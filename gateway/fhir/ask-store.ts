/*
  Asks the store on behalf of a caller, and turns what it refuses into the hub's own errors: the store's words may carry values.
*/
import type { Readable } from 'node:stream'
import type { OperationOutcome } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import type { ForwardRequest, ForwardResponse, Store } from '../store/store.ts'
import type { View } from './visibility.ts'

export const JSON_ONLY = { accept: 'application/fhir+json' }
/** The store knows no accounts, sets no limits, and says what it has not got: somebody between does otherwise. */
const NOT_OURS = [401, 403, 404, 407, 429]
const LARGEST_ANSWER = 64 << 20

/** Out: what was asked for. Throws: the error that the answer means. */
export async function askStore(store: Pick<Store, 'forward'>, asked: ForwardRequest, traceparent: string): Promise<ForwardResponse> {
  const answer = await store.forward(asked, { traceparent })
  if (answer.status < 300) return answer
  throw refusal(answer.status, (await readBytes(answer.body)).toString('utf8'))
}

/** The stored bytes, and the headers that came with them: `etag`, `last-modified`. */
export interface ReadAnswer {
  bytes: Buffer
  headers: Record<string, string>
}

/** One resource, by the path below the store's base. Throws: as askStore. */
export async function readPath(store: Pick<Store, 'forward'>, path: string, traceparent: string): Promise<ReadAnswer> {
  const { body, headers } = await askStore(store, { method: 'GET', path, headers: JSON_ONLY }, traceparent)
  return { bytes: await readBytes(body), headers }
}

/** What stands now behind an id, seen before its versions or what hangs on it are. Throws: store.not_found, also for what may not be seen. */
export async function requireVisible(
  store: Store,
  { type, id }: { type: string; id: string },
  { view, traceparent }: { view: View; traceparent: string },
): Promise<void> {
  const { bytes } = await readPath(store, `${type}/${id}`, traceparent)
  await view.require({ type, id, text: () => bytes.toString('utf8') })
}

/** Throws: hub.defect above 64 MiB, store.unavailable when the answer breaks off. */
export function readBytes(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // By its events: an iterator would cost a chain of promises for each chunk.
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > LARGEST_ANSWER) body.destroy(new HubError('hub.defect', { path: 'answer' }))
      else chunks.push(chunk)
    })
    body.once('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    body.once('error', error => reject(error instanceof HubError ? error : new HubError('store.unavailable', { dependency: 'hapi', cause: error })))
    // An answer that broke off before anybody read it has its error behind it.
    if (body.destroyed) reject(new HubError('store.unavailable', { dependency: 'hapi' }))
  })
}

function refusal(status: number, text: string): HubError {
  const diagnostics = diagnosticsOf(text)
  if (status === 400) {
    const unknown = /Unknown search parameter "([A-Za-z_][A-Za-z0-9_.:-]{0,63})"/.exec(diagnostics)?.[1]
    return unknown === undefined ? new HubError('fhir.request') : new HubError('fhir.parameter_unknown', { path: unknown })
  }
  if (status === 404 && diagnostics !== '') return new HubError('store.not_found')
  if (status === 410) return new HubError('fhir.deleted')
  if (status < 400 || status >= 500 || NOT_OURS.includes(status)) return new HubError('store.unavailable', { dependency: 'hapi', reply: String(status) })
  // What the store does not do for anyone (an index it does not keep, a value it cannot take) is the caller's to change, not a defect.
  if (status === 405 || status === 412 || status === 422) return new HubError('fhir.request')
  return new HubError('hub.defect', { reply: String(status) })
}

function diagnosticsOf(text: string): string {
  try {
    return (JSON.parse(text) as OperationOutcome).issue.map(issue => issue.diagnostics ?? '').join('\n')
  } catch {
    return ''
  }
}
