/*
  Replays as the API tells them.
*/
import type { Replay } from '../../../../../ledger/replays/replays.ts'
import type { Shown } from '../../../../../replay/show.ts'
import type { Sent } from '../../../../sent.ts'
import type { ItemState, ReplayState } from '../../texts/replay.ts'

export interface ReplayRow extends Sent<Replay> {
  messages: Record<'computed' | 'changed' | 'unchanged' | 'skipped' | 'failed' | 'queued' | 'committed' | 'refused', number>
  resources: Record<'created' | 'changed' | 'unchanged', number>
  notified: number
}

export type DifferenceRow = Shown['resources'][number]['difference'][number]
export type ResourceRow = Shown['resources'][number]
export type NoticeRow = Shown['notices'][number]

export interface ItemRow extends Shown {
  id: string
  messageId: string
  controlId: string | null
  state: ItemState
  outcome: 'changed' | 'unchanged' | null
  code: string | null
  text: { fr: string; en: string } | null
  since: string[] | null
  /** The code its lane was parked with by this message. */
  parkedFor: string | null
  unchanged: number
}

export interface ItemPage {
  items: ItemRow[]
  next: string | null
}

/** How far it is, of 1: the dry run, then the commit. */
export function progressOf({ state, total, messages }: ReplayRow): number {
  if (total === 0) return 1
  if (state === 'computing') return messages.computed / total
  const left = messages.skipped + messages.failed
  return state === 'shown' ? 1 : (messages.committed + messages.refused + left) / total
}

export const isGoing = (state: ReplayState): boolean => state === 'computing' || state === 'committing'
