/*
  The stand-in of whoever is told of incidents by webhook: keeps each POST once per Idempotency-Key, with the signature it came with.

    POST /<any path>   Idempotency-Key, X-Hub-Signature-256 → 200; a key that is known is kept no second time
*/
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { type Answer, parseJson } from './http.ts'
import { Received } from './received.ts'
import { type HttpSettings, type StandIn, startHttpStandIn } from './stand-in.ts'

/** Throws when the port is taken. */
export async function startWebhooks(settings: HttpSettings): Promise<StandIn> {
  const received = await Received.open(join(settings.dataDir, 'webhooks.jsonl'))
  const kept = new Set((JSON.parse(await received.asJson('')) as { key?: string }[]).map(({ key }) => key))
  return startHttpStandIn(settings, { received, serve: (request, body) => serve(request, body, { received, kept }) })
}

async function serve(request: IncomingMessage, bytes: Buffer, { received, kept }: { received: Received; kept: Set<string | undefined> }): Promise<Answer> {
  if (request.method !== 'POST') return { status: 404, body: '{}' }
  const key = headerOf(request, 'idempotency-key')
  const body = parseJson(bytes)
  if (key === undefined || body === undefined) return { status: 400, body: JSON.stringify({ error: 'expects JSON and an Idempotency-Key' }) }
  if (kept.has(key)) return { status: 200, body: '{}' }
  kept.add(key)
  const text = bytes.toString('utf8')
  await received.add({ at: new Date().toISOString(), path: request.url, key, signature: headerOf(request, 'x-hub-signature-256'), text, body })
  return { status: 200, body: '{}' }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
