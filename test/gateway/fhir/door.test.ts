import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tokenEndpoint } from '../../../gateway/access/callers/token-endpoint.ts'
import { createTokens } from '../../../gateway/access/callers/tokens.ts'
import { fhirDoor } from '../../../gateway/fhir/door.ts'
import { createPageLinks } from '../../../gateway/fhir/search/page-links.ts'
import { shareReads } from '../../../gateway/fhir/shared-reads.ts'
import { allowedMethods } from '../../../gateway/fhir/types.ts'
import { createLog } from '../../../gateway/log.ts'
import { openContext } from '../../../gateway/request.ts'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import { clientsOf, makeClient, makeSigningKeys, rememberJtis } from '../../support/clients.ts'
import { authorOfAll } from '../../support/rights.ts'
import type { Access } from '../../../gateway/fhir/parts.ts'

// The door over a small server that answers like the store: what matters here is what the door lets through, both ways.

interface Asked {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

let asked: Asked[] = []
let audited: Access[] = []
let answer: (request: Asked) => { status: number; headers?: Record<string, string>; body?: string } = () => ({ status: 404 })

const storeServer = http.createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
  asked.push(one)
  const { status, headers = {}, body = '' } = answer(one)
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers }).end(body)
})
const storeUrl = await listen(storeServer)
const store = createHapiStore({ url: `${storeUrl}/fhir`, timeoutMs: 2000 })

const dac = await makeClient({ clientId: 'dac-54', scopes: 'system/Patient.rs system/DocumentReference.rs system/Binary.rs system/Organization.rs' })
const other = await makeClient({ clientId: 'dac-88', scopes: 'system/Patient.rs' })
const hasty = await makeClient({ clientId: 'hasty', scopes: 'system/Patient.rs' })
const clients = clientsOf(dac, other, { ...hasty, config: { ...hasty.config, requestsPerSecond: 1 } })
const tokens = createTokens(await makeSigningKeys(), clients)
const own = authorOfAll()
let { persons, authors } = own
let base = ''
const app = express()
app.use(openContext)
app.use('/auth', tokenEndpoint({ clients, tokens, useOnce: rememberJtis(), baseUrls: () => [base] }))
app.use(
  '/fhir',
  fhirDoor({
    store,
    reads: shareReads(store),
    rights: {
      ...own,
      persons: patients => persons(patients),
      authors: resources => authors(resources),
      candidates: async () => [{ reference: 'Patient/p1', patient: 'Patient/p1', parties: [] }],
    },
    tokens,
    pageLinks: createPageLinks('secret'),
    log: createLog({ level: 'silent' }),
    product: { name: 'hub', version: '0' },
    baseUrl: () => `${base}/fhir`,
    audit: async access => void audited.push(access),
    refused: async () => undefined,
    requireDisk: () => undefined,
  }),
)
const hub = http.createServer(app)
base = await listen(hub)

afterAll(() => {
  hub.close()
  storeServer.close()
  hub.closeAllConnections()
  storeServer.closeAllConnections()
})
beforeEach(() => {
  asked = []
  audited = []
})

async function listen(server: http.Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function token(client = dac, scope?: string): Promise<Response> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await client.assert(`${base}/auth/token`),
  })
  if (scope !== undefined) form.set('scope', scope)
  return fetch(`${base}/auth/token`, { method: 'POST', body: form })
}

async function ask(path: string, init: RequestInit & { client?: typeof dac; scope?: string } = {}): Promise<Response> {
  const { access_token } = (await (await token(init.client, init.scope)).json()) as { access_token: string }
  return fetch(`${base}/fhir${path}`, { ...init, headers: { authorization: `Bearer ${access_token}`, ...init.headers } })
}

const patient = '{"resourceType":"Patient","id":"p1","meta":{"versionId":"1"},"multipleBirthInteger":1,"extension":[{"url":"x","valueDecimal":1.00}]}'

