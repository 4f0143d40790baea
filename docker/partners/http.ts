/*
  The HTTP face that both stand-ins share: GET /received[?holding=TEXT], POST /control {"down": true|false}, and what the stand-in itself serves.
*/
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Received } from './received.ts'

export interface Answer {
  status: number
  /** JSON text. */
  body: string
  headers?: Record<string, string>
}

export interface Face {
  received: Received
  isDown: () => boolean
  /** Resolves once the change has taken effect. */
  setDown: (down: boolean) => Promise<void>
  /** Everything but the two paths; not asked while down. */
  serve: (request: IncomingMessage, body: Buffer) => Promise<Answer>
}

const MAX_BODY_BYTES = 16 << 20

export function createHttp(face: Face): Server {
  return createServer((request, response) => {
    answer(request, face)
      .catch((): Answer => ({ status: 500, body: '{}' }))
      .then(({ status, body, headers }) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        response.end(body)
      })
  })
}

async function answer(request: IncomingMessage, face: Face): Promise<Answer> {
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
  const body = await readBody(request)
  if (body === undefined) return { status: 413, body: '{}', headers: { connection: 'close' } }
  if (path === '/received' && request.method === 'GET') return { status: 200, body: await face.received.asJson(searchParams.get('holding') ?? '') }
  if (path === '/control' && request.method === 'POST') return control(body, face)
  if (face.isDown()) return { status: 503, body: '{}', headers: { 'retry-after': '1' } }
  return face.serve(request, body)
}

async function control(body: Buffer, face: Face): Promise<Answer> {
  const order = parseJson(body)
  const down = typeof order === 'object' && order !== null && 'down' in order ? order.down : undefined
  if (typeof down !== 'boolean') return { status: 400, body: JSON.stringify({ error: 'expects {"down": true|false}' }) }
  await face.setDown(down)
  return { status: 200, body: JSON.stringify({ down }) }
}

/** The JSON value, or undefined where the bytes are none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
