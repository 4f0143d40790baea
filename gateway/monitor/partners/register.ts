/*
  Whom the hub deals with: partners of the configuration, senders it has seen, software, the mail operator, the national directory. One entry per id.
*/
import type { HubConfig } from '../../config.ts'
import type { SenderSeen } from '../../ledger/figures/feeds.ts'
import { DIRECTORY, MAIL_OPERATOR, STRANGER } from '../../partners.ts'
import { territoryOfStructure } from '../../territory.ts'

export type PartnerKind = HubConfig['partners'][number]['kind'] | HubConfig['clients'][number]['kind'] | 'mail-operator' | 'directory' | 'stranger'

export interface PartnerEntry {
  id: string
  /** Name of its structure; its own id where none is known. */
  name: string
  kind: PartnerKind
  finess: string | null
  /** Of none: shared by all, or known to nobody bound. */
  territory: string | null
  /** Seen by every viewer: the hub itself stands on it. */
  isShared: boolean
  /** Its messages come in under this id. */
  sends: boolean
  /** Software: its client_id, under which it asks. */
  clientId: string | null
  /** What leaves to it, as the deliveries of a channel name it; `recipients` undefined: all of the channel. */
  takes: readonly { channel: string; recipients?: readonly string[] }[]
}

/** A client of these kinds looks at the monitor or counts: no flow goes to it. */
const NO_PARTNERS: readonly string[] = ['operator']

export function registerOf(config: HubConfig, seen: readonly SenderSeen[]): PartnerEntry[] {
  const entries = [...configured(config), ...strangers(config, seen), ...software(config), ...shared(config)]
  const byId = new Map<string, PartnerEntry>()
  for (const entry of entries) {
    const other = byId.get(entry.id)
    // A structure whose software bears the same id is one partner.
    byId.set(entry.id, other === undefined ? entry : { ...other, clientId: other.clientId ?? entry.clientId, takes: [...other.takes, ...entry.takes] })
  }
  return [...byId.values()].sort((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name.localeCompare(b.name, 'fr')))
}

/** What a partner is called; whatever is none keeps its own id. */
export const nameOfPartner = (config: HubConfig, id: string): string => registerOf(config, []).find(one => one.id === id)?.name ?? id

/** The territory that the configuration gives a partner or a client. */
export function territoryOfPartner(config: HubConfig, id: string): string | undefined {
  const partner = config.partners.find(one => one.id === id)
  if (partner !== undefined) return partner.territory
  const client = config.clients.find(({ clientId }) => clientId === id)
  if (client !== undefined) return territoryOfStructure(config, client.structure)
  return id.includes('/') ? config.sandbox?.territory : undefined
}

const nameOf = ({ organizations }: HubConfig, finess: string | undefined, otherwise: string): string =>
  organizations.find(one => finess !== undefined && one.finess === finess)?.name ?? otherwise

function configured(config: HubConfig): PartnerEntry[] {
  const { partner: platform, topic: platformTopic } = config.connectors.platform
  return config.partners.map(({ id, kind, finess, territory, topic, mshApplication }) => {
    const isPlatform = id === platform
    const takes = isPlatform ? [{ channel: 'platform', recipients: [platform, platformTopic] }] : [{ channel: 'hospital', recipients: [id] }]
    return {
      id,
      name: nameOf(config, finess, id),
      kind,
      finess: finess ?? null,
      territory: territory ?? null,
      isShared: false,
      sends: mshApplication !== undefined,
      clientId: null,
      takes: [...takes, ...(topic === undefined ? [] : [{ channel: 'subscription', recipients: [topic] }])],
    }
  })
}

/** Senders that are not configured: taken in by a sandbox, or since gone from the configuration. */
function strangers(config: HubConfig, seen: readonly SenderSeen[]): PartnerEntry[] {
  return seen
    .filter(({ sender }) => sender !== MAIL_OPERATOR && !config.partners.some(({ id }) => id === sender))
    .map(({ sender, territory }) => ({
      id: sender,
      name: sender,
      kind: sender === STRANGER ? 'stranger' : 'hospital',
      finess: null,
      territory,
      isShared: false,
      sends: true,
      clientId: null,
      takes: sender === STRANGER ? [] : [{ channel: 'hospital', recipients: [sender] }],
    }))
}

function software(config: HubConfig): PartnerEntry[] {
  return config.clients
    .filter(({ kind }) => !NO_PARTNERS.includes(kind))
    .map(({ clientId, name, kind, structure }) => ({
      id: clientId,
      name: nameOf(config, structure, name),
      kind,
      finess: structure ?? null,
      territory: territoryOfStructure(config, structure) ?? null,
      isShared: false,
      sends: false,
      clientId,
      takes: [{ channel: 'subscription', recipients: [name] }],
    }))
}

function shared({ connectors }: HubConfig): PartnerEntry[] {
  const entry = { finess: null, territory: null, isShared: true, sends: false, clientId: null }
  return [
    { ...entry, id: MAIL_OPERATOR, name: connectors.mssante.address.replace(/^.*@/, ''), kind: 'mail-operator', takes: [{ channel: 'mssante' }] },
    ...(connectors.directory === undefined
      ? []
      : [{ ...entry, id: DIRECTORY, name: new URL(connectors.directory.url).host, kind: 'directory' as const, takes: [] }]),
  ]
}
