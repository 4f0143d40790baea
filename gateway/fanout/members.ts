/*
  The circle of a person: each current member that should know of an event, decided one by one, on the channel he has.
    a live subscription of his structure => told there      else his mailbox, or that of his structure => a notice      else nothing, and why
  Spec: fhir-fr.md 4.3, 5.5; design 7.
*/
import type { Organization, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { isRunning } from '../flows/period.ts'
import { DEFAULT_EVENTS } from '../flows/default-subscriptions.ts'
import { partyOf } from '../access/party.ts'
import type { HubConfig } from '../config.ts'
import type { Keys } from '../keys.ts'
import { loadPersons } from '../ledger/access.ts'
import { closedMailboxes } from '../ledger/closed-mailboxes.ts'
import type { Db, Tx } from '../ledger/db.ts'
import type { Delivery, PlannedRecipient, SendDecision } from '../ledger/deliveries.ts'
import type { StoredEvent } from '../ledger/events.ts'
import { findIdentified } from '../ledger/identity-rows.ts'
import { defaultsOf, liveSubscriptionsOf } from '../ledger/subscriptions.ts'
import type { Store } from '../store/store.ts'
import { depositOf } from './deposit.ts'
import { addressesOf, chooseMailbox, type Holders, type MailboxChoice } from './mailbox-choice.ts'
import { subscriberRights } from './subscriber-rights.ts'

/** A current member and the mailbox that reaches him, or why none does. */
export interface Member {
  /** `PractitionerRole/<id>`, `Organization/<id>` */
  reference: string
  mailbox: MailboxChoice
}

/** Events that members are told of; of the others whoever follows hears by subscription. */
const isTold = ({ type }: StoredEvent): boolean => type === 'document.depose' || DEFAULT_EVENTS.some(event => event === type)

/** Before the plan, outside of its transaction; asks the store only where there is a circle. Throws: store.unavailable. */
export async function membersOf({ db, store }: { db: Db; store: Store }, event: StoredEvent): Promise<Member[]> {
  if (!isTold(event)) return []
  const person = (await loadPersons(db, [event.patient])).get(event.patient)
  const at = new Date()
  const references = (person?.rows ?? []).flatMap(row =>
    row.kind === 'member' && row.detail.status === 'active' && isRunning(row.detail.period, at) && /^(PractitionerRole|Organization)\//.test(row.party ?? '')
      ? [row.party ?? '']
      : [],
  )
  const holders = await Promise.all(
    [...new Set(references)].sort().map(async reference => ({ reference, held: await holdersOf(store, reference, event.traceparent) })),
  )
  const closed = await closedMailboxes(
    db,
    holders.flatMap(({ held }) => addressesOf(held)),
  )
  return holders.map(({ reference, held }) => ({ reference, mailbox: chooseMailbox(held, { at, closed }) }))
}

async function holdersOf(store: Store, reference: string, traceparent: string): Promise<Holders> {
  const read = async <R extends PractitionerRole | Practitioner | Organization>(type: R['resourceType'], link: string | undefined): Promise<R | undefined> => {
    const id = link?.startsWith(`${type}/`) === true ? link.split('/')[1] : undefined
    return id === undefined ? undefined : store.read<R>(type, id, { traceparent })
  }
  const role = await read<PractitionerRole>('PractitionerRole', reference)
  const [practitioner, organization] = await Promise.all([
    read<Practitioner>('Practitioner', role?.practitioner?.reference),
    read<Organization>('Organization', role === undefined ? reference : role.organization?.reference),
  ])
  return { role, practitioner, organization }
}

interface Circle {
  event: StoredEvent
  members: readonly Member[]
}

/** One row for each member who should know, also for who gets nothing; nobody twice: not by two mailboxes, nor beside a subscription or the sender's own naming. */
export async function plannedMembers({ config, keys }: { config: HubConfig; keys: Keys }, tx: Tx, { event, members }: Circle): Promise<PlannedRecipient[]> {
  if (members.length === 0) return []
  const wanted = event.type === 'document.depose' ? members.map(one => one.reference) : await defaultsOf(tx, event)
  const following = new Set((await liveSubscriptionsOf(tx, event)).map(one => one.structure))
  const deposit = depositOf(event)
  const reached = new Set(deposit?.mailboxes.map(({ party }) => party.address) ?? [])
  const planned: PlannedRecipient[] = []
  for (const { reference, mailbox } of members.filter(one => wanted.includes(one.reference))) {
    const address = 'address' in mailbox ? mailbox.address : undefined
    const { decision } = await subscriberRights(tx, { structure: reference, event, focus: event.resources[0] })
    const [structure] = (await partyOf(tx, reference)).structures
    if (isWriter(decision, reference)) continue
    if (decision.level !== 'aucun' && structure !== undefined && following.has(structure)) continue
    if (address !== undefined && reached.has(address)) continue
    if (address !== undefined) reached.add(address)
    const outcome =
      decision.level === 'aucun' ? decision : 'lack' in mailbox ? await unreachable(config, tx, { reference, lack: mailbox.lack }) : chosen(decision, mailbox)
    const recipient = address ?? reference
    const what = deposit?.documentId ?? event.id
    planned.push({
      ...outcome,
      recipient,
      what,
      action: reference,
      reference: keys.reference([what, reference, recipient, 'mssante'].join('|')),
      laneKey: `out:${keys.pseudonym(['mssante', recipient, event.person].join('|'))}`,
    })
  }
  return planned
}

/** The structure that wrote it knows. */
const isWriter = ({ rule }: SendDecision, reference: string): boolean => rule === 'author.wrote' && reference.startsWith('Organization/')

/** The decision keeps why this mailbox was taken: its kind, and who holds it. */
const chosen = (decision: SendDecision, { kind, holder }: Extract<MailboxChoice, { address: string }>): SendDecision => ({
  ...decision,
  basis: { decided: decision.basis, mailbox: { kind, holder } },
})

/** Software without a subscription, or no mailbox that may be used. */
async function unreachable({ clients }: HubConfig, tx: Tx, { reference, lack }: { reference: string; lack: string }): Promise<SendDecision> {
  const keys = clients.flatMap(({ structure }) => (structure === undefined ? [] : [{ system: SYSTEM.finess, value: structure }]))
  for (const key of keys) {
    const id = await findIdentified(tx, 'Organization', [key])
    if (`Organization/${id}` === reference) return { level: 'aucun', rule: 'subscription.none', basis: {} }
  }
  return { level: 'aucun', rule: lack, basis: {} }
}

/** Is it the notice of a member, and not the mail of a document? */
export const isNotice = ({ channel, action }: Pick<Delivery, 'channel' | 'action'>): boolean =>
  channel === 'mssante' && /^(PractitionerRole|Organization)\//.test(action)

export async function decideMember(tx: Tx, { event, delivery }: { event: StoredEvent; delivery: Delivery }): Promise<SendDecision> {
  return (await subscriberRights(tx, { structure: delivery.action, event, focus: event.resources[0], isLast: true })).decision
}
