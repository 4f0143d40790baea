/*
  When a medicine is given: the times of one statement as schedules that hold beside or after each other.
    GTS => { IVL_TS bounds | PIVL_TS phase? period | EIVL_TS event offset? | TS moment | SXPR_TS { comp } }      operator A narrows what stands before it, I adds to it
  The bounds stand first and hold for what follows, up to the next bounds. What FHIR has no place for (E, H, P, two periods at once) is left out, with a finding.
*/
import type { Timing, TimingRepeat } from 'fhir/r4.js'
import { only } from '../../cda/datatypes.ts'
import type { CdaElement } from '../../cda/xml/element.ts'
import type { StatementScene } from '../frame/contract.ts'
import { dateTimeOf, periodOf } from '../values/times.ts'
import { conceptOf, conceptWords, quantityOf, typeOf } from '../values/values.ts'

const PERIOD_UNITS: Readonly<Record<string, NonNullable<TimingRepeat['periodUnit']>>> = { s: 's', min: 'min', h: 'h', d: 'd', wk: 'wk', mo: 'mo', a: 'a' }
const EVENT = /^(?:(AC|PC|C)([MDV]?)|HS|WAKE)$/
const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, min: 1, h: 60, d: 1440 }

type Bounds = Pick<TimingRepeat, 'boundsPeriod' | 'boundsDuration'>

/** A schedule while it is read: each part has one place. */
interface Said {
  bounds?: Bounds
  cycle?: Timing
  event?: Timing
  moment?: string
}

export function schedulesOf(times: readonly CdaElement[], at: StatementScene): Timing[] {
  return readAll(times, at).map(({ bounds, cycle, event, moment }) => {
    const repeat = { ...bounds, ...cycle?.repeat, ...event?.repeat }
    const codes = [cycle?.code, event?.code].flatMap(code => code ?? [])
    const code = codes.length < 2 ? codes[0] : { text: codes.map(conceptWords).join(', ') }
    return { ...(moment === undefined ? {} : { event: [moment] }), ...(Object.keys(repeat).length === 0 ? {} : { repeat }), ...only('code', code) }
  })
}

/** The bounds of a schedule: to tell steps apart. */
export const boundsOf = ({ repeat }: Timing): Bounds => ({ ...only('boundsPeriod', repeat?.boundsPeriod), ...only('boundsDuration', repeat?.boundsDuration) })

function readAll(times: readonly CdaElement[], at: StatementScene): Said[] {
  const before: Said[] = []
  let last: Said[] = []
  for (const time of times) {
    const next = readOne(time, at)
    if (next.length === 0) continue
    const operator = last.length === 0 ? 'I' : (time.attr('operator') ?? 'I')
    const areBoth = (part: keyof Said): boolean => last.some(one => part in one) && next.some(one => part in one)
    const isAdded = operator === 'I' && last.some(({ cycle, event, moment }) => (cycle ?? event ?? moment) !== undefined)
    if (
      !'AI'.includes(operator) ||
      (!isAdded && (areBoth('cycle') || ([...last, ...next].some(hasHour) && [...last, ...next].some(({ event }) => event !== undefined))))
    ) {
      at.find('statement.part-unread', time.path)
      return before.length > 0 ? [] : said('bounds', last[0]?.bounds)
    }
    if (isAdded || areBoth('bounds') || areBoth('event') || areBoth('moment')) before.push(...last)
    const kept: Said[] = areBoth('bounds') || last.length === 0 ? [{}] : isAdded ? [only('bounds', last[0]?.bounds)] : last
    last = kept.flatMap(one => next.map(other => ({ ...one, ...other })))
  }
  return [...before, ...last]
}

/** It goes with no event (tim-10). */
const hasHour = ({ cycle }: Said): boolean => cycle?.repeat?.timeOfDay !== undefined

function readOne(time: CdaElement, at: StatementScene): Said[] {
  const type = typeOf(time)
  if (type === 'SXPR_TS') return readAll(time.all('comp'), at)
  if (type === 'PIVL_TS') return said('cycle', cycleOf(time, at))
  if (type === 'EIVL_TS') return said('event', eventOf(time, at))
  if (isDuration(time)) return said('bounds', only('boundsDuration', quantityOf(time.child('width'), at)))
  const isInterval = type === 'IVL_TS' || time.child('low') !== undefined || time.child('high') !== undefined
  const period = isInterval ? periodOf(time, at) : undefined
  return isInterval ? said('bounds', period && { boundsPeriod: period }) : said('moment', dateTimeOf(time, at))
}

