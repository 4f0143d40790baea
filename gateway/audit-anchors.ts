/*
  The anchors of the audit, in the ledger and in a file where whoever holds the database cannot change them; thinned together.
*/
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises'
import { anchorFileOf, auditSecretOf } from './audit-keys.ts'
import { type Anchor, anchorHeads } from './ledger/audit-proof.ts'
import { hasLeapt } from './ledger/clock.ts'
import { keptAnchors, thinAnchors } from './ledger/thin-anchors.ts'
import type { HubParts } from './parts.ts'

type AnchorParts = Pick<HubParts, 'config' | 'db' | 'keys'>

/** Days of which every anchor stays. */
const ALL_DAYS = 30
const DAY_MS = 86_400_000

const HOUR_MS = 3_600_000

/** One look: the heads that moved are anchored, and once an hour what is too many is thinned, unless the clock has leapt; never both at once. */
export function keepAnchors(parts: AnchorParts): () => Promise<void> {
  let thinnedAt = 0
  return async () => {
    await anchorAudit(parts)
    const now = new Date()
    if (now.getTime() - thinnedAt < HOUR_MS) return
    if (!(await hasLeapt(parts.db, 'anchors', now))) await thinAuditAnchors(parts, now)
    thinnedAt = now.getTime()
  }
}

async function anchorAudit({ config, db, keys }: AnchorParts): Promise<void> {
  const anchors = await db.tx(tx => anchorHeads(tx, auditSecretOf(keys), new Date()))
  if (anchors.length > 0) await appendFile(anchorFileOf(config), linesOf(anchors), { mode: 0o600 })
}

/** A process that ends in the middle leaves the file as it was. */
export async function thinAuditAnchors({ config, db }: Omit<AnchorParts, 'keys'>, now: Date): Promise<void> {
  const ages = {
    all: new Date(now.getTime() - ALL_DAYS * DAY_MS),
    daily: new Date(Date.UTC(now.getUTCFullYear() - config.retention.auditYears, now.getUTCMonth(), now.getUTCDate())),
  }
  await db.tx(tx => thinAnchors(tx, ages))
  const file = anchorFileOf(config)
  const anchors = await readAnchors(file)
  const kept = keptAnchors(anchors, ages)
  if (kept.length === anchors.length) return
  await writeFile(`${file}.new`, linesOf(kept), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}

/** Of the file; none while there is none. A line that a full disk or a crash cut is no anchor: the table has it. */
export async function readAnchors(file: string): Promise<Anchor[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line): Anchor[] => {
    try {
      return [JSON.parse(line) as Anchor]
    } catch {
      return []
    }
  })
}

/** Each begins a line of its own, whatever became of the one before. */
const linesOf = (anchors: readonly Anchor[]): string => anchors.map(anchor => `\n${JSON.stringify(anchor)}`).join('')
