/*
  How a medicine is taken: the steps of a scheme, each with what is said for all of them.
    substanceAdministration => effectiveTime* priorityCode? routeCode? approachSiteCode? doseQuantity? rateQuantity? maxDoseQuantity* precondition*; COMP { sequenceNumber? substanceAdministration } => a step
  A step says only where it differs. Steps come one after the other (`sequence`), those of the same number, the same dates, a split dose (PCC.4.9) or told by events of the day alone beside each other.
*/
import type { CodeableConcept, Dosage, Ratio, Timing } from 'fhir/r4.js'
import { only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import { doseOf, limitsOf, rateOf, type Share, toAmount } from './amount.ts'
import { leave, type StatementScene } from '../frame/contract.ts'
import { isNegated, isNull } from '../values/negation.ts'
import { findUnread, isUnread } from '../values/observation-value.ts'
import { isOfOtherProduct } from './product.ts'
import { hasTemplate, pcc } from '../frame/templates.ts'
import { boundsOf, isDuration, schedulesOf } from './timing.ts'
import { saidStateOf, wholeTimeOf } from './treatment-state.ts'
import { codeAmong, conceptOf, conceptWords, typeOf } from '../values/values.ts'

const SPLIT = [pcc('4.9')]
/** Relations of what is a part; any other (a reason, a cause, a reference) leads to a treatment of its own. */
const PARTS = new Set(['COMP', 'SUBJ'])

interface Way {
  timings: Timing[]
  /** Those it says itself. */
  dates: string | undefined
  /** All of them hold. */
  conditions: CodeableConcept[]
  isAsNeeded: boolean
  dose: Share
  rate: Share
  limits: Ratio[]
  said: Dosage
}

const NO_WAY: Way = { timings: [], dates: undefined, conditions: [], isAsNeeded: false, dose: {}, rate: {}, limits: [], said: {} }

/** In: whether its interval says how long to take it, as in a prescription, and not when it was taken. */
export function dosagesOf(statement: CdaElement, at: StatementScene, { isAsked = false } = {}): Dosage[] {
  const [ofStatement] = isAsked ? [] : [wholeTimeOf(statement)]
  const times = statement.all('effectiveTime').filter(time => time !== ofStatement || isDuration(time))
  const steps = stepsOf(statement, at, wayOf(statement, at, { times, whole: NO_WAY }))
    .map(step => step.filter(one => Object.keys(one).length > 0))
    .filter(step => step.length > 0)
  if (steps.flat().length < 2) return steps.flat()
  return steps.flatMap((step, index) => step.map(one => ({ sequence: index + 1, ...one })))
}

/** One after the other; in each what holds at the same time. */
function stepsOf(statement: CdaElement, at: StatementScene, way: Way): Dosage[][] {
  const inner = innerOf(statement, at)
  if (inner.length === 0) return joined(dosesOf(way).map(one => ({ steps: [[one]], dates: datesOf(one.timing) ?? '' })))
  const isSplit = hasTemplate(statement, SPLIT)
  return joined(
    inner.map(({ step, number }) => {
      const own = wayOf(step, at, { times: step.all('effectiveTime'), whole: way })
      const steps = stepsOf(step, at, { ...own, said: { ...own.said, ...only('text', at.text(step)) } })
      const isOfDay = number === undefined && own.dates === undefined && own.timings.some(({ repeat }) => repeat?.when !== undefined)
      const isBeside = isSplit || isOfDay || hasTemplate(step, SPLIT)
      return { steps, dates: isBeside ? 'split' : (number ?? own.dates) }
    }),
  )
}

/** Parts of the same dates or number stand beside each other; a part without either follows. */
function joined(parts: readonly { steps: Dosage[][]; dates: string | number | undefined }[]): Dosage[][] {
  const found: Dosage[][] = []
  parts.forEach(({ steps, dates }, index) => {
    if (dates !== undefined && parts[index - 1]?.dates === dates) found.at(-1)?.push(...steps.flat())
    else found.push(...steps)
  })
  return found
}

function datesOf(timing: Timing | undefined): string | undefined {
  const bounds = JSON.stringify(boundsOf(timing ?? {}))
  return bounds === '{}' ? undefined : bounds
}

/** In the order of their numbers; one that does not hold as the whole does is no step: it stays in the narrative. */
function innerOf(statement: CdaElement, at: StatementScene): { step: CdaElement; number: number | undefined }[] {
  const inner = at.nested(statement).flatMap(({ statement: step, typeCode = 'COMP' }) => {
    if (step.local !== 'substanceAdministration' || !PARTS.has(typeCode) || isOfOtherProduct(step, statement, at)) return []
    const isStep = holdsAs(statement, step)
    if (isStep) at.take(step)
    else leaveAll(step, at)
    const number = Number(step.parent?.child('sequenceNumber')?.attr('value') ?? Number.NaN)
    return isStep ? [{ step, number: Number.isNaN(number) ? undefined : number }] : []
  })
  return inner.sort((left, right) => (left.number ?? Number.MAX_SAFE_INTEGER) - (right.number ?? Number.MAX_SAFE_INTEGER))
}

function leaveAll(step: CdaElement, at: StatementScene): void {
  leave(step, at)
  for (const { statement } of at.nested(step)) leaveAll(statement, at)
}

/** Denied, null, stopped or planned only where the whole is so too. */
function holdsAs(whole: CdaElement, step: CdaElement): boolean {
  const [mood, state] = [step.attr('moodCode') ?? whole.attr('moodCode'), saidStateOf(step)]
  if ((isNegated(step) && !isNegated(whole)) || (isNull(step) && !isNull(whole))) return false
  return (mood === 'EVN') === (whole.attr('moodCode') === 'EVN') && (state === undefined || state === saidStateOf(whole))
}

function wayOf(statement: CdaElement, at: StatementScene, { times, whole }: { times: readonly CdaElement[]; whole: Way }): Way {
  const own = schedulesOf(times, at)
  const orOfWhole = (share: Share, ofWhole: Share): Share => (Object.keys(share).length === 0 ? ofWhole : share)
  return {
    timings: timingsWithin(own, whole.timings),
    dates: datesOf(own[0]),
    conditions: [...conditionsOf(statement, at), ...whole.conditions],
    isAsNeeded: whole.isAsNeeded || codeAmong(statement.child('priorityCode'), { PRN: true }) === true,
    dose: orOfWhole(doseOf(statement, at), whole.dose),
    rate: orOfWhole(rateOf(statement, at), whole.rate),
    limits: [...limitsOf(statement, at), ...whole.limits],
    said: { ...whole.said, ...only('site', conceptOf(statement.child('approachSiteCode'), at)), ...only('route', conceptOf(statement.child('routeCode'), at)) },
  }
}

/** Bounds and schedule each as the step says them, else as they hold for all. */
function timingsWithin(own: readonly Timing[], whole: readonly Timing[]): Timing[] {
  if (own.some(isScheduled)) return own.map(timing => (datesOf(timing) === undefined ? bounded(timing, whole[0]) : timing))
  return own.length === 0 || whole.length === 0 ? [...whole, ...own] : own.flatMap(bounds => whole.map(timing => bounded(timing, bounds)))
}

const isScheduled = ({ repeat, ...rest }: Timing): boolean => Object.keys({ ...repeat, ...rest }).some(key => !key.startsWith('bounds'))

function bounded(timing: Timing, bounds: Timing | undefined): Timing {
  if (datesOf(bounds) === undefined) return timing
  const { boundsPeriod, boundsDuration, ...schedule } = timing.repeat ?? {}
  return { ...timing, repeat: { ...boundsOf(bounds ?? {}), ...schedule } }
}

function dosesOf({ timings, conditions, isAsNeeded, dose, rate, limits, said }: Way): Dosage[] {
  const [condition, ...others] = conditions
  const needed = others.length === 0 ? condition : { text: conditions.map(conceptWords).join(' et ') }
  return (timings.length === 0 ? [undefined] : timings).map(timing => ({
    ...said,
    ...only('timing', timing),
    ...(needed === undefined ? only('asNeededBoolean', isAsNeeded || undefined) : { asNeededCodeableConcept: needed }),
    ...toAmount(dose, rate, limits),
  }))
}

/** Its words are not found: what depends on them is not for always. */
const UNREAD_CONDITION: CodeableConcept = { text: 'sous une condition dite dans le document' }

/** Conditions in words or coded; one with a yes or no was checked before, and is no dosage. */
function conditionsOf(statement: CdaElement, at: StatementScene): CodeableConcept[] {
  const criteria = statement.all('precondition').flatMap(one => one.child('criterion') ?? [])
  return criteria.flatMap(criterion => {
    const value = criterion.child('value')
    if (value !== undefined && typeOf(value) === 'BL') return []
    const concept = { ...(conceptOf(value, at) ?? conceptOf(criterion.child('code'), at)), ...only('text', at.text(criterion)) }
    if (Object.keys(concept).length > 0) return [concept]
    findUnread([criterion], at)
    return isUnread(criterion) ? [UNREAD_CONDITION] : []
  })
}
