/*
  Which document a card is of. One document has one card, whichever door brings it first: its id follows from that of the document, as where a message brings it.
*/
import { createHash } from 'node:crypto'
import { uniqueIdOfCard } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import type { Deposited } from '../../flows/care-flow.ts'
import type { Asked } from './asked.ts'
import type { Current } from './current.ts'
import { asStored } from './splice.ts'

const IS_XML = /^(text|application)\/(xslt\+)?xml\b/

/** In: what is created, among all that is asked. Undefined for what is no card, or says of no document. */
export function depositedIn({ resource }: Pick<Asked, 'resource'>, all: readonly Asked[]): Deposited | undefined {
  const documentId = resource.resourceType === 'DocumentReference' ? uniqueIdOfCard(resource) : undefined
  if (resource.resourceType !== 'DocumentReference' || documentId === undefined) return undefined
  const { attachment = {} } = resource.content.find(one => IS_XML.test(one.attachment.contentType ?? '')) ?? resource.content[0] ?? {}
  const { data, url = '' } = attachment
  const beside = all.find(({ fullUrl }) => fullUrl !== undefined && (fullUrl === url || fullUrl.endsWith(`/${url}`)))?.resource
  const encoded = data ?? (beside?.resourceType === 'Binary' ? beside.data : undefined)
  // What is not sent here is known by its address: nobody is told what an address holds.
  const digest = createHash('sha256')
    .update(encoded === undefined ? url : Buffer.from(encoded, 'base64'))
    .digest('hex')
  return { documentId, digest }
}

/** A content beside a card that is there already and holds the same (by its SHA-1) is the one that stands there: nobody would read a second one. */
export function withHeldContents<Named extends { asked: Asked; id: string; current?: Current }>(named: readonly Named[]): Named[] {
  const held = new Map<string | undefined, { url: string; card: Current }>()
  for (const { asked, current } of named) {
    if (asked.verb !== 'create' || current?.resource.resourceType !== 'DocumentReference') continue
    for (const { attachment } of current.resource.content)
      if (attachment.url?.startsWith('Binary/')) held.set(attachment.hash, { url: attachment.url, card: current })
  }
  return named.map(one => {
    const { resource, text } = one.asked
    if (held.size === 0 || resource.resourceType !== 'Binary') return one
    const sha1 = createHash('sha1').update(Buffer.from(resource.data ?? '', 'base64'))
    const found = held.get(sha1.digest('base64'))
    if (found === undefined) return one
    const id = found.url.slice('Binary/'.length)
    return { ...one, id, current: { ...found.card, type: 'Binary', id, version: 1, text: asStored(text, id), resource: { ...resource, id } } }
  })
}
