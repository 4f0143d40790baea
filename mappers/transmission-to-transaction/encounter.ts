/*
  The visit the document belongs to: number, class and dates of PV1, place and people of componentOf.
    PV1-19 => identifier VN; the same visit of the same person is the same Encounter for every document
*/
import type { Encounter, Identifier, Location, Reference } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { list, only, toCodeableConcept, toIdentifier, urnOf } from '../cda/datatypes.ts'
import type { CdaHeader, Code } from '../cda/header/header.ts'
import { type ReadTime, readTime } from '../cda/timestamps.ts'
import type { Transmission } from '../hl7v2/reading/transmission.ts'
import type { MapContext } from '../mapper.ts'
import type { StayFacts } from '../statements/frame/contract.ts'
import type { Cast } from './cast.ts'
import { derivedId } from './derived-id.ts'

interface EncounterParts {
  header: CdaHeader
  visit: Transmission['visit']
  cast: Cast
  patient: Reference
  /** The person in a form that does not change between runs. */
  personKey: string
}

/** JDV_J142 and PV1-2 to v3-ActCode. */
const CLASS_OF_CODE: Record<string, string> = { IMP: 'IMP', EMER: 'EMER', AMB: 'AMB', HH: 'HH', FLD: 'FLD', VR: 'VR', EXTERNE: 'AMB', SEANCE: 'AMB' }
const CLASS_OF_PV1: Record<Transmission['visit']['class'], string> = { E: 'EMER', I: 'IMP', O: 'AMB', R: 'AMB', N: 'AMB' }
const ROLE_OF_FUNCTION: Record<string, string> = { ADMPHYS: 'ADM', DISPHYS: 'DIS', ATTPHYS: 'ATND' }
const ENCOUNTER_ROLES = new Set(['ADM', 'ATND', 'CON', 'DIS', 'REF'])

const STAY = 'ClinicalDocument/componentOf/encompassingEncounter/effectiveTime'
const ACT = 'ClinicalDocument/documentationOf/serviceEvent/effectiveTime'

export function mapEncounter(parts: EncounterParts, ctx: MapContext): Encounter & { id: string } {
  const { header, visit, cast } = parts
  const said = header.encounter
  const identifier = ctx.element('Encounter.identifier', () => visitIdentifier(header, visit))
  const id = derivedId('Encounter', `${identifier.system ?? ''}|${identifier.value ?? ''}`, parts.personKey)
  const serviceProvider = cast.structure(said?.facility?.organization ?? said?.responsible?.organization ?? header.custodian, 'ClinicalDocument/custodian')
  const { status, period } = ctx.element('Encounter.period', () => readStay(header, visit, ctx))
  const type = toCodeableConcept(said?.code)
  return {
    resourceType: 'Encounter',
    id,
    identifier: [
      identifier,
      ...ctx.element('Encounter.identifier', () => (said?.ids ?? []).map(toIdentifier)).filter(other => other.value !== identifier.value),
    ],
    status,
    class: ctx.element('Encounter.class', () => ({ system: SYSTEM.v3ActCode, code: classOf(said?.code, visit) })),
    ...list('type', type === undefined ? [] : [type]),
    subject: parts.patient,
    ...ctx.element('Encounter.participant', () => list('participant', participantsOf(header, cast))),
    ...(Object.keys(period).length === 0 ? {} : { period }),
    ...ctx.element('Encounter.hospitalization', () => {
      const disposition = toCodeableConcept(said?.disposition)
      return disposition === undefined ? {} : { hospitalization: { dischargeDisposition: disposition } }
    }),
    ...ctx.element('Encounter.location', () => locationOf(header, cast)),
    ...only('serviceProvider', serviceProvider),
  }
}

/** The stay with what the body of the document says of it; what its header says goes first. */
export function withFacts(stay: Encounter & { id: string }, facts: StayFacts): Encounter & { id: string } {
  const { reasonCode = [], reasonReference = [], diagnosis = [], admitSource, dischargeDisposition } = facts
  const hospitalization = { ...only('admitSource', admitSource), ...only('dischargeDisposition', dischargeDisposition), ...stay.hospitalization }
  return {
    ...stay,
    ...list('reasonCode', reasonCode),
    ...list('reasonReference', reasonReference),
    ...list('diagnosis', diagnosis),
    ...(Object.keys(hospitalization).length === 0 ? {} : { hospitalization }),
  }
}

