/*
  The mailbox of each member of a circle: by the resources in the store, else by the national directory; a relative's by his own INS.
  Before the plan and outside of its transaction: the store and the directory may be slow, or away.
*/
import type { Organization, Practitioner, PractitionerRole, RelatedPerson } from 'fhir/r4.js'
import type { HubError } from '../../../profiles/errors.ts'
import { closedMailboxes } from '../../ledger/deliveries/closed-mailboxes.ts'
import type { Store } from '../../store/store.ts'
import { askDirectory, type DirectoryParts, type DirectoryWord, questionOf } from './directory.ts'
import {
  addressesOf,
  chooseMailbox,
  citizenMailbox,
  type Holder,
  type Holders,
  holdersIn,
  isRetired,
  type Known,
  type MailboxChoice,
} from './mailbox-choice.ts'

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

/** A relative, or with the register numbers by which the directory is asked. */
interface Stored extends Holders {
  relative?: RelatedPerson | undefined
  practitioner?: Practitioner | undefined
  organization?: Organization | undefined
}

export async function mailboxOf(parts: MailboxParts, reference: string, traceparent: string): Promise<MemberMailbox> {
  const found = await mailboxesOf(parts, [reference], traceparent)
  return found.get(reference) ?? { lack: 'mailbox.none' }
}

/** Of a whole circle, what is common to them asked once. Out: by reference. Throws: store.unavailable. */
export async function mailboxesOf(parts: MailboxParts, references: readonly string[], traceparent: string): Promise<Map<string, MemberMailbox>> {
  const read = reader(parts.store, traceparent)
  const stored = await Promise.all(references.map(async reference => ({ reference, holders: await storedHolders(read, reference) })))
  const known = await knownOf(
    parts,
    stored.map(one => one.holders),
  )
  const chosen = stored.map(one => ({ ...one, choice: chosenOf(one.holders, known) }))
  const listed = await Promise.all(chosen.map(async one => ({ ...one, words: isComplete(one) ? [] : await wordsOf(parts, one.holders) })))
  const listedKnown = await knownOf(
    parts,
    listed.map(({ words }) => holdersIn(holdersOf(words))),
  )
  return new Map(listed.map(({ reference, choice, words }) => [reference, withWords(choice, words, listedKnown)]))
}

type Read = <R extends PractitionerRole | Practitioner | Organization | RelatedPerson>(
  type: R['resourceType'],
  link: string | undefined,
) => Promise<R | undefined>

/** Members of one structure: it is read once. */
function reader(store: Store, traceparent: string): Read {
  const reads = new Map<string, Promise<unknown>>()
  return async <R extends PractitionerRole | Practitioner | Organization | RelatedPerson>(type: R['resourceType'], link: string | undefined) => {
    const id = link?.startsWith(`${type}/`) === true ? link.split('/')[1] : undefined
    if (link === undefined || id === undefined) return undefined
    const reading = reads.get(link) ?? store.read<R>(type, id, { traceparent })
    reads.set(link, reading)
    return reading as Promise<R | undefined>
  }
}

async function storedHolders(read: Read, reference: string): Promise<Stored> {
  if (reference.startsWith('RelatedPerson/')) return { relative: await read<RelatedPerson>('RelatedPerson', reference) }
  const role = await read<PractitionerRole>('PractitionerRole', reference)
  const [practitioner, organization] = await Promise.all([
    read<Practitioner>('Practitioner', role?.practitioner?.reference),
    read<Organization>('Organization', role === undefined ? reference : role.organization?.reference),
  ])
  return { role, practitioner, organization }
}

async function knownOf({ db }: MailboxParts, holders: readonly (Holders & Pick<Stored, 'relative'>)[]): Promise<Known> {
  const addresses = holders.flatMap(one => (one.relative === undefined ? addressesOf(one) : addressIn(citizenMailbox(one.relative))))
  return { at: new Date(), closed: await closedMailboxes(db, addresses) }
}

const addressIn = (choice: MailboxChoice): string[] => ('address' in choice ? [choice.address] : [])

/** An address that a report said does not exist is nobody's. */
function chosenOf({ relative, ...holders }: Stored, known: Known): MailboxChoice {
  if (relative === undefined) return chooseMailbox(holders, known)
  const choice = citizenMailbox(relative)
  return addressIn(choice).some(address => known.closed.has(address)) ? { lack: 'mailbox.closed' } : choice
}

/** Nobody knows more about him than the store. */
const isComplete = ({ holders, choice }: { holders: Stored; choice: MailboxChoice }): boolean =>
  'address' in choice || holders.relative !== undefined || isRetired(holders)

/** Of what the store lacks, the directory may know more: first about the professional, then about the structure. */
async function wordsOf(parts: MailboxParts, { practitioner, organization }: Stored): Promise<DirectoryWord[]> {
  const words: DirectoryWord[] = []
  for (const question of [questionOf('Practitioner', practitioner?.identifier), questionOf('Organization', organization?.identifier)]) {
    const word = question === undefined ? undefined : await askDirectory(parts, question)
    if (word !== undefined) words.push(word)
  }
  return words
}

const answersIn = (words: readonly DirectoryWord[]) => words.filter(word => 'holders' in word)

const holdersOf = (words: readonly DirectoryWord[]): Holder[] => answersIn(words).flatMap(word => word.holders)

function withWords(stored: MailboxChoice, words: readonly DirectoryWord[], known: Known): MemberMailbox {
  if (words.length === 0) return stored
  const choice = chooseMailbox(holdersIn(holdersOf(words)), known)
  const away = words.find(word => 'away' in word)
  if (away !== undefined && !('address' in choice)) return away
  const answers = answersIn(words)
  const [first] = answers
  if (first === undefined) return stored
  const askedAt = answers.reduce((oldest, word) => (word.askedAt < oldest ? word.askedAt : oldest), first.askedAt)
  const directory = { askedAt: askedAt.toISOString(), isLate: answers.some(word => word.isLate) }
  if ('lack' in choice && choice.lack === 'mailbox.none') return { ...stored, directory }
  return { ...choice, directory }
}
