/*
  An opposition wins over the sender's naming: a mailbox that the sender of a document names gets nothing while the person opposes sharing with whom it belongs to, or with everyone;
  and so does a mark that hides the document, given or taken after the sender named it. It holds for the regional platform as for anybody.
  Spec: fhir-fr.md 4.3 (4), design 7.
*/
import { hiddenBy } from '../../mappers/hl7v2/reading/transmission-of-document.ts'
import { type Party, partyOf } from '../access/rights/party.ts'
import { factsOf, hiddenIn } from '../access/rights/rights.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import type { HubConfig } from '../config.ts'
import type { PersonRights } from '../ledger/rights/access.ts'
import type { Tx } from '../ledger/db.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import { findIdentified } from '../ledger/identity/identity-rows.ts'
import type { Candidate } from './channels.ts'
import { cardsOf, type Deposit, type Mailbox } from './deposit.ts'
import { thingOf } from './subscribers/subscriber-rights.ts'

/** The same candidates, with what is refused or hidden at this moment. */
export async function withRestrictions(
  tx: Tx,
  { person, deposit }: { person: PersonRights; deposit: Deposit },
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const hidden = hiddenIn(person, cardsOf(deposit))
  const opposes = person.rows.some(({ kind }) => kind === 'consent')
  if (!opposes && hidden.length === 0) return [...candidates]
  const marks = hiddenBy(hidden)
  const thing = { type: 'DocumentReference', reference: deposit.document, authors: [], documentType: deposit.documentType, documents: cardsOf(deposit) }
  return Promise.all(
    candidates.map(async candidate => {
      const { recipient } = candidate
      const facts = {
        ...candidate.facts,
        masquePs: candidate.facts.masquePs || marks.masquePs,
        invisiblePatient: candidate.facts.invisiblePatient || marks.invisiblePatient,
        invisibleRepLegaux: candidate.facts.invisibleRepLegaux || marks.invisibleRepLegaux,
      }
      if (facts.recipient !== 'professional') return { ...candidate, facts }
      const party = await ownerOf(
        tx,
        deposit.mailboxes.find(one => one.party.address === recipient),
      )
      const { isOpposed, masquePs } = factsOf({ party, person, thing, asked: { purpose: 'TREAT', at: new Date() } })
      return { ...candidate, facts: { ...facts, isOpposed, masquePs: facts.masquePs || masquePs } }
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

/** The same candidates: the regional platform and its topic follow everybody who does not refuse it, or everyone, at this moment. */
export async function withRefusedPlatform(
  { connectors, partners }: Pick<HubConfig, 'connectors' | 'partners'>,
  tx: Tx,
  { event, person, candidates }: { event: StoredEvent; person: PersonRights; candidates: readonly Candidate[] },
): Promise<Candidate[]> {
  const follows = ({ facts }: Candidate): boolean => facts.recipient === 'platform' || facts.recipient === 'topic'
  if (!candidates.some(follows) || !person.rows.some(({ kind }) => kind === 'consent')) return [...candidates]
  const { finess } = partners.find(one => one.id === connectors.platform.partner) ?? {}
  const id = finess === undefined ? undefined : await findIdentified(tx, 'Organization', [{ system: SYSTEM.finess, value: finess }])
  const party = id === undefined ? NOBODY : await partyOf(tx, `Organization/${id}`)
  const thing = await thingOf(tx, event, event.resources[0])
  const { isOpposed } = factsOf({ party, person, thing, asked: { purpose: 'TREAT', at: new Date() } })
  return candidates.map(one => (follows(one) ? { ...one, facts: { ...one.facts, isOpposed } } : one))
}
