/*
  What an operator sees of one message: what would change, who would be told; nothing is left behind but what is shown.
*/
import type { Finding } from '../../mappers/mapper.ts'
import type { ShownItem } from '../ledger/replays/replay-items.ts'
import type { Stored } from '../store/store.ts'
import type { HubParts } from '../parts.ts'
import { type Change, writtenIn } from './compare.ts'
import { type Notice, noticesOf } from './notices.ts'
import type { Remade } from './remake.ts'

/** What an operator sees of one message before anything happens. */
export interface Shown {
  /** What would change, and what is left as it is; what stays the same is only counted. */
  resources: Pick<Change, 'resource' | 'outcome' | 'version' | 'difference'>[]
  notices: Notice[]
  findings: Finding[]
}

/** Out: what is shown of a message that was made again and compared. Throws: as noticesOf. */
export async function showMessage(parts: HubParts, made: Remade, changes: readonly Change[]): Promise<ShownItem> {
  const notices = await noticesOf(parts, made, { stored: changes.flatMap(asStored), written: writtenIn(changes) })
  const shown: Shown = {
    resources: changes
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(({ resource, outcome, version, difference }) => ({ resource, outcome, version, difference })),
    notices,
    findings: made.findings,
  }
  const count = (outcome: Change['outcome']): number => changes.filter(one => one.outcome === outcome).length
  return {
    mapper: made.mapper,
    digest: made.digest,
    parkedFor: made.parkedFor,
    seen: Object.fromEntries(changes.map(({ resource, version }) => [resource, version])),
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    notified: notices.filter(one => one.isNotified).length,
    shown,
  }
}

/** As if it were written: the next version of what changes, the same of what does not. */
function asStored({ entry, outcome, version }: Change): Stored[] {
  if (entry === undefined) return []
  const next = outcome === 'changed' || outcome === 'created' ? Number(version ?? 0) + 1 : Number(version ?? 1)
  return [{ type: entry.type, id: entry.id, versionId: String(next), status: outcome === 'created' ? 201 : 200 }]
}
