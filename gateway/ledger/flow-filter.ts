/*
  What flows may be asked by, and the conditions on `message m` (and on `delivery d` behind it) that say so.
*/
import { placeOf, type TermName } from './flow-terms.ts'
import { ID_SLACK, KIND_OF_FORMAT, partnerOfRecipient } from './rollup-facts.ts'
import type { MessageStatus } from './status.ts'

export interface FlowFilter {
  controlId?: string
  sender?: string
  documentId?: string
  documentType?: string
  territory?: string
  status?: MessageStatus
  door?: string
  /** Reception, from (included) to (excluded). */
  from?: Date
  to?: Date
  /** The sender, or whom something went to: a recipient, or the domain of a mailbox. */
  partner?: string
  direction?: 'in' | 'out'
  /** What came (document, stay, identity, receipt) or the channel of what went out. */
  kind?: string
  /** An error code: of a refusal, a parked or waiting flow, a delivery that failed or was stopped. */
  code?: string
  /** Of a mail that was sent. */
  messageId?: string
  /** Code of a finding. */
  finding?: string
  /** Place of a finding or an error. */
  path?: string
  /** The persons meant, as events name them, and the lanes in which their messages wait. */
  person?: { patients: readonly string[]; lanes: readonly string[] }
  /** Only flows of this territory, whatever else is asked: the bound of a viewer. */
  within?: string | undefined
}

/** A term with its condition on a message; one about deliveries has its condition on them. */
export interface Term {
  name: TermName
  value: string
  holds: string
  sent?: string
}

/** Numbers the values of one statement. */
export interface Values {
  all: unknown[]
  add(value: unknown): string
}

export function valuesOf(): Values {
  const all: unknown[] = []
  return { all, add: value => `$${all.push(value)}` }
}

const FORMATS: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(KIND_OF_FORMAT).map(([format, kind]) => [kind, format]))

export const isKindOfMessage = (kind: string): boolean => Object.hasOwn(FORMATS, kind)

/** The window, on a message, and on an id alone where the message need not be looked at: an id is never older than its reception. */
export interface Windowed {
  ofMessage: string[]
  ofId(id: string): string[]
}

export function windowOf({ from, to }: FlowFilter, values: Values): Windowed {
  const begin = from === undefined ? [] : [values.add(from)]
  const end = to === undefined ? [] : [values.add(to)]
  const received = (id: string, condition: string): string => `exists (select from message where id = ${id} and received_at ${condition})`
  return {
    ofMessage: [
      ...begin.map(at => `m.received_at >= ${at}::timestamptz and m.id >= flow_id_at(${at}::timestamptz)`),
      ...end.map(at => `m.received_at < ${at}::timestamptz and m.id < flow_id_at(${at}::timestamptz + ${ID_SLACK})`),
    ],
    ofId: id => [
      ...begin.map(
        at => `${id} >= flow_id_at(${at}::timestamptz) and (${id} >= flow_id_at(${at}::timestamptz + ${ID_SLACK}) or ${received(id, `>= ${at}::timestamptz`)})`,
      ),
      ...end.map(
        at => `${id} < flow_id_at(${at}::timestamptz + ${ID_SLACK}) and (${id} < flow_id_at(${at}::timestamptz) or ${received(id, `< ${at}::timestamptz`)})`,
      ),
    ],
  }
}

/** Those that an index of the message itself answers, or that are cheap to check. */
export function conditionsOf(filter: FlowFilter, values: Values): string[] {
  const conditions: string[] = []
  const and = (condition: string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition.replaceAll('?', values.add(value)))
  }
  and('m.control_id = ?', filter.controlId)
  and('m.sender = ?', filter.sender)
  and('m.sender = ?', filter.direction === 'in' ? filter.partner : undefined)
  and('m.document_id = ?', filter.documentId)
  and('m.territory = ?', filter.territory)
  and('m.territory = ?', filter.within)
  and('m.status = ?', filter.status)
  and('m.door = ?', filter.door)
  and('m.format = ?', filter.kind === undefined ? undefined : FORMATS[filter.kind])
  and('m.id in (select e.cause from delivery d join event e on e.id = d.event_id where d.reference = ?)', filter.messageId)
  // A partial index is used only where its condition is said.
  if (filter.status === 'refused') conditions.push("m.status = 'refused'")
  return conditions
}

export const isOpen = (status: MessageStatus | undefined): boolean => status !== undefined && status !== 'complete' && status !== 'refused'

/** The filters that flow_term answers; those that are usually rare come first. */
export function termsOf(filter: FlowFilter, values: Values): Term[] {
  const terms: Term[] = []
  const { documentType, finding, path, code, kind, partner, direction } = filter
  if (code !== undefined) terms.push(codeTerm(code, values))
  if (path !== undefined) terms.push(pathTerm(path, values))
  if (finding !== undefined) terms.push({ name: 'finding', value: finding, holds: `m.findings @> ${values.add(JSON.stringify([{ code: finding }]))}::jsonb` })
  if (partner !== undefined && direction === 'out') {
    const value = values.add(partner)
    const is = `(d.recipient = ${value} and d.recipient not like '%@patient.%' or ${partnerOfRecipient('d.recipient')} = ${value})`
    terms.push(sentTerm('to', partner, is))
  }
  if (documentType !== undefined) terms.push({ name: 'documentType', value: documentType, holds: `m.document_type = ${values.add(documentType)}` })
  if (kind !== undefined && !isKindOfMessage(kind)) terms.push(sentTerm('channel', kind, `d.channel = ${values.add(kind)}`))
  return terms
}

/** Something was sent of it, of which this holds. */
export const hasSent = (sent: string): string =>
  `exists (select from event e join decision x on x.event_id = e.id join delivery d on d.id = x.delivery_id where e.cause = m.id and ${sent})`

const sentTerm = (name: TermName, value: string, condition: string): Term => {
  const sent = `d.status <> 'none' and ${condition}`
  return { name, value, holds: hasSent(sent), sent }
}

function codeTerm(code: string, values: Values): Term {
  const [value, refusal] = [values.add(code), values.add(JSON.stringify([{ code }]))]
  const sent = `d.code = ${value}`
  return { name: 'code', value: code, holds: `(m.code = ${value} or m.refused_with @> ${refusal}::jsonb or ${hasSent(sent)})`, sent }
}

function pathTerm(path: string, values: Values): Term {
  const place = path.replace(/\[\d+\]/g, '')
  const said = `exists (select from jsonb_array_elements(m.findings || coalesce(m.refused_with, '[]')) f where ${placeOf("f->>'path'")} = ${values.add(place)})`
  return { name: 'path', value: place, holds: `(${said} or ${placeOf('m.path')} = ${values.add(place)})` }
}
