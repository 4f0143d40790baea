/*
  A partner's software on the FHIR door of a running sandbox: its structure, its token, and plain requests with the headers of fhir-fr.md 3.1.
*/
import type { Bundle, FhirResource, OperationOutcome, Organization } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { onceTaken } from './once-taken.ts'
import { getJson, type SandboxFile, token } from './sandbox.ts'

export interface Answer<R = FhirResource> {
  status: number
  headers: Headers
  /** `3` of `W/"3"` */
  version: string | undefined
  body: R
}

export interface Entry {
  resource: FhirResource
  /** `urn:uuid:…`, by which the other entries refer to it. */
  fullUrl?: string
  method?: 'POST' | 'PUT'
  url?: string
  ifMatch?: string
  ifNoneExist?: string
}

interface Message {
  body?: unknown
  headers?: Record<string, string>
}

const TOKEN_LIVES_MS = 200_000

export class Vendor {
  readonly #sandbox: SandboxFile
  readonly #name: string
  #bearer: { text: string; until: number } | undefined
  /** `Organization/<id>` of its structure. */
  readonly structure: string

  private constructor(sandbox: SandboxFile, name: string, structure: string) {
    this.#sandbox = sandbox
    this.#name = name
    this.structure = structure
  }

  /** In: the name of a client of the sandbox: `dac`, `gp-portal`. */
  static async of(sandbox: SandboxFile, name: string): Promise<Vendor> {
    const finess = sandbox.clients.find(client => client.name === name)?.structure
    const dac = await token(sandbox, 'dac')
    const found = await getJson<Bundle<Organization>>(`${sandbox.fhir}/Organization?identifier=${encodeURIComponent(`${SYSTEM.finess}|${finess}`)}`, dac)
    return new Vendor(sandbox, name, `Organization/${found.entry?.[0]?.resource?.id}`)
  }

  /** A write brings its Provenance. What is answered 503 is sent again, the same bytes. */
  async send<R = FhirResource>(method: string, path: string, { body, headers = {} }: Message = {}): Promise<Answer<R>> {
    const isProven = method === 'GET' || path === ''
    const all = { ...(isProven ? {} : { 'x-provenance': JSON.stringify(this.provenance()) }), ...headers }
    return onceTaken(() => this.#once<R>(method, path, { body, headers: all }))
  }

  async #once<R>(method: string, path: string, { body, headers }: Message): Promise<Answer<R>> {
    if (this.#bearer === undefined || this.#bearer.until < Date.now()) {
      this.#bearer = { text: await token(this.#sandbox, this.#name), until: Date.now() + TOKEN_LIVES_MS }
    }
    const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/fhir+json'
    const reply = await fetch(`${this.#sandbox.fhir}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#bearer.text}`,
        accept: 'application/fhir+json',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    const version = /W\/"(.+)"/.exec(reply.headers.get('etag') ?? '')?.[1]
    return { status: reply.status, headers: reply.headers, version, body: (text === '' ? undefined : JSON.parse(text)) as R }
  }

  /** Written by this structure; the hub fills in the target. */
  provenance(): Record<string, unknown> {
    const author = { coding: [{ system: SYSTEM.provenanceParticipant, code: 'author' }] }
    return {
      resourceType: 'Provenance',
      recorded: new Date().toISOString(),
      activity: { coding: [{ system: SYSTEM.v3DataOperation, code: 'CREATE' }] },
      agent: [{ type: author, who: { reference: this.structure }, onBehalfOf: { reference: this.structure } }],
    }
  }

  post<R extends FhirResource>(resource: R, ifNoneExist?: string): Promise<Answer<R & { id: string }>> {
    const headers: Record<string, string> = ifNoneExist === undefined ? {} : { 'if-none-exist': ifNoneExist }
    return this.send('POST', resource.resourceType, { body: resource, headers })
  }

  /** Throws unless it is 200 or 201. */
  async create<R extends FhirResource>(resource: R, ifNoneExist?: string): Promise<R & { id: string }> {
    return sound(await this.post(resource, ifNoneExist))
  }

  /** With If-Match of the version it read. */
  put<R extends FhirResource>(resource: R, ifMatch = `W/"${resource.meta?.versionId}"`): Promise<Answer<R>> {
    return this.send<R>('PUT', `${resource.resourceType}/${resource.id}`, { body: resource, headers: { 'if-match': ifMatch } })
  }

  /** JSON Patch on the version it reads now. */
  async patch<R = FhirResource>(reference: string, operations: unknown[]): Promise<Answer<R>> {
    const current = await this.read<FhirResource>(reference)
    return this.send<R>('PATCH', reference, { body: operations, headers: { 'if-match': `W/"${current.meta?.versionId}"` } })
  }

  get<R = FhirResource>(path: string): Promise<Answer<R>> {
    return this.send('GET', path)
  }

  async read<R extends FhirResource>(reference: string): Promise<R & { id: string }> {
    return sound(await this.get<R & { id: string }>(reference))
  }

  async search<R extends FhirResource>(query: string): Promise<R[]> {
    const bundle = sound(await this.get<Bundle<R>>(query))
    return (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]))
  }

  /** One transaction with a Provenance of all its entries. */
  transact(entries: Entry[]): Promise<Answer<Bundle>> {
    const told = entries.map(
      ({ resource, fullUrl = `urn:uuid:${crypto.randomUUID()}`, method = 'POST', url = resource.resourceType, ifMatch, ifNoneExist }) => ({
        fullUrl,
        resource,
        request: { method, url, ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifNoneExist === undefined ? {} : { ifNoneExist }) },
      }),
    )
    const provenance = { ...this.provenance(), target: told.map(({ fullUrl }) => ({ reference: fullUrl })) }
    const entry = [...told, { fullUrl: `urn:uuid:${crypto.randomUUID()}`, resource: provenance, request: { method: 'POST', url: 'Provenance' } }]
    return this.send<Bundle>('POST', '', { body: { resourceType: 'Bundle', type: 'transaction', entry } })
  }
}

function sound<R>({ status, body }: Answer<R>): R {
  if (status !== 200 && status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return body
}

/** What is refused: `422 business-rule at Task.status (task.move)`, without the order. */
export function refusals({ status, body }: Answer<unknown>): string[] {
  const { issue = [] } = (body ?? {}) as OperationOutcome
  return issue
    .filter(({ severity }) => severity !== 'warning' && severity !== 'information')
    .map(one => `${status} ${one.code} at ${one.expression?.[0] ?? ''}`)
}

/** Rules that refuse, each with its place; warnings beside them are passed over. */
export function rulesIn({ body }: { body: unknown }): string[] {
  const { issue = [] } = body as OperationOutcome
  return issue.flatMap(({ severity, diagnostics = '', expression = [] }) =>
    severity === 'error' ? [`${/rule (\S+?),/.exec(diagnostics)?.[1] ?? ''} at ${expression[0] ?? ''}`] : [],
  )
}
