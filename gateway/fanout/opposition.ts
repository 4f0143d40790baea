/*
  An opposition wins over the sender's naming: a mailbox that the sender of a document names gets nothing while the person opposes sharing with whom it belongs to, or with everyone.
  Spec: fhir-fr.md 4.3 (4), design 7.
*/
import { type Party, partyOf } from '../access/party.ts'
import { factsOf } from '../access/rights.ts'
import { loadPersons } from '../ledger/access.ts'
import type { Tx } from '../ledger/db.ts'
import type { StoredEvent } from '../ledger/events.ts'
import { findIdentified } from '../ledger/identity-rows.ts'
import type { Candidate } from './channels.ts'
import type { Deposit, Mailbox } from './deposit.ts'

/** The same candidates, with what the person refuses at this moment. */
export async function withOppositions(
  tx: Tx,
  { event, deposit }: { event: StoredEvent; deposit: Deposit },
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const person = (await loadPersons(tx, [event.patient])).get(event.patient)
  if (person === undefined || !person.rows.some(({ kind }) => kind === 'consent')) return [...candidates]
  const thing = { type: 'DocumentReference', reference: deposit.document, authors: [], documentType: deposit.documentType }
  return Promise.all(
    candidates.map(async candidate => {
      const { facts, recipient } = candidate
      if (facts.recipient !== 'professional') return candidate
      const party = await ownerOf(
        tx,
        deposit.mailboxes.find(one => one.party.address === recipient),
      )
      const { isOpposed } = factsOf({ party, person, thing, asked: { purpose: 'TREAT', at: new Date() } })
      return { ...candidate, facts: { ...facts, isOpposed } }
    }),
  )
}

/** Of whom nothing but the address is known, only what is refused to everyone is refused. */
const NOBODY: Party = { name: 'mailbox', kind: 'professional', references: [], structures: [], sector: 'health' }

async function ownerOf(tx: Tx, mailbox: Mailbox | undefined): Promise<Party> {
  const { reference, identifier, type } = mailbox?.party ?? {}
  if (reference !== undefined) return partyOf(tx, reference)
  if (identifier === undefined || (type !== 'Organization' && type !== 'Practitioner')) return NOBODY
  const id = await findIdentified(tx, type, [identifier])
  if (id === undefined) return NOBODY
  return partyOf(tx, `${type}/${id}`)
}
