/*
  How long the cause of an incident must last before somebody is called.
*/
import type { IncidentKind } from '../../../profiles/tables/incident-kinds.ts'
import type { AlertConfig } from './config.ts'
import type { Timing } from './judge.ts'

/** In seconds; of those that are not named the cause is its own delay. */
const STARTS: Partial<Record<IncidentKind, (config: AlertConfig) => number>> = {
  'part.not-ready': config => config.partNotReadySeconds,
  'partner.down': config => config.partnerDownSeconds,
  'lane.parked': config => config.laneParkedSeconds,
  'outbox.deep': config => config.partNotReadySeconds,
}

export const timingOf = (config: AlertConfig): Timing => ({
  startsAfterMs: kind => (STARTS[kind]?.(config) ?? 0) * 1000,
  endsAfterMs: config.endAfterSeconds * 1000,
})
