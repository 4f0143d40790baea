/*
  Sealed page links: the store's own paging link, opaque to the caller, good for the client it was given to and no other, on every replica.
    link => base64url( nonce 12 | AES-256-GCM( {query, client, type} ) | tag 16 )
*/
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import { HubError } from '../../profiles/errors.ts'
import type { ServedType } from './types.ts'

export interface Page {
  /** What the store's link held behind its `?`. */
  query: string
  clientId: string
  type: ServedType
}

export interface PageLinks {
  seal(page: Page): string
  /** Throws: store.not_found for what this hub did not seal for this client. */
  open(sealed: string, clientId: string): Page
}

/** In: secret = text that all replicas share and nobody else has. */
export function createPageLinks(secret: string): PageLinks {
  const key = Buffer.from(hash('sha256', `page-links|${secret}`, 'hex'), 'hex')
  return {
    seal(page) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(JSON.stringify(page), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed, clientId) {
      const page = opened(key, sealed)
      if (page.clientId !== clientId) throw new HubError('store.not_found', { path: '_page' })
      return page
    },
  }
}

function opened(key: Buffer, sealed: string): Page {
  try {
    const bytes = Buffer.from(sealed, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(bytes.length - 16))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, bytes.length - 16)), decipher.final()]).toString('utf8')) as Page
  } catch (cause) {
    throw new HubError('store.not_found', { path: '_page', cause })
  }
}