describe('the token endpoint', () => {
  it('grants what is asked within what is registered, for five minutes at most', async () => {
    const response = await token(dac, 'system/Patient.r')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'system/Patient.r' })
  })

  it('refuses a scope that is not registered', async () => {
    const response = await token(dac, 'system/Patient.rs system/Consent.r')
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_scope' })])
  })

  it.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'client_credentials' }, 'invalid_request'],
  ])('%j is refused as %s', async (form, error) => {
    const response = await fetch(`${base}/auth/token`, { method: 'POST', body: new URLSearchParams(form) })
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ error })])
  })

  it('an assertion that is no JWT is an invalid client', async () => {
    const form = { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: 'x' }
    const response = await fetch(`${base}/auth/token`, { method: 'POST', body: new URLSearchParams(form) })
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error: 'invalid_client' })])
  })
})

describe('a read', () => {
  it('passes the stored bytes and their version on, and is audited', async () => {
    answer = () => ({ status: 200, headers: { etag: 'W/"1"', 'last-modified': 'Tue, 12 May 2026 08:00:00 GMT', 'x-powered-by': 'store' }, body: patient })
    const response = await ask('/Patient/p1', { headers: { 'x-request-id': 'abc-1' } })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(patient)
    expect(response.headers.get('etag')).toBe('W/"1"')
    expect(response.headers.get('last-modified')).toBe('Tue, 12 May 2026 08:00:00 GMT')
    expect(response.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8')
    expect(response.headers.get('x-request-id')).toBe('abc-1')
    expect(asked[0]?.headers['traceparent']).toMatch(/^00-/)
    expect(asked[0]?.headers['authorization']).toBeUndefined()
    expect(audited).toEqual([expect.objectContaining({ action: 'read', object: 'Patient/p1', outcome: 'shown', requestId: 'abc-1' })])
  })

  it.each([
    ['if-none-match', 'W/"3"', 304],
    ['if-none-match', '"3"', 304],
    ['if-none-match', 'W/"1", W/"3"', 304],
    ['if-none-match', 'W/"2"', 200],
    ['if-modified-since', 'Tue, 12 May 2026 08:00:00 GMT', 304],
    ['if-modified-since', 'Tue, 12 May 2026 07:59:59 GMT', 200],
    ['if-modified-since', 'yesterday', 200],
  ])("%s %s of version 3, of 8 o'clock: %i", async (name, value, status) => {
    answer = () => ({ status: 200, headers: { etag: 'W/"3"', 'last-modified': 'Tue, 12 May 2026 08:00:00 GMT' }, body: patient })
    const response = await ask('/Patient/p1', { headers: { [name]: value } })
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([status, status === 304 ? '' : patient, 'W/"3"'])
  })

  it('by HEAD has the headers of the read, and its length, without its body', async () => {
    answer = () => ({ status: 200, headers: { etag: 'W/"1"' }, body: patient })
    const response = await ask('/Patient/p1', { method: 'HEAD' })
    expect([response.status, response.headers.get('etag'), response.headers.get('content-length')]).toEqual([200, 'W/"1"', String(patient.length)])
  })

  it('of some elements, or of the summary, asks the store for them', async () => {
    answer = () => ({ status: 200, body: patient })
    await ask('/Patient/p1?_elements=name,gender&_format=json')
    expect(asked.at(-1)?.url).toMatch(/^\/fhir\/Patient\/p1\?_elements=name%2Cgender%2C/)
  })

  it.each([
    'application/fhir+json; fhirVersion=4.0',
    'application/fhir+json;charset=utf-8',
    'application/fhir+xml;q=0.5, application/FHIR+json;fhirVersion="4.0";q=0.4',
    'text/html, application/*;q=0.1',
    '*/*',
  ])('is accepted as %s', async accept => {
    answer = () => ({ status: 200, body: patient })
    expect((await ask('/Patient/p1', { headers: { accept } })).status).toBe(200)
  })

  it('of a version asks for that version', async () => {
    answer = () => ({ status: 200, body: patient })
    await ask('/Patient/p1/_history/3')
    expect(asked[0]?.url).toBe('/fhir/Patient/p1/_history/3')
  })

  it('of a Binary gives its content raw as an attachment, unless JSON is asked for', async () => {
    const document = `{"fullUrl":"${storeUrl}/fhir/DocumentReference/d1","resource":{"resourceType":"DocumentReference","id":"d1","content":[{"attachment":{"url":"Binary/b1"}}]}}`
    answer = ({ url, headers }) =>
      url.includes('DocumentReference')
        ? { status: 200, body: `{"resourceType":"Bundle","type":"searchset","entry":[${document}]}` }
        : headers.accept === 'application/fhir+json'
          ? { status: 200, body: '{"resourceType":"Binary"}' }
          : { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>a document</p>' }
    const raw = await ask('/Binary/b1', { headers: { accept: '*/*' } })
    expect([await raw.text(), raw.headers.get('content-type'), raw.headers.get('content-disposition')]).toEqual([
      '<p>a document</p>',
      'text/html',
      'attachment',
    ])
    const resource = await ask('/Binary/b1', { headers: { accept: 'application/fhir+json' } })
    expect(await resource.json()).toEqual({ resourceType: 'Binary' })
  })
})

describe('a search', () => {
  const bundle = (links: string, entries: string[]) =>
    `{"resourceType":"Bundle","id":"x","type":"searchset","total":2,"link":[${links}],"entry":[${entries.join(',')}]}`
  const entry = (type: string, id: string, mode = 'match') =>
    `{"fullUrl":"${storeUrl}/fhir/${type}/${id}","resource":{"resourceType":"${type}","id":"${id}","value":1.00},"search":{"mode":"${mode}"}}`
  const next = `{"relation":"next","url":"${storeUrl}/fhir?_getpages=abc&_getpagesoffset=1&_count=1&_bundletype=searchset"}`

  it('goes to the store by POST, so that no identifier stands in a URL', async () => {
    answer = () => ({ status: 200, body: bundle('', []) })
    await ask('/Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|279035121518989')
    expect(asked[0]).toMatchObject({ method: 'POST', url: '/fhir/Patient/_search' })
    expect(new URLSearchParams(asked[0]?.body).get('identifier')).toBe('urn:oid:1.2.250.1.213.1.4.10|279035121518989')
    expect(JSON.stringify(audited)).not.toContain('279035121518989')
  })

  it('shows the addresses of the hub only, and the resources as they were written', async () => {
    answer = () => ({ status: 200, body: bundle(`{"relation":"self","url":"${storeUrl}/fhir/Organization"},${next}`, [entry('Organization', 'p1')]) })
    const response = await ask('/Organization?_count=1')
    const text = await response.text()
    expect(text).not.toContain(storeUrl)
    expect(text).toContain('"value":1.00')
    const found = JSON.parse(text)
    expect(found.entry[0].fullUrl).toBe(`${base}/fhir/Organization/p1`)
    expect(found.link[0]).toEqual({ relation: 'self', url: `${base}/fhir/Organization?_count=1` })
    expect(found.link[1].url).toMatch(/\/fhir\?_page=[A-Za-z0-9_-]+$/)
    expect(audited).toEqual([expect.objectContaining({ action: 'search', object: 'Organization?_count', outcome: 'shown', found: ['Organization/p1'] })])
  })

  it('a page link leads on for its client, and nowhere for another', async () => {
    answer = () => ({ status: 200, body: bundle(next, [entry('Organization', 'p1')]) })
    const { link } = (await (await ask('/Organization')).json()) as { link: { url: string }[] }
    const path = link[1]?.url.replace(`${base}/fhir`, '') ?? ''
    asked = []
    expect((await ask(path)).status).toBe(200)
    expect(asked[0]).toMatchObject({ method: 'GET', url: '/fhir?_getpages=abc&_getpagesoffset=1&_count=1&_bundletype=searchset' })
    expect((await ask(path, { client: other })).status).toBe(403)
    expect((await ask(`${path.slice(0, -4)}AAAA`)).status).toBe(400)
    expect((await ask(path, { scope: 'system/DocumentReference.rs' })).status).toBe(403)
  })

  it('leaves out what _include brings along and no scope opens', async () => {
    answer = () => ({
      status: 200,
      body: bundle('', [entry('DocumentReference', 'd1'), entry('Patient', 'p1', 'include'), entry('Practitioner', 'x', 'include')]),
    })
    const found = (await (await ask('/DocumentReference?patient=p1&_include=DocumentReference:subject&_include=DocumentReference:author')).json()) as {
      entry: { resource: { resourceType: string } }[]
    }
    expect(found.entry.map(one => one.resource.resourceType)).toEqual(['DocumentReference', 'Patient'])
  })

  it('by POST _search takes a form, and nothing else', async () => {
    answer = () => ({ status: 200, body: bundle('', []) })
    const found = await ask('/Patient/_search?_count=3', { method: 'POST', body: new URLSearchParams({ name: 'x' }) })
    expect(found.status).toBe(200)
    expect(asked[0]?.body).toBe('name=x&_id=p1&_count=500')
    expect((await ask('/Patient/_search?name=x', { method: 'POST' })).status).toBe(200)
    expect((await ask('/Patient/_search', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status).toBe(415)
  })
})

describe('what is refused is refused by its own code', () => {
  const cases: [string, string, RequestInit & { scope?: string }, number, string][] = [
    ['an unknown type', '/Nothing/1', {}, 404, 'not-supported'],
    ['a type outside the scope', '/Task/1', {}, 403, 'forbidden'],
    ['a search with a read scope', '/Patient', { scope: 'system/Patient.r' }, 403, 'forbidden'],
    ['a search back over another type', '/Patient?_has:Task:focus:status=x', {}, 400, 'not-supported'],
    ['a chain into a type outside the scope', '/DocumentReference?patient.identifier=x|1', { scope: 'system/DocumentReference.rs' }, 403, 'forbidden'],
    ['a chain that is not listed', '/DocumentReference?author:Practitioner.name=x', {}, 400, 'not-supported'],
    ['an inclusion that is not listed', '/DocumentReference?_include=*', {}, 400, 'not-supported'],
    ['a value without the form of its parameter', '/Patient?birthdate=someday', {}, 400, 'invalid'],
    ['an address over 4 KB', `/Patient?name=${'x'.repeat(4100)}`, {}, 414, 'too-costly'],
    ['a modifier nobody knows', '/Patient?name:foo=x', {}, 400, 'not-supported'],
    ['an id that is none', '/Patient/a%20b', {}, 404, 'not-found'],
    ['XML by Accept', '/Patient/p1', { headers: { accept: 'application/fhir+xml' } }, 406, 'not-supported'],
    ['another version of FHIR', '/Patient/p1', { headers: { accept: 'application/fhir+json; fhirVersion=3.0' } }, 406, 'not-supported'],
    ['no JSON', '/Patient/p1', { headers: { accept: 'application/fhir+json;q=0, */*;q=0.0' } }, 406, 'not-supported'],
    ['XML by _format', '/Patient/p1?_format=xml', {}, 406, 'not-supported'],
    ['another version of FHIR by _format', '/Patient/p1?_format=application/fhir%2Bjson;fhirVersion=3.0', {}, 406, 'not-supported'],
    ['XML of a Binary', '/Binary/b1', { headers: { accept: 'application/fhir+xml' } }, 406, 'not-supported'],
    ['an unknown control parameter', '/Patient?_getpages=1', {}, 400, 'not-supported'],
    ['a search over all types', '/?name=x', {}, 404, 'not-supported'],
    ['a search for Binary', '/Binary', {}, 405, 'not-supported'],
    ['a parameter that a read does not have', '/Patient/p1?foo=1', {}, 400, 'not-supported'],
    ['a parameter that the read of a content does not have', '/Binary/b1?foo=1', {}, 400, 'not-supported'],
    ['a delete', '/Patient/p1', { method: 'DELETE' }, 405, 'not-supported'],
    ['a delete of nothing', '/Patient', { method: 'DELETE' }, 405, 'not-supported'],
    ['history of what keeps none', '/Composition/c1/_history', {}, 405, 'not-supported'],
    ['a path below a resource', '/Patient/p1/name', {}, 404, 'not-found'],
    ['a further page of nothing', '/?_page=AAAA', {}, 400, 'invalid'],
  ]
  it.each(cases)('%s: %s', async (_case, path, init, status, code) => {
    answer = () => ({ status: 200, body: patient })
    const response = await ask(path, init)
    const outcome = (await response.json()) as { resourceType: string; issue: { code: string; diagnostics: string }[] }
    expect([response.status, outcome.resourceType, outcome.issue[0]?.code]).toEqual([status, 'OperationOutcome', code])
    expect(outcome.issue[0]?.diagnostics).toContain(response.headers.get('x-request-id'))
    expect(asked).toEqual([])
    if (status === 403) expect(audited).toEqual([expect.objectContaining({ outcome: 'fhir.scope' })])
    if (status === 403) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="insufficient_scope"/)
    if (status === 405) expect(response.headers.get('allow')).toBe(allowedMethods(path).join(', '))
  })

  it.each([
    ['GET', '/CarePlan?patient=Patient/p1&status=active', ['Patient/p1']],
    ['GET', '/Observation?subject:Patient=p1,p2', ['Patient/p1', 'Patient/p2']],
    ['GET', '/Patient?_id=p1&nothing=x', ['Patient/p1']],
    ['GET', '/CarePlan?_id=p1&patient=p%201', []],
    ['POST', '/CarePlan/_search', ['Patient/p1']],
  ])('a search that is refused is on record for whom it names: %s %s', async (method, path, patients) => {
    const form = method === 'POST' ? { body: new URLSearchParams({ patient: 'p1' }) } : {}
    expect((await ask(path, { method, ...form })).status).toBeGreaterThanOrEqual(400)
    expect(audited.map(one => one.patients)).toEqual([patients])
  })

  it.each([
    [undefined, 'login'],
    ['Basic eDp5', 'login'],
    ['Bearer not.a.token', 'login'],
  ])('the token %s: 401', async (authorization, code) => {
    const response = await fetch(`${base}/fhir/Patient/p1`, authorization === undefined ? {} : { headers: { authorization } })
    expect([response.status, ((await response.json()) as { issue: { code: string }[] }).issue[0]?.code]).toEqual([401, code])
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })

  const outcome = (diagnostics: string) => JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', diagnostics }] })
  it.each([
    [404, 'HAPI-2001: Resource Patient/p1 is not known', 404, 'not-found'],
    [410, 'HAPI-0250: gone', 410, 'deleted'],
    [400, 'HAPI-0524: Unknown search parameter "nom" for resource type "Patient". Valid: …', 400, 'not-supported'],
    [400, 'HAPI-0389: invalid date 279035121518989', 400, 'invalid'],
    [500, 'HAPI-0389: jdbc', 503, 'transient'],
    [503, '', 503, 'transient'],
    [401, '', 503, 'transient'],
    [403, 'HAPI-0333: Access denied', 503, 'transient'],
  ])('the store answers %i %j: the hub answers %i %s, in its own words', async (status, diagnostics, expected, code) => {
    answer = () => ({ status, body: outcome(diagnostics) })
    const response = await ask('/Patient?name=x')
    const text = await response.text()
    expect([response.status, JSON.parse(text).issue[0].code]).toEqual([expected, code])
    expect(text).not.toMatch(/HAPI|279035121518989/)
    expect(audited).toEqual([expect.objectContaining({ action: 'search', object: 'Patient', outcome: expect.stringMatching(/^(store|fhir)\./) })])
    if (expected === 503) expect(response.headers.get('retry-after')).toBe('5')
  })
})

describe('what somebody in the place of the store answers is a store that is away', () => {
  it.each([
    [302, 'text/html', ''],
    [200, 'text/html; charset=utf-8', '<html>please log in</html>'],
    [200, 'application/json', '{"status":"UP"}'],
  ])('%i %s %j', async (status, type, body) => {
    answer = () => ({ status, body, headers: { 'content-type': type } })
    for (const path of ['/Patient/p1', '/Patient?_id=p1', '/Patient/p1/_history/1', '/Patient/p1/_history', '/Binary/b1']) {
      const response = await ask(path)
      expect([path, response.status, await response.json()]).toMatchObject([path, 503, { issue: [{ code: 'transient' }] }])
    }
  })
})

describe('what no interaction answers for is noted as well, with what it was asked of', () => {
  it.each([
    ['a deletion', 'DELETE', '/Patient/p1', { action: 'delete', object: 'Patient/p1', outcome: 'fhir.method' }],
    ['a change', 'PATCH', '/Patient/p1', { action: 'patch', object: 'Patient/p1', outcome: 'fhir.method' }],
    ['a deletion by a condition', 'DELETE', '/Observation?patient=Patient/p1', { action: 'delete', object: 'Observation', patients: ['Patient/p1'] }],
    ['an operation that is none', 'POST', '/Patient/p1/$purge', { action: 'read', object: 'Patient/p1', outcome: 'fhir.path_unknown' }],
    ['a resource where none is taken', 'POST', '/Patient', { action: 'create', object: 'Patient', outcome: 'fhir.path_unknown' }],
    ['a bundle where none is taken', 'POST', '/', { action: 'transaction', object: '', outcome: 'fhir.path_unknown' }],
    ['a form that is too long', 'POST', '/Patient/_search', { action: 'search', object: 'Patient', outcome: 'fhir.too_large' }],
  ])('%s', async (name, method, path, expected) => {
    const body = name.startsWith('a form') ? { body: new URLSearchParams({ name: 'x'.repeat(2_000_000) }) } : {}
    expect((await ask(path, { method, ...body })).status).toBeGreaterThanOrEqual(400)
    expect(asked).toEqual([])
    expect(audited).toEqual([expect.objectContaining(expected)])
  })
})

it('who asks too fast is turned away, and leaves no row for it', async () => {
  answer = () => ({ status: 200, body: patient })
  const { access_token } = (await (await token(hasty)).json()) as { access_token: string }
  const statuses: number[] = []
  for (let time = 0; time < 12; time++) statuses.push((await fetch(`${base}/fhir/Patient/p1`, { headers: { authorization: `Bearer ${access_token}` } })).status)
  expect(statuses.filter(status => status !== 200)).toEqual([429, 429])
  expect(audited.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'shown'))
})

describe('a search whose total the store does not tell', () => {
  const pageOf = (more: string) => `{"resourceType":"Bundle","type":"searchset","link":[${more}],"entry":[]}`
  const next = `{"relation":"next","url":"${storeUrl}/fhir?_getpages=abc&_getpagesoffset=20&_count=20&_bundletype=searchset"}`

  it('is counted once, and its further pages know', async () => {
    answer = ({ body }) => ({ status: 200, body: body.includes('_summary=count') ? '{"resourceType":"Bundle","type":"searchset","total":45}' : pageOf(next) })
    const first = (await (await ask('/Organization?active=true&_sort=name')).json()) as { total: number; link: { url: string }[] }
    expect([first.total, asked[1]?.body]).toEqual([45, 'active=true&_summary=count'])
    const second = (await (await ask(first.link[1]?.url.replace(`${base}/fhir`, '') ?? '')).json()) as { total: number }
    expect([second.total, asked.length]).toEqual([45, 3])
  })

  it('is not counted for who wants no total', async () => {
    answer = () => ({ status: 200, body: pageOf(next) })
    expect(await (await ask('/Organization?_total=none')).json()).not.toHaveProperty('total')
    expect(asked.length).toBe(1)
  })
})

it('a value set that the store cannot expand is refused by the name of its parameter, and not asked for again', async () => {
  answer = () => ({ status: 500, body: '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]}' })
  const refused = await ask('/Organization?type:in=http://hl7.org/fhir/ValueSet/observation-codes')
  expect([refused.status, ((await refused.json()) as { issue: { expression: string[] }[] }).issue[0]?.expression]).toEqual([400, ['type:in']])
  expect((await ask('/Organization?type=606')).status).toBe(503)
})

describe('handling=lenient', () => {
  it('is nothing else that begins like it', async () => {
    expect((await ask('/Patient?nom=x', { headers: { prefer: 'handling=lenient2' } })).status).toBe(400)
  })

  it('passes over a parameter nobody knows, and says which', async () => {
    answer = () => ({ status: 200, body: '{"resourceType":"Bundle","type":"searchset","total":0,"link":[]}' })
    const found = (await (await ask('/Patient?nom=x&name=y', { headers: { prefer: 'handling=lenient' } })).json()) as {
      entry: { search: { mode: string }; resource: { resourceType: string; issue: { code: string; expression: string[] }[] } }[]
    }
    expect(asked[0]?.body).toBe('name=y&_id=p1&_count=500')
    expect(found.entry[0]).toMatchObject({ search: { mode: 'outcome' }, resource: { issue: [{ code: 'not-supported', expression: ['nom'] }] } })
  })
})

describe('the history of a resource', () => {
  it('leads on over links of the hub, deleted versions included', async () => {
    const deleted = `{"fullUrl":"${storeUrl}/fhir/Patient/p1","request":{"method":"DELETE","url":"Patient/p1/_history/2"},"response":{"status":"200","etag":"W/\\"2\\""}}`
    const next = `{"relation":"next","url":"${storeUrl}/fhir/Patient/p1/_history?_offset=500"}`
    const versions = (link: string): string => `{"resourceType":"Bundle","type":"history","total":2,"link":[${link}],"entry":[${deleted}]}`
    answer = ({ url }) => ({ status: 200, body: url.endsWith('/p1') ? patient : versions(url.includes('_offset') ? '' : next) })
    const first = (await (await ask('/Patient/p1/_history?_count=1')).json()) as { total: number; entry: { fullUrl: string }[]; link: { url: string }[] }
    expect([first.total, first.entry[0]?.fullUrl]).toEqual([2, `${base}/fhir/Patient/p1`])
    const second = (await (await ask(first.link[1]?.url.replace(`${base}/fhir`, '') ?? '')).json()) as typeof first
    expect([second.total, second.entry.length, second.link.length]).toEqual([2, 1, 1])
    expect(asked.at(-1)?.url).toBe('/fhir/Patient/p1/_history?_offset=500')
  })

  it.each(['_since=soon', '_count=x'])('%s is refused by its name', async query => {
    const outcome = (await (await ask(`/Patient/p1/_history?${query}`)).json()) as { issue: { code: string; expression: string[] }[] }
    expect(outcome.issue[0]).toMatchObject({ code: 'invalid', expression: [query.split('=')[0]] })
  })
})

describe('$everything', () => {
  it('asks for the types that the scopes open, and shows no others', async () => {
    const entry = (type: string) => `{"fullUrl":"${storeUrl}/fhir/${type}/1","resource":{"resourceType":"${type}","id":"1"}}`
    answer = () => ({
      status: 200,
      body: `{"resourceType":"Bundle","type":"searchset","total":3,"entry":[${['Patient', 'Task', 'DocumentReference'].map(entry)}]}`,
    })
    const found = (await (await ask('/Patient/1/$everything')).json()) as { total: number; entry: { fullUrl: string }[] }
    expect(asked.at(-1)?.url).toBe('/fhir/Patient/1/$everything?_count=500&_type=Binary%2CDocumentReference%2COrganization%2CPatient')
    expect([found.total, found.entry.map(one => one.fullUrl.split('/').at(-2))]).toEqual([2, ['Patient', 'DocumentReference']])
  })

  it('may be called by POST, with Parameters or nothing; what is neither is refused at its place', async () => {
    answer = () => ({ status: 200, body: `{"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"${storeUrl}/fhir/Patient/1","resource":{}}]}` })
    const call = (parameter?: unknown, type = 'application/fhir+json') =>
      ask('/Patient/1/$everything', {
        method: 'POST',
        ...(parameter === undefined ? {} : { headers: { 'content-type': type }, body: JSON.stringify({ resourceType: 'Parameters', parameter }) }),
      })
    const totalOf = async (reply: Promise<Response>): Promise<unknown> => ((await (await reply).json()) as { total: unknown }).total
    expect([await totalOf(call()), await totalOf(call([])), await totalOf(call([{ name: '_type', valueCode: 'Task' }]))]).toEqual([1, 1, 0])
    for (const wrong of [{}, [null], [{ name: '_type' }], [{ name: '_type', valueCode: 'Task', valueString: 'Task' }], [{ name: '_type', valuePeriod: {} }]])
      expect((await call(wrong)).status).toBe(400)
    expect((await call([{ name: 'start', valueDate: '2026' }])).status).toBe(400)
    expect((await call([], 'application/xml')).status).toBe(415)
    expect((await ask('/Patient/1/$everything', { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD, POST')
  })

  it('of a type without scope is empty; of an unknown one, refused', async () => {
    answer = () => ({ status: 200, body: `{"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"${storeUrl}/fhir/Patient/1","resource":{}}]}` })
    expect(await (await ask('/Patient/1/$everything?_type=Task')).json()).toMatchObject({ total: 0 })
    expect((await ask('/Patient/1/$everything?_type=Nothing')).status).toBe(400)
    const counted = (await (await ask('/Patient/1/$everything?_count=0')).json()) as { total: number; link: { relation: string }[] }
    expect([counted.total, counted.link.map(({ relation }) => relation)]).toEqual([1, ['self']])
  })
})

describe('a person whose identity is not sure', () => {
  const bundleOf = (resource: string) =>
    `{"resourceType":"Bundle","type":"searchset","total":1,"link":[],"entry":[{"fullUrl":"${storeUrl}/fhir/Patient/p1","resource":${resource}}]}`
  const broughtBy = (structure: string): void => {
    persons = async patients => new Map(patients.map(one => [one, { patient: one, rows: [], isSetApart: true }]))
    authors = async resources => new Map(resources.map(one => [one, [structure]]))
    answer = ({ url }) => ({ status: 200, body: /_history$|_history\?|_search|everything/.test(url) ? bundleOf(patient) : patient })
  }
  afterEach(() => {
    persons = own.persons
    authors = own.authors
  })

  it.each(['/Patient/p1', '/Patient/p1/_history/1', '/Patient/p1/_history', '/Patient/p1/$everything', '/Patient/p1?_summary=true'])(
    '%s is 404 to a structure that did not bring him',
    async path => {
      broughtBy('Organization/other')
      expect((await ask(path)).status).toBe(404)
      broughtBy('Organization/own')
      expect((await ask(path)).status).toBe(200)
    },
  )

  it('is left out of a search of others', async () => {
    broughtBy('Organization/other')
    const none = await (await ask('/Patient?name=x')).json()
    expect(none).toMatchObject({ total: 0 })
    expect(none).not.toHaveProperty('entry')
    broughtBy('Organization/own')
    expect(((await (await ask('/Patient?name=x')).json()) as { entry: unknown[] }).entry.length).toBe(1)
  })
})

describe('a search that names nobody', () => {
  it('is refused, and told what would bind it', async () => {
    const response = await ask('/DocumentReference?status=current')
    const outcome = (await response.json()) as { issue: { code: string; details: { text: string } }[] }
    expect([response.status, outcome.issue[0]?.code]).toEqual([403, 'forbidden'])
    expect(outcome.issue[0]?.details.text).toContain('patient')
    expect(asked).toEqual([])
  })
})
