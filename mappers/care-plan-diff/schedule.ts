/*
  When an action takes place, in words: its days apart from everything else, so that a move from one day to another can be said as such.
    scheduled[x] => scheduledTiming (event, repeat, code) | scheduledPeriod | scheduledString
*/
import type { CarePlanActivityDetail, Duration, Period, Range, Timing, TimingRepeat } from 'fhir/r4.js'
import { COMPARED, DAY, TIMING_CODE, UNIT, WHEN } from '../../profiles/tables/care-plan-words.ts'
import { dateInWords, dayInWords, from, listInWords, readMoment, timeInWords, to } from './words.ts'

export interface Schedule {
  /** `lundi`, `lundi 2 mars 2026` */
  days: string[]
  /** Everything but the days; two schedules with the same rest differ by their days only. */
  rest: string
  /** `le lundi et le jeudi à 9 heures, pendant 3 mois` */
  words: string
}

export function readSchedule(detail: CarePlanActivityDetail): Schedule | undefined {
  if (detail.scheduledTiming !== undefined) return fromTiming(detail.scheduledTiming)
  if (detail.scheduledPeriod !== undefined) return fromPeriod(detail.scheduledPeriod)
  return detail.scheduledString === undefined ? undefined : fromText(detail.scheduledString)
}

const DAY_IN_TEXT = new RegExp(`\\b(${Object.values(DAY).join('|')})(?=s?\\b)`, 'gi')

const PLAIN = /^(?:\s|,|tous|le|chaque|et|s|matin|midi|soir)*$/

/** `Tous les lundis` and `tous les mardis` differ by their days only; `sauf le lundi` and `du lundi au jeudi` name days that are not its own. */
function fromText(text: string): Schedule {
  const rest = text.replace(DAY_IN_TEXT, '').toLowerCase()
  return { days: PLAIN.test(rest) ? [...text.matchAll(DAY_IN_TEXT)].map(match => match[0].toLowerCase()) : [], rest, words: text }
}

function fromPeriod({ start, end }: Period): Schedule {
  const [first, last] = [start, end].map(text => (text === undefined ? undefined : readMoment(text)))
  if (first === undefined || first.date !== last?.date) return { days: [], rest: '', words: periodInWords({ start, end }) }
  const hours = first.time === undefined || last.time === undefined ? '' : ` de ${timeInWords(first.time)} à ${timeInWords(last.time)}`
  return on([dayInWords(first.date)], hours)
}

function periodInWords({ start, end }: { start?: string | undefined; end?: string | undefined }): string {
  if (start === undefined) return end === undefined ? '' : `jusqu’${to(dateInWords(end))}`
  return end === undefined ? `à partir ${from(dateInWords(start))}` : `${from(dateInWords(start))} ${to(dateInWords(end))}`
}

const on = (days: string[], rest: string): Schedule => ({ days, rest, words: `${listInWords(days.map(day => `le ${day}`))}${rest}` })

function fromTiming({ event = [], repeat = {}, code }: Timing): Schedule {
  const moments = event.map(text => readMoment(text) ?? { date: text })
  const times = [...new Set(moments.flatMap(moment => moment.time ?? []))]
  // Several events at several times: each is a day of its own.
  const dated = moments.map(({ date, time }) => `${dayInWords(date)}${time !== undefined && times.length > 1 ? ` à ${timeInWords(time)}` : ''}`)
  const days = [...(repeat.dayOfWeek ?? []).map(day => DAY[day] ?? day), ...dated]
  const at = [...(repeat.timeOfDay ?? []), ...(times.length === 1 ? times : [])].map(time => `à ${timeInWords(time)}`)
  const when = (repeat.when ?? []).map(one => shifted(one, repeat))
  const coded = code?.text ?? code?.coding?.map(coding => TIMING_CODE[coding.code ?? ''] ?? coding.display).find(words => words !== undefined)
  const moment = [at, when].flatMap(one => (one.length > 0 ? [listInWords(one)] : [])).join(' ')
  const further = [frequency(repeat), coded, ...bounds(repeat)].filter(words => words !== undefined && words !== '')
  const rest = [moment === '' ? '' : ` ${moment}`, ...further.map(words => `, ${words}`)].join('')
  const { words } = on(days, rest)
  return { days, rest, words: words.replace(/^[ ,]+/, '') }
}

/** `30 minutes avant le repas`, as the code of a meal says; later than anything else (R4, Timing.repeat.offset): `au réveil (30 minutes plus tard)`. */
function shifted(when: string, { offset = 0 }: TimingRepeat): string {
  const [words, by] = [WHEN[when] ?? when, `${offset} ${offset > 1 ? 'minutes' : 'minute'}`]
  return offset === 0 ? words : /^[AP]C/.test(when) ? `${by} ${words}` : `${words} (${by} plus tard)`
}

/** `deux fois par semaine` is said by its two days when they are given. */
function frequency(repeat: TimingRepeat): string | undefined {
  const { frequency: times = 1, frequencyMax, period, periodMax, periodUnit, dayOfWeek = [] } = repeat
  const unit = UNIT[periodUnit ?? '']
  if (period === undefined || unit === undefined) return repeat.frequency === undefined ? undefined : `${times} fois`
  if (dayOfWeek.length === times && period === 1 && periodUnit === 'wk' && frequencyMax === undefined && periodMax === undefined) return undefined
  const count = frequencyMax === undefined ? `${times}` : `${times} à ${frequencyMax}`
  const span = periodMax === undefined ? `${period}` : `${period} à ${periodMax}`
  if (span === '1') return count === '1' ? `chaque ${unit.one}` : `${count} fois par ${unit.one}`
  return count === '1' ? `${unit.feminine ? 'toutes' : 'tous'} les ${span} ${unit.many}` : `${count} fois en ${span} ${unit.many}`
}

function bounds(repeat: TimingRepeat): (string | undefined)[] {
  const { boundsPeriod, boundsDuration, boundsRange, count, countMax, duration, durationMax, durationUnit } = repeat
  const unit = UNIT[durationUnit ?? '']?.many ?? ''
  return [
    duration === undefined ? undefined : `durée de ${duration}${durationMax === undefined ? '' : ` à ${durationMax}`} ${unit}`,
    boundsPeriod === undefined ? undefined : periodInWords(boundsPeriod),
    boundsDuration === undefined ? undefined : `pendant ${COMPARED[boundsDuration.comparator ?? ''] ?? ''}${quantity(boundsDuration)}`,
    boundsRange === undefined ? undefined : `pendant ${range(boundsRange)}`,
    count === undefined ? undefined : `${count}${countMax === undefined ? '' : ` à ${countMax}`} fois en tout`,
  ]
}

const quantity = ({ value, code, unit }: Duration): string => `${value ?? ''} ${UNIT[code ?? unit ?? '']?.many ?? unit ?? ''}`.trim()

function range({ low, high }: Range): string {
  const [from, to] = [low, high].map(end => (end === undefined ? undefined : quantity(end)))
  return from === undefined ? `au plus ${to}` : to === undefined ? `au moins ${from}` : `${from} à ${to}`
}
