/*
  Acts (E3.62): one that was done is a Procedure, one that is meant is a ServiceRequest of the plan; one said to be done that lies ahead is meant, with a finding.
    procedure EVN | INT => id* code text statusCode effectiveTime priorityCode? methodCode* targetSiteCode* performer*; RSON E3.36, COMP E3.48
*/
import type { Procedure } from 'fhir/r4.js'
import { list, listOf, only, stated } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { FILLER, type Made, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, isNull, saysNone } from './values/negation.ts'
import { actorsOf, placesOf, recorderOf } from './values/people.ts'
import { planOf } from './plan.ts'
import { devicesPointedTo, reasonsOf } from './reasons.ts'
import { mapRequest, REQUESTED } from './request.ts'
import { fr, pcc } from './frame/templates.ts'
import { isReversed, whenOf } from './values/times.ts'
import { conceptOf, conceptOrWords } from './values/values.ts'

/** R4 has no element for it. */
const METHOD = 'http://hl7.org/fhir/StructureDefinition/procedure-method'

const STATUS: Readonly<Record<string, Procedure['status']>> = {
  new: 'preparation',
  active: 'in-progress',
  held: 'on-hold',
  aborted: 'stopped',
  suspended: 'on-hold',
  cancelled: 'not-done',
  nullified: 'entered-in-error',
  obsolete: 'unknown',
}

function mapDone(statement: CdaElement, at: StatementScene): Made {
  const when = whenOf(statement.child('effectiveTime'), at)
  const start = when.dateTime ?? when.period?.start
  const isAhead = start !== undefined && isReversed(start, at.today)
  const isRunning = planOf(at) !== undefined && statement.child('statusCode')?.attr('code') === 'active'
  if (isAhead || isRunning) {
    at.find('statement.done-in-future', statement.path)
    return mapRequest(statement, at)
  }
  return mapProcedure(statement, at)
}

export function mapProcedure(statement: CdaElement, at: StatementScene): Made {
  const code = at.part('code', () => conceptOrWords(statement.child('code'), at, at.text(statement)))
  if (code === undefined) return FILLER
  const status = saysNone(code) ? 'unknown' : statusOf(statement)
  const { dateTime, period } = at.part('performed', () => whenOf(statement.child('effectiveTime'), at))
  const plan = planOf(at)
  const base = at.base('Procedure', statement)
  const methods = statement.all('methodCode').flatMap(one => conceptOf(one, at) ?? [])
  const procedure: Procedure & { id: string } = {
    ...base,
    ...list('extension', [...(base.extension ?? []), ...methods.map(valueCodeableConcept => ({ url: METHOD, valueCodeableConcept }))]),
    ...identifiersOf(statement),
    ...list('basedOn', plan === undefined ? [] : [plan]),
    status,
    code,
    subject: at.patient,
    encounter: at.encounter,
    ...stated({ performedDateTime: dateTime, performedPeriod: period, recorder: recorderOf(statement, at) }),
    ...actorsOf(statement, at),
    ...only('location', placesOf(statement, 'LOC')[0]),
    ...reasonsOf(statement, at),
    ...listOf('bodySite', statement.all('targetSiteCode'), site => conceptOf(site, at)),
    ...list('usedCode', devicesPointedTo(statement, at)),
    ...notesOf(statement, at),
  }
  return { resources: [procedure] }
}

function statusOf(statement: CdaElement): Procedure['status'] {
  const status = STATUS[statement.child('statusCode')?.attr('code') ?? ''] ?? 'completed'
  if (isNegated(statement) && status !== 'entered-in-error') return 'not-done'
  return isNull(statement) && status === 'completed' ? 'unknown' : status
}

export const procedureRules: StatementRule[] = [
  { name: 'E3.62 act', version: 1, templates: [fr('62'), pcc('4.19')], kinds: ['procedure'], moods: ['EVN'], map: mapDone },
  { name: 'E3.62 planned act', version: 1, templates: [fr('62'), pcc('4.19')], kinds: ['procedure'], moods: REQUESTED, map: mapRequest },
  { name: 'procedure of no known template', version: 1, templates: [], kinds: ['procedure'], moods: ['EVN'], map: mapDone },
  { name: 'planned procedure of no known template', version: 1, templates: [], kinds: ['procedure'], moods: REQUESTED, map: mapRequest },
  { name: 'act of no known template', version: 1, templates: [], kinds: ['act'], moods: ['EVN'], isEntry: true, map: mapDone },
  { name: 'planned act of no known template', version: 1, templates: [], kinds: ['act'], moods: REQUESTED, isEntry: true, map: mapRequest },
]
