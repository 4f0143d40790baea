/*
  Dates, times and lists as a French sentence says them.
    2026-03-12 => 12 mars 2026      2026-03-01 => 1er mars 2026      09:30:00 => 9 heures 30      [a, b, c] => a, b et c
*/
import { DAY, MONTHS } from '../../profiles/tables/care-plan-words.ts'

/** A FHIR date or dateTime, at the wall clock of whoever wrote it; written in UTC (`Z`, `+00:00`), at that of Paris. */
export interface Moment {
  /** `2026-03-12`, `2026-03` or `2026` */
  date: string
  /** `09:30` */
  time?: string
}

const DATE_TIME = /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/
const UTC = /^(?:Z|[+-]00:00)$/
// Sweden writes dates and times as FHIR does.
const PARIS = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short' })

export function readMoment(text: string): Moment | undefined {
  const [, date, time, zone] = DATE_TIME.exec(text) ?? []
  if (date === undefined) return undefined
  if (zone === undefined || !UTC.test(zone)) return time === undefined ? { date } : { date, time }
  const instant = Date.parse(text)
  const [day, hour] = Number.isNaN(instant) ? [date, time] : PARIS.format(instant).split(' ')
  return { date: day ?? date, time: hour ?? '' }
}

/** `12 mars 2026`, `mars 2026`, `2026` */
export function dateInWords(text: string): string {
  const [year = '', month, day] = (readMoment(text)?.date ?? text).split('-')
  const name = month === undefined ? undefined : MONTHS[Number(month) - 1]
  if (name === undefined) return year
  return day === undefined ? `${name} ${year}` : `${day === '01' ? '1er' : Number(day)} ${name} ${year}`
}

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** `jeudi 12 mars 2026` */
export function dayInWords(date: string): string {
  const instant = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN
  const day = Number.isNaN(instant) ? undefined : DAY[WEEK[new Date(instant).getUTCDay()] ?? '']
  return day === undefined ? dateInWords(date) : `${day} ${dateInWords(date)}`
}

/** `9 heures`, `9 heures 30` */
export function timeInWords(time: string): string {
  const [hour = '', minute = '00'] = time.split(':')
  return `${Number(hour)} ${Number(hour) > 1 ? 'heures' : 'heure'}${minute === '00' ? '' : ` ${minute}`}`
}

export function listInWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} et ${words.at(-1)}`
}

const LONGEST_QUOTE = 160

/** `« Visite de l’infirmière »`: what somebody wrote, on one line, cut when it would drown the sentence, and never in the middle of a character. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const cut = line
    .slice(0, LONGEST_QUOTE)
    .replace(/\p{Surrogate}$/u, '')
    .trimEnd()
  return `« ${line.length > LONGEST_QUOTE ? `${cut}…` : line} »`
}

/** ` (annulée)`, if there is something to say. */
export const behind = (words: string | undefined): string => (words === undefined || words === '' ? '' : ` (${words})`)

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `de Paul Martin`, `d’Anne Exemple` */
export const of = (name: string): string => (/^[aeiouyéèêëâàîïôûü]/i.test(name) ? `d’${name}` : `de ${name}`)

const HAS_ARTICLE = /^(?:\d+(?:er)? \p{L}|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)/u

/** `du lundi`, `du 12 mars 2026`, `de mars 2026` */
export const from = (words: string): string => `${HAS_ARTICLE.test(words) ? 'du' : 'de'} ${words}`

/** `au lundi`, `au 12 mars 2026`, `à mars 2026` */
export const to = (words: string): string => `${HAS_ARTICLE.test(words) ? 'au' : 'à'} ${words}`

/** What became of a date that has a name: `La date de fin du plan passe du … au …`. */
export function dateMoved(name: string, before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `${name} est fixée ${to(dateInWords(after ?? ''))}.`
  if (after === undefined) return `${name}, qui était fixée ${to(dateInWords(before))}, est retirée.`
  return `${name} passe ${from(dateInWords(before))} ${to(dateInWords(after))}.`
}
