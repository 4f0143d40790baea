/*
  A document that no message brought, as the transmission of one: whom it is about and who sends it stand in its header.
    recordTarget => PID 3, 5, 7, 8, 11, 32      legalAuthenticator | author => PRT SB 5      custodian => PRT SB 8
*/
import { isInsRoot } from '../../../profiles/identity.ts'
import type { CdaHeader, PatientTraits } from '../../cda/header/header.ts'
import { present } from '../../cda/read-datatypes.ts'
import { isLocalNumber } from './person-numbers.ts'
import type { Action, Transmission } from './transmission.ts'

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
  const { code = '', display = '', system = '' } = header.code
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
    identifiers: identifiers.map(({ root, extension = '' }) => ({ value: extension, authority: root, ...present({ type: typeOf(root) }) })),
    names: names.flatMap(({ family = '', ...name }) => (family === '' && name.given === undefined ? [] : [{ family, ...present(name) }])),
    ...present({ birthDate: birthTime, sex: gender?.code === 'UN' ? 'U' : gender?.code, birthPlaceCode }),
  }
}

/** CX.5. */
const typeOf = (root: string): string | undefined => (isInsRoot(root) ? 'INS' : isLocalNumber({ authority: root }) ? 'PI' : undefined)

/** Who answers for it, and the structure that keeps it. */
function senderOf({ legalAuthenticator, authors, custodian }: CdaHeader): NonNullable<Transmission['sender']> {
  const { ids: [own] = [], person } = (legalAuthenticator ?? authors[0])?.entity ?? {}
  const [structure] = custodian.ids
  return {
    ...(person === undefined ? {} : { professional: present({ id: own?.extension, authority: own?.root, family: person.family, given: person.given[0] }) }),
    structure: present({ id: structure?.extension, authority: structure?.root, name: custodian.name }),
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
