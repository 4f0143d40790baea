/*
  A change of a document is told to whom its message names, and to everyone who was mailed an earlier version: he must not go on with what is no longer true.
  The hard blocks of the new version, oppositions and identity hold for them as for everybody.
*/
import type { Tx } from '../ledger/db.ts'
import { detailsOfChain, mailedBefore } from '../ledger/documents/earlier-mails.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { NO_DOCUMENT } from './care.ts'
import { type Deposit, depositIn, depositOf, type Mailbox } from './deposit.ts'

/** The deposit of an event with the mailboxes of its earlier recipients; undefined for an event that no document brought. */
export async function depositWithEarlier(tx: Tx, event: StoredEvent): Promise<Deposit | undefined> {
  const deposit = depositOf(event)
  const { change = 'create' } = deposit ?? {}
  if (deposit === undefined || change === 'create') return deposit
  const documentIds = [deposit.documentId, ...(deposit.others ?? []).map(one => one.documentId)]
  const addresses = await mailedBefore(tx, { documentIds, beside: change === 'replace' ? documentIds : [] })
  if (addresses.length === 0) return deposit
  const known = (await detailsOfChain(tx, { documentIds, patient: event.patient })).flatMap(detail => depositIn(detail)?.mailboxes ?? [])
  const named = deposit.mailboxes.filter(one => one.facts.isRequested || !addresses.includes(one.party.address))
  const earlier = addresses
    .filter(address => !named.some(one => one.party.address === address))
    .map(address => earlierMailbox(address, [...deposit.mailboxes, ...known]))
  return { ...deposit, mailboxes: [...named, ...earlier] }
}

function earlierMailbox(address: string, known: readonly Mailbox[]): Mailbox {
  const mailbox = known.find(one => one.party.address === address) ?? { party: { address }, facts: STRANGER }
  return { party: mailbox.party, facts: { ...mailbox.facts, isNamed: false, isRequested: true, isEarlier: true } }
}

/** The event that named him is past its retention. */
const STRANGER: Mailbox['facts'] = { ...NO_DOCUMENT, recipient: 'professional', identity: 'provisoire', isRequested: true }
