/*
  Reads the hub's own HMAC keys from their files: pseudonyms and mail references. (Those of access tokens: access/signing-keys.ts.)
*/
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { HubConfig } from './config.ts'

export interface Keys {
  /** Stable pseudonym of a person, sender or lane: HMAC-SHA256 in base64url, 22 characters. */
  pseudonym(value: string): string
  /** Our own unguessable reference of one delivery: HMAC-SHA256 in base64url, 32 characters; the same for the same delivery. */
  reference(value: string): string
}

export function readKeys(config: HubConfig): Keys {
  const pseudonymKey = readFileSync(config.keys.pseudonymFile)
  const referenceKey = readFileSync(config.keys.referenceFile)
  const hmac = (key: Buffer, value: string): string => createHmac('sha256', key).update(value).digest('base64url')
  return {
    pseudonym: value => hmac(pseudonymKey, value).slice(0, 22),
    reference: value => hmac(referenceKey, value).slice(0, 32),
  }
}
