/*
  Reads the PRT segments: who sends (SB), who gets a mail (RCT), where answers go (REPLY). The only source of recipients; the CDA is never one.
    PRT-4.1 = SB | RCT | REPLY      PRT-5 = person (XCN: .1 id .2 family .3 given .9 authority .13 type)
    PRT-8 = structure (XON: .1 name .6 authority .7 type .10 id)      PRT-10 = device or application      PRT-15.4 = mail address (some write PRT-16)
*/
import { insKindOf } from '../../../profiles/identity.ts'
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import type { Er7Segment } from '../../../profiles/hl7v2/er7-segment.ts'
import { present } from '../../cda/read-datatypes.ts'
import type { Readers, ReadTracker } from '../../cda/xml/tracker.ts'
import type { Finding } from '../../mapper.ts'
import { trimmed } from './read-patient.ts'
import { readXcn } from './read-xcn.ts'
import type { Professional, Recipient, RecipientKind, Structure, Transmission } from './transmission.ts'

export const CITIZEN_DOMAIN = 'patient.mssante.fr'
const MSSANTE_ADDRESS = /^[^@\s"<>(),;:\\]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+mssante\.fr$/

export function participations(message: Er7Message, code: 'SB' | 'RCT' | 'REPLY'): Er7Segment[] {
  return message.all('PRT').filter(prt => trimmed(prt, 4)?.toUpperCase() === code)
}

/** An address of the MSSanté space, in lower case. */
export function isMssanteAddress(address: string): boolean {
  return address.length <= 254 && MSSANTE_ADDRESS.test(address)
}

export function addressOf(prt: Er7Segment): string | undefined {
  return (trimmed(prt, 15, 1, 4) ?? trimmed(prt, 16, 1, 4))?.toLowerCase()
}

const RECIPIENT: Readers<Recipient, Er7Segment> = {
  address: prt => addressOf(prt) ?? '',
  kind: kindOf,
  professional: readProfessional,
  structure: readStructure,
  application: prt => trimmed(prt, 10),
  path: prt => prt.path,
}

/** Each address once, in the order of the message. */
export function readRecipients(message: Er7Message, tracker: ReadTracker, findings: Finding[]): Recipient[] {
  const recipients = new Map<string, Recipient>()
  for (const prt of participations(message, 'RCT')) {
    const recipient = tracker.object(RECIPIENT, prt)
    if (recipient.address === '') continue
    if (recipients.has(recipient.address)) findings.push({ code: 'recipient.repeated', severity: 'information', path: `${prt.path}-15` })
    else recipients.set(recipient.address, recipient)
  }
  return [...recipients.values()]
}

const SENDER: Readers<NonNullable<Transmission['sender']>, Er7Segment> = {
  professional: readProfessional,
  structure: readStructure,
  device: prt => trimmed(prt, 10),
  address: addressOf,
}

export function readSender(message: Er7Message, tracker: ReadTracker): Transmission['sender'] {
  const [prt] = participations(message, 'SB')
  return prt === undefined ? undefined : tracker.object(SENDER, prt)
}

export function readReplyTo(message: Er7Message, findings: Finding[]): string | undefined {
  const [prt] = participations(message, 'REPLY')
  const address = prt === undefined ? undefined : addressOf(prt)
  if (prt === undefined || address === undefined) return undefined
  if (isMssanteAddress(address)) return address
  findings.push({ code: 'reply-to.invalid', severity: 'warning', path: `${prt.path}-15` })
  return undefined
}

/** A citizen by the domain of the mailbox, the type INS, or an INS authority; these may stand alone. */
export function kindOf(prt: Er7Segment): RecipientKind {
  const authorities = [1, 2].map(sub => trimmed(prt, 5, 1, 9, sub) ?? '')
  const isInsType = trimmed(prt, 5, 1, 13)?.toUpperCase().startsWith('INS') ?? false
  if (addressOf(prt)?.endsWith(`@${CITIZEN_DOMAIN}`) || isInsType || authorities.some(authority => insKindOf(authority) !== undefined)) return 'patient'
  if (prt.has(5)) return 'ps'
  if (prt.has(8)) return 'org'
  return prt.has(10) ? 'app' : 'ps'
}

function readProfessional(prt: Er7Segment): Professional | undefined {
  const said = readXcn(prt, 5)
  return said.id === undefined && said.family === undefined ? undefined : said
}

function readStructure(prt: Er7Segment): Structure | undefined {
  const id = trimmed(prt, 8, 1, 10)
  const name = trimmed(prt, 8)
  if (id === undefined && name === undefined) return undefined
  const authority = trimmed(prt, 8, 1, 6, 2) ?? trimmed(prt, 8, 1, 6)
  return present({ id, idType: trimmed(prt, 8, 1, 7), authority, name })
}
