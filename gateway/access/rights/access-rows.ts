/*
  What a resource says about who may see whom, as rows of the ledger; pure.
    CareTeam    active, suspended, inactive => member, managing (none of one that is only proposed)
    Consent     active or withdrawn => consent, one row per actor; one without party when it names none
    Task        delivered => addressed (owner)            ServiceRequest   active … => addressed (performer)
    RelatedPerson => relative            DocumentReference   with a visibility mark => hidden            PractitionerRole, Organization => directory
*/
import type {
  CareTeam,
  CareTeamParticipant,
  CodeableConcept,
  Consent,
  DocumentReference,
  FhirResource,
  Organization,
  Period,
  PractitionerRole,
  RelatedPerson,
  ServiceRequest,
  Task,
} from 'fhir/r4.js'
import { stated } from '../../../mappers/cda/datatypes.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import { J110_VISIBILITY } from '../../../profiles/tables/j110-visibility.ts'
import { type Sector, sectorOfRole, sectorOfStructure } from '../../../profiles/tables/sectors.ts'
import { storedReference } from './reference.ts'

/** A member of a circle that is or was active. */
export interface MemberDetail {
  status: 'active' | 'suspended' | 'inactive'
  roles: string[]
  level?: string
  /** He is told once a day. */
  isDaily?: true
  /** Events he does not want to be told of. */
  unwanted?: string[]
  period?: Period
  /** Of the circle itself. */
  circle?: Period
}

export interface ConsentDetail {
  nature: string
  isDeny: boolean
  period?: Period
  purposes: string[]
  /** Resource types and document types it is narrowed to. */
  classes: string[]
  codes: string[]
  references: string[]
  /** Structures that collected it. */
  collectedBy: string[]
}

export interface AddressedDetail {
  /** What it opens beside itself: its focus and its accord. */
  covers: string[]
}

export interface RelativeDetail {
  relationships: string[]
  isActive: boolean
  period?: Period
}

export type AccessRow = { source: string; n: number; patient: string; party?: string } & (
  | { kind: 'member'; detail: MemberDetail }
  | { kind: 'managing'; detail: { status: MemberDetail['status'] } }
  | { kind: 'consent'; detail: ConsentDetail }
  | { kind: 'addressed'; detail: AddressedDetail }
  | { kind: 'relative'; detail: RelativeDetail }
  // The visibility marks of a document, whatever they were when it was told of.
  | { kind: 'hidden'; detail: { flags: string[] } }
)

export interface DirectoryRow {
  reference: string
  practitioner?: string
  organization?: string
  parent?: string
  sector?: Sector
  type?: string
  isActive: boolean
  /** COG codes a structure answers for. */
  territory?: string[]
}

/** What was a row may have become none: a type of this list replaces its rows at each version. */
export const ROW_TYPES = ['CareTeam', 'Consent', 'Task', 'ServiceRequest', 'RelatedPerson', 'DocumentReference']

/** Types of which a version may take something away. */
export const RESTRICTING = ['Consent', 'CareTeam', 'DocumentReference'] as const

type Content = AccessRow extends infer Row ? (Row extends AccessRow ? Omit<Row, 'source' | 'n'> : never) : never

/** In: one resource as it is stored, with its id. */
export function accessRowsOf(resource: FhirResource): AccessRow[] {
  const source = `${resource.resourceType}/${resource.id}`
  return contents(resource, source).map((content, n) => ({ ...content, source, n }) as AccessRow)
}

function contents(resource: FhirResource, source: string): Content[] {
  switch (resource.resourceType) {
    case 'CareTeam':
      return ofCircle(resource)
    case 'Consent':
      return ofConsent(resource)
    case 'Task':
      return ofTask(resource, source)
    case 'ServiceRequest':
      return ofRequest(resource, source)
    case 'RelatedPerson':
      return ofRelative(resource, source)
    case 'DocumentReference':
      return ofDocument(resource)
    default:
      return []
  }
}

function ofDocument({ subject, securityLabel = [] }: DocumentReference): Content[] {
  const patient = storedReference(subject?.reference)
  const flags = securityLabel.flatMap(({ coding = [] }) => coding.flatMap(({ code = '' }) => (J110_VISIBILITY.has(code) ? [code] : [])))
  return patient?.startsWith('Patient/') !== true || flags.length === 0 ? [] : [{ patient, kind: 'hidden', detail: { flags } }]
}

const isOpen = (status: string | undefined): status is MemberDetail['status'] => status === 'active' || status === 'suspended' || status === 'inactive'

function ofCircle({ status, subject, participant = [], managingOrganization = [], period }: CareTeam): Content[] {
  const patient = storedReference(subject?.reference)
  if (patient === undefined || !isOpen(status)) return []
  const members = participant.flatMap(entry => {
    const party = storedReference(entry.member?.reference)
    if (party === undefined) return []
    const [level] = choicesOf(entry, EXTENSION.accessLevel)
    const unwanted = choicesOf(entry, EXTENSION.unwantedEvent)
    const detail: MemberDetail = {
      status,
      roles: codesOf(entry.role ?? []),
      ...(level === undefined ? {} : { level }),
      ...(choicesOf(entry, EXTENSION.rhythm).includes('quotidien') ? { isDaily: true } : {}),
      ...(unwanted.length === 0 ? {} : { unwanted }),
      ...stated({ period: entry.period, circle: period }),
    }
    return [{ patient, kind: 'member' as const, party, detail }]
  })
  const managing = managingOrganization.flatMap(({ reference }) =>
    present(storedReference(reference)).map(party => ({ patient, kind: 'managing' as const, party, detail: { status } })),
  )
  return [...members, ...managing]
}

