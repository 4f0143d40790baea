/*
  The HAPI FHIR adapter of the store: fhir-kit-client for resources, plain undici where bytes are sent or passed on as they are.
    times: transaction of the server < HTTP time-out here < lease of a lane
*/
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js'
import { Client } from 'fhir-kit-client'
import { Agent, type Dispatcher, request } from 'undici'
import { HubError } from '../../profiles/errors.ts'
import { byCount, createGroupCommit } from '../group-commit.ts'
import { fromAnswer, fromFailure } from './faults.ts'
import type { BinaryPut, CallOptions, ForwardRequest, ForwardResponse, PutOptions, Store, Stored, TransactionResult } from './store.ts'

export interface HapiOptions {
  /** Base URL of HAPI, `http://127.0.0.1:8081/fhir`. */
  url: string
  /** Time one call may take, ms. */
  timeoutMs?: number
  /** Connections kept to HAPI. */
  connections?: number
}

const JSON_TYPE = 'application/fhir+json'
/** A store that has just started reads every definition in each validation that is under way: many at once do not come to an end in time, and begin again. */
const VALIDATIONS_AT_ONCE = 4
/** Tags and profiles are those of the version that is written: by itself HAPI would keep those of the version before too. */
const WHOLE_META = { 'x-meta-snapshot-mode': 'TAG, PROFILE, SECURITY_LABEL' }

interface Door {
  baseUrl: string
  timeoutMs: number
  dispatcher: Dispatcher
  client: Client
}

export function createHapiStore({ url, timeoutMs = 15_000, connections = 32 }: HapiOptions): Store {
  const baseUrl = url.replace(/\/+$/, '')
  const dispatcher = new Agent({
    connections,
    pipelining: 1,
    connectTimeout: 3000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
  })
  const client = new Client({ baseUrl, requestOptions: { dispatcher, keepalive: false } })
  const door: Door = { baseUrl, timeoutMs, dispatcher, client }
  const validations = createGroupCommit({
    run: (asked: Parameters<Store['validate']>[]) => Promise.all(asked.map(one => validate(door, ...one))),
    ...byCount(1),
    concurrency: VALIDATIONS_AT_ONCE,
    isWorthSplitting: () => false,
    // As long for its turn as for its answer.
    patience: { ms: 2 * timeoutMs, late: () => noFhir() },
  })
  return {
    baseUrl,
    transaction: (bundle, options) => transact(door, bundle, options),
    read: <R extends FhirResource>(type: R['resourceType'], id: string, options?: CallOptions) => read<R>(door, type, id, options),
    search: (type, parameters, options) => search(door, type, parameters, options),
    put: (resource, options) => put(door, resource, options),
    putBinary: (binary, options) => putBinary(door, binary, options),
    validate: (...asked) => validations.add(asked),
    forward: (forwarded, options) => forward(door, forwarded, options),
    health: () => health(door),
    close: () => dispatcher.close(),
  }
}

async function transact(door: Door, bundle: Uint8Array, options: CallOptions = {}): Promise<TransactionResult> {
  // return=minimal: the stored resources do not come back, only where they are.
  const headers = { prefer: 'return=minimal', ...WHOLE_META }
  const answer = await send(door, { method: 'POST', url: door.baseUrl, headers, body: bundle, options })
  if (answer.status !== 200) throw await fromAnswer(answer.status, answer.body, () => health(door))
  const entries = fhir<Bundle>(answer.body, 'Bundle').entry ?? []
  return {
    entries: entries.map(({ response }) => ({
      ...stored(response?.location ?? '', Number.parseInt(response?.status ?? '0', 10)),
      ...(response?.lastModified === undefined ? {} : { lastModified: response.lastModified }),
    })),
  }
}

async function read<R extends FhirResource>(door: Door, type: R['resourceType'], id: string, options: CallOptions = {}): Promise<R | undefined> {
  try {
    return fhir<R>(await kit(door, options, requestOptions => door.client.read({ resourceType: type, id, options: requestOptions })), type)
  } catch (error) {
    if (error instanceof HubError && error.code === 'store.not_found') return undefined
    throw error
  }
}

async function search(door: Door, type: string, parameters: Record<string, string | string[]>, options: CallOptions = {}): Promise<Bundle> {
  // By POST: identifiers belong in no URL, so in no access log of the store.
  const found = await kit(door, options, requestOptions =>
    door.client.resourceSearch({ resourceType: type, searchParams: parameters, options: { ...requestOptions, postSearch: true } }),
  )
  return fhir<Bundle>(found, 'Bundle')
}

async function put(door: Door, resource: FhirResource, options: PutOptions = {}): Promise<Stored> {
  const id = resource.id
  if (id === undefined) throw new HubError('store.refused', { path: `${resource.resourceType}.id` })
  const headers = { prefer: 'return=minimal', ...(options.ifMatch === undefined ? {} : { 'if-match': `W/"${options.ifMatch}"` }) }
  const body = Buffer.from(JSON.stringify(resource))
  const answer = await send(door, { method: 'PUT', url: `${door.baseUrl}/${resource.resourceType}/${encodeURIComponent(id)}`, headers, body, options })
  if (answer.status === 200 || answer.status === 201) return located(answer, `${resource.resourceType}/${id}`)
  const fault = await fromAnswer(answer.status, answer.body, () => health(door))
  // HAPI answers a stale If-Match with 409 where FHIR asks for 412.
  throw fault.code === 'store.conflict' && options.ifMatch !== undefined ? new HubError('store.version_conflict', { cause: fault }) : fault
}

