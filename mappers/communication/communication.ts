/*
  The trace of one MSSanté mail: a Communication (hub-communication-mssante), rewritten whole at each step.
    preparation → in-progress (sent) → completed (delivered) | not-done + statusReason        stopped (opposition before it left)
*/
import type { CodeableConcept, Communication, Extension, Reference } from 'fhir/r4.js'
import { EXTENSION, HUB, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { isFiness } from '../../profiles/identity.ts'
import { tre } from '../../profiles/oids.ts'
import { derivedId } from '../transmission-to-transaction/derived-id.ts'

export type MailState =
  | { status: 'preparation' | 'in-progress' | 'completed' }
  /** `reply` is the partner's code (`550`, `5.1.1`), never its text. */
  | { status: 'not-done'; reply?: string }
  | { status: 'stopped'; reason: 'opposition' | 'autre' }

/** One end of the mail: its address, and who that is, as a reference that resolves or as an identifier. */
export interface MailParty {
  address: string
  /** `Organization/<id>` */
  reference?: string
  identifier?: { system: string; value: string }
  type?: 'Organization' | 'Practitioner' | 'PractitionerRole' | 'Patient' | 'RelatedPerson' | 'Device'
}

export interface MailTrace {
  deliveryId: string
  /** Without angle brackets. */
  messageId: string
  state: MailState
  /** `Patient/<id>` */
  subject: string
  /** `DocumentReference/<id>`; a notice carries none. */
  document?: string
  sender: MailParty
  recipient: MailParty
  isToPatient: boolean
  /** Planned until the mail leaves, then when it left. */
  sentAt: Date
  /** When a reading receipt came. */
  receivedAt?: Date
}

/** Everyone gets the same words: a topic says nothing of anyone's health. */
const TOPIC = 'Transmission d’un document'
const NOTICE_TOPIC = 'Parcours de santé : information'
/** What the notice says stands in the mail alone, at the level of its reader. */
const NOTICE_PAYLOAD = 'Un évènement du parcours a été annoncé.'

/**
 * Builds the trace of one mail in one state.
 * Spec: fhir-fr.md 2.6, hub-communication-mssante.
 */
export function mapDeliveryToCommunication(trace: MailTrace): Communication & { id: string } {
  const reason = statusReasonOf(trace.state)
  return {
    resourceType: 'Communication',
    id: communicationId(trace.deliveryId),
    meta: { profile: [PROFILE.communicationMssante] },
    extension: [{ url: EXTENSION.mssMessageId, valueString: trace.messageId }],
    identifier: [{ system: `${HUB}NamingSystem/envoi`, value: trace.deliveryId }],
    status: trace.state.status,
    ...(reason === undefined ? {} : { statusReason: reason }),
    category: [{ coding: [{ system: SYSTEM.hub, code: trace.isToPatient ? 'INFO-PERSONNE' : 'MESSAGE' }] }],
    medium: [{ coding: [{ system: tre('R256-TypeMessagerie'), code: 'MSSANTE' }] }],
    subject: { reference: trace.subject },
    topic: { text: trace.document === undefined ? NOTICE_TOPIC : TOPIC },
    sent: trace.sentAt.toISOString(),
    ...(trace.receivedAt === undefined ? {} : { received: trace.receivedAt.toISOString() }),
    sender: partyOf(trace.sender),
    recipient: [partyOf(trace.recipient)],
    payload: [trace.document === undefined ? { contentString: NOTICE_PAYLOAD } : { contentReference: { reference: trace.document } }],
  }
}

/** The id of the trace of a delivery: every state is a version of the same resource. */
export function communicationId(deliveryId: string): string {
  return derivedId('Communication', deliveryId, '')
}

function statusReasonOf(state: MailState): CodeableConcept | undefined {
  switch (state.status) {
    case 'not-done':
      return { ...reason('injoignable'), ...(state.reply === undefined ? {} : { text: `Réponse de la messagerie : ${state.reply}` }) }
    case 'stopped':
      return state.reason === 'opposition' ? reason('opposition') : { ...reason('autre'), text: 'Envoi arrêté avant son départ' }
    default:
      return undefined
  }
}

function reason(code: string): CodeableConcept {
  return { coding: [{ system: SYSTEM.hubStatusReason, code }] }
}

function partyOf(party: MailParty): Reference {
  const extension: Extension[] = [{ url: EXTENSION.mssAddress, valueString: party.address }]
  return {
    extension,
    ...(party.reference === undefined ? {} : { reference: party.reference }),
    ...(party.type === undefined ? {} : { type: party.type }),
    ...(party.identifier === undefined ? {} : { identifier: nationalForm(party.identifier) }),
  }
}

/** Senders write register numbers with the digit of the national form, and national forms without it; each system takes one of them. */
function nationalForm({ system, value }: { system: string; value: string }): { system: string; value: string } {
  if (system === SYSTEM.finess && /^1.{9}$/.test(value)) return { system, value: value.slice(1) }
  if (system === SYSTEM.idNatSt && isFiness(value)) return { system, value: `1${value}` }
  if (system === SYSTEM.rpps && /^8\d{11}$/.test(value)) return { system, value: value.slice(1) }
  if (system === SYSTEM.idNatPs && /^\d{11}$/.test(value)) return { system, value: `8${value}` }
  return { system, value }
}
