/*
  Writes a document for the software of a hospital that wants those of others about its patients: flux 6, profile 1.1^CISIS_CDA_HL7_LPS.
    MDM^T02|T10|T04^MDM_T02 (2.6) => MSH EVN PID PV1 ORC OBR TXA OBX(document) PRT(SB) OBX(mail) OBX(MASQUE_PS) … OBX(MODIF_CONF_CODE)
    EVN-2 = when we received it      PV1-2 = N      PRT SB 15.4 = who sends, else our own mailbox      OBX(mail): OBX-3 = Message-ID ^ subject
*/
import { OID } from '../../profiles/oids.ts'
import { type SegmentValue, writeSegments } from '../../profiles/hl7v2/er7-writer.ts'
import { METADATA_LABELS, type MetadataCode } from '../../profiles/hl7v2/tables.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import { urnOf } from '../cda/datatypes.ts'
import type { CdaHeader, Ii } from '../cda/header/header.ts'
import { ACTS } from './checks/check-action.ts'
import { hl7Time } from './time.ts'
import type { PersonIdentifier, Professional, Structure, Transmission } from './reading/transmission.ts'

export interface ConsumerMessage {
  transmission: Transmission
  header: Pick<CdaHeader, 'id' | 'replaces'>
  /** MSH-5 and MSH-6. */
  receiver: { application: string; facility: string }
  /** Our own MSH-10. */
  controlId: string
  receivedAt: Date
  /** Our mailbox: whom to answer where the sender gave no address. */
  mailbox: string
  messageId: string
}

/** How HL7v2 calls the systems of document types. */
const TYPE_SYSTEMS: Readonly<Record<string, string>> = { [OID.loinc]: 'LN', [OID.documentTypeFr]: 'TRE_A05' }

/** Spec: CI-SIS "Transmission au LPS d'un document CDA provenant d'un courriel MSSanté" 1.1, flux 6. */
export function writeConsumerMessage(input: ConsumerMessage): Uint8Array {
  const { transmission, header, receiver, controlId, receivedAt } = input
  // A T10 names what it replaces: what is but a higher version of its set, and names nothing, is a first transmission.
  const replaced = transmission.action === 'replace' ? header.replaces : undefined
  const { trigger, order, status } = ACTS[transmission.action === 'replace' && replaced === undefined ? 'create' : transmission.action]
  const { code, display, system } = transmission.documentType
  const type = [code, display, TYPE_SYSTEMS[J07_DOCUMENT_TYPES.get(code)?.system ?? system] ?? system]
  const at = hl7Time(receivedAt)
  const document = Buffer.from(transmission.document).toString('base64')
  const msh: SegmentValue = {
    name: 'MSH',
    fields: {
      3: 'HUB',
      4: 'HUB',
      5: receiver.application,
      6: receiver.facility,
      7: at,
      9: ['MDM', trigger, 'MDM_T02'],
      10: controlId,
      11: transmission.processing,
      12: '2.6',
      17: 'FRA',
      18: 'UNICODE UTF-8',
      21: ['1.1', 'CISIS_CDA_HL7_LPS'],
    },
  }
  return writeSegments([
    msh,
    { name: 'EVN', fields: { 2: at } },
    patientSegment(transmission.patient, transmission.sendingFacility),
    { name: 'PV1', fields: { 1: '1', 2: 'N' } },
    { name: 'ORC', fields: { 1: order } },
    { name: 'OBR', fields: { 1: '1', 4: type } },
    { name: 'TXA', fields: { 1: '1', 2: code, 3: 'TEXT', 12: entityId(header.id), 13: replaced && entityId(replaced), 17: 'AU' } },
    { name: 'OBX', fields: { 1: '1', 2: 'ED', 3: type, 5: ['', 'text', 'XML', 'Base64', document], 11: status } },
    senderSegment(input),
    mailSegment(input),
    ...flagSegments(transmission.flags),
  ])
}

function patientSegment({ identifiers, names, birthDate, sex, birthPlaceCode, identityStatus }: Transmission['patient'], facility: string): SegmentValue {
  return {
    name: 'PID',
    fields: {
      3: { repeat: identifiers.map(one => [one.value, '', '', assignerOf(one, facility), one.type ?? '']) },
      5: { repeat: names.map(({ family, given = '', givenList = '', type = '' }) => [family, given, givenList, '', '', '', type]) },
      7: birthDate,
      8: sex,
      11: birthPlaceCode === undefined ? undefined : ['', '', '', '', '', '', 'BDL', '', birthPlaceCode],
      32: { repeat: identityStatus },
    },
  }
}

/** An OID; what has none keeps the name its sender gave it, else it is the sender's. */
const assignerOf = ({ authority, authorityName }: PersonIdentifier, facility: string): string[] =>
  urnOf(authority) === undefined ? [authorityName ?? facility] : [authorityName ?? '', authority, 'ISO']

function entityId({ root, extension }: Pick<Ii, 'root' | 'extension'>): string[] {
  return extension === undefined ? [root] : [extension, '', root, 'ISO']
}

function senderSegment({ transmission: { sender = {} }, mailbox }: ConsumerMessage): SegmentValue {
  const { professional, structure, device, address = mailbox } = sender
  const [person, house] = [professional && xcnOf(professional), structure && xonOf(structure)]
  return { name: 'PRT', fields: { 2: 'UC', 4: ['SB', 'Send By', 'participation'], 5: person, 8: house, 10: device, 15: ['', '', 'X.400', address] } }
}

function xcnOf({ id = '', family = '', given = '', authority, idType }: Professional): (string | string[])[] {
  const type = idType ?? (authority === OID.professional ? 'IDNPS' : '')
  return [id, family, given, '', '', '', '', '', ownerOf(authority), '', '', '', type]
}

function xonOf({ id = '', name = '', authority, idType }: Structure): (string | string[])[] {
  const type = idType ?? (authority === OID.structure ? 'IDNST' : '')
  return [name, '', '', '', '', ownerOf(authority ?? (idType === 'IDNST' ? OID.structure : undefined)), type, '', '', id]
}

/** Of a number nobody said whose it is: nobody. */
const ownerOf = (authority: string | undefined): string[] | string => (authority === undefined ? '' : ['', authority, 'ISO'])

/** No mail brought it: our own words stand in for one. */
function mailSegment({ messageId, transmission }: ConsumerMessage): SegmentValue {
  const { display, code } = transmission.documentType
  const text = 'Document transmis par une plateforme d’intermédiation.'
  return {
    name: 'OBX',
    fields: {
      1: '2',
      2: 'ED',
      3: [messageId, `XDM/1.0/DDM+${display === '' ? code : display}`],
      5: ['', 'text', '', 'Base64', Buffer.from(text, 'utf8').toString('base64')],
      11: 'F',
    },
  }
}

function flagSegments({ masquePs, invisiblePatient, invisibleRepLegaux, modifConfCode }: Transmission['flags']): SegmentValue[] {
  const flags: [MetadataCode, boolean][] = [
    ['MASQUE_PS', masquePs],
    ['INVISIBLE_PATIENT', invisiblePatient],
    ['INVISIBLE_REP_LEGAUX', invisibleRepLegaux],
    ['MODIF_CONF_CODE', modifConfCode],
  ]
  return flags.map(([code, isSet], index) => ({
    name: 'OBX',
    fields: { 1: String(index + 3), 2: 'CWE', 3: [code, METADATA_LABELS[code], 'MetaDMPMSS'], 5: [isSet ? 'Y' : 'N', '', 'expandedYes-NoIndicator'], 11: 'F' },
  }))
}
