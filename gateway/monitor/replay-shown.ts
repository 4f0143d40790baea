/*
  A replay and its messages as they are answered: counts, progress, differences with what may name a person hidden.
*/
import { laneReason } from '../../profiles/tables/lane-reasons.ts'
import type { Tx } from '../ledger/db.ts'
import type { ReplayItem } from '../ledger/replays/replay-items.ts'
import { type Replay, type Tally, tallyOf } from '../ledger/replays/replays.ts'
import { withoutValues } from '../replay/difference.ts'
import type { Shown } from '../replay/show.ts'

export async function summaryOf(tx: Tx, replay: Replay): Promise<object> {
  const tally = await tallyOf(tx, replay.id)
  const messages = (wanted: (one: Tally) => boolean): number => sum(tally.filter(wanted), 'messages')
  const inState = (state: Tally['state']): number => messages(one => one.state === state)
  return {
    ...replay,
    messages: {
      computed: messages(one => one.state !== 'pending'),
      changed: messages(one => one.outcome === 'changed'),
      unchanged: messages(one => one.outcome === 'unchanged'),
      skipped: inState('skipped'),
      failed: inState('failed'),
      queued: inState('queued'),
      committed: inState('committed'),
      refused: inState('refused'),
    },
    resources: { created: sum(tally, 'created'), changed: sum(tally, 'changed'), unchanged: sum(tally, 'unchanged') },
    notified: sum(tally, 'notified'),
  }
}

const sum = (tally: readonly Tally[], member: 'messages' | 'created' | 'changed' | 'unchanged' | 'notified'): number =>
  tally.reduce((total, one) => total + one[member], 0)

export function shownItem({ shown, code, ...item }: ReplayItem, { isRevealed = false }: { isRevealed?: boolean } = {}): object {
  const { resources = [], notices = [], findings = [] } = (shown ?? {}) as Partial<Shown>
  return {
    ...item,
    code,
    text: code === null ? null : laneReason(code),
    resources: isRevealed ? resources : resources.map(one => ({ ...one, difference: withoutValues(one.resource, one.difference) })),
    notices,
    findings,
  }
}
