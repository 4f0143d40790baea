import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { config } from '../../../connectors/subscription/config.ts'
import type { Address } from '../../../connectors/subscription/guard.ts'
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

  it.each([301, 302, 307, 400, 401, 404, 410, 429, 500, 503])('answered %i is tried again later, and no redirect is followed', async status => {
    const port = await subscriber(status, { location: 'http://127.0.0.1:1/' })
    await expect(send(notification(`http://127.0.0.1:${port}/`), settings(), never)).rejects.toMatchObject({
      code: 'subscription.deferred',
      kind: 'retry',
      reply: String(status),
      dependency: undefined,
    })
    expect(seen).toHaveLength(1)
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
