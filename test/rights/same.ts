/*
  Are two answers the same to one who does not know which person exists? Ids, moments and request ids are blanked, all else counts.
*/
import type { Answered } from './callers.ts'

/** One thing to ask about, and its like that does not exist: the names of `{…}` in a question. */
export type Subject = Record<string, string>

/** Change from answer to answer by themselves. */
const CHANGING = [
  'date',
  'x-request-id',
  'x-correlation-id',
  'content-length',
  'traceparent',
  'etag',
  'last-modified',
  'keep-alive',
  'connection',
  'transfer-encoding',
]
const LINK = /\/fhir\?_page=[^"&]+/g
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g

export function fill(template: string, subject: Subject): string {
  return template.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = subject[name]
    if (value === undefined) throw new Error(`nothing named ${name} to ask about`)
    return value
  })
}

/** What a stranger can learn from an answer. */
export function learned({ status, headers, text }: Answered, subject: Subject): string {
  const names = [...headers.keys()].filter(name => !CHANGING.includes(name) || name === 'etag' || name === 'last-modified').sort()
  const shown = names.map(name => `${name}: ${CHANGING.includes(name) ? '' : blank(headers.get(name) ?? '', subject)}`)
  return [String(status), ...shown, blank(text, subject)].join('\n')
}

function blank(text: string, subject: Subject): string {
  const byLength = Object.values(subject).sort((one, other) => other.length - one.length)
  const plain = byLength.reduce((said, value) => said.replaceAll(value, 'ASKED').replaceAll(encodeURIComponent(value), 'ASKED'), text)
  return plain.replace(LINK, 'LINK').replace(UUID, 'UUID').replace(TIME, 'TIME')
}
