import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { config } from '../../../connectors/subscription/config.ts'
import type { Address } from '../../../connectors/subscription/guard.ts'
import { readRetryAfter } from '../../../connectors/subscription/faults.ts'
import { send, sendTo } from '../../../connectors/subscription/send.ts'

const never = new AbortController().signal
const settings = (given: object = {}) => config.parse({ allow: ['127.0.0.1'], timeoutMs: 5000, ...given })
const notification = (endpoint: string) => ({
  deliveryId: 'd1',
  payload: { endpoint, headers: ['Authorization: Bearer of-the-subscriber', 'Host: elsewhere'], json: '{"resourceType":"Bundle"}' },
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
})

let server: Server | undefined
const seen: { request: IncomingMessage; body: string }[] = []

async function subscriber(status: number, headers: Record<string, string> = {}, body = 'taken'): Promise<number> {
  seen.length = 0
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    seen.push({ request, body: text })
    if (status > 0) response.writeHead(status, headers).end(body)
  })
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

describe('a notification', () => {
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
  })

  it('is one POST of the JSON as given, with the secret of the subscriber and its trace', async () => {
    const port = await subscriber(202)
    expect(await send(notification(`http://127.0.0.1:${port}/hook?a=b`), settings(), never)).toEqual({ code: '202' })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.request).toMatchObject({ method: 'POST', url: '/hook?a=b' })
    expect(seen[0]?.request.headers).toMatchObject({
      'content-type': 'application/fhir+json',
      authorization: 'Bearer of-the-subscriber',
      host: `127.0.0.1:${port}`,
      traceparent: notification('').traceparent,
    })
    expect(seen[0]?.body).toBe('{"resourceType":"Bundle"}')
  })

  it.each([
    [301, 'subscription.redirected', 'retry'],
    [307, 'subscription.redirected', 'retry'],
    [400, 'subscription.refused', 'retry'],
    [401, 'subscription.refused', 'retry'],
    [404, 'subscription.refused', 'retry'],
    [410, 'subscription.gone', 'reject'],
    [413, 'subscription.too_large', 'reject'],
    [429, 'subscription.throttled', 'retry'],
    [500, 'subscription.unavailable', 'retry'],
    [503, 'subscription.unavailable', 'retry'],
  ])('answered %i is %s, with the status, and no redirect is followed', async (status, code, kind) => {
    const port = await subscriber(status, { location: 'http://127.0.0.1:1/' })
    await expect(send(notification(`http://127.0.0.1:${port}/`), settings(), never)).rejects.toMatchObject({
      code,
      kind,
      path: `HTTP ${status}`,
      reply: String(status),
      dependency: undefined,
    })
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['120', 120_000],
    ['0', undefined],
    ['soon', undefined],
    ['Sun, 29 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 29 Nov 2026 09:00:00 GMT', undefined],
    [undefined, undefined],
  ])('Retry-After %s is %s ms', (value, ms) => {
    expect(readRetryAfter(value, Date.parse('2026-11-29T10:00:00Z'))).toBe(ms)
  })

  it.each([
    [429, 7000],
    [503, 7000],
    [500, undefined],
  ])('answered %i with Retry-After says when to come back: %s', async (status, retryAfterMs) => {
    const port = await subscriber(status, { 'retry-after': '7' })
    await expect(send(notification(`http://127.0.0.1:${port}/`), settings(), never)).rejects.toMatchObject({ retryAfterMs })
  })

  it('goes to the address that was checked: a name that leads elsewhere the second time is not asked a second time', async () => {
    const port = await subscriber(200)
    let asked = 0
    const resolve = async (): Promise<Address[]> => {
      asked += 1
      return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.99', family: 4 }]
    }
    await sendTo(notification(`http://rebinding.example:${port}/`), { config: settings(), signal: never, resolve })
    expect({ asked, host: seen[0]?.request.headers.host }).toEqual({ asked: 1, host: `rebinding.example:${port}` })
  })

  it('to a name that has come to lead to a private address is refused again at the sending, and nothing is sent', async () => {
    const port = await subscriber(200)
    const resolve = async (): Promise<Address[]> => [{ address: '127.0.0.1', family: 4 }]
    const sending = sendTo(notification(`https://moved.example:${port}/`), { config: settings({ allow: [] }), signal: never, resolve })
    await expect(sending).rejects.toMatchObject({ code: 'subscription.endpoint_private', kind: 'reject' })
    expect(seen).toHaveLength(0)
  })

  it('is taken whatever the length of the answer, of which no more is read than the limit', async () => {
    const port = await subscriber(200, {}, 'x'.repeat(3 << 20))
    expect(await send(notification(`http://127.0.0.1:${port}/`), settings({ maxAnswerBytes: 1024 }), never)).toEqual({ code: '200' })
  })

  it('that nobody answers in time, or whose name is never found, is tried again', async () => {
    const port = await subscriber(0)
    await expect(send(notification(`http://127.0.0.1:${port}/`), settings({ timeoutMs: 200 }), never)).rejects.toMatchObject({ code: 'subscription.deferred' })
    const hanging = sendTo(notification('https://slow.example/'), {
      config: settings({ timeoutMs: 200 }),
      signal: never,
      resolve: () => new Promise(() => undefined),
    })
    await expect(hanging).rejects.toMatchObject({ code: 'subscription.deferred' })
  })
})
