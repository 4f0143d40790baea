/*
  Reads lists of revoked certificates for TLS. Where one is given, each authority of a certificate's chain needs its list: a certificate without it is not taken.
*/
import { readFileSync } from 'node:fs'

const LIST = /-----BEGIN X509 CRL-----[\s\S]+?-----END X509 CRL-----/g

/** Option `crl` of TLS; nothing without a file. Each list by itself: Node reads only the first of a text, and refuses what is none. Throws for a file that cannot be read. */
export function revokedIn(crlFile: string | undefined): { crl?: string[] } {
  if (crlFile === undefined) return {}
  const text = readFileSync(crlFile, 'utf8')
  return { crl: text.match(LIST) ?? [text] }
}
