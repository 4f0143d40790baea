/*
  Renders the mail of a stored CDA that no message brought: the same bytes on every attempt.
*/
import type { CdaHeader } from '../../mappers/cda/header.ts'
import { readCdaHeader } from '../../mappers/cda/header-reader.ts'
import { documentPdf } from '../../mappers/cda/media.ts'
import { readCda } from '../../mappers/cda/tree.ts'
import type { Transmission } from '../../mappers/hl7v2/transmission.ts'
import { type Mail, type MailInput, mapDeliveryToMail } from '../../mappers/mail/mail.ts'
import { insKindOf } from '../../profiles/identity.ts'

export interface RenderEditionMail extends Pick<MailInput, 'from' | 'reference' | 'messageId' | 'earlier' | 'date' | 'product' | 'sourceId'> {
  /** The CDA as stored. */
  document: Uint8Array
  change: 'create' | 'replace'
  address: string
  /** Of one that the hub did not write. */
  isInsQualified?: boolean
}

export function renderEditionMail({ document, change, address, isInsQualified, ...known }: RenderEditionMail): Mail {
  const cda = readCda(document)
  const { header } = readCdaHeader(cda)
  const recipient = { address, kind: 'ps' as const, path: '' }
  const pdf = documentPdf(cda, header)?.bytes
  return mapDeliveryToMail({
    ...known,
    change,
    documents: [{ header, document, ...(pdf === undefined ? {} : { pdf }) }],
    transmission: transmissionOf(header, { document, change }),
    recipient,
    // A document of ours carries an INS only of a qualified identity.
    isInsQualified: isInsQualified ?? header.patient.identifiers.some(({ root }) => insKindOf(root) !== undefined),
  }).output
}

/** Nobody sent it to us: what its mail needs of a message is in its header. */
function transmissionOf(header: CdaHeader, { document, change }: Pick<RenderEditionMail, 'document' | 'change'>): Transmission {
  const structure = header.custodian.name
  const { code = '', display = '', system = '' } = header.code
  return {
    kind: 'MDM',
    sendingApplication: '',
    sendingFacility: '',
    receivingApplication: '',
    receivingFacility: '',
    controlId: '',
    sentAt: header.effectiveTime,
    processing: 'P',
    hl7Version: '2.6',
    charset: 'UNICODE UTF-8',
    action: change,
    documentType: { code, display, system },
    patient: {
      identifiers: header.patient.identifiers.map(({ root, extension = '' }) => ({ value: extension, authority: root })),
      identityStatus: [],
      names: [],
    },
    visit: { class: 'N' },
    document,
    ...(structure === undefined ? {} : { sender: { structure: { name: structure } } }),
    recipients: [],
    flags: NO_FLAGS,
    bodies: {},
  }
}

const NO_FLAGS: Transmission['flags'] = {
  masquePs: false,
  invisiblePatient: false,
  invisibleRepLegaux: false,
  connexionSecrete: false,
  modifConfCode: false,
  destDmp: false,
  destMssPs: true,
  destMssPatient: false,
  ackReception: false,
  ackLecture: false,
  patientFin: false,
}
