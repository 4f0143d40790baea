/*
  Dates, durations and numbers as French or English people write them.
*/
import { type Language, language } from './language.ts'

interface Formats {
  when: Intl.DateTimeFormat
  day: Intl.DateTimeFormat
  month: Intl.DateTimeFormat
  count: Intl.NumberFormat
  share: Intl.NumberFormat
  ago: Intl.RelativeTimeFormat
}

const LOCALES: Readonly<Record<Language, string>> = { fr: 'fr-FR', en: 'en-GB' }
const made = new Map<Language, Formats>()

function formats(): Formats {
  const known = made.get(language())
  if (known !== undefined) return known
  const locale = LOCALES[language()]
  const date = { day: '2-digit', month: '2-digit', year: 'numeric' } as const
  const fresh: Formats = {
    when: new Intl.DateTimeFormat(locale, { ...date, hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day: new Intl.DateTimeFormat(locale, date),
    month: new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }),
    count: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
    share: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
    ago: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
  }
  made.set(language(), fresh)
  return fresh
}

const NONE = '–'

/** `28/11/2026 08:41:12`, in the time of the reader's machine. */
export const when = (time: string | null | undefined): string => inTime(time, 'when')
/** `28/11/2026`. */
export const day = (time: string | null | undefined): string => inTime(time, 'day')
/** The same of a day of UTC, wherever it is read. */
export const dayOfUtc = (time: string): string => day(`${time.slice(0, 10)}T12:00`)
/** `novembre 2026`. */
export const month = (time: string | null | undefined): string => inTime(time, 'month')
/** `12 345`, with at most one decimal. */
export const count = (number: number | null | undefined): string => (isNumber(number) ? formats().count.format(number) : NONE)
/** Of 0 to 1: `98,7 %`. */
export const share = (part: number | null | undefined): string => (isNumber(part) ? formats().share.format(part) : NONE)

function inTime(time: string | null | undefined, kind: 'when' | 'day' | 'month'): string {
  const at = new Date(time ?? '')
  return Number.isNaN(at.getTime()) ? NONE : formats()[kind].format(at).replace(', ', ' ')
}

const isNumber = (number: number | null | undefined): number is number => typeof number === 'number' && Number.isFinite(number)

const UNITS = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DAY_SIGN: Readonly<Record<Language, string>> = { fr: 'j', en: 'd' }

/** Of milliseconds: `12 ms`, `3,4 s`, `2 min 5 s`, `1 h 30 min`, `3 j 4 h`. */
export function duration(ms: number | null | undefined): string {
  if (!isNumber(ms)) return NONE
  if (ms < 0) return `−${duration(-ms)}`
  if (ms < UNITS.s) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${count(ms / UNITS.s)} s`
  const seconds = Math.round(ms / UNITS.s)
  const inTwo = (large: number, small: number, [one, two]: [string, string]): string => {
    const rest = Math.floor((seconds % large) / small)
    return `${count(Math.floor(seconds / large))} ${one}${rest === 0 ? '' : ` ${rest} ${two}`}`
  }
  if (seconds < 3600) return inTwo(60, 1, ['min', 's'])
  if (seconds < 86_400) return inTwo(3600, 60, ['h', 'min'])
  return inTwo(86_400, 3600, [DAY_SIGN[language()], 'h'])
}

/** How long ago: `il y a 5 minutes`, `hier`. */
export function ago(time: string | null | undefined, now = Date.now()): string {
  const at = new Date(time ?? '').getTime()
  if (Number.isNaN(at)) return NONE
  const passed = at - now
  const [unit, size] = AGO_UNITS.find(([, one]) => Math.abs(passed) >= one) ?? (['second', UNITS.s] as const)
  return formats().ago.format(Math.trunc(passed / size), unit)
}

const AGO_UNITS = [
  ['day', UNITS.d],
  ['hour', UNITS.h],
  ['minute', UNITS.min],
] as const