const said = <Part extends keyof Said>(part: Part, value: Said[Part]): Said[] => (value === undefined ? [] : [{ [part]: value }])

/** How long, with no dates. */
export const isDuration = (time: CdaElement): boolean =>
  time.at('width')?.attr('value') !== undefined && [time.child('low'), time.child('high')].every(one => one?.attr('value') === undefined)

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Of a phase FHIR has a place for the hour of what is daily, and for the day of what is weekly. */
function cycleOf(time: CdaElement, at: StatementScene): Timing | undefined {
  const [period, phase] = [time.child('period'), time.child('phase')]
  const [every, unit] = [Number(period?.attr('value') ?? Number.NaN), period?.attr('unit') ?? '']
  const ofHouse = time.attr('institutionSpecified') === 'true' ? 'aux heures de l’établissement' : undefined
  const text = [at.text(period?.child('translation')) ?? at.text(period), ofHouse].filter(one => one !== undefined).join(', ')
  const isRegular = every > 0 && PERIOD_UNITS[unit] !== undefined
  const days = every * (unit === 'wk' ? 7 : unit === 'd' ? 1 : Number.NaN)
  const first = days === 1 || days === 7 ? dateTimeOf(phase?.child('low') ?? phase, at) : undefined
  const hour = first?.slice(11, 19) || undefined
  const isSpan = (phase?.child('width') ?? phase?.child('high')) !== undefined
  const weekday = days === 7 && !isSpan && first !== undefined && first.length >= 10 ? WEEKDAYS[new Date(first.slice(0, 10)).getUTCDay()] : undefined
  const isPlaced = (days === 1 ? hour : weekday) !== undefined && !isSpan
  if ((phase !== undefined && !isPlaced) || (!isRegular && period?.attr('value') !== undefined)) at.find('statement.part-unread', time.path)
  const repeat = {
    frequency: 1,
    period: every,
    ...only('periodUnit', PERIOD_UNITS[unit]),
    ...(weekday === undefined ? {} : { dayOfWeek: [weekday] }),
    ...(hour === undefined ? {} : { timeOfDay: [hour] }),
  }
  return isRegular || text !== '' ? { ...(isRegular ? { repeat } : {}), ...(text === '' ? {} : { code: { text } }) } : undefined
}

/** FHIR tells the side of an event by the code alone, takes what has none for after, and has no place for a span: such an offset stands in words. */
function eventOf(time: CdaElement, at: StatementScene): Timing | undefined {
  const [said, offset] = [time.child('event'), time.child('offset')]
  const code = said?.attr('code') ?? ''
  const [known, side, meal = ''] = EVENT.exec(code) ?? []
  const bounds = [offset?.child('low') ?? offset, offset?.child('high')].filter(one => one?.attr('value') !== undefined)
  const concept = known === undefined ? (conceptOf(said, at) ?? conceptOf(time.child('code'), at)) : { text: code }
  const [minutes = 0, until = minutes] = bounds.map(one => Number(one?.attr('value')) * (MINUTES[one?.attr('unit') ?? 'min'] ?? Number.NaN))
  const isBefore = minutes < 0 || side === 'AC'
  const isSided = !isBefore || side === 'AC' || side === 'C'
  if (known !== undefined && (minutes === 0 || (Number.isInteger(minutes) && isSided)) && until === minutes) {
    const when = [minutes !== 0 && side === 'C' ? `${isBefore ? 'AC' : 'PC'}${meal}` : known] as NonNullable<TimingRepeat['when']>
    return { repeat: { when, ...(minutes === 0 ? {} : { offset: Math.abs(minutes) }) } }
  }
  if (concept === undefined) return undefined
  const words = bounds.map(one => `${one?.attr('value') ?? ''} ${one?.attr('unit') ?? 'min'}`).join(' … ')
  return { code: words === '' ? concept : { ...concept, text: `${conceptWords(concept) ?? ''} ${words}` } }
}
