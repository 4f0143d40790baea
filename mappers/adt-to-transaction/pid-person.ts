/*
  The person of a PID, in the form the header of a document has him in, so that both become the same Patient by the same rules.
    PID-3 identifiers      PID-5 names: L at birth, D and U in use; 2 first given name, 3 list of given names      PID-7, 8 traits
    PID-11 type BDL: birth place, else addresses      PID-13, 14, 40 telecom      PID-24, 25 multiple birth      PID-29, 30 death
    PID-32 and ZFD-5: how sure the identity is      ZFD: how the sender came by it (identity-proof.ts)
*/
import type { Er7Message } from '../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../profiles/hl7v2/er7-segment.ts'
import type { PatientTraits, PostalAddress, Telecom } from '../cda/header/header.ts'
import { deathOf } from '../cda/header/header-patient.ts'
import { present } from '../cda/read-datatypes.ts'
import { readIdentifiers, repeated, trimmed } from '../hl7v2/reading/read-patient.ts'
import type { MapContext } from '../mapper.ts'
import { mapPatientClaim } from '../transmission-to-transaction/patient.ts'
import { type Person, readPerson, type TraitPaths } from '../transmission-to-transaction/person.ts'
import type { Claim } from '../transmission-to-transaction/transaction.ts'
import { readIdentityProof, yesNo } from './identity-proof.ts'
import { type DeletedPart, deletedIn } from './pid-deletions.ts'

const PID_PATHS: TraitPaths = {
  birthFamily: 'PID-5.1',
  firstGiven: 'PID-5.2',
  givenList: 'PID-5.3',
  birthDate: 'PID-7',
  sex: 'PID-8',
  birthPlaceCode: 'PID-11.9',
}

export interface PidPerson {
  person: Person
  /** Created if the person is not known; a movement never overwrites him. */
  claim: Claim
  /** What is to be held of him no longer. */
  deleted: DeletedPart[]
}

/** In: a PID, and what the person hangs on where nothing else names him. */
export function mapPidToPerson(message: Er7Message, options: { pid: Er7Segment | undefined; otherwise: string }, ctx: MapContext): PidPerson {
  const { pid, otherwise } = options
  const patient = ctx.element('Patient.name', () => readTraits(pid))
  const person = ctx.element('Patient.identifier', () => readPidPerson(message, { pid, patient }, ctx))
  const claim = mapPatientClaim({ header: { patient, participants: [], guardians: [], uniqueId: otherwise }, person, contacts: [] }, ctx)
  return { person, claim, deleted: deletedIn(pid) }
}

function readPidPerson(message: Er7Message, { pid, patient }: { pid: Er7Segment | undefined; patient: PatientTraits }, ctx: MapContext): Person {
  const identifiers = readIdentifiers(message, pid)
  const statuses = repeated(pid, 32, at => trimmed(pid, 32, at))
  // Read from INSi and not yet checked on a document: fetched.
  const isFetched = trimmed(message.first('ZFD'), 5) === 'INSI' && statuses.includes('PROV')
  const person = readPerson(
    { patient },
    { identifiers, identityStatus: isFetched ? [...statuses, 'RECUP'] : statuses },
    { environment: ctx.environment, findings: ctx.findings, traitPaths: PID_PATHS },
  )
  return { ...person, ...readIdentityProof(message.first('ZFD')) }
}

function readTraits(pid: Er7Segment | undefined): PatientTraits {
  const at = nameOf(pid, ['L']) ?? nameOf(pid, ['']) ?? nameOf(pid, ['S', 'U', 'D']) ?? nameOf(pid)
  const used = nameOf(pid, ['D', 'U'])
  const birthPlace = birthPlaceOf(pid)
  const sex = trimmed(pid, 8)
  return {
    identifiers: [],
    ...present({
      birthFamily: at === undefined ? undefined : trimmed(pid, 5, at),
      firstBirthGiven: at === undefined ? undefined : trimmed(pid, 5, at, 2),
      birthGivenList: at === undefined ? undefined : trimmed(pid, 5, at, 3),
      usedFamily: used === undefined || used === at ? undefined : trimmed(pid, 5, used),
      usedGiven: used === undefined || used === at ? undefined : trimmed(pid, 5, used, 2),
      gender: sex === undefined ? undefined : { code: sex === 'O' ? 'UN' : sex },
      birthTime: trimmed(pid, 7),
      birthPlaceCode: birthPlace === undefined ? undefined : trimmed(pid, 11, birthPlace, 9),
      birthPlaceName: birthPlace === undefined ? undefined : trimmed(pid, 11, birthPlace, 3),
      deceased: deathOf(trimmed(pid, 29), yesNo(trimmed(pid, 30))),
      multipleBirth: multipleBirthOf(pid),
    }),
    addresses: repeated(pid, 11, repetition => (OF_BIRTH.includes(trimmed(pid, 11, repetition, 7) ?? '') ? undefined : addressOf(pid, repetition))),
    telecoms: [13, 14, 40].flatMap(field => repeated(pid, field, repetition => telecomOf(pid, field, repetition))),
  }
}

/** The first of these types, or of any. */
function nameOf(pid: Er7Segment | undefined, types?: readonly string[]): number | undefined {
  for (let at = 1; at <= (pid?.repetitions(5) ?? 0); at++) if (types?.includes(trimmed(pid, 5, at, 7) ?? '') ?? true) return at
  return undefined
}

function birthPlaceOf(pid: Er7Segment | undefined): number | undefined {
  for (let at = 1; at <= (pid?.repetitions(11) ?? 0); at++) if (trimmed(pid, 11, at, 7) === 'BDL') return at
  return undefined
}

/** Where somebody was born or comes from is no place to write to. */
const OF_BIRTH: readonly string[] = ['BDL', 'N', 'F']
/** XAD.7 as a CDA has it: bad (BA), or where he lived at birth (BR), and no longer in use. */
const ADDRESS_USES: Readonly<Record<string, string>> = { H: 'H', O: 'WP', BA: 'BAD', BR: 'BAD' }

function addressOf(pid: Er7Segment | undefined, repetition: number): PostalAddress | undefined {
  const part = (component: number) => trimmed(pid, 11, repetition, component)
  const lines = [part(1), part(2)].filter(line => line !== undefined)
  const known = present({ city: part(3), postalCode: part(5), country: part(6) })
  if (lines.length === 0 && Object.keys(known).length === 0) return undefined
  return { lines, ...known, ...present({ use: ADDRESS_USES[part(7) ?? ''] }) }
}

function telecomOf(pid: Er7Segment | undefined, field: number, repetition: number): Telecom | undefined {
  const part = (component: number) => trimmed(pid, field, repetition, component)
  const [number, address] = [part(12) ?? part(1), part(4)]
  const use = { PRN: 'H', WPN: 'WP', ORN: 'HV', PRS: 'MC' }[part(2) ?? '']
  const value = address?.includes('@') ? `mailto:${address}` : number === undefined ? undefined : `${part(3) === 'FX' ? 'fax' : 'tel'}:${number}`
  return value === undefined ? undefined : { value, ...present({ use }) }
}

function multipleBirthOf(pid: Er7Segment | undefined): boolean | number | undefined {
  const order = Number(trimmed(pid, 25) ?? Number.NaN)
  if (Number.isInteger(order) && order > 0) return order
  return yesNo(trimmed(pid, 24))
}
