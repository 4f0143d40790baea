/*
  Which document a card is of. One document has one card, whichever door brings it first: its id follows from that of the document, as where a message brings it.
*/
import { createHash } from 'node:crypto'
import { uniqueIdOfCard } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import type { Deposited } from '../../flows/care-flow.ts'
import type { Asked } from './asked.ts'

const IS_XML = /^(text|application)\/(xslt\+)?xml\b/

/** In: what is created, among all that is asked. Undefined for what is no card, or says of no document. */
export function depositedIn({ resource }: Asked, all: readonly Asked[]): Deposited | undefined {
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
