/*
  The people and structures of a header: each participation has a role (assigned, associated, related, intended), its person or device, and its structure.
*/
import type { CdaElement } from '../xml/element.ts'
import type { AssignedEntity, Organization, Participation } from './header.ts'
import { present, readAddresses, readCode, readIis, readName, readPeriod, readTelecoms } from '../read-datatypes.ts'
import type { ReadTracker } from '../xml/tracker.ts'

const PERSONS = ['assignedPerson', 'associatedPerson', 'relatedPerson', 'informationRecipient']
const STRUCTURES = ['representedOrganization', 'scopingOrganization', 'receivedOrganization', 'representedCustodianOrganization']
const ROLES = ['assignedAuthor', 'assignedEntity', 'relatedEntity', 'associatedEntity', 'intendedRecipient']

const SAID = ['id', 'name', 'standardIndustryClassCode']

/** Undefined for a structure of which nothing is said. */
export function readOrganization(element: CdaElement | undefined, tracker: ReadTracker): Organization | undefined {
  if (element === undefined || !SAID.some(local => element.all(local).some(part => part.attributes.size + part.children.length > 0))) return undefined
  return tracker.object<Organization>({
    ids: () => readIis(element),
    name: () => element.child('name')?.line(),
    telecoms: () => readTelecoms(element),
    addresses: () => readAddresses(element),
    sector: () => readCode(element.child('standardIndustryClassCode')),
  })
}

export function readEntity(role: CdaElement, tracker: ReadTracker): AssignedEntity {
  return tracker.object<AssignedEntity>({
    ids: () => readIis(role),
    code: () => readCode(role.child('code')),
    person: () => readName(firstOf(role, PERSONS)),
    device: () => readDevice(role.child('assignedAuthoringDevice')),
    organization: () => readOrganization(firstOf(role, STRUCTURES), tracker),
    telecoms: () => readTelecoms(role),
    addresses: () => readAddresses(role),
    path: () => role.path,
  })
}

/** Undefined when the participation names no role. */
export function readParticipation(element: CdaElement | undefined, tracker: ReadTracker): Participation | undefined {
  const role = element === undefined ? undefined : firstOf(element, ROLES)
  if (element === undefined || role === undefined) return undefined
  return tracker.object<Participation>({
    typeCode: () => element.attr('typeCode'),
    classCode: () => (role.local === 'relatedEntity' || role.local === 'associatedEntity' ? role.attr('classCode') : undefined),
    functionCode: () => readCode(element.child('functionCode')),
    time: () => readPeriod(element.child('time')),
    entity: () => readEntity(role, tracker),
  })
}

export function readParticipations(parent: CdaElement, local: string, tracker: ReadTracker): Participation[] {
  return parent
    .all(local)
    .map(element => readParticipation(element, tracker))
    .filter(participation => participation !== undefined)
}

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
