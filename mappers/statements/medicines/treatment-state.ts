/*
  Where a treatment stands on the day of the document, by its times: an end that has passed, a start that lies ahead; statusCode only where it says more than `completed`.
*/
import { only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { isNegated, isNull } from '../values/negation.ts'
import { isReversed, periodOf, type When, whenOf } from '../values/times.ts'
import { isDuration } from './timing.ts'
import { typeOf } from '../values/values.ts'

export type State = 'active' | 'over' | 'ahead' | 'stopped' | 'held' | 'cancelled' | 'wrong'

/** As most resources say them. */
export const STATES = { active: 'active', over: 'completed', stopped: 'stopped', held: 'on-hold', wrong: 'entered-in-error' } as const

const OF_STATUS: Readonly<Record<string, State>> = {
  aborted: 'stopped',
  suspended: 'held',
  held: 'held',
  cancelled: 'cancelled',
  nullified: 'wrong',
  obsolete: 'wrong',
}

/** What is withdrawn as a mistake takes with it what stands inside. */
export function saidStateOf(statement: CdaElement): State | undefined {
  for (let around = statement.parent; around !== undefined && around.local !== 'section'; around = around.parent)
    if (OF_STATUS[around.child('statusCode')?.attributes.get('code') ?? ''] === 'wrong') return 'wrong'
  return OF_STATUS[statement.child('statusCode')?.attr('code') ?? '']
}

/** What is denied did not take place. */
export const toldStateOf = (statement: CdaElement): State => (isNegated(statement) ? 'cancelled' : (saidStateOf(statement) ?? 'over'))

/** Told by mistake, or not known to hold. */
export const isVoid = (statement: CdaElement): boolean => isNull(statement) || saidStateOf(statement) === 'wrong'

export function stateOf(statement: CdaElement, at: StatementScene): State {
  const said = saidStateOf(statement) ?? saidStateOf(wholeOf(statement, at) ?? statement)
  if (said !== undefined) return said
  const { dateTime, period } = whenTaken(statement, at)
  const end = dateTime ?? period?.end
  const start = dateTime ?? period?.start
  if (start !== undefined && isReversed(start, at.today)) return 'ahead'
  return end !== undefined && isReversed(at.today, end) ? 'over' : 'active'
}

/** Of a part of a treatment that is one of its own: what holds for the whole holds for it. */
export const wholeOf = ({ local }: CdaElement, { holder }: StatementScene): CdaElement | undefined =>
  local === 'substanceAdministration' && holder?.statement.local === local && holder.typeCode === 'COMP' ? holder.statement : undefined

const SCHEDULES = new Set(['PIVL_TS', 'EIVL_TS', 'SXPR_TS'])

/** The time that is told of the statement as a whole. */
export const wholeTimeOf = (statement: CdaElement): CdaElement | undefined => statement.all('effectiveTime').find(time => !SCHEDULES.has(typeOf(time)))

/** By the time of the whole, else from the first to the last time of its scheme, or of its steps. */
export function whenTaken(statement: CdaElement, at: StatementScene): When {
  const own = wholeTimeOf(statement)
  const whole = own === undefined || isDuration(own) ? {} : whenOf(own, at)
  if (Object.keys(whole).length > 0) return whole
  const parts = [statement, ...at.nested(statement).map(one => one.statement)].filter(one => one.local === statement.local)
  const periods = parts.flatMap(one => one.all('effectiveTime').flatMap(intervalsIn)).flatMap(time => periodOf(time, at) ?? [])
  const [starts, ends] = [periods.flatMap(one => one.start ?? []).sort(), periods.flatMap(one => one.end ?? []).sort()]
  return periods.length === 0 ? {} : { period: { ...only('start', starts[0]), ...only('end', ends.length < periods.length ? undefined : ends.at(-1)) } }
}

const intervalsIn = (time: CdaElement): CdaElement[] =>
  typeOf(time) === 'SXPR_TS' ? time.all('comp').flatMap(intervalsIn) : SCHEDULES.has(typeOf(time)) || isDuration(time) ? [] : [time]