function visitIdentifier(header: CdaHeader, visit: Transmission['visit']): Identifier {
  const type = { coding: [{ system: SYSTEM.v20203, code: 'VN' }] }
  if (visit.number !== undefined) return { type, ...visit.number }
  const id = header.encounter?.ids[0]
  if (id !== undefined) return { type, ...toIdentifier(id) }
  return { type, system: `${HUB}NamingSystem/visit-of-document`, value: header.uniqueId }
}

function classOf(code: Code | undefined, visit: Transmission['visit']): string {
  return CLASS_OF_CODE[code?.code ?? ''] ?? CLASS_OF_PV1[visit.class]
}

function readStay(header: CdaHeader, visit: Transmission['visit'], ctx: MapContext): { status: Encounter['status']; period: { start?: string; end?: string } } {
  const said = header.encounter?.period
  const begun = timeAt(STAY, said?.low ?? said?.value) ?? timeAt('PV1-44', visit.admittedAt)
  const start = begun ?? timeAt(ACT, header.serviceEvents[0]?.period?.low) ?? timeAt('ClinicalDocument/effectiveTime', header.effectiveTime)
  const end = timeAt(STAY, said?.high) ?? timeAt('PV1-45', visit.dischargedAt)
  const assumed = [start, end].flatMap(time => (time?.isOffsetAssumed === true ? [time.path] : []))
  for (const path of new Set(assumed)) ctx.findings.push({ code: 'time.offset-assumed', severity: 'information', path })
  if (start?.value !== undefined && end?.value !== undefined && isBefore(end.value, start.value)) {
    ctx.findings.push({ code: 'time.end-before-start', severity: 'warning', path: end.path })
    return { status: 'finished', period: { end: end.value } }
  }
  return { status: end?.value === undefined ? 'in-progress' : 'finished', period: { ...only('start', start?.value), ...only('end', end?.value) } }
}

/** Where something is said, what it is as a time. */
const timeAt = (path: string, text: string | undefined): ({ path: string } & Partial<ReadTime>) | undefined =>
  text === undefined ? undefined : { path, ...readTime(text) }

/** Of two times of unequal precision the shared part decides. */
export function isBefore(left: string, right: string): boolean {
  if (left.length > 10 && right.length > 10) return Date.parse(left) < Date.parse(right)
  const length = Math.min(left.length, right.length, 10)
  return left.slice(0, length) < right.slice(0, length)
}

function participantsOf(header: CdaHeader, cast: Cast): NonNullable<Encounter['participant']> {
  const found: NonNullable<Encounter['participant']> = []
  const add = (role: string, individual: Reference | undefined) => {
    const reference = individual?.reference ?? ''
    if (individual === undefined || !/^(?:PractitionerRole|RelatedPerson)\//.test(reference)) return
    if (found.some(one => one.individual?.reference === reference && one.type?.[0]?.coding?.[0]?.code === role)) return
    found.push({ type: [{ coding: [{ system: SYSTEM.v3ParticipationType, code: role }] }], individual })
  }
  add('ATND', cast.reference(header.encounter?.responsible))
  for (const { typeCode, entity } of header.encounter?.participants ?? [])
    add(ENCOUNTER_ROLES.has(typeCode ?? '') ? (typeCode ?? '') : 'PART', cast.reference(entity))
  for (const { typeCode, functionCode, entity } of header.participants) {
    const role = typeCode === 'RESP' ? ROLE_OF_FUNCTION[functionCode?.code ?? ''] : typeCode === 'REF' || typeCode === 'REFB' ? 'REF' : undefined
    if (role !== undefined) add(role, cast.reference(entity))
  }
  return found
}

function locationOf(header: CdaHeader, cast: Cast): Pick<Encounter, 'location'> {
  const facility = header.encounter?.facility
  if (facility === undefined) return {}
  const place = 'ClinicalDocument/componentOf/encompassingEncounter/location/healthCareFacility'
  const keys = facility.ids.flatMap(id =>
    urnOf(id.root) === undefined || id.extension === undefined ? [] : [{ system: urnOf(id.root) ?? '', value: id.extension }],
  )
  const organization = cast.structure(facility.organization, place)
  const type = toCodeableConcept(facility.code)
  const known = cast.known('Location', keys, place, id => {
    const location: Location & { id: string } = {
      resourceType: 'Location',
      id,
      ...list('identifier', facility.ids.map(toIdentifier)),
      mode: 'instance',
      ...only('name', facility.name ?? facility.code?.display),
      ...list('type', type === undefined ? [] : [type]),
      // A shared creation rests on no resource of this document.
      ...only('managingOrganization', keys.length === 0 ? organization : undefined),
    }
    return location
  })
  return { location: [{ location: { reference: `Location/${known.resource.id ?? ''}` } }] }
}
