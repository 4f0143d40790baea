/*
  A document that no message brought, as the transmission of one: whom it is about and who sends it stand in its header.
    recordTarget => PID 3, 5, 7, 8, 11, 32      legalAuthenticator | author => PRT SB 5      custodian => PRT SB 8
*/
import { insKindOf } from '../../../profiles/identity.ts'
import { J07_DOCUMENT_TYPES } from '../../../profiles/tables/j07-document-types.ts'
import type { CdaHeader, PatientTraits } from '../../cda/header/header.ts'
import { present } from '../../cda/read-datatypes.ts'
import { personOf, structureOf } from '../../xdm/formats.ts'
import { isLocalNumber } from './person-numbers.ts'
import type { Action, PersonIdentifier, Transmission } from './transmission.ts'

export interface DocumentSent {
  /** The CDA, byte for byte. */
  document: Uint8Array
  action: Action
  processing: Transmission['processing']
  isInsQualified: boolean
  /** Labels of its card: MASQUE_PS … */
  labels: readonly string[]
}

type Hidden = Pick<Transmission['flags'], 'masquePs' | 'invisiblePatient' | 'invisibleRepLegaux'>

/** From whom the labels of a document hide it. */
export const hiddenBy = (labels: readonly string[]): Hidden => ({
  masquePs: labels.includes('MASQUE_PS'),
  invisiblePatient: labels.includes('INVISIBLE_PATIENT'),
  invisibleRepLegaux: labels.includes('INVISIBLE_REPRESENTANTS_LEGAUX'),
})

export function transmissionOfDocument(header: CdaHeader, { labels, isInsQualified, ...sent }: DocumentSent): Transmission {
  const { code = '', display = J07_DOCUMENT_TYPES.get(code)?.display ?? '', system = '' } = header.code
  return {
    ...sent,
    kind: 'MDM',
    sendingApplication: '',
    sendingFacility: '',
    receivingApplication: '',
    receivingFacility: '',
    controlId: '',
    sentAt: header.effectiveTime,
    hl7Version: '2.6',
    charset: 'UNICODE UTF-8',
    documentType: { code, display, system },
    patient: { ...patientOf(header.patient), identityStatus: [isInsQualified ? 'VALI' : 'PROV'] },
    visit: { class: 'N' },
    sender: senderOf(header),
    recipients: [],
    flags: { ...NO_FLAGS, ...hiddenBy(labels) },
    bodies: {},
  }
}

function patientOf(traits: PatientTraits): Omit<Transmission['patient'], 'identityStatus'> {
  const { identifiers, birthFamily, firstBirthGiven, birthGivenList, usedFamily, usedGiven, birthTime, gender, birthPlaceCode } = traits
  const names = [
    { family: birthFamily, type: 'L', given: firstBirthGiven, givenList: birthGivenList },
    { family: usedFamily, type: 'D', given: usedGiven },
  ]
  return {
    identifiers: identifiers.map(({ root, extension = '' }) => ({ value: extension, authority: root, ...known(root) })),
    names: names.flatMap(({ family = '', ...name }) => (family === '' && name.given === undefined ? [] : [{ family, ...present(name) }])),
    ...present({ birthDate: birthTime, sex: gender?.code === 'UN' ? 'U' : gender?.code, birthPlaceCode }),
  }
}

/** CX.4.1 and CX.5. */
function known(root: string): Pick<PersonIdentifier, 'authorityName' | 'type'> {
  const ins = insKindOf(root)?.type.slice(0, 'INS-NIR'.length)
  return ins !== undefined ? { authorityName: `ASIP-SANTE-${ins}`, type: 'INS' } : isLocalNumber({ authority: root }) ? { type: 'PI' } : {}
}

/** Who answers for it, and the structure that keeps it. */
function senderOf({ legalAuthenticator, authors, custodian }: CdaHeader): NonNullable<Transmission['sender']> {
  const { entity } = legalAuthenticator ?? authors[0] ?? {}
  return {
    ...(entity?.person === undefined ? {} : { professional: present({ ...personOf(entity) }) }),
    structure: present({ ...structureOf(custodian) }),
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
