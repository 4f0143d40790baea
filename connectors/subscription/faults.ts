/*
  What a subscriber's answer, or its lack, means. Source: RFC 9110 10.2.3, 15; the codes of Node for certificates (`tls`, "X509 certificate error codes") and of OpenSSL for alerts.

    2xx taken   3xx redirected   410 gone   413 too_large   429 throttled   other 4xx refused   5xx unavailable   none: deferred, or what is wrong with a certificate
*/
import { type ErrorCode, HubError } from '../../profiles/errors.ts'

const REFUSALS: Readonly<Record<number, ErrorCode>> = { 410: 'subscription.gone', 413: 'subscription.too_large', 429: 'subscription.throttled' }

/** In: any status but 2xx, and the header Retry-After of that answer. */
export function refusalOf(status: number, retryAfter: string | undefined): HubError {
  const known = REFUSALS[status] ?? (status < 400 ? 'subscription.redirected' : status < 500 ? 'subscription.refused' : 'subscription.unavailable')
  const retryAfterMs = status === 429 || status === 503 ? readRetryAfter(retryAfter, Date.now()) : undefined
  return new HubError(known, { path: `HTTP ${status}`, reply: String(status), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
}

/** In: seconds, or a date. Out: ms from now; undefined for what is neither, or a moment that is over. */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  const ms = value === undefined ? Number.NaN : /^\d{1,10}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return ms > 0 ? ms : undefined
}

const CERTIFICATES: readonly [RegExp, ErrorCode][] = [
  [/^CERT_HAS_EXPIRED$/, 'subscription.certificate_expired'],
  [/^CERT_NOT_YET_VALID$/, 'subscription.certificate_early'],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, 'subscription.certificate_host'],
  [/^(UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|CERT_UNTRUSTED$)/, 'subscription.certificate_issuer'],
  [/^CERT_REVOKED$/, 'subscription.certificate_revoked'],
  [/^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA)/, 'subscription.certificate_own'],
  [/^(CERT_|CRL_|ERR_TLS_CERT|ERROR_IN_C|UNABLE_TO_|INVALID_(CA|PURPOSE)$|PATH_LENGTH)/, 'subscription.certificate'],
]

/** In: why there was no answer. */
export function faultOf(cause: unknown): HubError {
  const given = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new HubError(CERTIFICATES.find(([pattern]) => pattern.test(given))?.[1] ?? 'subscription.deferred', { cause })
}
