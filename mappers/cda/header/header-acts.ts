/*
  What the document is about: the acts it documents, the orders it fulfils, the stay it belongs to, its body.
    componentOf/encompassingEncounter => id* code? effectiveTime dischargeDispositionCode? responsibleParty? encounterParticipant* location/healthCareFacility
*/
import { type CdaElement, NS_LAB, NS_PS3_20 } from '../xml/element.ts'
import type { CdaHeader, Code } from './header.ts'
import { readEntity, readOrganization, readParticipations } from './header-people.ts'
import { readCode, readIi, readIis, readPeriod } from '../read-datatypes.ts'
import type { Readers } from '../xml/tracker.ts'

type Encounter = NonNullable<CdaHeader['encounter']>
type Facility = NonNullable<Encounter['facility']>

const SERVICE_EVENT: Readers<CdaHeader['serviceEvents'][number], CdaElement> = {
  ids: readIis,
  code: event => readCode(event.child('code')),
  period: event => readPeriod(event.child('effectiveTime')),
  status: event => event.child('statusCode', NS_LAB)?.attr('code'),
  performers: event => event.all('performer').flatMap(performer => performer.all('assignedEntity').map(readEntity)),
  path: event => event.path,
}

export const readServiceEvents = (root: CdaElement): CdaHeader['serviceEvents'] =>
  root.all('documentationOf').flatMap(of => of.all('serviceEvent').map(event => event.tracker.object(SERVICE_EVENT, event)))

/** The field of practice of the acts: the first that is coded. */
export function practiceSettingOf({ serviceEvents }: Pick<CdaHeader, 'serviceEvents'>): Code | undefined {
  const sectors = serviceEvents.flatMap(({ performers }) => performers.flatMap(({ organization }) => organization?.sector ?? []))
  return sectors.find(({ code }) => code !== undefined) ?? sectors[0]
}

const ORDER: Readers<CdaHeader['orders'][number], CdaElement> = {
  ids: readIis,
  accession: order => readIi(order.child('accessionNumber', NS_PS3_20)),
}

export const readOrders = (root: CdaElement): CdaHeader['orders'] =>
  root.all('inFulfillmentOf').flatMap(of => of.all('order').map(order => order.tracker.object(ORDER, order)))

const FACILITY: Readers<Facility, CdaElement> = {
  code: facility => readCode(facility.child('code')),
  ids: readIis,
  name: facility => facility.at('location', 'name')?.line(),
  organization: facility => readOrganization(facility.child('serviceProviderOrganization')),
}

const ENCOUNTER: Readers<Encounter, CdaElement> = {
  ids: readIis,
  code: encounter => readCode(encounter.child('code')),
  period: encounter => readPeriod(encounter.child('effectiveTime')),
  disposition: encounter => readCode(encounter.child('dischargeDispositionCode')),
  responsible: encounter => readResponsible(encounter.at('responsibleParty', 'assignedEntity')),
  participants: encounter => readParticipations(encounter, 'encounterParticipant'),
  facility: encounter => readFacility(encounter.at('location', 'healthCareFacility')),
}

const readResponsible = (entity: CdaElement | undefined) => (entity === undefined ? undefined : readEntity(entity))
const readFacility = (facility: CdaElement | undefined) => facility?.tracker.object(FACILITY, facility)

export function readEncounter(root: CdaElement): CdaHeader['encounter'] {
  const encounter = root.at('componentOf', 'encompassingEncounter')
  return encounter?.tracker.object(ENCOUNTER, encounter)
}

export function readBody(root: CdaElement): CdaHeader['body'] {
  const component = root.child('component')
  if (component?.child('structuredBody') !== undefined) return { kind: 'structured' }
  const text = component?.at('nonXMLBody', 'text')
  if (text === undefined) return undefined
  const mediaType = text.attr('mediaType') ?? 'application/octet-stream'
  const content = text.run() ?? text.text() ?? ''
  if (text.attr('representation') === 'B64') return { kind: 'nonXml', mediaType, base64: content }
  const written = Buffer.from(typeof content === 'string' ? content : content.text, 'utf8')
  return { kind: 'nonXml', mediaType, base64: written.toString('base64') }
}
