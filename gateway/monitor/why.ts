/*
  Why did somebody not receive something? From the delivery that was planned, else from what would be decided now.
*/
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import { CHOSEN, codeOfRule, NON_RECEIPT, type NonReceipt, RECEIVED } from '../../profiles/tables/non-receipt.ts'
import { laneReason } from '../../profiles/tables/lane-reasons.ts'
import type { Level } from '../../profiles/tables/decisions.ts'
import { decide } from '../access/rights/decide.ts'
import { type Party, partyOf } from '../access/rights/party.ts'
import { factsOf } from '../access/rights/rights.ts'
import { contentOf } from '../access/rights/thing.ts'
import { loadAuthors, loadPersons } from '../ledger/rights/access.ts'
import { type DeliveryFound, deliveriesOf, type EventFound } from '../ledger/deliveries/deliveries-asked.ts'
import type { Asked } from './asked.ts'
import { DAC } from '../../profiles/tables/sectors.ts'

export interface Why {
  received: boolean
  code: NonReceipt | null
  level: Level
  rule: string
  /** What he chose for himself, where that is all. */
  chosen?: keyof typeof CHOSEN
  /** What a subscriber answered, or what is wrong with a certificate: an error's code, and its place. */
  reason?: { code: string; path: string | null }
  /** When the national directory said so. */
  directoryAskedAt?: string
  /** Nothing tells him; he finds it in the software that he or his structure has. */
  fallback?: 'portal'
}

/** Throws: fhir.path_unknown for a document nobody knows. */
export async function whyNot(asked: Asked, recipient: string, document: string): Promise<Why> {
  const { events, resource } = await asked.document(document)
  if (events.length === 0 && resource === undefined) throw new HubError('fhir.path_unknown', { path: 'document' })
  const names = await asked.namesOf(recipient)
  const deliveries = await deliveriesOf(
    asked.db,
    events.map(one => one.id),
  )
  const told = (some: ReadonlySet<string>): DeliveryFound[] =>
    deliveries.filter(one => some.has(one.recipient) || (one.member !== null && some.has(one.member)))
  const named = told(names)
  // A client is told in the mailbox of its structure where it follows nothing itself.
  const isClient = !/[@/]/.test(recipient) && !asked.isExpired(recipient)
  const own = named.length > 0 || !isClient ? named : told(new Set((await asked.partyOf(recipient))?.structures.slice(0, 1)))
  const declared = own.filter(one => one.recipient !== asked.topic)
  const meant = declared.length === 0 ? own : declared
  const best = meant.find(isReceived) ?? meant.find(one => one.level !== 'aucun' && one.status !== 'none') ?? meant[0]
  if (best === undefined) return decidedNow(asked, { recipient, resource, event: events[0] })
  return (await refusedSince(asked, best, { resource, patient: events[0]?.patient })) ?? ofDelivery(asked, recipient, best)
}

/** What becomes of this, to a person: code and choice in words. */
export function sentenceOf({ code, chosen, reason }: Pick<Why, 'code' | 'chosen' | 'reason'>): { en: string; fr: string } {
  if (reason === undefined) return chosen !== undefined ? CHOSEN[chosen] : code === null ? RECEIVED : NON_RECEIPT[code]
  const { en, fr } = laneReason(reason.code)
  const place = reason.path === null ? '' : ` (${reason.path})`
  return { en: en + place, fr: fr + place }
}

/** A member for whom it waits will be decided upon again before it leaves: what stands in his way since the plan is said now. */
async function refusedSince(
  asked: Asked,
  { member, status }: DeliveryFound,
  { resource, patient }: { resource: FhirResource | undefined; patient: string | undefined },
): Promise<Why | undefined> {
  if (member === null || patient === undefined || !['planned', 'waiting', 'parked'].includes(status)) return undefined
  const { level, rule } = await decisionFor(asked, { party: await partyOf(asked.db, member), resource, patient, at: new Date() })
  return level === 'aucun' ? { received: false, code: codeOfRule(rule), level, rule } : undefined
}

const isReceived = ({ status }: DeliveryFound): boolean => status === 'delivered'

/** What became of a delivery that was planned. */
export function ofDelivery({ isExpired }: Pick<Asked, 'isExpired'>, recipient: string, delivery: DeliveryFound): Why {
  const { level, rule, status, mailbox } = delivery
  const directoryAskedAt = mailbox?.directory?.askedAt
  const fallback = mailbox?.fallback
  const said = { level, rule, ...(directoryAskedAt === undefined ? {} : { directoryAskedAt }), ...(fallback === undefined ? {} : { fallback }) }
  if (isReceived(delivery)) return { received: true, code: null, ...said }
  if (status === 'stopped' || status === 'none' || level === 'aucun') return { received: false, code: codeOfRule(rule), ...said }
  if (isExpired(recipient)) return { received: false, code: 'certificate.expired', ...said }
  const isDaily = delivery.isResting && delivery.laneState !== 'parked' && delivery.member !== null
  const code = isDaily ? 'lane.parked' : codeOfStatus(delivery)
  const reason = code === 'lane.parked' ? undefined : reasonOf(delivery)
  return { received: false, code, ...(isDaily ? { chosen: 'daily' } : {}), ...(reason === undefined ? {} : { reason }), ...said }
}

