/*
  Notifies one subscriber: one POST to the address that was checked, one attempt, no redirect; of the answer only the status is kept.
*/
import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import { HubError } from '../../profiles/errors.ts'
import type { Outgoing, Receipt } from '../connector.ts'
import type { SubscriptionConfig } from './config.ts'
import { type Checked, checkEndpoint, pinned, type Resolve } from './guard.ts'
import { type NotificationPayload, readHeader } from './wire.ts'

/**
 * Throws: subscription.endpoint, subscription.endpoint_private (nothing was sent), subscription.certificate (the certificate of the endpoint is not valid),
 *         subscription.deferred (no connection, no answer in time, or any answer but 2xx).
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
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(config.timeoutMs)])
  const checked = await inTime(checkEndpoint(payload.endpoint, config, resolve), deadline)
  const headers = {
    ...Object.fromEntries(payload.headers.flatMap(line => [readHeader(line) ?? []]).filter(pair => pair.length === 2)),
    'content-type': payload.contentType ?? 'application/fhir+json',
    ...(traceparent === undefined ? {} : { traceparent }),
  }
  const status = await post(checked, { config, headers, body: payload.json, signal: deadline })
  if (status < 200 || status > 299) throw new HubError('subscription.deferred', { reply: String(status) })
  return { code: String(status) }
}

/** The files it is to use can be read. Which endpoints there are, only the ledger knows. */
export async function check(config: SubscriptionConfig): Promise<void> {
  filesOf(config)
}

/** A resolver or a handshake that hangs is a subscriber who does not answer. */
async function inTime<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(new HubError('subscription.deferred', { path: 'endpoint' }))
    if (deadline.aborted) end()
    else deadline.addEventListener('abort', end, { once: true })
  })
  return Promise.race([work, late])
}

interface Posting {
  config: SubscriptionConfig
  headers: Record<string, string>
  body: string
  signal: AbortSignal
}

async function post(checked: Checked, { config, headers, body, signal }: Posting): Promise<number> {
  // The name stays in the address, so the certificate is verified against it; the connection goes where the check went.
  const dispatcher = new Agent({ connect: { lookup: pinned(checked), timeout: config.timeoutMs, ...filesOf(config) }, pipelining: 0 })
  try {
    // undici looks at the signal once it is connected: an endpoint that is silent in the handshake would hold it longer.
    const response = await inTime(request(checked.url, { method: 'POST', headers, body, signal, dispatcher }), signal)
    response.body.on('error', () => undefined)
    await response.body.dump({ limit: config.maxAnswerBytes, signal }).catch(() => undefined)
    return response.statusCode
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw new HubError(isCertificateFault(cause) ? 'subscription.certificate' : 'subscription.deferred', { cause })
  } finally {
    void dispatcher.destroy().catch(() => undefined)
  }
}

/** Throws: config.invalid. */
function filesOf({ caFile, certFile, keyFile }: SubscriptionConfig): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path)
    } catch (cause) {
      throw new HubError('config.invalid', { path: 'connectors.subscription', cause })
    }
  }
  return {
    ...(caFile === undefined ? {} : { ca: read(caFile) }),
    ...(certFile === undefined || keyFile === undefined ? {} : { cert: read(certFile), key: read(keyFile) }),
  }
}

/** The X509 codes of Node (`tls`, "X509 certificate error codes"). */
function isCertificateFault(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return /^(CERT_|CRL_|ERR_TLS_CERT|ERROR_IN_C|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_(CA|PURPOSE)$|PATH_LENGTH|HOSTNAME_MISMATCH)/.test(code)
}
