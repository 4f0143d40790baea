/*
  Renders what leaves of a stored CDA that no message brought, as a mail or for the software of a hospital: the same bytes on every attempt.
*/
import type { CdaHeader } from '../../mappers/cda/header/header.ts'
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { readCda } from '../../mappers/cda/xml/tree.ts'
import { type ConsumerMessage, writeConsumerMessage } from '../../mappers/hl7v2/consumer-message.ts'
import type { Action, Transmission } from '../../mappers/hl7v2/reading/transmission.ts'
import { transmissionOfDocument } from '../../mappers/hl7v2/reading/transmission-of-document.ts'
import { type Mail, type MailInput, mapDeliveryToMail } from '../../mappers/mail/mail.ts'
import { insKindOf } from '../../profiles/identity.ts'

export interface StoredEdition {
  /** The CDA as stored. */
  document: Uint8Array
  change: Action
  /** Of one that the hub did not write. */
  isInsQualified?: boolean
  /** Labels of its card: MASQUE_PS … */
  labels: readonly string[]
}

export interface RenderEditionMail extends StoredEdition, Pick<MailInput, 'from' | 'reference' | 'messageId' | 'earlier' | 'date' | 'product' | 'sourceId'> {
  address: string
}

export interface RenderEditionMessage extends StoredEdition, Omit<ConsumerMessage, 'transmission' | 'header'> {
  processing: Transmission['processing']
}

export function renderEditionMail({ document, change, address, isInsQualified, labels, ...known }: RenderEditionMail): Mail {
  const cda = readCda(document)
  const { header } = readCdaHeader(cda)
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

export function renderEditionMessage({ document, change, isInsQualified, labels, processing, ...known }: RenderEditionMessage): Uint8Array {
  const { header } = readCdaHeader(readCda(document))
  const sent = { document, action: change, processing, isInsQualified: isInsQualified ?? carriesIns(header), labels }
  return writeConsumerMessage({ ...known, transmission: transmissionOfDocument(header, sent), header })
}

/** A document of ours carries an INS only of a qualified identity. */
const carriesIns = ({ patient }: CdaHeader): boolean => patient.identifiers.some(({ root }) => insKindOf(root) !== undefined)
