/*
  The lanes in which messages about the bearer of a number may wait, from every sender and authority known so far: also of somebody whom no stored message has named yet.
*/
import { insRootsOf } from '../../../profiles/identity.ts'
import type { HubConfig } from '../../config.ts'
import type { Keys } from '../../keys.ts'
import { laneOf } from '../../lane-of.ts'
import type { Db } from '../../ledger/db.ts'
import { authoritiesKnown, sendersKnown } from '../../ledger/person-journey.ts'

export interface LaneParts {
  db: Db
  config: HubConfig
  keys: Keys
}

export async function lanesOfNumber({ db, config, keys }: LaneParts, { value, system }: { value: string; system?: string | undefined }): Promise<string[]> {
  const [senders, authorities] = await Promise.all([sendersKnown(db), system === undefined ? authoritiesKnown(db) : [system]])
  const roots = insRootsOf(config.environment).map(root => `urn:oid:${root}`)
  const ipps = authorities.filter(one => !roots.includes(one)).map(one => `ipp|${one.replace(/^urn:oid:/, '')}|${value}`)
  const all = new Set([...senders, ...config.partners.map(({ id }) => id)])
  return [...all].flatMap(sender => [`ins|${value}`, ...ipps].map(key => laneOf(keys, sender, key)))
}