/** Codes that an entry of a circle carries in extensions. */
export const choicesOf = ({ extension = [] }: Pick<CareTeamParticipant, 'extension'>, url: string): string[] =>
  extension.flatMap(one => (one.url === url ? present(one.valueCode) : []))

function ofConsent(consent: Consent): Content[] {
  const { status, patient: subject, category, organization = [], provision } = consent
  const patient = storedReference(subject?.reference)
  const nature = category.flatMap(({ coding = [] }) => coding).find(({ system }) => system === SYSTEM.hub)?.code
  if (patient === undefined || nature === undefined || (status !== 'active' && status !== 'inactive')) return []
  const period = status === 'inactive' ? withdrawnIn(consent) : provision?.period
  if (status === 'inactive' && period?.end === undefined) return []
  const detail: ConsentDetail = {
    nature,
    isDeny: provision?.type === 'deny',
    ...(period === undefined ? {} : { period }),
    purposes: (provision?.purpose ?? []).flatMap(({ code }) => present(code)),
    classes: (provision?.class ?? []).flatMap(({ code }) => present(code)),
    codes: codesOf(provision?.code ?? []),
    references: (provision?.data ?? []).flatMap(({ reference }) => present(storedReference(reference.reference))),
    collectedBy: organization.flatMap(({ reference }) => present(storedReference(reference))),
  }
  const actors = (provision?.actor ?? []).map(actor => storedReference(actor.reference.reference))
  if (actors.length === 0) return [{ patient, kind: 'consent', detail }]
  // An actor that leads nowhere is nobody, and never everybody.
  return actors.map(party => ({ patient, kind: 'consent' as const, party: party ?? '', detail }))
}

/** A withdrawn one says what held until then: until its end, from the beginning of a day, and never longer than until it was withdrawn. */
function withdrawnIn({ meta, provision }: Consent): Period {
  const ends = [provision?.period?.end, meta?.lastUpdated].flatMap(one => (one === undefined ? [] : [Date.parse(one)])).filter(one => !Number.isNaN(one))
  return { ...provision?.period, ...(ends.length === 0 ? {} : { end: new Date(Math.min(...ends)).toISOString() }) }
}

const UNDELIVERED = ['draft', 'entered-in-error']

function ofTask({ status, owner, focus, input = [], for: subject }: Task, source: string): Content[] {
  const [patient, party] = [storedReference(subject?.reference), storedReference(owner?.reference)]
  if (patient === undefined || party === undefined || UNDELIVERED.includes(status)) return []
  const accord = input.filter(({ type }) => type.coding?.some(({ code }) => code === 'accord') === true).map(({ valueReference }) => valueReference?.reference)
  const covers = [source, focus?.reference, ...accord].flatMap(reference => present(storedReference(reference)))
  return [{ patient, kind: 'addressed', party, detail: { covers } }]
}

function ofRequest({ status, subject, performer = [] }: ServiceRequest, source: string): Content[] {
  const patient = storedReference(subject?.reference)
  if (patient === undefined || UNDELIVERED.includes(status)) return []
  return performer.flatMap(({ reference }) =>
    present(storedReference(reference)).map(party => ({ patient, kind: 'addressed' as const, party, detail: { covers: [source] } })),
  )
}

function ofRelative({ patient: subject, relationship = [], active, period }: RelatedPerson, source: string): Content[] {
  const patient = storedReference(subject.reference)
  if (patient === undefined) return []
  const detail: RelativeDetail = { relationships: codesOf(relationship), isActive: active !== false, ...(period === undefined ? {} : { period }) }
  return [{ patient, kind: 'relative', party: source, detail }]
}

/** Undefined for what is neither a professional nor a structure. */
export function directoryRowOf(resource: FhirResource): DirectoryRow | undefined {
  const reference = `${resource.resourceType}/${resource.id}`
  if (resource.resourceType === 'Organization') return ofStructure(resource, reference)
  return resource.resourceType === 'PractitionerRole' ? ofRole(resource, reference) : undefined
}

function ofStructure({ type = [], partOf, active, extension = [] }: Organization, reference: string): DirectoryRow {
  const category = type.flatMap(({ coding = [] }) => coding).find(({ system }) => system === SYSTEM.establishmentCategory)?.code
  const parent = storedReference(partOf?.reference)
  return {
    reference,
    organization: reference,
    ...stated({ parent, type: category }),
    sector: sectorOfStructure(category),
    isActive: active !== false,
    territory: extension.flatMap(({ url, valueCoding }) => (url === EXTENSION.territoire ? present(valueCoding?.code) : [])),
  }
}

function ofRole({ practitioner, organization, code = [], active }: PractitionerRole, reference: string): DirectoryRow {
  const [person, structure] = [storedReference(practitioner?.reference), storedReference(organization?.reference)]
  const sector = sectorOfRole(code.flatMap(({ coding = [] }) => coding))
  return {
    reference,
    ...stated({ practitioner: person, organization: structure, sector }),
    isActive: active !== false,
  }
}

function codesOf(concepts: readonly CodeableConcept[]): string[] {
  return concepts.flatMap(({ coding = [] }) => coding.flatMap(({ code }) => present(code)))
}

export const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])
