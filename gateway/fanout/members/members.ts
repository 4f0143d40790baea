/*
  The circle of a person: each current member that should know of an event, decided one by one, on the channel he has.
    a live subscription of his structure => told there      else his mailbox, or that of his structure => a mail      else nothing, and why:
    he reads it by REST where he or his structure has software (the portal), and the decision says so
    the mail of a document at `complet` is the document itself (XDM); everything else is a notice, at once or once a day as he chose
  Spec: fhir-fr.md 4.3, 5.5; design 7.
*/
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { isRunning } from '../../flows/period.ts'
import { DEFAULT_EVENTS } from '../../flows/circle/default-subscriptions.ts'
import type { HubConfig } from '../../config.ts'
import type { Keys } from '../../keys.ts'
import type { PersonRights } from '../../ledger/rights/access.ts'
import type { Tx } from '../../ledger/db.ts'
import type { Delivery, PlannedRecipient, SendDecision } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { defaultsOf } from '../../ledger/deliveries/subscriptions.ts'
import { dailyLane, nextDigest } from './daily.ts'
import { documentActionOf } from '../channels.ts'
import { subjectOf } from '../deposit.ts'
import { depositWithEarlier } from '../earlier-recipients.ts'
import { type MailboxParts, type Member, type MemberMailbox, mailboxesOf } from './member-mailbox.ts'
import { memberRights, subscriberRights } from '../subscribers/subscriber-rights.ts'
import { plannedSubscribers, type Suitor } from '../subscribers/subscribers.ts'
import { mailedOf } from '../written.ts'

export type { Member } from './member-mailbox.ts'

/** Events that members are told of; of the others whoever follows hears by subscription. */
const isTold = ({ type }: StoredEvent): boolean => type === 'document.depose' || DEFAULT_EVENTS.some(event => event === type)

/** Before the plan, outside of its transaction; asks the store only where there is a circle. Throws: store.unavailable. */
export async function membersOf(parts: MailboxParts, event: StoredEvent, { rows }: PersonRights): Promise<Member[]> {
  if (!isTold(event)) return []
  const at = new Date()
  const entries = rows.flatMap(({ kind, party = '', detail }) =>
    kind === 'member' && detail.status === 'active' && isRunning(detail.period, at) && isMember(party) && detail.unwanted?.includes(event.type) !== true
      ? [{ party, isDaily: detail.isDaily === true }]
      : [],
  )
  // Of two entries of one member, the one that tells him sooner.
  const rhythms = new Map<string, boolean>()
  for (const { party, isDaily } of entries) rhythms.set(party, isDaily && rhythms.get(party) !== false)
  const references = [...rhythms.keys()].sort()
  const mailboxes = await mailboxesOf(parts, references, event.traceparent)
  return references.map(reference => ({ reference, isDaily: rhythms.get(reference) === true, mailbox: mailboxes.get(reference) ?? { lack: 'mailbox.none' } }))
}

const isMember = (reference: string): boolean => /^(PractitionerRole|Organization|RelatedPerson)\//.test(reference)

interface Reaching {
  config: HubConfig
  keys: Keys
}

interface Circle {
  event: StoredEvent
  members: readonly Member[]
  /** Subscriptions that may be told of it. */
  suitors: readonly Suitor[]
}

