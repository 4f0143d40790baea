/*
  Results: the chapter of a laboratory report (E3.21) and a group of results (E3.208) are DiagnosticReports; batteries and isolates are groups of Observations; a sample is a Specimen.
    entry[E3.21] => act { observation E3.80 | battery E3.78 | isolate E3.79 | sample E3.77 | comment }      organizer E3.208 => performer* { observation E3.209 }
*/
import type { DiagnosticReport, Specimen } from 'fhir/r4.js'
import { list, only, stated } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { type State, toldStateOf } from './medicines/treatment-state.ts'
import { FILLER, type Made, referencesTo, type StatementRule, type StatementScene } from './frame/contract.ts'
import { mapGroup, sectionConcept } from './groups.ts'
import { identifiersOf } from './values/identifiers.ts'
import { observationStatus, performersOf } from './observation.ts'
import { isPractitioner, isProfessional } from './values/people.ts'
import { specimenOf } from './specimen.ts'
import { fr, hasTemplate } from './frame/templates.ts'
import { dateTimeOf, effectiveOf, whenOf } from './values/times.ts'
import { conceptOf } from './values/values.ts'

const SECTION_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0074'
const BATTERY = [fr('78'), '1.3.6.1.4.1.19376.1.3.1.4']
const ISOLATE = [fr('79'), '1.3.6.1.4.1.19376.1.3.1.5']
const RECEIVED = [fr('107'), '1.3.6.1.4.1.19376.1.3.1.3']
const UNTAKEN: Partial<Record<State, Specimen['status']>> = { stopped: 'unavailable', cancelled: 'unavailable', wrong: 'entered-in-error' }
const SAMPLE = [fr('77'), '1.3.6.1.4.1.19376.1.3.1.2']

function mapChapter(statement: CdaElement, at: StatementScene): Made {
  return mapReport(statement, at, { coding: [{ system: SECTION_SYSTEM, code: 'LAB' }] })
}

/** Biology, imaging or whatever else its code says. */
function mapResults(statement: CdaElement, at: StatementScene): Made {
  const code = statement.child('code')?.attr('code')
  const category = code === '26436-6' ? 'LAB' : code === '18748-4' ? 'RAD' : undefined
  return mapReport(statement, at, category === undefined ? undefined : { coding: [{ system: SECTION_SYSTEM, code: category }] })
}

function mapReport(statement: CdaElement, at: StatementScene, category: { coding: { system: string; code: string }[] } | undefined): Made {
  const made = at.nested(statement).flatMap(({ statement: nested }) => (isReported(nested) ? at.map(nested).resources.slice(0, 1) : []))
  const { note = [] } = notesOf(statement, at)
  if (made.length === 0 && note.length === 0) return FILLER
  const status = observationStatus(statement)
  const { specimens } = specimenOf(statement, at)
  const named = (type: string) => referencesTo([...specimens, ...made], one => one === type)
  const report: DiagnosticReport & { id: string } = {
    ...at.base('DiagnosticReport', statement),
    ...identifiersOf(statement),
    status: status === 'preliminary' ? 'partial' : status,
    ...list('category', category === undefined ? [] : [category]),
    code: at.part('code', () => conceptOf(statement.child('code'), at)) ?? sectionConcept(at),
    subject: at.patient,
    encounter: at.encounter,
    ...at.part('effective', () => effectiveOf(statement, at)),
    ...list('performer', performersOf(statement, at).filter(isProfessional)),
    ...list('specimen', named('Specimen')),
    ...list('result', named('Observation')),
    ...(note.length === 0 ? {} : { conclusion: note.map(one => one.text).join('\n') }),
  }
  return { resources: [report, ...specimens] }
}

/** A comment is a conclusion; an attached document has a place of its own. */
function isReported(nested: CdaElement): boolean {
  return nested.local === 'observation' || (nested.local === 'organizer' && !hasTemplate(nested, [fr('18')])) || hasTemplate(nested, SAMPLE)
}

/** A battery without a code is one of its chapter. */
function mapBattery(statement: CdaElement, at: StatementScene): Made {
  return mapGroup(statement, at, { category: 'laboratory', code: conceptOf(at.holder?.statement.child('code'), at) })
}

/** What grew, and what was found of it. */
function mapIsolate(statement: CdaElement, at: StatementScene): Made {
  const { resources, ...made } = mapBattery(statement, at)
  const organism = resources.find(one => one.resourceType === 'Specimen')?.type
  return { ...made, resources: resources.map(one => (one.resourceType === 'Observation' ? { ...one, ...only('valueCodeableConcept', organism) } : one)) }
}

function mapSample(statement: CdaElement, at: StatementScene): Made {
  const role = statement.child('participant')?.child('participantRole')
  const { dateTime, period } = whenOf(statement.child('effectiveTime'), at)
  const moment = dateTime ?? (period?.start === undefined ? period?.end : undefined)
  const collector = at.performersOf(statement).find(isPractitioner)
  const received = at.nested(statement).find(({ statement: nested }) => hasTemplate(nested, RECEIVED))?.statement
  if (received !== undefined) at.take(received)
  const method = conceptOf(statement.child('code'), at)
  const bodySite = conceptOf(statement.child('targetSiteCode'), at)
  const collection = {
    ...only('collector', collector),
    ...(moment === undefined ? only('collectedPeriod', period) : { collectedDateTime: moment }),
    ...stated({ method, bodySite }),
  }
  const specimen: Specimen & { id: string } = {
    ...at.base('Specimen', statement),
    ...identifiersOf(statement, role),
    ...stated({ status: UNTAKEN[toldStateOf(statement)], type: conceptOf(role?.at('playingEntity', 'code'), at) }),
    subject: at.patient,
    ...only('receivedTime', dateTimeOf(received?.child('effectiveTime'), at)),
    ...(Object.keys(collection).length === 0 ? {} : { collection }),
    ...notesOf(statement, at),
  }
  return { resources: [specimen] }
}

export const laboratoryRules: StatementRule[] = [
  { name: 'E3.21 laboratory chapter', version: 1, templates: [fr('21'), '1.3.6.1.4.1.19376.1.3.1'], kinds: ['act'], map: mapChapter },
  { name: 'E3.208 results', version: 1, templates: [fr('208')], kinds: ['organizer'], map: mapResults },
  { name: 'E3.78 battery', version: 1, templates: BATTERY, kinds: ['organizer'], map: mapBattery },
  { name: 'E3.79 isolate', version: 1, templates: ISOLATE, kinds: ['organizer'], map: mapIsolate },
  { name: 'E3.77 sample', version: 1, templates: SAMPLE, kinds: ['procedure'], moods: ['EVN'], map: mapSample },
]
