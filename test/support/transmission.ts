/*
  A transmission as the HL7v2 reader would give it, for tests of what comes after: the demo letter to its physician, changed as the test says.
*/
import { LETTER } from '../../gateway/demo/letter-header.ts'
import type { Recipient, Transmission } from '../../mappers/hl7v2/reading/transmission.ts'

const TO_PHYSICIAN: Recipient = {
  address: 'dr.modele@exemple.medecin.mssante.fr',
  kind: 'ps',
  professional: { id: LETTER.physician.id, idType: 'IDNPS', authority: '1.2.250.1.71.4.2.1', family: LETTER.physician.family, given: LETTER.physician.given },
  path: 'PRT[2]',
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
  ackReception: true,
  ackLecture: false,
  patientFin: false,
}

export interface TransmissionChange extends Partial<Omit<Transmission, 'flags'>> {
  flags?: Partial<Transmission['flags']>
}

export function transmissionOf(document: Uint8Array, change: TransmissionChange = {}): Transmission {
  return {
    kind: 'MDM',
    sendingApplication: 'DPI-1',
    sendingFacility: 'CH-1',
    receivingApplication: 'HUB',
    receivingFacility: 'HUB',
    controlId: 'MDM-1',
    sentAt: '20260602143000',
    processing: 'T',
    hl7Version: '2.6',
    charset: 'UNICODE UTF-8',
    action: 'create',
    documentType: { code: LETTER.type.code, display: LETTER.type.display, system: 'LN' },
    patient: {
      identifiers: [
        { value: LETTER.ins.value, authority: LETTER.ins.root, type: 'INS' },
        { value: LETTER.ipp.value, authority: LETTER.ipp.root, type: 'PI' },
      ],
      identityStatus: ['VALI'],
      names: [{ family: LETTER.patient.family, given: LETTER.patient.given, type: 'L' }],
    },
    visit: { class: 'I', number: { system: `urn:oid:${LETTER.stay.root}`, value: LETTER.stay.value } },
    document,
    sender: {
      professional: { id: LETTER.author.id, idType: 'IDNPS', authority: '1.2.250.1.71.4.2.1', family: LETTER.author.family, given: LETTER.author.given },
      structure: { id: LETTER.hospital.id, idType: 'FINEG', authority: '1.2.250.1.71.4.2.2', name: LETTER.hospital.name },
    },
    recipients: [TO_PHYSICIAN],
    bodies: {},
    ...change,
    flags: { ...NO_FLAGS, ...change.flags },
  }
}