/** One row for each member who should know, also for who gets nothing; nobody twice: not by two mailboxes, nor beside a subscription or the sender's own naming. */
export async function plannedMembers(parts: Reaching, tx: Tx, { event, members, suitors }: Circle): Promise<PlannedRecipient[]> {
  const { config, keys } = parts
  if (members.length === 0) return []
  const deposit = await depositWithEarlier(tx, event)
  if (deposit?.isOwn === true) return []
  const wanted = event.type === 'document.depose' ? undefined : new Set(await defaultsOf(tx, event))
  const asked = members.filter(one => wanted?.has(one.reference) !== false)
  const rights = await memberRights(
    tx,
    event,
    asked.map(one => one.reference),
  )
  const structures = [...rights.values()].flatMap(({ party }) => party.structures.slice(0, 1))
  const following = await structuresTold(parts, tx, { event, suitors: suitors.filter(({ subscription }) => structures.includes(subscription.holder)) })
  const withSoftware = await structuresWithSoftware(config, tx)
  const reached = new Set(deposit?.mailboxes.map(({ party }) => party.address) ?? [])
  const mailed = mailedOf(event)
  const what = deposit === undefined ? event.id : subjectOf(deposit)
  const digest = nextDigest(config, new Date())
  return asked.flatMap(({ reference, mailbox, isDaily }) => {
    const known = rights.get(reference)
    if (known === undefined) return []
    const { decision, party } = known
    const [structure] = party.structures
    if (isWriter(decision, reference)) return []
    if (decision.level !== 'aucun' && structure !== undefined && following.has(structure)) return []
    const address = 'address' in mailbox ? mailbox.address : undefined
    if (address !== undefined && reached.has(address)) return []
    if (address !== undefined) reached.add(address)
    const software = withSoftware.has(reference) ? 'own' : structure !== undefined && withSoftware.has(structure) ? 'of-structure' : undefined
    const outcome = decision.level === 'aucun' ? decision : reachedBy(decision, mailbox, software)
    const recipient = address ?? reference
    const isShown = address !== undefined && outcome.level === 'complet' && !party.references.some(isRelative)
    const isMail = isShown && deposit !== undefined
    const isEdition = isShown && mailed !== undefined && decision.rule !== 'author.wrote'
    return [
      {
        ...outcome,
        recipient,
        what: isMail ? deposit.documentId : isEdition ? mailed.documentId : what,
        action: isMail ? documentActionOf(deposit) : isEdition ? mailed.change : reference,
        reference: keys.reference([what, reference, recipient, 'mssante'].join('|')),
        ...(isDaily && !isMail && !isEdition
          ? { laneKey: dailyLane(keys, { member: reference, person: event.person }), notBefore: digest }
          : { laneKey: `out:${keys.pseudonym(['mssante', recipient, event.person].join('|'))}` }),
        member: reference,
      },
    ]
  })
}

/** Those whose software asks for this event, and may know of it: what else it follows tells nobody of this. */
async function structuresTold(parts: Reaching, tx: Tx, { event, suitors }: Pick<Circle, 'event' | 'suitors'>): Promise<Set<string>> {
  const told = new Set<string>()
  for (const suitor of suitors) {
    const planned = await plannedSubscribers(parts, tx, { event, suitors: [suitor] })
    if (planned.some(({ level }) => level !== 'aucun')) told.add(suitor.subscription.holder)
  }
  return told
}

const isRelative = (reference: string): boolean => reference.startsWith('RelatedPerson/')

/** The structure that wrote it knows. */
const isWriter = ({ rule }: SendDecision, reference: string): boolean => rule === 'author.wrote' && reference.startsWith('Organization/')

/**
 * The decision keeps why this mailbox was taken or why there is none: its kind, who holds it, when the directory said so.
 * Whom nothing reaches finds it in his portal, by REST: the last step of fhir-fr.md 5.5.
 */
function reachedBy(decision: SendDecision, mailbox: MemberMailbox, software: 'own' | 'of-structure' | undefined): SendDecision {
  if (!('lack' in mailbox)) return { ...decision, basis: { decided: decision.basis, mailbox: basisOf(mailbox) } }
  const basis = { decided: decision.basis, mailbox: { ...basisOf(mailbox), ...(software === undefined ? {} : { fallback: 'portal' }) } }
  // Software without a subscription: that is what is to be mended.
  return { level: 'aucun', rule: software === 'own' ? 'subscription.none' : mailbox.lack, basis }
}

export function basisOf(mailbox: MemberMailbox): Record<string, unknown> {
  if ('away' in mailbox) return { awaits: 'directory', code: mailbox.away.code }
  const { directory } = mailbox
  const said = 'address' in mailbox ? { kind: mailbox.kind, holder: mailbox.holder } : { lack: mailbox.lack }
  return directory === undefined ? said : { ...said, directory }
}

/** `Organization/<id>` of every client. */
async function structuresWithSoftware({ clients }: HubConfig, tx: Tx): Promise<Set<string>> {
  const finess = [...new Set(clients.flatMap(({ structure }) => (structure === undefined ? [] : [structure])))]
  const { rows } = await tx.query<{ reference: string }>(
    "select 'Organization/' || id as reference from identity where type = 'Organization' and system = $1 and value = any($2::text[])",
    [SYSTEM.finess, finess],
    'members-software',
  )
  return new Set(rows.map(row => row.reference))
}

/** Is it the mail of a member, and not to whom the sender named? */
export const isForMember = ({ channel, member }: Pick<Delivery, 'channel' | 'member'>): boolean => channel === 'mssante' && member !== undefined

export async function decideMember(tx: Tx, { event, delivery }: { event: StoredEvent; delivery: Delivery }): Promise<SendDecision> {
  return (await subscriberRights(tx, { to: delivery.member ?? delivery.action, event, focus: event.resources[0], isLast: true })).decision
}
