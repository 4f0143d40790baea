import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { config } from '../../../connectors/platform/config.ts'
import { connector } from '../../../connectors/platform/index.ts'
import { send } from '../../../connectors/platform/send.ts'

const never = new AbortController().signal
const delivery = {
  deliveryId: 'd1',
  payload: { path: '/CommunicationRequest', json: '{"resourceType":"CommunicationRequest"}' },
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
}
const settings = (port: number, timeoutMs = 5000) =>
  config.parse({ partner: 'region', url: `http://127.0.0.1:${port}/fhir/`, timeoutMs, topic: 'hub.partner.region' })

let server: Server
const seen: { request: IncomingMessage; body: string }[] = []

async function platform(status: number, headers: Record<string, string> = {}): Promise<number> {
  seen.length = 0
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ request, body })
    if (status > 0) response.writeHead(status, headers).end('{"x":1}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe('a notification to the regional platform', () => {
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })

  it('is one POST of the JSON as given, with its trace, and 201 gives its Location', async () => {
    const port = await platform(201, { location: '/CommunicationRequest/7/_history/1' })
    expect(await send(delivery, settings(port), never)).toEqual({ code: '201', reference: '/CommunicationRequest/7/_history/1' })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.request.url).toBe('/fhir/CommunicationRequest')
    expect(seen[0]?.request.headers).toMatchObject({ 'content-type': 'application/fhir+json', traceparent: delivery.traceparent })
    expect(seen[0]?.body).toBe(delivery.payload.json)
  })

  it.each([
    [400, 'platform.refused', undefined],
    [404, 'platform.refused', undefined],
    [422, 'platform.refused', undefined],
    [302, 'platform.refused', undefined],
    [408, 'platform.deferred', undefined],
    [429, 'platform.deferred', undefined],
    [500, 'platform.deferred', undefined],
    [503, 'platform.deferred', 'platform'],
  ])('%i is %s', async (status, code, dependency) => {
    const port = await platform(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {})
    await expect(send(delivery, settings(port), never)).rejects.toMatchObject({ code, reply: String(status), dependency })
    expect(seen).toHaveLength(1)
  })

  it('no connection and no answer in time mean that the platform is away, after one attempt', async () => {
    await expect(send(delivery, settings(1), never)).rejects.toMatchObject({ code: 'platform.unreachable', dependency: 'platform' })
    const port = await platform(0)
    await expect(send(delivery, settings(port, 1000), never)).rejects.toMatchObject({ code: 'platform.unreachable', dependency: 'platform' })
    expect(seen).toHaveLength(1)
  })

  it('an answer whose body never ends is still that answer', async () => {
    server = createServer((_request, response) => void response.writeHead(201, { location: '/CommunicationRequest/7' }).write('{'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await send(delivery, settings(port, 1000), never)).toEqual({ code: '201', reference: '/CommunicationRequest/7' })
  })

  it('an abort ends the attempt', async () => {
    const port = await platform(0)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    await expect(send(delivery, settings(port), stop.signal)).rejects.toMatchObject({ code: 'platform.unreachable' })
  })

  it('a path that leaves the base URL is refused without a request', async () => {
    const port = await platform(201)
    for (const path of ['CommunicationRequest', '/../admin', '//evil', '/a?b']) {
      await expect(send({ ...delivery, payload: { path, json: '{}' } }, settings(port), never)).rejects.toMatchObject({ code: 'platform.refused' })
    }
    expect(seen).toHaveLength(0)
  })

  it('check asks for the capability statement', async () => {
    await connector.check(settings(await platform(200)))
    expect(seen[0]?.request.url).toBe('/fhir/metadata')
    server.close()
    await expect(connector.check(settings(1))).rejects.toMatchObject({ code: 'platform.unreachable' })
  })
})
