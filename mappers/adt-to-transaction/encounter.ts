/*
  A stay as Encounter (hub-encounter) and as the EpisodeOfCare around it: state, history, places, people.
    Encounter.location      one entry per change of PV1-3; Location.identifier.value = code of the unit
    Encounter.identifier    PV1-19, type VN
*/
import type { CodeableConcept, Coding, Encounter, EncounterLocation, EpisodeOfCare, Location, Reference } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { PMSI_MODES, PMSI_PLACES, type PmsiTable } from '../../profiles/tables/pmsi-modes.ts'
import { list, listOf, only, stated, urnOf } from '../cda/datatypes.ts'
import { toLegalTime } from '../cda/timestamps.ts'
import type { Attendant, Place, StayContent } from '../hl7v2/adt/movement.ts'
import type { MapContext } from '../mapper.ts'
import { type Cast, displayOf } from '../transmission-to-transaction/cast.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'
import { mapParticulars, originOf, destinationOf, placesBeside } from './particulars.ts'
import type { Span, Stay, StayStatus } from './stay.ts'

export interface StayParts {
  id: string
  stay: Stay
  visit: { system: string; value: string }
  cast: Cast
  patient: Reference
  structure: Reference
}

const CLASSES: Readonly<Record<StayContent['class'], string>> = { E: 'EMER', I: 'IMP', O: 'AMB', R: 'AMB', N: 'AMB' }
const EPISODE_STATUS: Readonly<Record<StayStatus, EpisodeOfCare['status']>> = {
  planned: 'planned',
  'in-progress': 'active',
  onleave: 'onhold',
  finished: 'finished',
  cancelled: 'cancelled',
}

export function mapStayToEncounter(parts: StayParts, ctx: MapContext): Encounter & { id: string } {
  const { id, stay, visit, patient, structure } = parts
  const { content } = stay
  const statusHistory = stay.statuses.map(({ status, period }) => ({ status, period: toPeriod(period) }))
  return {
    resourceType: 'Encounter',
    id,
    ...ctx.element('Encounter.contained', () => list('contained', placesBeside(content))),
    ...ctx.element('Encounter.extension', () => list('extension', mapParticulars(content.particulars))),
    ...ctx.element('Encounter.identifier', () => ({ identifier: [visitNumber(visit)] })),
    status: stay.status,
    ...list('statusHistory', statusHistory),
    ...ctx.element('Encounter.class', () => ({
      class: classOf(stay.class),
      ...listOf('classHistory', stay.classes, one => ({ class: classOf(one.class), period: toPeriod(one.period) })),
    })),
    subject: patient,
    episodeOfCare: [{ reference: `EpisodeOfCare/${episodeId(visit, id)}` }],
    ...ctx.element('Encounter.participant', () => list('participant', participantsOf(content.attendants ?? [], parts))),
    ...ctx.element('Encounter.period', () => ({ period: toPeriod(stay.period) })),
    ...ctx.element('Encounter.reasonCode', () => list('reasonCode', content.reason === undefined ? [] : [{ text: content.reason }])),
    ...ctx.element('Encounter.hospitalization', () => hospitalizationOf(stay, visit)),
    ...ctx.element('Encounter.location', () => listOf('location', stay.places, place => locationOf(place, parts))),
    serviceProvider: structure,
  }
}

export function mapStayToEpisodeOfCare({ id, stay, visit, patient, structure }: StayParts): EpisodeOfCare & { id: string } {
  const statusHistory = stay.statuses.map(({ status, period }) => ({ status: EPISODE_STATUS[status], period: toPeriod(period) }))
  return {
    resourceType: 'EpisodeOfCare',
    id: episodeId(visit, id),
    identifier: [visitNumber(visit)],
    status: EPISODE_STATUS[stay.status],
    ...list('statusHistory', statusHistory),
    patient,
    managingOrganization: structure,
    period: toPeriod(stay.period),
  }
}

function episodeId(visit: StayParts['visit'], encounter: string): string {
  return derivedId('EpisodeOfCare', `${visit.system}|${visit.value}`, encounter)
}

function visitNumber({ system, value }: StayParts['visit']) {
  return { type: { coding: [{ system: SYSTEM.v20203, code: 'VN' }] }, system, value }
}

function classOf(code: StayContent['class']) {
  return { system: SYSTEM.v3ActCode, code: CLASSES[code] }
}

