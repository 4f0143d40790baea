/*
  Renders what leaves of a stored CDA that no message brought, as a mail or for the software of a hospital: the same bytes on every attempt.
*/
import type { CdaHeader } from '../../mappers/cda/header/header.ts'
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { type Cda, readCda } from '../../mappers/cda/xml/tree.ts'
import { type ConsumerMessage, writeConsumerMessage } from '../../mappers/hl7v2/consumer-message.ts'
import type { Action, Transmission } from '../../mappers/hl7v2/reading/transmission.ts'
import { transmissionOfDocument } from '../../mappers/hl7v2/reading/transmission-of-document.ts'
import { type Mail, type MailInput, mapDeliveryToMail } from '../../mappers/mail/mail.ts'
import { insKindOf } from '../../profiles/identity.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'

export interface StoredEdition {
  /** The CDA as stored. */
  document: Uint8Array
  change: Action
  /** Of one that the hub did not write. */
  isInsQualified?: boolean
  /** Labels of its card: MASQUE_PS … */
  labels: readonly string[]
  /** The type its card has: a CDA may say none. */
  documentType?: string | undefined
}

export interface RenderEditionMail extends StoredEdition, Pick<MailInput, 'from' | 'reference' | 'messageId' | 'earlier' | 'date' | 'product' | 'sourceId'> {
  address: string
}

export interface RenderEditionMessage extends StoredEdition, Omit<ConsumerMessage, 'transmission' | 'header'> {
  processing: Transmission['processing']
}

export function renderEditionMail({ document, change, address, isInsQualified, labels, documentType, ...known }: RenderEditionMail): Mail {
  const cda = readCda(document)
  const header = headerOf(cda, documentType)
  const isQualified = isInsQualified ?? carriesIns(header)
  const pdf = documentPdf(cda, header)?.bytes
  return mapDeliveryToMail({
    ...known,
    change,
    documents: [{ header, document, ...(pdf === undefined ? {} : { pdf }) }],
    transmission: transmissionOfDocument(header, { document, action: change, processing: 'P', isInsQualified: isQualified, labels }),
    recipient: { address, kind: 'ps', path: '' },
    isInsQualified: isQualified,
  }).output
}

export function renderEditionMessage({ document, change, isInsQualified, labels, documentType, processing, ...known }: RenderEditionMessage): Uint8Array {
  const header = headerOf(readCda(document), documentType)
  const sent = { document, action: change, processing, isInsQualified: isInsQualified ?? carriesIns(header), labels }
  return writeConsumerMessage({ ...known, transmission: transmissionOfDocument(header, sent), header })
}

/** Spec: cda.md 1.1: the type is one of JDV_J07, in the CDA as on its card. */
function headerOf(cda: Cda, documentType: string | undefined): CdaHeader {
  const { header } = readCdaHeader(cda)
  return header.code.code !== undefined || documentType === undefined
    ? header
    : { ...header, code: { code: documentType, ...J07_DOCUMENT_TYPES.get(documentType) } }
}

/** A document of ours carries an INS only of a qualified identity. */
const carriesIns = ({ patient }: CdaHeader): boolean => patient.identifiers.some(({ root }) => insKindOf(root) !== undefined)
