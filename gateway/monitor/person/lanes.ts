/*
  The lanes in which messages about somebody may wait, from every sender known so far: by all his numbers; of whom no stored message has named yet, by the one
  that is asked for, of any authority.
*/
import { laneKeyOfNumber } from '../../../mappers/hl7v2/reading/person-numbers.ts'
import { insRootsOf } from '../../../profiles/identity.ts'
import { laneOf } from '../../lane-of.ts'
import { authoritiesKnown, numbersOf, sendersKnown } from '../../ledger/flows/person-journey.ts'
import type { MonitorParts } from '../parts.ts'

type LaneParts = Pick<MonitorParts, 'db' | 'config' | 'keys'>

interface Sought {
  /** `Patient/<id>`: all who are one. */
  patients: readonly string[]
  value: string
  system: string | undefined
}

export async function lanesOfPerson({ db, config, keys }: LaneParts, { patients, value, system }: Sought): Promise<string[]> {
  const insSystems = insRootsOf(config.environment).map(root => `urn:oid:${root}`)
  const asked = async () => [...(system === undefined ? await authoritiesKnown(db) : [system]), ...insSystems].map(one => ({ system: one, value }))
  const [senders, numbers] = await Promise.all([sendersKnown(db), patients.length === 0 ? asked() : numbersOf(db, patients)])
  const names = new Set(numbers.map(laneKeyOfNumber))
  const all = new Set([...senders, ...config.partners.map(({ id }) => id)])
  return [...all].flatMap(sender => [...names].map(name => laneOf(keys, sender, name)))
}
