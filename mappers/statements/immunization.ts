/*
  Vaccinations: one that was given, or not given, is an Immunization (E3.45); one that is due a recommendation (E3.47, and E3.45 of any mood but EVN).
    substanceAdministration => effectiveTime routeCode? doseQuantity? consumable performer*; SUBJ E3.82 rank 30973-2; CAUS reaction E3.37; RSON E3.36
*/
import type { CodeableConcept, Immunization, ImmunizationRecommendation } from 'fhir/r4.js'
import { list, only, stated } from '../cda/datatypes.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { toDateTime } from '../cda/timestamps.ts'
import { notesOf } from './comments.ts'
import { doseOf } from './medicines/amount.ts'
import { FILLER, leave, type Made, type StatementRule, type StatementScene } from './frame/contract.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, isNull, saysNone } from './values/negation.ts'
import { readValue, wordsOf } from './values/observation-value.ts'
import { saidIn } from './frame/nested.ts'
import { actorsOf, isProfessional } from './values/people.ts'
import { type Product, productOf } from './medicines/product.ts'
import { reasonsOf } from './reasons.ts'
import { fr, pcc } from './frame/templates.ts'
import { startOf, whenOf } from './values/times.ts'
import { type State, stateOf } from './medicines/treatment-state.ts'
import { absence, conceptOf, conceptOrWords } from './values/values.ts'

const RANK = [fr('82'), '2.16.840.1.113883.10.20.1.46']
const DUE_STATUS = 'http://terminology.hl7.org/CodeSystem/immunization-recommendation-status'
const [EARLIEST, LATEST] = ['30981-5', '59777-3']

/** One that was to be given and was not, or by mistake. */
const WITHDRAWN: Partial<Record<State, Immunization['status']>> = { stopped: 'not-done', cancelled: 'not-done', wrong: 'entered-in-error' }
const OPEN = new Set(['new', 'active', 'held', 'suspended'])

/** One said to be given that lies ahead, or is not completed, is due. */
function mapVaccination(statement: CdaElement, at: StatementScene): Made {
  const isAhead = stateOf(statement, at) === 'ahead'
  if (isNegated(statement) || (!isAhead && !OPEN.has(statement.child('statusCode')?.attr('code') ?? ''))) return mapGiven(statement, at)
  at.find(isAhead ? 'statement.done-in-future' : 'statement.not-completed', statement.path)
  return mapDue(statement, at)
}

function mapGiven(statement: CdaElement, at: StatementScene): Made {
  const product = productOf(statement, at)
  const vaccineCode = at.part('vaccineCode', () => vaccineOf(statement, product, at))
  if (vaccineCode === undefined) return FILLER
  const [isNot, state] = [isNegated(statement) || saysNone(vaccineCode), stateOf(statement, at)]
  if (isNull(statement) && !isNot) return leave(statement, at)
  const rank = rankOf(statement, at)
  const time = statement.child('effectiveTime')
  const occurrence = at.part('occurrence', () => startOf(time, at) ?? whenOf(time, at).period?.end)
  const status = isNot && state !== 'wrong' ? 'not-done' : (WITHDRAWN[state] ?? 'completed')
  const { reasonCode, reasonReference } = reasonsOf(statement, at)
  if (status === 'not-done' && reasonCode?.[1] !== undefined) at.find('statement.part-unread', statement.path)
  const { given, words } = doseOf(statement, at)
  if (given?.doseRange !== undefined || words !== undefined) at.find('statement.part-unread', statement.path)
  const immunization: Immunization & { id: string } = {
    ...at.base('Immunization', statement),
    ...identifiersOf(statement),
    status,
    vaccineCode,
    patient: at.patient,
    encounter: at.encounter,
    ...(occurrence === undefined ? { _occurrenceDateTime: { extension: [absence(time?.attr('nullFlavor'))] } } : { occurrenceDateTime: occurrence }),
    ...stated({ lotNumber: product?.lot, expirationDate: product?.expires }),
    ...stated({ manufacturer: product?.manufacturer === undefined ? undefined : { display: product.manufacturer } }),
    ...stated({ site: conceptOf(statement.child('approachSiteCode'), at), route: conceptOf(statement.child('routeCode'), at) }),
    ...stated({ doseQuantity: given?.doseQuantity }),
    ...actorsOf(statement, at, isProfessional),
    ...notesOf(statement, at),
    ...(status === 'not-done' ? only('statusReason', reasonCode?.[0]) : only('reasonCode', reasonCode)),
    ...only('reasonReference', reasonReference),
    ...list('protocolApplied', rank === undefined ? [] : [rank]),
  }
  return { resources: [immunization] }
}

/** The code of the act says `vaccination`, or that nothing is known of any. */
function vaccineOf(statement: CdaElement, product: Product | undefined, at: StatementScene): CodeableConcept | undefined {
  const code = conceptOf(statement.child('code'), at)
  return product?.concept ?? (saysNone(code) ? code : conceptOrWords(undefined, at, at.text(statement)))
}

/** Which dose of its series it is, as a number from one on, else in words. */
function rankOf(statement: CdaElement, at: StatementScene): { doseNumberPositiveInt: number } | { doseNumberString: string } | undefined {
  const value = saidIn(statement, RANK, { at, read: rank => wordsOf(readValue(rank.child('value') ?? rank, at)) })
  return value === undefined ? undefined : /^[1-9]\d{0,8}$/.test(value) ? { doseNumberPositiveInt: Number(value) } : { doseNumberString: value }
}

function mapDue(statement: CdaElement, at: StatementScene): Made {
  const vaccine = at.part('vaccineCode', () => vaccineOf(statement, productOf(statement, at), at))
  if (vaccine === undefined) return FILLER
  if (saysNone(vaccine)) return mapGiven(statement, at)
  if (WITHDRAWN[stateOf(statement, at)] !== undefined || isNull(statement)) return leave(statement, at)
  const { dateTime, period } = whenOf(statement.child('effectiveTime'), at)
  const date = (code: string, value: string | undefined) => (value === undefined ? [] : [{ code: { coding: [{ system: 'http://loinc.org', code }] }, value }])
  const notes = (notesOf(statement, at).note ?? []).map(one => one.text)
  const recommendation: ImmunizationRecommendation & { id: string } = {
    ...at.base('ImmunizationRecommendation', statement),
    ...identifiersOf(statement),
    patient: at.patient,
    date: toDateTime(at.header.effectiveTime) ?? at.ctx.now.toISOString(),
    recommendation: [
      {
        vaccineCode: [vaccine],
        ...(isNegated(statement) ? { contraindicatedVaccineCode: [vaccine] } : {}),
        forecastStatus: { coding: [{ system: DUE_STATUS, code: isNegated(statement) ? 'contraindicated' : 'due' }] },
        ...list('dateCriterion', [...date(EARLIEST, dateTime ?? period?.start), ...date(LATEST, period?.end)]),
        ...rankOf(statement, at),
        ...(notes.length === 0 ? {} : { description: notes.join('\n') }),
      },
    ],
  }
  return { resources: [recommendation] }
}

export const immunizationRules: StatementRule[] = [
  { name: 'E3.45 vaccination', version: 1, templates: [fr('45'), pcc('4.12')], kinds: ['substanceAdministration'], moods: ['EVN', ''], map: mapVaccination },
  { name: 'E3.45 vaccination planned', version: 1, templates: [fr('45'), pcc('4.12')], kinds: ['substanceAdministration'], map: mapDue },
  { name: 'E3.47 vaccination due', version: 1, templates: [fr('47'), pcc('4.12.2')], kinds: ['substanceAdministration'], map: mapDue },
]
