/*
  HL7 v2 data types as XDS writes them in a slot.
    XCN  id^NOM^Prénom^^^^^^&<OID>&ISO^D^^^IDNPS          a person, or a device (U, RI)
    XON  nom^^^^^&<OID>&ISO^IDNST^^^id                    a structure
    CX   id^^^&<OID>&ISO^NH                               a patient: NH the INS, PI the IPP
    DTM  YYYY[MM[DD[hh[mm[ss]]]]] in UTC
*/
import { insKindOf } from '../../profiles/identity.ts'
import { OID } from '../../profiles/oids.ts'
import type { AssignedEntity, Ii, Organization } from '../cda/header/header.ts'

const NAME_LENGTH = 60
const STRUCTURE_LENGTH = 120

export interface PersonParts {
  id?: string | undefined
  authority?: string | undefined
  /** Table 0203: IDNPS, INS, RI … Read from the authority when absent. */
  idType?: string | undefined
  family?: string | undefined
  given?: string | undefined
  isDevice?: boolean
}

export interface StructureParts {
  id?: string | undefined
  authority?: string | undefined
  name?: string | undefined
}

/** Undefined when nothing identifies or names anyone. */
export function writeXcn(person: PersonParts): string | undefined {
  if (person.id === undefined && person.family === undefined) return undefined
  const names = `${part(person.id)}^${name(person.family)}^${name(person.given)}`
  if (person.id === undefined || person.authority === undefined) return `${names}^^^^^^^${person.isDevice === true ? 'U' : 'D'}`
  return `${names}^^^^^^&${person.authority}&ISO^${person.isDevice === true ? 'U' : 'D'}^^^${person.idType ?? typeOfPerson(person)}`
}

export function writeXon(structure: StructureParts): string | undefined {
  if (structure.name === undefined && structure.id === undefined) return undefined
  const shown = part(structure.name?.slice(0, STRUCTURE_LENGTH))
  if (structure.id === undefined || structure.authority === undefined) return shown === '' ? undefined : shown
  return `${shown}^^^^^&${structure.authority}&ISO^${structure.authority === OID.structure ? 'IDNST' : 'RI'}^^^${part(structure.id)}`
}

export function writeCx(id: { root: string; value: string }, type: 'NH' | 'PI'): string {
  return `${part(id.value)}^^^&${id.root}&ISO^${type}`
}

/** The person or device of a role in the header. */
export function personOf(entity: AssignedEntity): PersonParts {
  const id = preferred(entity.ids, OID.professional)
  const identity = { id: id?.extension ?? id?.root, authority: id?.extension === undefined ? undefined : id.root }
  if (entity.device !== undefined) return { ...identity, family: entity.device.model, given: entity.device.software, isDevice: true }
  return { ...identity, family: entity.person?.family, given: entity.person?.given[0] }
}

export function structureOf(organization: Organization | undefined): StructureParts | undefined {
  if (organization === undefined) return undefined
  const id = preferred(organization.ids, OID.structure)
  return { id: id?.extension, authority: id?.root, name: organization.name }
}

function preferred(ids: readonly Ii[], root: string): Ii | undefined {
  return ids.find(id => id.root === root && id.extension !== undefined) ?? ids.find(id => id.extension !== undefined) ?? ids[0]
}

function typeOfPerson(person: PersonParts): string {
  if (person.isDevice === true) return 'RI'
  if (person.authority === OID.professional) return 'IDNPS'
  return person.authority !== undefined && insKindOf(person.authority) !== undefined ? 'INS' : 'EI'
}

function name(text: string | undefined): string {
  return part(text?.slice(0, NAME_LENGTH))
}

/** One component: the five delimiters escaped as HL7 says. */
export function part(text: string | undefined): string {
  return (text ?? '').replace(/[\\^&|~]/g, delimiter => ESCAPES[delimiter] ?? '')
}

const ESCAPES: Record<string, string> = { '\\': '\\E\\', '^': '\\S\\', '&': '\\T\\', '|': '\\F\\', '~': '\\R\\' }
