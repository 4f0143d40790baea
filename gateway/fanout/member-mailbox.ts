/*
  The mailbox of each member of a circle: by the resources in the store, else by the national directory; a relative's by his own INS.
  Before the plan and outside of its transaction: the store and the directory may be slow, or away.
*/
import type { Organization, Practitioner, PractitionerRole, RelatedPerson } from 'fhir/r4.js'
import type { HubError } from '../../profiles/errors.ts'
import { closedMailboxes } from '../ledger/closed-mailboxes.ts'
import type { Store } from '../store/store.ts'
import { askDirectory, type DirectoryParts, type DirectoryWord, questionOf } from './directory.ts'
import { addressesOf, chooseMailbox, citizenMailbox, type Holder, type Holders, holdersIn, isRetired, type MailboxChoice } from './mailbox-choice.ts'

/** What the directory was asked and when it answered; `isLate`: it is away, and the answer is an old one. */
export interface DirectoryBasis {
  askedAt: string
  isLate: boolean
}

/** A mailbox or the reason why there is none, and what that rests on; or the directory that has to say so is away. */
export type MemberMailbox = (MailboxChoice & { directory?: DirectoryBasis }) | { away: HubError }

export interface Member {
  /** `PractitionerRole/<id>`, `Organization/<id>`, `RelatedPerson/<id>` */
  reference: string
  mailbox: MemberMailbox
  /** He wants to be told once a day of all that happened. */
  isDaily: boolean
}

export type MailboxParts = DirectoryParts & { store: Store }

/** With the register numbers by which the directory is asked. */
interface Stored extends Holders {
  practitioner?: Practitioner | undefined
  organization?: Organization | undefined
}

/** Throws: store.unavailable. */
export async function mailboxOf(parts: MailboxParts, reference: string, traceparent: string): Promise<MemberMailbox> {
  const read = reader(parts.store, traceparent)
  if (reference.startsWith('RelatedPerson/')) {
    const relative = await read<RelatedPerson>('RelatedPerson', reference)
    return relative === undefined ? { lack: 'mailbox.none' } : open(parts, citizenMailbox(relative))
  }
  const stored = await storedHolders(read, reference)
  const choice = await chosenOf(parts, stored)
  return 'address' in choice || isRetired(stored) ? choice : listed(parts, stored, choice)
}

type Read = <R extends PractitionerRole | Practitioner | Organization | RelatedPerson>(
  type: R['resourceType'],
  link: string | undefined,
) => Promise<R | undefined>

function reader(store: Store, traceparent: string): Read {
  return async <R extends PractitionerRole | Practitioner | Organization | RelatedPerson>(type: R['resourceType'], link: string | undefined) => {
    const id = link?.startsWith(`${type}/`) === true ? link.split('/')[1] : undefined
    return id === undefined ? undefined : store.read<R>(type, id, { traceparent })
  }
}

async function storedHolders(read: Read, reference: string): Promise<Stored> {
  const role = await read<PractitionerRole>('PractitionerRole', reference)
  const [practitioner, organization] = await Promise.all([
    read<Practitioner>('Practitioner', role?.practitioner?.reference),
    read<Organization>('Organization', role === undefined ? reference : role.organization?.reference),
  ])
  return { role, practitioner, organization }
}

async function chosenOf({ db }: MailboxParts, holders: Holders): Promise<MailboxChoice> {
  return chooseMailbox(holders, { at: new Date(), closed: await closedMailboxes(db, addressesOf(holders)) })
}

/** An address that a report said does not exist is nobody's. */
async function open({ db }: MailboxParts, choice: MailboxChoice): Promise<MailboxChoice> {
  return 'address' in choice && (await closedMailboxes(db, [choice.address])).has(choice.address) ? { lack: 'mailbox.closed' } : choice
}

/** Of what the store lacks, the directory may know more: first about the professional, then about the structure. */
async function listed(parts: MailboxParts, { practitioner, organization }: Stored, stored: Extract<MailboxChoice, { lack: unknown }>): Promise<MemberMailbox> {
  const questions = [questionOf('Practitioner', practitioner?.identifier), questionOf('Organization', organization?.identifier)].filter(
    one => one !== undefined,
  )
  const words: DirectoryWord[] = []
  for (const question of questions) words.push(...(await askDirectory(parts, question).then(word => (word === undefined ? [] : [word]))))
  const answers = words.filter(word => 'holders' in word)
  const holders: Holder[] = answers.flatMap(word => word.holders)
  const choice = await chosenOf(parts, holdersIn(holders))
  const away = words.find(word => 'away' in word)
  if (away !== undefined && !('address' in choice)) return away
  const [first] = answers
  if (first === undefined) return stored
  const askedAt = answers.reduce((oldest, word) => (word.askedAt < oldest ? word.askedAt : oldest), first.askedAt)
  const directory = { askedAt: askedAt.toISOString(), isLate: answers.some(word => word.isLate) }
  if ('lack' in choice && choice.lack === 'mailbox.none') return { ...stored, directory }
  return { ...choice, directory }
}
