/*
  Lanes as the API tells them, and what is done to them.
*/
import type { Fault } from '../../fault.ts'
import type { LaneAct } from '../../texts/lanes.ts'

export interface LaneRow {
  key: string
  kind: 'inbound' | 'delivery'
  state: 'parked' | 'waiting' | 'ready'
  code: string | null
  path: string | null
  text: { fr: string; en: string } | null
  attempts: number
  depth: number
  waiting: number
  messageId: string | null
  partner: string | null
  channel: string | null
  recipient: string | null
  since: string
  ageSeconds: number
  version: string
}

export interface LanePage {
  items: LaneRow[]
  next: string | null
}

export interface AsideRow {
  id: string
  laneKey: string
  kind: 'inbound' | 'delivery'
  messageId: string | null
  partner: string | null
  recipient: string | null
  code: string | null
  text: { fr: string; en: string } | null
  /** Null for an observer. */
  reason: string | null
  by: string
  at: string
}

/** What the reader is about to do, to what he saw. */
export interface Acting {
  act: LaneAct | 'take-up'
  /** The key of the lane, or the id of what was put aside. */
  id: string
  version?: string
}

export const pathOf = ({ act, id }: Acting): string =>
  act === 'take-up' ? `/monitor/api/set-aside/${id}/take-up` : `/monitor/api/lanes/${encodeURIComponent(id)}/${act}`

export interface LastAct {
  who: string
  act: LaneAct | 'take-up'
  reason: string
  at: string
}

/** Who did what meanwhile, if the refusal says so. */
export function movedSince({ said }: Fault): LastAct | undefined {
  const last: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, 'last') : undefined
  return typeof last === 'object' && last !== null ? (last as LastAct) : undefined
}
