/*
  The dry run of one message: made again, compared with what is stored, its notices planned; nothing is left behind but what is shown.
*/
import type { Finding } from '../../mappers/mapper.ts'
import type { ShownItem } from '../ledger/replay-items.ts'
import { undone } from '../ledger/undone.ts'
import type { Stored } from '../store/store.ts'
import type { HubParts } from '../parts.ts'
import { type Change, compareWithStore } from './compare.ts'
import { type Notice, noticesOf } from './notices.ts'
import { remake } from './remake.ts'

/** What an operator sees of one message before anything happens. */
export interface Shown {
  /** What would change, and what is left as it is; what stays the same is only counted. */
  resources: Pick<Change, 'resource' | 'outcome' | 'version' | 'difference'>[]
  notices: Notice[]
  findings: Finding[]
}

/** Throws: as remake, compareWithStore and noticesOf. */
export async function showMessage(parts: HubParts, messageId: string): Promise<ShownItem> {
  const made = await remake(parts, { messageId }, work => undone(parts.db, work))
  const changes = await compareWithStore(parts, made)
  const notices = await noticesOf(parts, made, changes.flatMap(asStored))
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
