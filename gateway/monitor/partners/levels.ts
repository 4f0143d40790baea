/*
  Service levels per pair, sender → where its flows go: what is promised, what was reached. Pure.
*/
import type { Partner } from '../../config.ts'
import { SERVICE_SECONDS, type ServiceCount } from '../../ledger/figures/service-hours.ts'
import { MAIL_IN_A_MINUTE, type ServiceLevel } from '../../partner-config.ts'

export interface LevelReached extends ServiceLevel {
  flows: number
  inTime: number
  failed: number
  /** inTime of flows, 0 to 1; null of none. */
  reached: number | null
  /** `unproven`: too few flows to tell. */
  state: 'kept' | 'missed' | 'unproven'
}

/** What is promised for a sender; one that is not configured has the level of all. */
export const levelsOf = (partner: Pick<Partner, 'serviceLevels'> | undefined): readonly ServiceLevel[] => partner?.serviceLevels ?? MAIL_IN_A_MINUTE

/** In: counts of this sender over the window of the level. */
export function measure(level: ServiceLevel, counts: readonly ServiceCount[]): LevelReached {
  const column = SERVICE_SECONDS.indexOf(level.seconds)
  const own = counts.filter(({ channel, recipient }) => (level.to.startsWith('@') ? channel === 'mssante' && recipient === level.to : channel === level.to))
  const sum = (of: (count: ServiceCount) => number): number => own.reduce((total, count) => total + of(count), 0)
  const [flows, inTime, failed] = [sum(one => one.flows), sum(one => one.within[column] ?? 0), sum(one => one.failed)]
  const reached = flows === 0 ? null : inTime / flows
  const state = reached === null || flows < level.atLeast ? 'unproven' : reached < level.share ? 'missed' : 'kept'
  return { ...level, flows, inTime, failed, reached, state }
}
