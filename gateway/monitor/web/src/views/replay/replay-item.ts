/*
  Replays as the API tells them.
*/
import type { ItemState, ReplayState } from '../../texts/replay.ts'

export interface ReplayRow {
  id: string
  state: ReplayState
  filter: Record<string, string>
  by: string
  reason: string
  at: string
  total: number
  committedBy: string | null
  committingAt: string | null
  commitReason: string | null
  stoppedBy: string | null
  stopReason: string | null
  endedAt: string | null
  messages: Record<'computed' | 'changed' | 'unchanged' | 'skipped' | 'failed' | 'queued' | 'committed' | 'refused', number>
  resources: Record<'created' | 'changed' | 'unchanged', number>
  notified: number
}

export interface DifferenceRow {
  op: 'add' | 'remove' | 'replace'
  path: string
  was?: unknown
  value?: unknown
}

export interface ResourceRow {
  resource: string
  outcome: 'created' | 'changed' | 'left'
  difference: DifferenceRow[]
}

export interface NoticeRow {
  channel: string
  recipient: string
  action: string
  isNotified: boolean
  reason: string
}

export interface ItemRow {
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
  resources: ResourceRow[]
  notices: NoticeRow[]
  findings: { code: string; severity: string; path: string }[]
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
