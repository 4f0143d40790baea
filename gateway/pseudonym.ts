/*
  Pseudonyms: HMACs under the hub's generated key, so that lane keys, Kafka keys and the monitor's index name nobody.
*/
import { createHmac, hkdfSync } from 'node:crypto'

export type PseudonymKind = 'person' | 'lane'

export interface Pseudonyms {
  /** 22 characters of base64url; the same value gives the same pseudonym on every replica, and another one per kind. */
  of(kind: PseudonymKind, value: string): string
  /** A key of 32 bytes for another use (sealing page links), derived from the same secret. */
  deriveKey(use: string): Uint8Array
}

/**
 * In: secret = the bytes of `keys.pseudonymFile`, at least 32.
 */
export function createPseudonyms(secret: Uint8Array): Pseudonyms {
  if (secret.byteLength < 32) throw new RangeError('the pseudonym key is shorter than 32 bytes')
  const deriveKey = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, 'e-parcours', use, 32))
  const keys = { person: deriveKey('pseudonym/person'), lane: deriveKey('pseudonym/lane') }
  return {
    of: (kind, value) => createHmac('sha256', keys[kind]).update(value).digest('base64url').slice(0, 22),
    deriveKey,
  }
}
