/*
  Whom TLS trusts: reads files of authorities and lists of revoked certificates, and refuses those that say nothing: Node would trust everybody it knows, or nobody.
  Where lists are given, each authority of a certificate's chain needs its own: a certificate without it is not taken.
*/
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const LIST = /-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g

/** Option `ca` of TLS; nothing without a file. Throws for a file that cannot be read, and for one without a certificate. */
export function authoritiesIn(caFile: string | undefined): { ca?: string[] } {
  if (caFile === undefined) return {}
  const text = readFileSync(caFile, 'utf8')
  return { ca: (text.match(CERTIFICATE) ?? [text]).map(block => String(new X509Certificate(block))) }
}

/** Option `crl` of TLS; nothing without a file. Each list by itself: Node reads only the first of a text, and refuses what is none. Throws for a file that cannot be read. */
export function revokedIn(crlFile: string | undefined): { crl?: string[] } {
  if (crlFile === undefined) return {}
  const text = readFileSync(crlFile, 'utf8')
  return { crl: text.match(LIST) ?? [text] }
}