/** Of a silent subscriber, and of one that was given up, the code of `why` says all. */
function reasonOf({ code, path }: DeliveryFound): Why['reason'] {
  const isMore = code?.startsWith('subscription.') === true && code !== 'subscription.deferred' && code !== 'subscription.given_up'
  return isMore ? { code, path } : undefined
}

/** A mailbox that says no for good is closed, a subscription that was given up is to be reactivated; whatever else does not answer is down. */
function codeOfStatus({ status, channel, code, laneState }: DeliveryFound): NonReceipt {
  if (status === 'parked' || laneState === 'parked') return 'lane.parked'
  if (code === 'subscription.certificate_expired') return 'certificate.expired'
  if (status === 'failed' && channel === 'mssante') return 'mailbox.closed'
  if (status === 'failed' && channel === 'subscription') return 'subscription.none'
  return 'partner.down'
}

interface Undelivered {
  recipient: string
  resource: FhirResource | undefined
  event: EventFound | undefined
}

/** Nothing was planned for him: what would be decided, and what he lacks. */
async function decidedNow(asked: Asked, { recipient, resource, event }: Undelivered): Promise<Why> {
  const party = await asked.partyOf(recipient)
  const about = resource === undefined ? event?.patient : contentOf(resource).patient
  if (recipient === 'dmp') return { received: false, code: 'dmp.not-connected', level: 'aucun', rule: 'dmp.not-connected' }
  if (party === undefined || about === undefined) return { received: false, code: 'circle.not-member', level: 'aucun', rule: 'circle.not-member' }
  const { level, rule } = await decisionFor(asked, { party, resource, patient: about, at: new Date() })
  if (level === 'aucun' && codeOfRule(rule) !== 'circle.not-member') return { received: false, code: codeOfRule(rule), level, rule }
  if (asked.isExpired(recipient)) return { received: false, code: 'certificate.expired', level, rule }
  if (level === 'aucun') return { received: false, code: codeOfRule(rule), level, rule }
  if (event !== undefined && (await isUnwanted(asked, { party, patient: about, type: event.type })))
    return { received: false, code: 'subscription.none', level, rule: 'subscription.unwanted', chosen: 'unwanted' }
  const code = asked.hasSoftware(recipient, party) ? 'subscription.none' : 'mailbox.none'
  return { received: false, code, level, rule: code }
}

/** Does he, in every entry he has in the circle, not want to be told of this? */
async function isUnwanted({ db }: Pick<Asked, 'db'>, { party, patient, type }: { party: Party; patient: string; type: string }): Promise<boolean> {
  const rows = (await loadPersons(db, [patient])).get(patient)?.rows ?? []
  const entries = rows.flatMap(row => (row.kind === 'member' && row.detail.status === 'active' && row.party === party.references[0] ? [row.detail] : []))
  return entries.length > 0 && entries.every(({ unwanted }) => unwanted?.includes(type) === true)
}

export interface Deciding {
  party: Party
  resource: FhirResource | undefined
  patient: string
  at: Date
}

export async function decisionFor({ db }: Pick<Asked, 'db'>, { party, resource, patient, at }: Deciding): Promise<{ level: Level; rule: string }> {
  const content = resource === undefined ? { type: 'CarePlan', reference: '' } : contentOf(resource)
  const [persons, authors] = await Promise.all([loadPersons(db, [patient]), loadAuthors(db, [content.reference])])
  const person = persons.get(patient) ?? { patient, rows: [], isSetApart: false }
  const purpose = party.type === DAC ? ('CAREMGT' as const) : ('TREAT' as const)
  return decide(factsOf({ party, person, thing: { ...content, authors: authors.get(content.reference) ?? [] }, asked: { purpose, at } }))
}

export interface CouldSee {
  actor: string
  level: Level
  rule: string
}

/** Everybody whom the rows of the person name, and the person: who of them could see it at that moment. */
export async function whoCouldSee(asked: Asked, document: string, at: Date): Promise<CouldSee[]> {
  const { events, resource } = await asked.document(document)
  const patient = resource === undefined ? events[0]?.patient : contentOf(resource).patient
  if (patient === undefined) throw new HubError('fhir.path_unknown', { path: 'document' })
  const rows = (await loadPersons(asked.db, [patient])).get(patient)?.rows ?? []
  const authors = resource === undefined ? [] : ((await loadAuthors(asked.db, [contentOf(resource).reference])).get(contentOf(resource).reference) ?? [])
  const named = new Set([
    patient,
    ...authors,
    ...rows.flatMap(row => (row.party === undefined || !/^(Patient|RelatedPerson|PractitionerRole|Organization)\//.test(row.party) ? [] : [row.party])),
  ])
  const seen: CouldSee[] = []
  for (const actor of [...named].sort()) {
    const { level, rule } = await decisionFor(asked, { party: await partyOf(asked.db, actor), resource, patient, at })
    if (level !== 'aucun') seen.push({ actor, level, rule })
  }
  return seen
}
