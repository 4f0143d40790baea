import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { afterAll, expect, it, vi } from 'vitest'
import { ERRORS, HubError, toHubError } from '../../profiles/errors.ts'
import { requireToken } from '../../gateway/access/callers/require-token.ts'
import { createTokens } from '../../gateway/access/callers/tokens.ts'
import type { WriteParts } from '../../gateway/fhir/write/parts.ts'
import { writeRoutes } from '../../gateway/fhir/write/routes.ts'
import { contextOf, openContext } from '../../gateway/request.ts'
import { throttleAddresses, throttleClients } from '../../gateway/throttle.ts'
import { clientsOf, makeClient, makeSigningKeys } from '../support/clients.ts'
import type { FhirParts } from '../../gateway/fhir/parts.ts'

const faults: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(ERRORS[toHubError(error).code].http).end()
}
const app = express()
app.use(openContext)
app.use('/clients', (request, _response, next) => {
  const [, clientId = '', rate] = request.path.split('/')
  const requestsPerSecond = rate === undefined ? {} : { requestsPerSecond: Number(rate) }
  contextOf(request).actor = { clientId, kind: 'dac', structure: undefined, scopes: new Set(), ...requestsPerSecond }
  next()
})
app.use('/clients', throttleClients())
const dac = await makeClient({ clientId: 'dac', scopes: 'system/Patient.u' })
const clients = clientsOf(dac)
const tokens = createTokens(await makeSigningKeys(), clients)
let refusals = 0
app.use(
  '/behind-tokens',
  requireToken(tokens, async () => void refusals++, 1),
)
let charged: number[] = []
app.use((request, _response, next) => {
  if (request.method === 'POST') {
    const context = contextOf(request)
    context.actor = { clientId: 'dac', kind: 'dac', structure: undefined, scopes: new Set() }
    context.charge = async points => {
      charged.push(points)
      throw new HubError('fhir.throttled')
    }
  }
  next()
})
// A door that takes apart what it is sent, and comes no further.
writeRoutes(
  app,
  { validator: { form: () => [] } } as unknown as WriteParts,
  (_action, answer) => (request, response) =>
    answer({ baseUrl: () => `${base}/fhir`, audit: async () => undefined } as unknown as FhirParts, request, response),
)
app.use('/clients/:id/:rate/:entries', async (request, _response, next) => {
  await contextOf(request).charge?.(Number(request.params.entries))
  next()
})
app.use('/addresses', throttleAddresses(1))
app.use((_request, response) => void response.end())
app.use(faults)
const server = http.createServer(app)
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

async function statuses(path: string, times: number): Promise<Record<number, number>> {
  const seen: Record<number, number> = {}
  for (let time = 0; time < times; time++) {
    const response = await fetch(`${base}${path}`)
    seen[response.status] = (seen[response.status] ?? 0) + 1
    if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  return seen
}

it('a client that asks faster than it is registered for is told when to come back, and nobody else is', async () => {
  expect(await statuses('/clients/one/1', 12)).toEqual({ 200: 10, 429: 2 })
  expect(await statuses('/clients/two/1', 1)).toEqual({ 200: 1 })
})

it('of one client so many requests are under way and no more, of others too', async () => {
  const answers: (() => void)[] = []
  const busy = express().use(openContext, (request, _response, next) => {
    contextOf(request).actor = { clientId: request.path, kind: 'dac', structure: undefined, scopes: new Set(), requestsPerSecond: 100 }
    next()
  })
  busy.use(throttleClients(2))
  busy.use((_request, response) => void answers.push(() => response.end()))
  busy.use(faults)
  const slow = http.createServer(busy)
  await new Promise<void>(resolve => slow.listen(0, '127.0.0.1', resolve))
  const ask = (client: string): Promise<number> => fetch(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/${client}`).then(({ status }) => status)
  const [first, second] = [ask('one'), ask('one')]
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(await ask('one')).toBe(429)
  const other = ask('two')
  await vi.waitFor(() => expect(answers).toHaveLength(3))
  for (const answer of answers.splice(0)) answer()
  expect(await Promise.all([first, second, other])).toEqual([200, 200, 200])
  const again = ask('one')
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  answers[0]?.()
  expect(await again).toBe(200)
  slow.close()
})

it('a faster registration counts for its client', async () => {
  expect(await statuses('/clients/fast/2', 20)).toEqual({ 200: 20 })
})

it('the hub itself is never told to wait', async () => {
  expect(await statuses('/clients/hub', 15)).toEqual({ 200: 15 })
})

it('where nobody is known yet, addresses are counted', async () => {
  expect(await statuses('/addresses', 12)).toEqual({ 200: 10, 429: 2 })
})

it('each entry of a bundle is a request', async () => {
  charged = []
  const entry = ['1', '2', '3'].map(id => ({ request: { method: 'GET', url: `Patient/${id}` } }))
  const response = await fetch(base, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }),
  })
  expect(response.status).toBe(429)
  expect(charged).toEqual([2])
})

it('what a request holds many of may use up the rate, never more than a whole one', async () => {
  expect(await statuses('/clients/many/1/8', 1)).toEqual({ 200: 1 })
  expect(await statuses('/clients/many/1', 3)).toEqual({ 200: 1, 429: 2 })
  expect(await statuses('/clients/most/1/900', 1)).toEqual({ 429: 1 })
})

it('whoever is refused too often is told to wait and fills no audit; who has a token comes in from the same address', async () => {
  const seen = await statuses('/behind-tokens', 12)
  expect(seen).toEqual({ 401: 10, 429: 2 })
  expect(refusals).toBe(10)
  const client = clients.get('dac')
  if (client === undefined) throw new Error('no client')
  const token = await tokens.sign({ client, scopes: client.scopes, grant: {} })
  expect((await fetch(`${base}/behind-tokens`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
})
