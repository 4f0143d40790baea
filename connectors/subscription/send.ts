/*
  Notifies one subscriber: one POST to the address that was checked, one attempt, no redirect; of the answer only the status is kept.
*/
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Agent, request } from 'undici'
import { HubError } from '../../profiles/errors.ts'
import { deadlineOf } from '../deadline.ts'
import type { Outgoing, Receipt } from '../connector.ts'
import { ownFile } from '../own-file.ts'
import type { SubscriptionConfig } from './config.ts'
import { faultOf, refusalOf } from './faults.ts'
import { type Checked, checkEndpoint, pinned, type Resolve } from './guard.ts'
import { type NotificationPayload, readHeader } from './wire.ts'

/**
 * Throws: subscription.endpoint, subscription.endpoint_private (nothing was sent), subscription.certificate… (a certificate does not hold),
 *         subscription.deferred (no connection, or no answer in time), what any answer but 2xx means (faults.ts).
 * Spec:   fhir-fr.md 5.3.
 */
export async function send(delivery: Outgoing<NotificationPayload>, config: SubscriptionConfig, signal: AbortSignal): Promise<Receipt> {
  return sendTo(delivery, { config, signal })
}

interface Way {
  config: SubscriptionConfig
  signal: AbortSignal
  /** How names are looked up, where it is not the machine that does it. */
  resolve?: Resolve
}

/** As `send`, with the resolver in the caller's hand. */
export async function sendTo({ payload, traceparent }: Outgoing<NotificationPayload>, { config, signal, resolve }: Way): Promise<Receipt> {
  const deadline = deadlineOf(signal, config.timeoutMs)
  const checked = await inTime(checkEndpoint(payload.endpoint, config, resolve), deadline)
  const headers = {
    ...Object.fromEntries(payload.headers.flatMap(line => [readHeader(line) ?? []]).filter(pair => pair.length === 2)),
    'content-type': payload.contentType ?? 'application/fhir+json',
    ...(traceparent === undefined ? {} : { traceparent }),
  }
  const { status, retryAfter } = await post(checked, { config, headers, body: payload.json, signal: deadline })
  if (status < 200 || status > 299) throw refusalOf(status, retryAfter)
  return { code: String(status) }
}

/** The files it is to use can be read. Which endpoints there are, only the ledger knows. */
export async function check(config: SubscriptionConfig): Promise<void> {
  filesOf(config)
}

/** A resolver or a handshake that hangs is a subscriber who does not answer. */
async function inTime<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  const late = async (): Promise<never> => {
    if (!deadline.aborted) await once(deadline, 'abort')
    throw new HubError('subscription.deferred', { path: 'endpoint' })
  }
  return Promise.race([work, late()])
}

interface Posting {
  config: SubscriptionConfig
  headers: Record<string, string>
  body: string
  signal: AbortSignal
}

async function post(checked: Checked, { config, headers, body, signal }: Posting): Promise<{ status: number; retryAfter: string | undefined }> {
  // The name stays in the address, so the certificate is verified against it; the connection goes where the check went.
  const dispatcher = new Agent({ connect: { lookup: pinned(checked), timeout: config.timeoutMs, ...filesOf(config) }, pipelining: 0 })
  try {
    // undici looks at the signal once it is connected: an endpoint that is silent in the handshake would hold it longer.
    const response = await inTime(request(checked.url, { method: 'POST', headers, body, signal, dispatcher }), signal)
    response.body.on('error', () => undefined)
    await response.body.dump({ limit: config.maxAnswerBytes, signal }).catch(() => undefined)
    const retryAfter = response.headers['retry-after']
    return { status: response.statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined }
  } catch (cause) {
    throw cause instanceof HubError ? cause : faultOf(cause)
  } finally {
    void dispatcher.destroy().catch(() => undefined)
  }
}

/** Throws: config.unreadable, also for a key of another certificate. */
function filesOf({ caFile, certFile, keyFile }: SubscriptionConfig): { secureContext?: SecureContext } {
  if (caFile === undefined && certFile === undefined) return {}
  const read = (file: string | undefined): Buffer | undefined => (file === undefined ? undefined : readFileSync(file))
  return ownFile('connectors.subscription', 'certificates', () => ({
    secureContext: createSecureContext({ ca: read(caFile), cert: read(certFile), key: read(keyFile) }),
  }))
}
