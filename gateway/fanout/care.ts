/*
  Events of a write through the FHIR door, or of a stay: the topic of the regional platform is told of each, as long as the person may be shared.
  The regional notification (NdE) has codes for a document, an admission and a discharge: these are declared by REST, and so is what takes them back. It has
  none for the others.
*/
import { hiddenBy } from '../../mappers/hl7v2/reading/transmission-of-document.ts'
import { isEventCode } from '../../profiles/events/event-types.ts'
import type { MessageFacts } from '../../profiles/tables/decisions.ts'
import type { HubConfig } from '../config.ts'
import type { StoredEvent } from '../ledger/deliveries/events.ts'
import type { PersonStanding } from '../ledger/rights/person-standings.ts'
import type { Candidate, Channel } from './channels.ts'
import { stayNewsOf } from './stay-news.ts'
import { type WrittenDocument, writtenOf } from './written.ts'

/** In: the person at this moment. */
export function careCandidates(
  { connectors }: HubConfig,
  { channel, event, person }: { channel: Channel; event: StoredEvent; person: PersonStanding },
): Candidate[] {
  if (channel !== 'platform' || !isEventCode(event.type)) return []
  const identity = identityOf(person)
  const { partner, topic } = connectors.platform
  const document = writtenOf(event)
  if (document !== undefined) return [partner, topic].map(recipient => documentCandidate(document, { recipient, identity }))
  const alert = stayNewsOf(event)?.alert
  return [
    { recipient: topic, what: event.id, action: event.type, facts: { ...NO_DOCUMENT, recipient: 'topic', identity } },
    ...(alert === undefined
      ? []
      : [{ recipient: partner, what: event.id, action: alert.state, facts: { ...NO_DOCUMENT, recipient: 'platform' as const, isNamed: true, identity } }]),
  ]
}

/** As of a document that a message brings: to both, by its number, so that the same one by two doors is told once. */
function documentCandidate(
  { documentId, change, flags }: WrittenDocument,
  { recipient, identity }: { recipient: string; identity: MessageFacts['identity'] },
): Candidate {
  return { recipient, what: documentId, action: change, facts: { ...NO_DOCUMENT, ...hiddenBy(flags), recipient: 'platform', isNamed: true, identity } }
}

export const NO_DOCUMENT = {
  isNamed: false,
  isRequested: false,
  masquePs: false,
  invisiblePatient: false,
  invisibleRepLegaux: false,
  isMinor: false,
  isOwnAddress: false,
}

/** Whom the ledger does not know, or keeps in quarantine, nobody has verified. */
function identityOf({ identity }: PersonStanding): MessageFacts['identity'] {
  if (identity === undefined) return 'provisoire'
  if (identity.isConflict) return 'conflit'
  return identity.isQuarantined && identity.tag !== 'recuperee' ? 'provisoire' : identity.tag
}