async function putBinary(door: Door, binary: BinaryPut, options: CallOptions = {}): Promise<Stored> {
  const headers = {
    'content-type': binary.contentType,
    prefer: 'return=minimal',
    ...(binary.securityContext === undefined ? {} : { 'x-security-context': binary.securityContext }),
  }
  const answer = await send(door, { method: 'PUT', url: `${door.baseUrl}/Binary/${encodeURIComponent(binary.id)}`, headers, body: binary.bytes, options })
  if (answer.status !== 200 && answer.status !== 201) throw await fromAnswer(answer.status, answer.body, () => health(door))
  return located(answer, `Binary/${binary.id}`)
}

async function validate(door: Door, { type, text }: { type: string; text: string }, options: CallOptions = {}): Promise<OperationOutcome> {
  const answer = await send(door, { method: 'POST', url: `${door.baseUrl}/${type}/$validate`, headers: {}, body: Buffer.from(text), options })
  const outcome = answer.body as OperationOutcome | undefined
  // 200 whatever the result; 400, 412 or 422 where HAPI could not even parse it: the outcome says why.
  if (outcome?.resourceType === 'OperationOutcome' && answer.status < 500) return outcome
  throw await fromAnswer(answer.status, answer.body, () => health(door))
}

async function forward(door: Door, forwarded: ForwardRequest, options: CallOptions = {}): Promise<ForwardResponse> {
  // A page request has no path, only a query: `?_getpages=…`.
  const url = forwarded.path.startsWith('?') ? `${door.baseUrl}${forwarded.path}` : `${door.baseUrl}/${forwarded.path}`
  try {
    const answer = await request(url, {
      method: forwarded.method,
      headers: { ...forwarded.headers, ...traced(options) },
      body: forwarded.body ?? null,
      // The dispatcher's own times hold for every call: a timer for each would live on for as long.
      dispatcher: door.dispatcher,
    })
    const passed = { status: answer.statusCode, headers: flat(answer.headers), body: answer.body }
    if (passed.status >= 400 || forwarded.headers['accept'] !== JSON_TYPE || passed.headers['content-type']?.startsWith(JSON_TYPE) === true) return passed
    await answer.body.dump()
    throw noFhir()
  } catch (error) {
    throw fromFailure(error)
  }
}

async function health(door: Door): Promise<void> {
  try {
    const answer = await request(new URL('/health', door.baseUrl), { dispatcher: door.dispatcher, signal: AbortSignal.timeout(Math.min(door.timeoutMs, 3000)) })
    await answer.body.dump()
    // Only our own launcher has /health; another HAPI is asked for one cheap resource list.
    if (answer.statusCode === 200) return
    if (answer.statusCode !== 404) throw new HubError('store.unavailable', { dependency: 'hapi', reply: String(answer.statusCode) })
    await search(door, 'Binary', { _summary: 'count' })
  } catch (error) {
    throw error instanceof HubError ? error : fromFailure(error)
  }
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** Where FHIR was asked for: somebody between has answered, a proxy, a page to log in. */
const noFhir = (path?: string): HubError => new HubError('store.unavailable', { dependency: 'hapi', ...(path === undefined ? {} : { path }) })

function fhir<R extends FhirResource>(body: unknown, type: R['resourceType']): R {
  const resource = body as R | undefined
  if (resource?.resourceType === type) return resource
  throw noFhir(type)
}

/** A large document gets a second more per MB. */
const BYTES_PER_MS = 1000

interface Sent {
  method: 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  body: Uint8Array
  options: CallOptions
}

async function send(door: Door, { method, url, headers, body, options }: Sent): Promise<Answer> {
  const timeoutMs = door.timeoutMs + Math.ceil(body.byteLength / BYTES_PER_MS)
  try {
    const answer = await request(url, {
      method,
      headers: { 'content-type': JSON_TYPE, accept: JSON_TYPE, ...headers, ...traced(options) },
      body,
      // Times of the connection and not a signal: a timer for each call would live on for as long.
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      dispatcher: door.dispatcher,
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: flat(answer.headers), body: parsed(text) }
  } catch (error) {
    throw fromFailure(error)
  }
}

/** One call of fhir-kit-client, its errors translated. */
async function kit<T>(door: Door, options: CallOptions, call: (options: { headers: Record<string, string>; signal: AbortSignal }) => Promise<T>): Promise<T> {
  try {
    return await call({ headers: traced(options), signal: AbortSignal.timeout(door.timeoutMs) })
  } catch (error) {
    const response = error instanceof Error && 'response' in error ? (error.response as { status?: number; data?: unknown } | undefined) : undefined
    throw response?.status === undefined ? fromFailure(error) : await fromAnswer(response.status, response.data, () => health(door))
  }
}

const traced = (options: CallOptions): Record<string, string> => (options.traceparent === undefined ? {} : { traceparent: options.traceparent })

/** What was kept has a version: without one it was not the store that answered. */
function located(answer: Answer, fallback: string): Stored {
  const version = /W\/"([^"]+)"/.exec(answer.headers['etag'] ?? '')?.[1]
  const found = stored(answer.headers['content-location'] ?? answer.headers['location'] ?? fallback, answer.status)
  if (version === undefined && found.versionId === '') throw noFhir(found.type)
  return { ...found, versionId: version ?? found.versionId }
}

function stored(location: string, status: number): Stored {
  const match = /([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/([A-Za-z0-9.-]+))?$/.exec(location)
  return { type: match?.[1] ?? '', id: match?.[2] ?? '', versionId: match?.[3] ?? '', status }
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const single: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value
  return single
}
