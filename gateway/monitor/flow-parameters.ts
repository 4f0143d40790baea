/*
  What flows may be asked by: from an address, or from a body where a person is named.
    a window of time is always set, unless an identifier says which flow is meant: the last 24 hours up to now, or up to `to`
*/
import { stated } from '../../mappers/cda/datatypes.ts'
import { HubError } from '../../profiles/errors.ts'
import { CHANNELS } from '../fanout/channels.ts'
import type { FlowFilter, FlowPage } from '../ledger/flows/flows.ts'
import { isOpen } from '../ledger/flows/flow-filter.ts'
import { KIND_OF_FORMAT } from '../ledger/figures/rollup-facts.ts'
import { statusesOf } from '../ledger/status.ts'
import { oneOf, readPage, readTime, requireKnown, textOf } from './parameters.ts'

const DAY_MS = 86_400_000
const TEXTS = ['controlId', 'sender', 'documentType', 'territory', 'partner', 'code', 'finding', 'path'] as const
const NAMES = [...TEXTS, 'documentId', 'messageId', 'direction', 'kind', 'status', 'from', 'to', 'after', 'limit']

export const KINDS: readonly string[] = [...Object.values(KIND_OF_FORMAT), ...CHANNELS]

/** Throws: fhir.request, fhir.parameter_unknown, at the parameter's name. */
export function readFlowFilter(sent: URLSearchParams): { filter: FlowFilter; page: FlowPage } {
  requireKnown(sent, NAMES)
  const [status, direction, kind] = [oneOf(sent, 'status', statusesOf('message')), oneOf(sent, 'direction', ['in', 'out']), oneOf(sent, 'kind', KINDS)]
  const [documentId, messageId] = [textOf(sent, 'documentId'), textOf(sent, 'messageId')]
  const { from, to } = readWindow(sent)
  const filter: FlowFilter = {
    ...Object.fromEntries(TEXTS.flatMap(name => (textOf(sent, name) === undefined ? [] : [[name, textOf(sent, name)]]))),
    ...(documentId === undefined ? {} : { documentId: toUniqueId(documentId) }),
    ...(messageId === undefined ? {} : { messageId: toReference(messageId) }),
    ...stated({ direction, kind, status, from, to }),
  }
  return { filter, page: readPage(sent) }
}

/** In: JSON of the same names, beside `person`, which stands in no address. Throws: as readFlowFilter. */
export function readFlowSearch(body: unknown): { filter: FlowFilter; page: FlowPage; person: { system?: string; value: string } | undefined } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new HubError('fhir.request', { path: 'body' })
  const { person, ...others } = body as Record<string, unknown>
  const sent = new URLSearchParams()
  for (const [name, value] of Object.entries(others)) {
    if (value === null || value === undefined) continue
    if (typeof value !== 'string' && typeof value !== 'number') throw new HubError('fhir.request', { path: NAMES.includes(name) ? name : 'body' })
    sent.set(name, String(value))
  }
  return { ...readFlowFilter(sent), person: personOf(person) }
}

/** Where nothing else says which flows are meant. */
export function withWindow(filter: FlowFilter, now: Date): FlowFilter {
  const { controlId, documentId, messageId, person, status, from, to } = filter
  const isMeant = [controlId, documentId, messageId, person, from].some(value => value !== undefined) || (isOpen(status) && to === undefined)
  return isMeant ? filter : { ...filter, from: new Date((to ?? now).getTime() - DAY_MS) }
}

/** Throws: fhir.request at `to` where it lies before `from`. */
export function readWindow(sent: URLSearchParams): { from: Date | undefined; to: Date | undefined } {
  const [from, to] = [readTime(sent, 'from'), readTime(sent, 'to')]
  if (from !== undefined && to !== undefined && to < from) throw new HubError('fhir.request', { path: 'to' })
  return { from, to }
}

function personOf(sent: unknown): { system?: string; value: string } | undefined {
  if (sent === undefined || sent === null) return undefined
  const { system, value } = sent as { system?: unknown; value?: unknown }
  if (typeof value !== 'string' || value.trim() === '' || value.length > 100) throw new HubError('fhir.request', { path: 'person.value' })
  if (system !== undefined && typeof system !== 'string') throw new HubError('fhir.request', { path: 'person.system' })
  const bare = value.replace(/\s+/g, '').toUpperCase()
  const isMatricule = /^[1-9]\d{4}(\d{2}|2[AB])\d{6}\d{2}$/.test(bare)
  return { value: isMatricule ? bare : value.trim(), ...(system === undefined || system === '' ? {} : { system: toUniqueId(system.trim()) }) }
}

/** An OID as TXA-12 has it, or the URN the hub makes of it. */
function toUniqueId(text: string): string {
  return /^[0-2](\.(0|[1-9]\d*))+$/.test(text) ? `urn:oid:${text}` : text
}

/** The Message-ID of a mail begins with our reference of its delivery. */
function toReference(messageId: string): string {
  return messageId.trim().replace(/^</, '').split('@')[0] ?? ''
}
