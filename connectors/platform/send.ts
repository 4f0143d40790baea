/*
  Sends one notification to the regional platform: one POST, one attempt.
*/
import { request } from 'undici'
import { HubError } from '../../profiles/errors.ts'
import { deadlineOf } from '../deadline.ts'
import type { Outgoing, Receipt } from '../connector.ts'
import type { PlatformConfig } from './config.ts'
import { notificationUrl, type PlatformPayload, refusal } from './wire.ts'

/**
 * Out:    the HTTP status and the Location of what the platform made.
 * Throws: platform.refused (4xx), platform.deferred (408, 429, 5xx), platform.unreachable (dependency `platform`).
 * Spec:   Notification d'évènements 3.0.0, flux 3.
 */
export async function send(delivery: Outgoing<PlatformPayload>, config: PlatformConfig, signal: AbortSignal): Promise<Receipt> {
  const url = notificationUrl(config.url, delivery.payload.path)
  const headers: Record<string, string> = { 'content-type': 'application/fhir+json', accept: 'application/fhir+json' }
  if (delivery.traceparent !== undefined) headers['traceparent'] = delivery.traceparent
  const answer = await exchange(url, { method: 'POST', headers, body: delivery.payload.json }, deadlineOf(signal, config.timeoutMs))
  if (answer.status < 200 || answer.status > 299) throw refusal(answer.status)
  const receipt: Receipt = { code: String(answer.status) }
  if (answer.location !== undefined) receipt.reference = answer.location
  return receipt
}

/** Reachable? Any HTTP answer to GET /metadata but 5xx is a yes. */
export async function check(config: PlatformConfig): Promise<void> {
  const url = `${config.url.replace(/\/+$/, '')}/metadata`
  const answer = await exchange(url, { method: 'GET', headers: { accept: 'application/fhir+json' } }, AbortSignal.timeout(config.timeoutMs))
  if (answer.status >= 500) throw refusal(answer.status)
}

interface Answer {
  status: number
  location: string | undefined
}

async function exchange(
  url: string,
  options: { method: 'POST' | 'GET'; headers: Record<string, string>; body?: string },
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const response = await request(url, { ...options, signal })
    // the answer's body may hold values of the person: it is drained (so that the connection can be used again), never kept; one that hangs takes nothing back of the status
    await response.body.dump({ limit: 1 << 20, signal }).catch(() => undefined)
    const location = response.headers['location']
    return { status: response.statusCode, location: typeof location === 'string' ? location.slice(0, 500) : undefined }
  } catch (cause) {
    throw new HubError('platform.unreachable', { cause, dependency: 'platform' })
  }
}
