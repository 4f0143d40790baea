import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type NextFunction, type Request, type Response } from 'express'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { LARGEST_BODY } from '../../../gateway/fhir/body.ts'
import { readLargeBody } from '../../../gateway/fhir/large-body.ts'
import { contextOf, openContext } from '../../../gateway/request.ts'
import { HubError } from '../../../profiles/errors.ts'

const app = express()
app.use(openContext, (request, _response, next) => {
  contextOf(request).actor = { clientId: String(request.get('x-client')), kind: 'dac', structure: undefined, scopes: new Set() }
  next()
})
app.post('/', readLargeBody, (request: Request, response: Response) => void response.json({ bytes: (request.body as Uint8Array).length }))
app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  response.status(error instanceof HubError ? 429 : 500).json({ code: error instanceof HubError ? error.code : String(error) })
})
const server = http.createServer(app)
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const port = (server.address() as AddressInfo).port
afterAll(() => void server.close())

const open: http.ClientRequest[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.destroy()
})

function begin(client: string, headers: http.OutgoingHttpHeaders = {}): http.ClientRequest {
  const request = http.request({ port, method: 'POST', headers: { 'x-client': client, 'content-type': 'application/fhir+json', ...headers } })
  request.on('error', () => undefined)
  open.push(request)
  return request
}

/** All of a body but its last byte, once the server has taken it. */
async function beginLargest(client: string): Promise<http.ClientRequest> {
  const request = begin(client, { 'content-length': LARGEST_BODY })
  await new Promise<void>(resolve => request.write(Buffer.alloc(LARGEST_BODY - 1, ' '), () => resolve()))
  return request
}

async function answerOf(request: http.ClientRequest): Promise<{ status: number | undefined; body: unknown }> {
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }
}

const send = (client: string, body: Buffer | string, headers?: http.OutgoingHttpHeaders): ReturnType<typeof answerOf> =>
  answerOf(begin(client, headers).end(body))

const REFUSED = { status: 429, body: { code: 'fhir.throttled' } }

describe('the bodies of one client', () => {
  it('hold eight of the largest together, and nobody else is refused for it', async () => {
    const unfinished = []
    for (let at = 0; at < 8; at += 1) unfinished.push(await beginLargest('greedy'))
    await expect.poll(() => send('greedy', Buffer.alloc(1000))).toEqual(REFUSED)
    expect(await send('other', 'abc')).toMatchObject({ status: 200, body: { bytes: 3 } })
    unfinished[0]?.end(' ')
    expect(await answerOf(unfinished[0] as http.ClientRequest)).toMatchObject({ status: 200, body: { bytes: LARGEST_BODY } })
    await expect.poll(() => send('greedy', 'abc')).toMatchObject({ status: 200, body: { bytes: 3 } })
  })

  it('count as the largest where they are packed or do not say their size, and no longer once their connection has ended', async () => {
    const packed = Array.from({ length: 9 }, (_one, at) => begin('packer', at % 2 === 0 ? {} : { 'content-encoding': 'gzip', 'content-length': 100 }))
    const refused = Promise.any(packed.map(answerOf))
    for (const one of packed) one.flushHeaders()
    expect(await refused).toEqual(REFUSED)
    for (const one of packed) one.destroy()
    await expect.poll(() => send('packer', 'abc')).toMatchObject({ status: 200, body: { bytes: 3 } })
  })
})
