/*
  What the software behind a subscription may know of an event at this moment, by the one decision function.
*/
import type { View } from '../../../mappers/projection/projection.ts'
import type { Actor } from '../../access/callers/actor.ts'
import { partyOfActor } from '../../access/rights/actor-party.ts'
import { decide } from '../../access/rights/decide.ts'
import { partiesOf, type Party, partyOf } from '../../access/rights/party.ts'
import type { Purpose } from '../../access/callers/purpose.ts'
import { factsOf, type Thing } from '../../access/rights/rights.ts'
import { loadAuthors, loadPersons, shareLockPerson } from '../../ledger/rights/access.ts'
import type { Tx } from '../../ledger/db.ts'
import type { SendDecision } from '../../ledger/deliveries/deliveries.ts'
import type { StoredEvent } from '../../ledger/deliveries/events.ts'
import { cardsOf, depositOf } from '../deposit.ts'
import { writtenOf } from '../written.ts'

export interface SubscriberQuestion {
  /** Who would be told: a client's software, or a member by his reference. */
  to: Actor | string
  event: StoredEvent
  /** `CarePlan/<id>/_history/<n>`: what it would be told of. */
  focus: string | undefined
  /** The last decision before sending: until it is taken, no restriction of this person is answered. */
  isLast?: boolean
}

export async function subscriberRights(tx: Tx, { to, event, focus, isLast = false }: SubscriberQuestion): Promise<{ decision: SendDecision; view: View }> {
  if (isLast) await shareLockPerson(tx, event.patient)
  const thing = await thingOf(tx, event, focus)
  const party = typeof to === 'string' ? await partyOf(tx, to) : await partyOfActor(tx, to)
  const person = (await loadPersons(tx, [event.patient])).get(event.patient)
  const view = { references: [...party.references, ...party.structures.slice(0, 1)] }
  if (person === undefined) return { decision: { level: 'aucun', rule: 'circle.not-member', basis: {} }, view }
  return { decision: decide(factsOf({ party, person, thing, asked: { purpose: purposeOf(party), at: new Date() } })), view }
}

/** The same question for all members of a circle, what is common to them read once. Out: by reference. */
export async function memberRights(tx: Tx, event: StoredEvent, references: readonly string[]): Promise<Map<string, { decision: SendDecision; party: Party }>> {
  const thing = await thingOf(tx, event, event.resources[0])
  const parties = await partiesOf(tx, references)
  const person = (await loadPersons(tx, [event.patient])).get(event.patient) ?? { patient: event.patient, rows: [], isSetApart: false }
  const at = new Date()
  return new Map(
    [...parties].map(([name, party]) => [name, { decision: decide(factsOf({ party, person, thing, asked: { purpose: purposeOf(party), at } })), party }]),
  )
}

/** An event that names nothing is about the care of the person as a whole. */
export async function thingOf(tx: Tx, event: StoredEvent, focus: string | undefined): Promise<Thing> {
  const [reference = ''] = focus?.split('/_history/') ?? []
  if (reference === '') return { type: 'CarePlan', reference, authors: [] }
  const [type = ''] = reference.split('/')
  const authors = (await loadAuthors(tx, [reference])).get(reference) ?? []
  const deposit = depositOf(event)
  if (deposit === undefined) return { type, reference, authors, ...(type === 'DocumentReference' ? ofWritten(event) : {}) }
  // What was made from a document is hidden with it.
  const { masquePs, invisiblePatient, invisibleRepLegaux } = deposit.facts
  const flags = [
    ...(masquePs ? ['MASQUE_PS'] : []),
    ...(invisiblePatient ? ['INVISIBLE_PATIENT'] : []),
    ...(invisibleRepLegaux ? ['INVISIBLE_REPRESENTANTS_LEGAUX'] : []),
  ]
  return { type, reference, authors, flags, documents: cardsOf(deposit), ...(deposit.document === reference ? { documentType: deposit.documentType } : {}) }
}

/** Of a document that came through the FHIR door. */
function ofWritten(event: StoredEvent): Pick<Thing, 'documentType' | 'flags'> {
  const { documentType, flags = [] } = writtenOf(event) ?? {}
  return { flags, ...(documentType === undefined ? {} : { documentType }) }
}

const DAC = '606'

/** What its software would ask for. */
const purposeOf = ({ type }: Party): Purpose => (type === DAC ? 'CAREMGT' : 'TREAT')
