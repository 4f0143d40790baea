/*
  Sealed page links: the store's own paging link, opaque to the caller, good for the one it was given to and no other, for half an hour, on every replica.
    link => base64url( nonce 12 | AES-256-GCM( {path, type, action, caller, at, total} ) | tag 16 )
*/
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import { HubError } from '../../../profiles/errors.ts'
import type { Actor } from '../../access/callers/actor.ts'
import type { ServedType } from '../types.ts'

const LIFE_MS = 30 * 60_000

/** What further pages are of. */
export type PagedAction = 'search' | 'history' | 'everything'

export interface Page {
  /** Path and query of the store's link, below its base. */
  path: string
  type: ServedType
  action: PagedAction
  /** How many there are in all, where the first page knew. */
  total?: number | undefined
  /** Of a search whose matches were looked at one by one, or an `$everything`: how many of those that may be seen come before; `path` is its query then, behind the person’s id. Of a history: how many versions of that page of the store. */
  offset?: number
  /** Where it begins, whatever came or went meanwhile: of matches the first one of the page, of a population the last one before it. */
  mark?: string
  /** Of a history: how many versions a page holds. */
  count?: number
}

interface Sealed extends Page {
  caller: string
  at: number
}

export interface PageLinks {
  seal(page: Page, actor: Actor): string
  /** Throws: fhir.page_altered for what this hub did not seal, fhir.page_foreign for another caller's, fhir.page_expired. */
  open(sealed: string, actor: Actor): Page
}

/** In: secret = text that all replicas share and nobody else has. */
export function createPageLinks(secret: string, now: () => number = Date.now): PageLinks {
  const key = Buffer.from(hash('sha256', `page-links|${secret}`, 'hex'), 'hex')
  return {
    seal(page, actor) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const content: Sealed = { ...page, caller: callerOf(actor), at: now() }
      const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed, actor) {
      const { caller, at, ...page } = opened(key, sealed)
      if (caller !== callerOf(actor)) throw new HubError('fhir.page_foreign', { path: '_page' })
      if (now() > at + LIFE_MS) throw new HubError('fhir.page_expired', { path: '_page' })
      return page
    },
  }
}

/** Two people who use the same software are two callers. */
const callerOf = ({ clientId, user, person }: Actor): string => [clientId, user?.idNatPs ?? '', person?.patient ?? '', person?.relative ?? ''].join('|')

function opened(key: Buffer, sealed: string): Sealed {
  try {
    const bytes = Buffer.from(sealed, 'base64url')
    // Base64 reads over what is none of it: only the text that was given out is a link.
    if (bytes.toString('base64url') !== sealed) throw new RangeError('not canonical')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    decipher.setAuthTag(bytes.subarray(bytes.length - 16))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, bytes.length - 16)), decipher.final()]).toString('utf8')) as Sealed
  } catch (cause) {
    throw new HubError('fhir.page_altered', { path: '_page', cause })
  }
}
