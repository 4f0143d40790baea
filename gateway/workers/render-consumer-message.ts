/*
  Renders the document that a hospital wants, from the stored message: the same input gives the same bytes, on every attempt.
*/
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../mappers/cda/xml/tree.ts'
import { type ConsumerMessage, writeConsumerMessage } from '../../mappers/hl7v2/consumer-message.ts'
import { readTransmission } from '../../mappers/hl7v2/reading/read-transmission.ts'
import type { Action } from '../../mappers/hl7v2/reading/transmission.ts'

export interface RenderConsumerMessage extends Omit<ConsumerMessage, 'transmission' | 'header'> {
  bytes: Uint8Array
  maxDocumentBytes: number
  /** What was done to the document: a first transmission may replace an earlier version too. */
  action: Action
  /** The other format of the document is meant. */
  isOther: boolean
}

/** Throws: hl7v2.*, document.* where an accepted message can no longer be read. */
export function renderConsumerMessage({ bytes, maxDocumentBytes, action, isOther, ...known }: RenderConsumerMessage): Uint8Array {
  const { transmission } = readTransmission(bytes, { maxDocumentBytes })
  const document = (isOther ? transmission.otherFormat : undefined) ?? transmission.document
  const { header } = readCdaHeader(readCda(document))
  return writeConsumerMessage({ ...known, transmission: { ...transmission, document, action }, header })
}
