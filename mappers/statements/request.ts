/*
  What is to be done: planned acts, examinations and follow-up (E3.27) and transfers are ServiceRequests; so is the act that a demand of telemedicine (TLM-DA) asks for; an observation that is a goal is a Goal.
    observation INT | PRP | GOL => code text effectiveTime value?        COMP GEN-177 => the dates foreseen
*/
import type { CodeableConcept, Goal, GoalTarget, ServiceRequest } from 'fhir/r4.js'
import { list, listOf, only, stated, toCodeableConcept, toIdentifier } from '../cda/datatypes.ts'
import { toDateTime } from '../cda/timestamps.ts'
import type { CdaElement } from '../cda/xml/element.ts'
import { notesOf } from './comments.ts'
import { FILLER, type Made, NOTHING, type Section, type SectionRule, type StatementRule, type StatementScene } from './frame/contract.ts'
import { readSections } from './frame/sections.ts'
import { identifiersOf } from './values/identifiers.ts'
import { isNegated, isNull } from './values/negation.ts'
import { readValue, wordsOf } from './values/observation-value.ts'
import { isProvider, placesOf, requesterOf } from './values/people.ts'
import { planOf } from './plan.ts'
import { reasonsOf } from './reasons.ts'
import { fr, frSection, pcc } from './frame/templates.ts'
import { isReversed, type When, whenOf } from './values/times.ts'
import { speaks } from './frame/unread.ts'
import { codeAmong, conceptOf, conceptOrWords, conceptWords } from './values/values.ts'

const FORESEEN = 'GEN-177'
const REASON = '42349-1'
export const PRIORITIES: Readonly<Record<string, ServiceRequest['priority']>> = { UR: 'urgent', EM: 'stat', S: 'stat', A: 'asap', R: 'routine', EL: 'routine' }
/** Of what is meant, `completed` says nothing: 23 of 34 have it. */
const STATUS: Readonly<Record<string, 'revoked' | 'on-hold' | 'entered-in-error'>> = {
  aborted: 'revoked',
  cancelled: 'revoked',
  suspended: 'on-hold',
  held: 'on-hold',
  obsolete: 'revoked',
  nullified: 'entered-in-error',
}
const statusOf = (statement: CdaElement) => STATUS[statement.child('statusCode')?.attr('code') ?? '']

/** How firmly it is meant, by its mood. */
const INTENTS: Readonly<Record<string, ServiceRequest['intent']>> = { INT: 'plan', RQO: 'order', PRP: 'proposal', ARQ: 'proposal', PRMS: 'proposal' }
export const REQUESTED: readonly string[] = Object.keys(INTENTS)

/** One that is said to be done and lies ahead is meant; a transfer that was done is a request that is completed. */
export function mapRequest(statement: CdaElement, at: StatementScene): Made {
  const code = at.part('code', () => conceptOrWords(statement.child('code'), at, at.text(statement)))
  const detail = detailOf(statement.child('value'), at)
  if (code === undefined && detail === undefined) return FILLER
  const { dateTime, period } = at.part('occurrence', () => foreseenOf(statement, at))
  const plan = planOf(at)
  const start = dateTime ?? period?.start
  const isDone = isCompleted(statement) && !(start !== undefined && isReversed(start, at.today))
  const request: ServiceRequest & { id: string } = {
    ...at.base('ServiceRequest', statement),
    ...identifiersOf(statement),
    ...list('basedOn', plan === undefined ? [] : [plan]),
    status: statusOf(statement) ?? (isNull(statement) ? 'unknown' : isDone ? 'completed' : 'active'),
    intent: INTENTS[statement.attr('moodCode') ?? ''] ?? (isDone ? 'order' : 'plan'),
    ...only('priority', codeAmong(statement.child('priorityCode'), PRIORITIES)),
    ...(isNegated(statement) || statement.child('value')?.attr('value') === 'false' ? { doNotPerform: true } : {}),
    ...only('code', code),
    ...list('orderDetail', detail === undefined ? [] : [detail]),
    subject: at.patient,
    encounter: at.encounter,
    ...stated({ occurrenceDateTime: dateTime, occurrencePeriod: period, requester: requesterOf(statement, at) }),
    ...list('performer', at.performersOf(statement).filter(isProvider)),
    ...list('locationReference', placesOf(statement, 'DST', 'LOC')),
    ...reasonsOf(statement, at),
    ...listOf('bodySite', statement.all('targetSiteCode'), site => conceptOf(site, at)),
    ...notesOf(statement, at),
  }
  return { resources: [request] }
}

