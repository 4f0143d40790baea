/*
  What the document is about: the acts it documents, the orders it fulfils, the stay it belongs to, its body.
    componentOf/encompassingEncounter => id* code? effectiveTime dischargeDispositionCode? responsibleParty? encounterParticipant* location/healthCareFacility
*/
import { type CdaElement, NS_LAB, NS_PS3_20 } from '../xml/element.ts'
import type { CdaHeader, Code } from './header.ts'
import { readEntity, readOrganization, readParticipations } from './header-people.ts'
import { readCode, readIi, readIis, readPeriod } from '../read-datatypes.ts'
import type { ReadTracker } from '../xml/tracker.ts'

type Encounter = NonNullable<CdaHeader['encounter']>
type Facility = NonNullable<Encounter['facility']>

export function readServiceEvents(root: CdaElement, tracker: ReadTracker): CdaHeader['serviceEvents'] {
  return root.all('documentationOf').flatMap(of =>
    of.all('serviceEvent').map(event =>
      tracker.object<CdaHeader['serviceEvents'][number]>({
        ids: () => readIis(event),
        code: () => readCode(event.child('code')),
        period: () => readPeriod(event.child('effectiveTime')),
        status: () => event.child('statusCode', NS_LAB)?.attr('code'),
        performers: () => event.all('performer').flatMap(performer => performer.all('assignedEntity').map(entity => readEntity(entity, tracker))),
        path: () => event.path,
      }),
    ),
  )
}

/** The field of practice of the acts: the first that is coded. */
export function practiceSettingOf({ serviceEvents }: Pick<CdaHeader, 'serviceEvents'>): Code | undefined {
  const sectors = serviceEvents.flatMap(({ performers }) => performers.flatMap(({ organization }) => organization?.sector ?? []))
  return sectors.find(({ code }) => code !== undefined) ?? sectors[0]
}

export function readOrders(root: CdaElement, tracker: ReadTracker): CdaHeader['orders'] {
  return root.all('inFulfillmentOf').flatMap(of =>
    of.all('order').map(order =>
      tracker.object<CdaHeader['orders'][number]>({
        ids: () => readIis(order),
        accession: () => readIi(order.child('accessionNumber', NS_PS3_20)),
      }),
    ),
  )
}

export function readEncounter(root: CdaElement, tracker: ReadTracker): CdaHeader['encounter'] {
  const encounter = root.at('componentOf', 'encompassingEncounter')
  if (encounter === undefined) return undefined
  const responsible = encounter.at('responsibleParty', 'assignedEntity')
  return tracker.object<Encounter>({
    ids: () => readIis(encounter),
    code: () => readCode(encounter.child('code')),
    period: () => readPeriod(encounter.child('effectiveTime')),
    disposition: () => readCode(encounter.child('dischargeDispositionCode')),
    responsible: () => (responsible === undefined ? undefined : readEntity(responsible, tracker)),
    participants: () => readParticipations(encounter, 'encounterParticipant', tracker),
    facility: () => readFacility(encounter.at('location', 'healthCareFacility'), tracker),
  })
}

function readFacility(facility: CdaElement | undefined, tracker: ReadTracker): Facility | undefined {
  if (facility === undefined) return undefined
  return tracker.object<Facility>({
    code: () => readCode(facility.child('code')),
    ids: () => readIis(facility),
    name: () => facility.at('location', 'name')?.line(),
    organization: () => readOrganization(facility.child('serviceProviderOrganization'), tracker),
  })
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
