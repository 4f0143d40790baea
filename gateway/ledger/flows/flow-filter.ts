/*
  What flows may be asked by, and the conditions on `message m` (and on `delivery d` behind it) that say so.
*/
import { placeOf, type TermName } from './flow-terms.ts'
import { ID_SLACK_MS, KIND_OF_FORMAT, PARTNER_OF_DELIVERY } from '../figures/rollup-facts.ts'
import { lowestIdAt } from '../ids.ts'
import type { MessageStatus } from '../status.ts'

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

/** A term with its condition on a message, and with those parts of it that single out few rows before any roll-up has seen them. */
export interface Term {
  name: TermName
  value: string
  /** The whole of it. */
  holds: string
  /** What the message itself says. */
  own?: string
  /** What is said while the message is open, and may change then. */
  open?: string
  /** What is said of a delivery. */
  sent?: string
  /** What of that is said while the delivery is open. */
  sending?: string
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

/** Ids are values of the statement: PostgreSQL would make one of a time and an interval anew for every row. */
export function windowOf({ from, to }: FlowFilter, values: Values): Windowed {
  const begin = from === undefined ? [] : [boundOf(from, values)]
  const end = to === undefined ? [] : [boundOf(to, values)]
  const received = (id: string, condition: string): string => `exists (select from message where id = ${id} and received_at ${condition})`
  return {
    ofMessage: [
      ...begin.map(({ at, id }) => `m.received_at >= ${at()} and m.id >= ${id()}`),
      ...end.map(({ at, surely }) => `m.received_at < ${at()} and m.id < ${surely()}`),
    ],
    ofId: of => [
      ...begin.map(({ at, id, surely }) => `${of} >= ${id()} and (${of} >= ${surely()} or ${received(of, `>= ${at()}`)})`),
      ...end.map(({ at, id, surely }) => `${of} < ${surely()} and (${of} < ${id()} or ${received(of, `< ${at()}`)})`),
    ],
  }
}

/** Each becomes a value of the statement when it is named. */
interface Bound {
  at(): string
  /** The lowest id of a message received then. */
  id(): string
  /** Ids from here on are surely of messages received then or later. */
  surely(): string
}

function boundOf(at: Date, values: Values): Bound {
  const once = (value: unknown, type: string): (() => string) => {
    let name: string | undefined
    return () => (name ??= `${values.add(value)}::${type}`)
  }
  return { at: once(at, 'timestamptz'), id: once(lowestIdAt(at), 'uuid'), surely: once(lowestIdAt(new Date(at.getTime() + ID_SLACK_MS)), 'uuid') }
}

/** Those of a message itself. */
export interface Conditions {
  /** An index has their messages in the order of their ids: each can be intersected with a term without a look at any row. */
  ordered: string[]
  /** What is looked at, row by row. */
  looked: string[]
}

export function conditionsOf(filter: FlowFilter, values: Values): Conditions {
  const conditions: Conditions = { ordered: [], looked: [] }
  const and = (where: keyof Conditions, condition: string, value: unknown): void => {
    if (value !== undefined) conditions[where].push(condition.replaceAll('?', values.add(value)))
  }
  and('ordered', 'm.sender = ?', filter.sender)
  and('ordered', 'm.sender = ?', filter.direction === 'in' ? filter.partner : undefined)
  and('ordered', 'm.territory = ?', filter.territory)
  and('ordered', 'm.territory = ?', filter.within)
  and('ordered', 'm.format = ?', filter.kind === undefined ? undefined : FORMATS[filter.kind])
  and('looked', 'm.control_id = ?', filter.controlId)
  and('looked', 'm.document_id = ?', filter.documentId)
  and('looked', 'm.door = ?', filter.door)
  and('looked', 'm.id in (select e.cause from delivery d join event e on e.id = d.event_id where d.reference = ?)', filter.messageId)
  // A partial index is used only where its condition is said.
  if (filter.status === 'refused') conditions.ordered.push("m.status = 'refused'")
  else and('looked', 'm.status = ?', filter.status)
  return conditions
}

export const isOpen = (status: MessageStatus | undefined): boolean => status !== undefined && status !== 'complete' && status !== 'refused'

/** The filters that flow_term answers; those that are usually rare come first. */
export function termsOf(filter: FlowFilter, values: Values): Term[] {
  const terms: Term[] = []
  const { documentType, finding, path, code, kind, partner, direction } = filter
  if (code !== undefined) terms.push(codeTerm(code, values))
  if (path !== undefined) terms.push(pathTerm(path, values))
  if (finding !== undefined) terms.push(ownTerm('finding', finding, `m.findings @> ${values.add(JSON.stringify([{ code: finding }]))}::jsonb`))
  if (partner !== undefined && direction === 'out') {
    const value = values.add(partner)
    const is = `(d.recipient = ${value} and d.recipient not like '%@patient.%' or ${PARTNER_OF_DELIVERY} = ${value})`
    terms.push(sentTerm('to', partner, is))
  }
  if (documentType !== undefined) terms.push(ownTerm('documentType', documentType, `m.document_type = ${values.add(documentType)}`))
  if (kind !== undefined && !isKindOfMessage(kind)) terms.push(sentTerm('channel', kind, `d.channel = ${values.add(kind)}`))
  return terms
}

/** Something was sent of it, of which this holds. */
export const hasSent = (sent: string): string =>
  `exists (select from event e join decision x on x.event_id = e.id join delivery d on d.id = x.delivery_id where e.cause = m.id and ${sent})`

const ownTerm = (name: TermName, value: string, own: string): Term => ({ name, value, holds: own, own })

const sentTerm = (name: TermName, value: string, condition: string): Term => {
  const sent = `d.status <> 'none' and ${condition}`
  return { name, value, holds: hasSent(sent), sent }
}

function codeTerm(code: string, values: Values): Term {
  const [value, refusal] = [values.add(code), values.add(JSON.stringify([{ code }]))]
  const [open, sent] = [`m.code = ${value}`, `d.code = ${value}`]
  const own = `(${open} or m.refused_with @> ${refusal}::jsonb)`
  return { name: 'code', value: code, holds: `(${own} or ${hasSent(sent)})`, own, open, sent, sending: sent }
}

function pathTerm(path: string, values: Values): Term {
  const place = path.replace(/\[\d+\]/g, '')
  const value = values.add(place)
  const said = `exists (select from jsonb_array_elements(m.findings || coalesce(m.refused_with, '[]')) f where ${placeOf("f->>'path'")} = ${value})`
  // Where an open message has a place, it has a code.
  const open = `m.code is not null and ${placeOf('m.path')} = ${value}`
  const own = `(${said} or ${placeOf('m.path')} = ${value})`
  return { name: 'path', value: place, holds: own, own, open }
}
