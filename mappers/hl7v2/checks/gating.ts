/*
  Says, for each recipient that a sender names, whether a mail may go there, and by which rule of the decision table.
  Hard blocks come first: what the sender hides stays hidden whatever else is asked.
*/
import { hasValidInsKey, identityTag, insKindOf } from '../../../profiles/identity.ts'
import { DECISIONS, type DecisionRule, type MessageFacts } from '../../../profiles/tables/decisions.ts'
import { CITIZEN_DOMAIN } from '../reading/read-participations.ts'
import type { PersonIdentifier, Recipient, Transmission } from '../reading/transmission.ts'

export interface Gate {
  recipient: Recipient
  allowed: boolean
  rule: DecisionRule
}

const ADULT_YEARS = 18
const NEVER_SHARED = new Set(['DOUT', 'FICT'])

export function gate(transmission: Transmission): Gate[] {
  return transmission.recipients.map(recipient => {
    const { rule, level } = decide(recipientFacts(transmission, recipient))
    return { recipient, allowed: level !== 'aucun', rule }
  })
}

/** What a decision about one named recipient rests on. */
export function recipientFacts(transmission: Transmission, recipient: Recipient): MessageFacts {
  const { flags, patient } = transmission
  const isPatient = recipient.kind === 'patient'
  return {
    recipient: isPatient ? 'patient' : 'professional',
    identity: identityOf(patient),
    isNamed: true,
    isRequested: isPatient ? flags.destMssPatient : flags.destMssPs,
    masquePs: flags.masquePs,
    invisiblePatient: flags.invisiblePatient,
    invisibleRepLegaux: flags.invisibleRepLegaux,
    isMinor: isMinor(patient.birthDate, transmission.sentAt),
    isOwnAddress: isPatient && isOwnAddress(recipient.address, patient.identifiers),
  }
}

/** Reliability by the message alone. DOUT and FICT are shared with no one. */
export function identityOf(patient: Transmission['patient']): MessageFacts['identity'] {
  if (patient.identityStatus.some(status => NEVER_SHARED.has(status))) return 'conflit'
  return identityTag(
    patient.identityStatus,
    insOf(patient.identifiers).some(ins => hasValidInsKey(ins.value)),
  )
}

export function insOf(identifiers: readonly PersonIdentifier[]): PersonIdentifier[] {
  return identifiers.filter(identifier => insKindOf(identifier.authority) !== undefined)
}

/** The citizen mailbox of this person: the matricule, its key right, at the citizens' domain. */
function isOwnAddress(address: string, identifiers: readonly PersonIdentifier[]): boolean {
  return insOf(identifiers).some(ins => hasValidInsKey(ins.value) && address === `${ins.value}@${CITIZEN_DOMAIN}`.toLowerCase())
}

/** Under eighteen on the day of the message. Without a birth date nobody can be said to be of age. */
export function isMinor(birthDate: string | undefined, sentAt: string): boolean {
  if (birthDate === undefined || !/^\d{4,}/.test(birthDate) || !/^\d{8}/.test(sentAt)) return true
  const born = birthDate.slice(0, 8).padEnd(8, '9')
  return sentAt.slice(0, 8) < `${Number(born.slice(0, 4)) + ADULT_YEARS}${born.slice(4)}`
}

function decide(facts: MessageFacts): { rule: DecisionRule; level: string } {
  const found = DECISIONS.find(({ when }) =>
    Object.entries(when).every(([name, allowed]) => (allowed as readonly unknown[]).includes(facts[name as keyof MessageFacts])),
  )
  return found ?? { rule: 'recipient.unknown', level: 'aucun' }
}
