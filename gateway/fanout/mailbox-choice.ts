/*
  Which mailbox reaches a member, out of those that the directory's resources name, and why; or why none does.
    a professional: his own, PER before CAB, then that of his structure      a structure: ORG before APP
    never: of somebody retired, ended, refused as unknown (5.1.1), on the red list
  Spec: fhir-fr.md 1.7; hl7v2-mssante.md 5.1.
*/
import type { ContactPoint, Organization, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'

/** What names a member's mailboxes, each as it is stored. */
export interface Holders {
  role?: PractitionerRole | undefined
  practitioner?: Practitioner | undefined
  organization?: Organization | undefined
}

export type MailboxChoice =
  /** `kind` and `holder` say why this one. */
  | { address: string; kind: string; holder: 'PractitionerRole' | 'Practitioner' | 'Organization' }
  | { lack: 'mailbox.none' | 'mailbox.closed' | 'mailbox.red-list' }

interface Listed {
  address: string
  kind: string
  holder: 'PractitionerRole' | 'Practitioner' | 'Organization'
  lack?: 'mailbox.closed' | 'mailbox.red-list'
}

/** Kinds of TRE_R257 in the order they are preferred; an address without a kind stands between one's own and the shared ones. */
const PREFERRED = ['PER', 'CAB', '', 'ORG', 'APP']

interface Known {
  at: Date
  /** Addresses that a report said do not exist. */
  closed: ReadonlySet<string>
}

export function chooseMailbox({ role, practitioner, organization }: Holders, known: Known): MailboxChoice {
  if ([role, practitioner, organization].some(holder => holder?.active === false)) return { lack: 'mailbox.closed' }
  const own = byPreference([...listedIn(role, known), ...listedIn(practitioner, known)])
  const all = [...own, ...byPreference(listedIn(organization, known))]
  const open = all.find(one => one.lack === undefined)
  if (open !== undefined) return { address: open.address, kind: open.kind, holder: open.holder }
  return { lack: all.find(one => one.lack === 'mailbox.closed')?.lack ?? all[0]?.lack ?? 'mailbox.none' }
}

/** Every address that they name. */
export const addressesOf = ({ role, practitioner, organization }: Holders): string[] =>
  [role, practitioner, organization].flatMap(holder => (holder?.telecom ?? []).flatMap(one => addressOf(one) ?? []))

function listedIn(holder: PractitionerRole | Practitioner | Organization | undefined, { at, closed }: Known): Listed[] {
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
