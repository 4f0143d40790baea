import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { afterAll, expect, it } from 'vitest'
import { ERRORS, toHubError } from '../../profiles/errors.ts'
import { contextOf, openContext } from '../../gateway/request.ts'
import { throttleAddresses, throttleClients } from '../../gateway/throttle.ts'

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

it('a faster registration counts for its client', async () => {
  expect(await statuses('/clients/fast/2', 20)).toEqual({ 200: 20 })
})

it('the hub itself is never told to wait', async () => {
  expect(await statuses('/clients/hub', 15)).toEqual({ 200: 15 })
})

it('where nobody is known yet, addresses are counted', async () => {
  expect(await statuses('/addresses', 12)).toEqual({ 200: 10, 429: 2 })
})