function toPeriod({ start, end }: Span) {
  return { ...only('start', start === undefined ? undefined : toLegalTime(start)), ...only('end', end === undefined ? undefined : toLegalTime(end)) }
}

function participantsOf(attendants: readonly Attendant[], { cast }: StayParts): NonNullable<Encounter['participant']> {
  return attendants.flatMap(({ role, id, authority, family, given }) => {
    const type = [{ coding: [{ system: SYSTEM.v3ParticipationType, code: role }] }]
    const person = { ...only('family', family), given: given === undefined ? [] : [given] }
    // A number without an authority is anybody's: two hospitals may each have a DR12.
    if (authority === undefined || urnOf(authority) === undefined)
      return [{ type, individual: { identifier: { value: id }, ...only('display', displayOf(person)) } }]
    const ids = [{ root: authority, extension: id, path: 'PV1' }]
    const individual = cast.reference({ ids, ...(family === undefined ? {} : { person }), telecoms: [], addresses: [], path: `PV1/${role}` })
    return individual === undefined ? [] : [{ type, individual }]
  })
}

function hospitalizationOf(stay: Stay, visit: StayParts['visit']): Pick<Encounter, 'hospitalization'> {
  const { content, status } = stay
  const said = {
    ...stated({ preAdmissionIdentifier: content.preadmission === undefined ? undefined : { system: visit.system, value: content.preadmission } }),
    ...stated({ origin: originOf(content), admitSource: modeOf('entree', { mode: content.entryMode, place: content.origin }) }),
    ...stated({ destination: destinationOf(content) }),
    ...(status === 'finished'
      ? only('dischargeDisposition', modeOf('sortie', { mode: content.exitMode, place: content.destination, words: content.exitWords }))
      : {}),
  }
  return Object.keys(said).length === 0 ? {} : { hospitalization: said }
}

interface Mode {
  mode: string | undefined
  place: string | undefined
  words?: string | undefined
}

/** Codes of the PMSI, with their words where the tables have them; the hospital's own words go first. */
function modeOf(table: PmsiTable, { mode, place, words }: Mode): CodeableConcept | undefined {
  const coding = [
    ...pmsiCoding(`hub-cs-pmsi-mode-${table}`, mode, PMSI_MODES[table]),
    ...pmsiCoding(`hub-cs-pmsi-${table === 'entree' ? 'provenance' : 'destination'}`, place, PMSI_PLACES[table]),
  ]
  const text = words ?? coding[0]?.display
  return coding.length === 0 && text === undefined ? undefined : { ...list('coding', coding), ...only('text', text) }
}

function pmsiCoding(system: string, code: string | undefined, words: Readonly<Record<string, string>>): Coding[] {
  return code === undefined ? [] : [{ system: `${HUB}CodeSystem/${system}`, code, ...only('display', words[code]) }]
}

function locationOf({ place, period, isPlanned }: Stay['places'][number], parts: StayParts): EncounterLocation {
  const { unit, room, bed } = place
  const where = [unit?.code, room, bed].filter(part => part !== undefined).join(' ')
  return {
    location: { ...unitOf(place, parts), ...only('display', where === '' ? place.facilityName : where) },
    // Of a stay that is cancelled nobody is, was or will be there.
    ...(parts.stay.status === 'cancelled' ? {} : { status: isPlanned ? 'planned' : period.end === undefined ? 'active' : 'completed' }),
    period: toPeriod(period),
  }
}

/** The unit; where PV1-3 names none, the facility. */
function unitOf(place: Place, { cast, structure }: StayParts): Reference {
  const { unit, facility = '' } = place
  const authority = unit?.authority ?? facility
  const code = unit?.code ?? (facility === '' ? (place.room ?? place.bed ?? '') : facility)
  const kind = unit === undefined ? 'site' : 'unite'
  const system = (unit === undefined ? undefined : urnOf(authority)) ?? `${HUB}NamingSystem/${kind}/${encodeURIComponent(authority)}`
  const known = cast.known('Location', [{ system, value: code }], 'PV1-3', id => {
    const location: Location & { id: string } = {
      resourceType: 'Location',
      id,
      identifier: [{ system, value: code }],
      mode: 'instance',
      name: unit?.name ?? code,
      managingOrganization: structure,
    }
    return location
  })
  return { reference: `Location/${known.resource.id ?? ''}`, identifier: { system, value: code } }
}