const isCompleted = (statement: CdaElement): boolean => statement.attr('moodCode') === 'EVN' && statement.child('statusCode')?.attr('code') === 'completed'

/** What a value says of what is asked for. */
function detailOf(value: CdaElement | undefined, at: StatementScene): CodeableConcept | undefined {
  return conceptOrWords(value, at, value && (at.text(value) ?? wordsOf(readValue(value, at))))
}

/** The statement's own time, else that of its dates foreseen. */
function foreseenOf(statement: CdaElement, at: StatementScene): When {
  const own = whenOf(statement.child('effectiveTime'), at)
  if (own.dateTime !== undefined || own.period !== undefined) return own
  const dates = at.nested(statement).find(({ statement: nested }) => nested.child('code')?.attr('code') === FORESEEN)?.statement
  if (dates === undefined) return {}
  const foreseen = whenOf(dates.child('effectiveTime'), at)
  const isDated = foreseen.dateTime !== undefined || foreseen.period !== undefined
  if (isDated && !dates.all('value').some(speaks)) at.take(dates)
  return foreseen
}

function mapGoal(statement: CdaElement, at: StatementScene): Made {
  const text = at.text(statement)
  const description = at.part('description', () => conceptOrWords(statement.child('code'), at, text))
  if (description === undefined) return FILLER
  const status = statusOf(statement)
  const { dateTime, period } = whenOf(statement.child('effectiveTime'), at)
  const due = (dateTime ?? period?.end)?.slice(0, 10)
  const goal: Goal & { id: string } = {
    ...at.base('Goal', statement),
    ...identifiersOf(statement),
    lifecycleStatus: isNegated(statement) && status !== 'entered-in-error' ? 'rejected' : status === 'revoked' ? 'cancelled' : (status ?? 'proposed'),
    description: { ...description, text: description.text ?? text ?? conceptWords(description) ?? '' },
    subject: at.patient,
    ...only('startDate', period?.start?.slice(0, 10)),
    ...list('target', targetOf(statement, { description, due, at })),
    ...notesOf(statement, at),
  }
  return { resources: [goal] }
}

/** What is to be reached, and until when. */
function targetOf(
  statement: CdaElement,
  { description, due, at }: { description: CodeableConcept; due: string | undefined; at: StatementScene },
): GoalTarget[] {
  const value = statement.child('value')
  const { valueDateTime, valuePeriod, ...said } = value === undefined ? {} : readValue(value, at)
  const detail = Object.fromEntries(Object.entries(said).map(([name, one]) => [name.replace('value', 'detail'), one]))
  const target: GoalTarget = { ...(Object.keys(detail).length === 0 ? {} : { measure: description, ...detail }), ...only('dueDate', due) }
  return Object.keys(target).length === 0 ? [] : [target]
}

/** Telemedicine is asked for by the document as a whole: the act that its header names, for the reason that it tells. */
function mapDemand(section: Section, _made: unknown, at: StatementScene): Made {
  const { serviceEvents, orders, effectiveTime } = at.header
  const [code] = serviceEvents.flatMap(event => toCodeableConcept(event.code) ?? [])
  if (code === undefined) return NOTHING
  const numbers = orders.flatMap(({ ids }) => ids)
  const reasons = readSections(section.element).filter(inner => inner.code === REASON)
  const words = at.part('reasonCode', () => reasons.flatMap(({ element }) => element.child('text')?.line() ?? []))
  const demand: ServiceRequest & { id: string } = {
    ...at.base('ServiceRequest', section.element),
    ...listOf('identifier', numbers, toIdentifier),
    status: 'active',
    intent: 'order',
    code,
    subject: at.patient,
    encounter: at.encounter,
    ...stated({ authoredOn: toDateTime(effectiveTime), requester: at.authors.find(isProvider) }),
    ...listOf('reasonCode', words, text => ({ text })),
  }
  return { resources: [demand] }
}

export const demandRules: SectionRule[] = [{ name: 'T2.68 telemedicine', version: 1, templates: [frSection('68')], codes: [], map: mapDemand }]

const templates = [fr('27'), pcc('1.20.3.1'), '']

export const requestRules: StatementRule[] = [
  { name: 'E3.28 transfer', version: 1, templates: [fr('28'), pcc('1.25.1.4.1')], kinds: ['act', 'procedure'], map: mapRequest },
  { name: 'E3.27 examination asked for', version: 1, templates, kinds: ['observation'], moods: REQUESTED, map: mapRequest },
  { name: 'E3.27 goal', version: 1, templates, kinds: ['observation'], moods: ['GOL'], map: mapGoal },
]
