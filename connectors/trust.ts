/*
  Whom TLS trusts: reads files of authorities and lists of revoked certificates, and refuses those that say nothing: Node would trust everybody it knows, or nobody.
  Where lists are given, each authority of a certificate's chain needs its own: a certificate without it is not taken.

    CertificateList => SEQUENCE { TBSCertList => SEQUENCE { [version] signature issuer thisUpdate [nextUpdate] … } … }     (RFC 5280, 5.1)
    Certificate     => SEQUENCE { TBSCertificate => SEQUENCE { [version] serialNumber signature issuer validity subject … } … }
*/
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** To the end of the text where it was cut off: no part of a file counts for the whole. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?(?:-----END CERTIFICATE-----|$)/g
const LIST = /-----BEGIN X509 CRL-----([\s\S]+?)(?:-----END X509 CRL-----|$)/g
const [SEQUENCE, UTC_TIME, GENERALIZED_TIME] = [0x30, 0x17, 0x18]

/** Every certificate of a file. Throws for a file that cannot be read, and for one without any. */
export function certificatesIn(file: string): [X509Certificate, ...X509Certificate[]] {
  const text = readFileSync(file, 'utf8')
  const [first = text, ...more] = text.match(CERTIFICATE) ?? []
  return [new X509Certificate(first), ...more.map(block => new X509Certificate(block))]
}

/** Option `ca` of TLS; nothing without a file. Throws as certificatesIn. */
export function authoritiesIn(caFile: string | undefined): { ca?: string[] } {
  return caFile === undefined ? {} : { ca: certificatesIn(caFile).map(String) }
}

/** Option `crl` of TLS; nothing without a file. Each list by itself: Node reads only the first of a text, and refuses what is none. Throws for a file that cannot be read. */
export function revokedIn(crlFile: string | undefined): { crl?: string[] } {
  if (crlFile === undefined) return {}
  const text = readFileSync(crlFile, 'utf8')
  return { crl: text.match(LIST) ?? [text] }
}

/** What a list says of itself. */
export interface RevocationList {
  /** Its authority, as DER. */
  issuer: Buffer
  from: Date
  /** From then on it counts no more, and nobody of its authority is taken. */
  endsAt: Date | undefined
}

/** Throws for a file that cannot be read, and for what is no list. */
export function listsIn(crlFile: string): RevocationList[] {
  return [...readFileSync(crlFile, 'utf8').matchAll(LIST)].map(([, base64 = '']) => {
    const parts = [...elementsOf(Buffer.from(base64, 'base64'), 2)]
    const issuer = parts.filter(({ tag }) => tag === SEQUENCE)[1]
    const [from, endsAt] = parts.flatMap(timeOf)
    if (issuer === undefined || from === undefined) throw new TypeError('no list of revoked certificates')
    return { issuer: issuer.whole, from, endsAt }
  })
}

/** The subject of a certificate, as DER: what the lists of an authority name as their issuer. */
export const subjectOf = ({ raw }: X509Certificate): Buffer | undefined => [...elementsOf(raw, 2)].filter(({ tag }) => tag === SEQUENCE)[3]?.whole

interface Element {
  tag: number
  whole: Buffer
  content: Buffer
}

/** The elements inside the first element, so many levels deep. */
function* elementsOf(der: Buffer, depth: number): Generator<Element> {
  for (let at = 0; at + 1 < der.length; ) {
    const short = der.readUInt8(at + 1)
    const more = short < 0x80 ? 0 : short & 0x7f
    const start = at + 2 + more
    const end = start + (more === 0 ? short : der.readUIntBE(at + 2, more))
    const content = der.subarray(start, end)
    if (depth > 0) return yield* elementsOf(content, depth - 1)
    yield { tag: der.readUInt8(at), whole: der.subarray(at, end), content }
    at = end
  }
}

/** YYMMDDhhmmssZ up to 2049, YYYYMMDDhhmmssZ from then on. */
function timeOf({ tag, content }: Element): Date[] {
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) return []
  const text = content.toString('latin1')
  const [, year = '', ...rest] = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const [month, day, hour, minute, second] = rest
  return [new Date(`${year.length === 4 ? year : (year < '50' ? '20' : '19') + year}-${month}-${day}T${hour}:${minute}:${second}Z`)]
}
