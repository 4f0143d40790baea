/*
  The people and structures of a header: each participation has a role (assigned, associated, related, intended), its person or device, and its structure.
*/
import type { CdaElement } from '../xml/element.ts'
import type { AssignedEntity, Organization, Participation } from './header.ts'
import { present, readAddresses, readCode, readIis, readName, readPeriod, readTelecoms } from '../read-datatypes.ts'
import type { Readers } from '../xml/tracker.ts'

const PERSONS = ['assignedPerson', 'associatedPerson', 'relatedPerson', 'informationRecipient']
const STRUCTURES = ['representedOrganization', 'scopingOrganization', 'receivedOrganization', 'representedCustodianOrganization']
const ROLES = ['assignedAuthor', 'assignedEntity', 'relatedEntity', 'associatedEntity', 'intendedRecipient']

const SAID = ['id', 'name', 'standardIndustryClassCode']

const ORGANIZATION: Readers<Organization, CdaElement> = {
  ids: readIis,
  name: element => element.child('name')?.line(),
  telecoms: readTelecoms,
  addresses: readAddresses,
  sector: element => readCode(element.child('standardIndustryClassCode')),
}

/** Undefined for a structure of which nothing is said. */
export function readOrganization(element: CdaElement | undefined): Organization | undefined {
  const isSaid = SAID.some(local => element?.all(local).some(part => part.attributes.size + part.children.length > 0))
  return isSaid ? element?.tracker.object(ORGANIZATION, element) : undefined
}

const ENTITY: Readers<AssignedEntity, CdaElement> = {
  ids: readIis,
  code: role => readCode(role.child('code')),
  person: role => readName(firstOf(role, PERSONS)),
  device: role => readDevice(role.child('assignedAuthoringDevice')),
  organization: role => readOrganization(firstOf(role, STRUCTURES)),
  telecoms: readTelecoms,
  addresses: readAddresses,
  path: role => role.path,
}

export const readEntity = (role: CdaElement): AssignedEntity => role.tracker.object(ENTITY, role)

const PARTICIPATION: Readers<Participation, { element: CdaElement; role: CdaElement }> = {
  typeCode: ({ element }) => element.attr('typeCode'),
  classCode: ({ role }) => (role.local === 'relatedEntity' || role.local === 'associatedEntity' ? role.attr('classCode') : undefined),
  functionCode: ({ element }) => readCode(element.child('functionCode')),
  time: ({ element }) => readPeriod(element.child('time')),
  entity: ({ role }) => readEntity(role),
}

/** Undefined when the participation names no role. */
export function readParticipation(element: CdaElement | undefined): Participation | undefined {
  const role = element === undefined ? undefined : firstOf(element, ROLES)
  return element === undefined || role === undefined ? undefined : element.tracker.object(PARTICIPATION, { element, role })
}

export const readParticipations = (parent: CdaElement, local: string): Participation[] =>
  parent
    .all(local)
    .map(readParticipation)
    .filter(participation => participation !== undefined)

function readDevice(element: CdaElement | undefined): AssignedEntity['device'] {
  if (element === undefined) return undefined
  return present({ model: element.child('manufacturerModelName')?.line(), software: element.child('softwareName')?.line() })
}

function firstOf(parent: CdaElement, locals: string[]): CdaElement | undefined {
  for (const local of locals) {
    const found = parent.child(local)
    if (found !== undefined) return found
  }
  return undefined
}
