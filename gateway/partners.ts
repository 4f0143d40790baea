/*
  Says who the sender of a message is: by client certificate with TLS, else (loopback only) by MSH-3 and MSH-4.
*/
import type { HubConfig, Partner } from './config.ts'
import { HubError } from '../profiles/errors.ts'
import type { FormerProfile, Oddity } from '../profiles/tables/oddities.ts'

/** The partner behind every mailbox: the `sender` of the reports it brings. */
export const MAIL_OPERATOR = 'mail-operator'
/** The national directory, as a partner. */
export const DIRECTORY = 'directory'
/** The `sender` of what came from nobody we know, and was refused. */
export const STRANGER = 'unknown'

export interface Sender {
  /** PartnerId: the configured id, or `MSH-3/MSH-4` of a sender the sandbox took in. */
  id: string
  territory: string | undefined
  mssMatrix: 'lenient' | 'strict'
  acks: { host: string; port: number } | undefined
  finess: string | undefined
  a08: 'refused' | 'as-z99'
  zbe: 'strict' | 'lenient'
  profiles: readonly FormerProfile[]
  oddities: readonly Oddity[]
}

/**
 * In:     MSH-3.1 and MSH-4.1 as sent, and what TLS proves of the peer.
 * Throws: sender.unknown at MSH-3, sender.certificate at MSH-3.
 */
export function requireSender(config: HubConfig, application: string, facility: string, certificate: string | undefined): Sender {
  const byName = config.partners.find(partner => partner.mshApplication === application && partner.mshFacility === facility)
  if (config.connectors.hospital.tls !== undefined) {
    const byCertificate = config.partners.find(partner => partner.certificate !== undefined && partner.certificate === certificate)
    if (byCertificate === undefined || byName === undefined || byName.id !== byCertificate.id) throw new HubError('sender.certificate', { path: 'MSH-3' })
    return known(byName)
  }
  if (byName !== undefined) return known(byName)
  if (config.sandbox?.acceptUnknownSenders !== true) throw new HubError('sender.unknown', { path: 'MSH-3' })
  return unnamed(`${application}/${facility}`, config.sandbox)
}

/** The sender behind a PartnerId that the ledger holds; undefined once it has left the configuration. */
export function findSender(config: HubConfig, id: string): Sender | undefined {
  const partner = config.partners.find(one => one.id === id)
  if (partner !== undefined) return known(partner)
  const [application, facility] = id.split('/')
  if (config.sandbox === undefined || application === undefined || facility === undefined) return undefined
  return unnamed(id, config.sandbox)
}

function known({ id, territory, mssMatrix, acks, finess, a08, zbe, profiles, oddities }: Partner): Sender {
  return { id, territory, mssMatrix, acks, finess, a08, zbe, profiles, oddities }
}

function unnamed(id: string, { territory, acks }: NonNullable<HubConfig['sandbox']>): Sender {
  return { id, territory, mssMatrix: 'lenient', acks, finess: undefined, a08: 'refused', zbe: 'strict', profiles: [], oddities: [] }
}
