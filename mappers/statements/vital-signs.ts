/*
  Vital signs: the panel (E3.49) and its measures (E3.50). Systolic and diastolic pressure of one moment are one Observation of two components;
  a measure without a time of its own was taken at that of the panel, and a vital sign always says why there is none.
*/
import type { CodeableConcept, Observation, ObservationComponent } from 'fhir/r4.js'
import { list } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import type { Made, MadeResource, StatementRule, StatementScene } from './frame/contract.ts'
import { mapGroup } from './groups.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, NEGATION } from './values/negation.ts'
import { categoryOf, mapObservation, measuringOf, observationStatus, performersOf, readingOf } from './observation.ts'
import { absentValue, readValue } from './values/observation-value.ts'
import { fr, pcc } from './frame/templates.ts'
import { effectiveOf } from './values/times.ts'
import { absence, requiredConcept } from './values/values.ts'

const LOINC = 'http://loinc.org'
const SYSTOLIC = '8480-6'
const DIASTOLIC = '8462-4'
const PRESSURE_PANEL: CodeableConcept = { coding: [{ system: LOINC, code: '85354-9', display: 'Blood pressure panel with all children optional' }] }
const VITAL_SIGNS_PANEL: CodeableConcept = {
  coding: [{ system: LOINC, code: '85353-1', display: 'Vital signs, weight, height, head circumference, oxygen saturation and BMI panel' }],
}

type Time = Pick<Observation, 'effectiveDateTime' | '_effectiveDateTime' | 'effectivePeriod'>

interface Pressure {
  systolic: CdaElement | undefined
  diastolic: CdaElement | undefined
}

function mapPanel(statement: CdaElement, at: StatementScene): Made {
  const pressures = pressuresIn(statement, at).map(pressure => mapPressure(pressure, statement, at))
  const members = pressures.map(({ id }) => ({ reference: `Observation/${id}` }))
  const { resources, ...made } = mapGroup(statement, at, { category: 'vital-signs', code: VITAL_SIGNS_PANEL, members })
  return { ...made, resources: [...timed(resources, timeOf(statement, undefined, at)), ...pressures] }
}

function mapSign(statement: CdaElement, at: StatementScene): Made {
  const code = codeOf(statement)
  if (code === SYSTOLIC || code === DIASTOLIC) {
    const pressure = { systolic: code === SYSTOLIC ? statement : undefined, diastolic: code === DIASTOLIC ? statement : undefined }
    return { resources: [mapPressure(pressure, at.holder?.statement, at)] }
  }
  const { resources, ...made } = mapObservation(statement, at, 'vital-signs')
  return { ...made, resources: timed(resources, timeOf(statement, at.holder?.statement, at)) }
}

const codeOf = (statement: CdaElement): string | undefined => statement.child('code')?.attr('code')

/** The nth systolic of a moment, a place and a method belongs to the nth diastolic of the same. Negated ones stand alone. */
function pressuresIn(panel: CdaElement, at: StatementScene): Pressure[] {
  const measures = at.nested(panel).map(({ statement }) => statement)
  const of = (code: string) => measures.filter(one => one.local === 'observation' && one.attr('moodCode') === 'EVN' && codeOf(one) === code && !isNegated(one))
  const circumstances = (one: CdaElement) => JSON.stringify([timeOf(one, panel, at), measuringOf(one, at), observationStatus(one)])
  const diastolics = of(DIASTOLIC)
  return of(SYSTOLIC).flatMap(systolic => {
    const found = diastolics.findIndex(one => circumstances(one) === circumstances(systolic))
    if (found < 0) return []
    const [diastolic] = diastolics.splice(found, 1)
    return [{ systolic, diastolic }]
  })
}

function mapPressure({ systolic, diastolic }: Pressure, panel: CdaElement | undefined, at: StatementScene): Observation & { id: string } {
  const both = [systolic, diastolic].filter(one => one !== undefined)
  const main = systolic ?? diastolic ?? panel
  if (main === undefined) throw new RangeError('a pressure of nothing')
  for (const one of both) at.take(one)
  const notes = both.flatMap(one => notesOf(one, at).note ?? [])
  return {
    ...at.base('Observation', main),
    ...identifiersOf(...both),
    status: observationStatus(main),
    ...categoryOf('vital-signs'),
    code: PRESSURE_PANEL,
    subject: at.patient,
    encounter: at.encounter,
    ...timeOf(main, panel, at),
    ...list('performer', performersOf(main, at)),
    ...(both.some(isNegated) ? { modifierExtension: [NEGATION] } : {}),
    ...measuringOf(main, at),
    component: [componentOf(SYSTOLIC, systolic, at), componentOf(DIASTOLIC, diastolic, at)],
    ...list('note', notes),
  }
}

function componentOf(code: string, statement: CdaElement | undefined, at: StatementScene): ObservationComponent {
  if (statement === undefined) return { code: { coding: [{ system: LOINC, code }] }, ...absentValue(undefined) }
  const said = statement.child('value')
  const value = said === undefined ? {} : readValue(said, at)
  return {
    code: requiredConcept(statement.child('code'), at, undefined),
    ...(Object.keys(value).length > 0 ? value : absentValue(said)),
    ...readingOf(statement, at),
  }
}

/** Its own time, else that of the panel, else that there is none. */
function timeOf(statement: CdaElement, panel: CdaElement | undefined, at: StatementScene): Time {
  const times = [statement, ...(panel === undefined ? [] : [panel])].map(one => effectiveOf(one, at))
  return times.find(time => Object.keys(time).length > 0) ?? { _effectiveDateTime: { extension: [absence(undefined)] } }
}

const timed = (resources: readonly MadeResource[], time: Time): MadeResource[] =>
  resources.map(one => (one.resourceType === 'Observation' ? { ...one, ...time } : one))

export const vitalSignRules: StatementRule[] = [
  { name: 'E3.49 vital signs', version: 1, templates: [fr('49'), pcc('4.13.1')], kinds: ['organizer'], map: mapPanel },
  { name: 'E3.50 vital sign', version: 1, templates: [fr('50'), pcc('4.13.2')], kinds: ['observation'], moods: ['EVN'], map: mapSign },
]
