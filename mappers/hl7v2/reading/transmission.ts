/*
  One transmission of a CDA document by HL7v2, as read: the common shape of MDM and ORU (profile 2.1^CISIS_CDA_HL7_V2).
*/

export type Action = 'create' | 'replace' | 'delete'

/** HL7 EI, CX, HD parts as they stand in the message, decoded. */
export interface PersonIdentifier {
  value: string
  /** OID of the assigning authority (CX.4.2), without prefix; else its name under the hub (person-numbers.ts). */
  authority: string
  /** CX.4.1 */
  authorityName?: string
  /** CX.5: INS, PI, … */
  type?: string
}

export interface Professional {
  id?: string
  /** CX.5-like type of the identifier: IDNPS, RPPS, INS … (PRT-5.13) */
  idType?: string
  /** OID of PRT-5.9 */
  authority?: string
  family?: string
  given?: string
}

export interface Structure {
  id?: string
  /** FINEJ, FINEG, IDNST, UF, SVR (PRT-8.7) */
  idType?: string
  authority?: string
  name?: string
}

export type RecipientKind = 'ps' | 'org' | 'app' | 'patient'

export interface Recipient {
  /** PRT-15.4, trimmed, lower case. */
  address: string
  kind: RecipientKind
  professional?: Professional
  structure?: Structure
  application?: string
  /** `PRT[2]` : where it stands in the message. */
  path: string
}

export interface Transmission {
  kind: 'MDM' | 'ORU'
  sendingApplication: string
  sendingFacility: string
  receivingApplication: string
  receivingFacility: string
  controlId: string
  /** MSH-7 as written. */
  sentAt: string
  /** MSH-11 */
  processing: 'P' | 'T' | 'D'
  hl7Version: string
  charset: 'UNICODE UTF-8' | '8859/15'
  action: Action
  documentType: { code: string; display: string; system: string }
  patient: {
    identifiers: PersonIdentifier[]
    /** PID-32 repetitions, VALI PROV … */
    identityStatus: string[]
    /** PID-18.1 */
    accountNumber?: string
    names: { family: string; given?: string; givenList?: string; type?: string }[]
    birthDate?: string
    sex?: string
    birthPlaceCode?: string
  }
  visit: { class: 'E' | 'I' | 'O' | 'R' | 'N'; number?: { system: string; value: string }; admittedAt?: string; dischargedAt?: string }
  /** TXA-12, component 1 and 3 joined as the CDA writes it; MDM only. */
  documentId?: { root: string; extension?: string }
  /** The CDA, byte for byte as sent; of two the structured one. */
  document: Uint8Array
  /** Of an ORU with two documents: the same content as N1, byte for byte as sent. */
  otherFormat?: Uint8Array
  sender?: { professional?: Professional; structure?: Structure; device?: string; address?: string }
  replyTo?: string
  recipients: Recipient[]
  flags: {
    masquePs: boolean
    invisiblePatient: boolean
    invisibleRepLegaux: boolean
    connexionSecrete: boolean
    modifConfCode: boolean
    destDmp: boolean
    destMssPs: boolean
    destMssPatient: boolean
    ackReception: boolean
    ackLecture: boolean
    /** NTE-4 = FIN behind DESTMSSANTEPAT: the patient must not answer. */
    patientFin: boolean
  }
  /** CORPSMAIL_PS and CORPSMAIL_PATIENT, decoded; absent when not sent or not decodable (with a finding). */
  bodies: { ps?: string; patient?: string }
}
