/*
  Which mailbox reaches a member, out of those that the directory's resources name, and why; or why none does.
    a professional: his own, PER before CAB, then that of his structure      a structure: ORG before APP
    never: of somebody retired, ended, refused as unknown (5.1.1), on the red list
    a relative: `<INS>@patient.mssante.fr`, by an INS of his own alone
  Spec: fhir-fr.md 1.7; hl7v2-mssante.md 5.1, ECO.2.2.6.
*/
import type { ContactPoint, RelatedPerson } from 'fhir/r4.js'
import type { DirectoryHolder } from '../../../connectors/directory/wire.ts'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import { hasValidInsKey, isIns } from '../../../profiles/identity.ts'
import { CITIZEN_DOMAIN } from '../../../mappers/hl7v2/reading/read-participations.ts'

type HolderType = DirectoryHolder['resourceType']

/** A resource as far as its mailboxes go. */
export type Holder = DirectoryHolder

/** What names a member's mailboxes, each as it is stored; in the directory a professional may have several roles. */
export interface Holders {
  role?: Holder | undefined
  practitioner?: Holder | undefined
  organization?: Holder | undefined
}

export type Lack = 'mailbox.none' | 'mailbox.closed' | 'mailbox.red-list'

export type MailboxChoice =
  /** `kind` and `holder` say why this one. */
  { address: string; kind: string; holder: HolderType | 'RelatedPerson' } | { lack: Lack }

interface Listed {
  address: string
  kind: string
  holder: HolderType
  lack?: Exclude<Lack, 'mailbox.none'>
}

/** Kinds of TRE_R257 in the order they are preferred; an address without a kind stands between one's own and the shared ones. */
const PREFERRED = ['PER', 'CAB', '', 'ORG', 'APP']

export interface Known {
  at: Date
  /** Addresses that a report said do not exist. */
  closed: ReadonlySet<string>
}

export function chooseMailbox({ role, practitioner, organization }: Holders, known: Known): MailboxChoice {
  if (isRetired({ role, practitioner, organization })) return { lack: 'mailbox.closed' }
  const own = byPreference([...listedIn(role, known), ...listedIn(practitioner, known)])
  const all = [...own, ...byPreference(listedIn(organization, known))]
  const open = all.find(one => one.lack === undefined)
  if (open !== undefined) return { address: open.address, kind: open.kind, holder: open.holder }
  return { lack: all.find(one => one.lack === 'mailbox.closed')?.lack ?? all[0]?.lack ?? 'mailbox.none' }
}

/** Nobody is looked for beyond that. */
export const isRetired = ({ role, practitioner, organization }: Holders): boolean => [role, practitioner, organization].some(holder => holder?.active === false)

/** Of a directory's answer: one that is retired is, a professional with one role left is not. */
export function holdersIn(answer: readonly Holder[]): Holders {
  const roles = answer.filter(one => one.resourceType === 'PractitionerRole')
  const left = roles.filter(one => one.active !== false)
  const telecom = left.flatMap(one => one.telecom ?? [])
  return {
    practitioner: answer.find(one => one.resourceType === 'Practitioner'),
    organization: answer.find(one => one.resourceType === 'Organization'),
    ...(roles.length === 0 ? {} : { role: { resourceType: 'PractitionerRole', active: left.length > 0, telecom } }),
  }
}

/** A relative has the mailbox of the national space that his own INS gives him: no number of social security, none that is only received (fhir-fr.md 1.1, 1.3). */
export function citizenMailbox({ active, identifier = [] }: RelatedPerson): MailboxChoice {
  if (active === false) return { lack: 'mailbox.closed' }
  const ins = identifier.find(one => isIns(one) && one.use !== 'old' && one.use !== 'temp' && hasValidInsKey(one.value ?? ''))
  return ins?.value === undefined ? { lack: 'mailbox.none' } : { address: `${ins.value}@${CITIZEN_DOMAIN}`, kind: 'INS', holder: 'RelatedPerson' }
}

/** Every address that they name. */
export const addressesOf = ({ role, practitioner, organization }: Holders): string[] =>
  [role, practitioner, organization].flatMap(holder => (holder?.telecom ?? []).flatMap(one => addressOf(one) ?? []))

function listedIn(holder: Holder | undefined, { at, closed }: Known): Listed[] {
  if (holder === undefined) return []
  return (holder.telecom ?? []).flatMap(telecom => {
    const address = addressOf(telecom)
    if (address === undefined) return []
    const isClosed = closed.has(address) || telecom.use === 'old' || hasEnded(telecom, at)
    const lack = isClosed ? ('mailbox.closed' as const) : isOnRedList(telecom) ? ('mailbox.red-list' as const) : undefined
    return [{ address, kind: kindOf(telecom), holder: holder.resourceType, ...(lack === undefined ? {} : { lack }) }]
  })
}

function addressOf({ value = '' }: ContactPoint): string | undefined {
  const address = value.replace(/^mailto:/, '')
  return /^[^\s@]+@[^\s@]+\.mssante\.fr$/i.test(address) ? address : undefined
}

const hasEnded = ({ period }: ContactPoint, at: Date): boolean => period?.end !== undefined && Date.parse(period.end) < at.getTime()

const metadataOf = (telecom: ContactPoint, name: string) =>
  telecom.extension?.find(one => one.url === EXTENSION.mailboxMetadata)?.extension?.find(one => one.url === name)

const isOnRedList = (telecom: ContactPoint): boolean => metadataOf(telecom, 'listeRouge')?.valueBoolean === true

function kindOf(telecom: ContactPoint): string {
  const type = metadataOf(telecom, 'type')
  return type?.valueCodeableConcept?.coding?.[0]?.code ?? type?.valueCoding?.code ?? ''
}

const rankOf = ({ kind }: Listed): number => (PREFERRED.includes(kind) ? PREFERRED.indexOf(kind) : PREFERRED.length)

const byPreference = (listed: readonly Listed[]): Listed[] => [...listed].sort((left, right) => rankOf(left) - rankOf(right))
