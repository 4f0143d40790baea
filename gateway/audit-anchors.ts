/*
  The anchors of the audit, in the ledger and in a file where whoever holds the database cannot change them; thinned together.
*/
import { createReadStream, createWriteStream } from 'node:fs'
import { appendFile, open, readFile, rename, writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { anchorFileOf, auditSecretOf } from './audit-keys.ts'
import { type Anchor, anchorHeads } from './ledger/audit/audit-proof.ts'
import { hasLeapt } from './ledger/clock.ts'
import { keptAnchors, thinAnchors } from './ledger/audit/thin-anchors.ts'
import type { HubParts } from './parts.ts'

type AnchorParts = Pick<HubParts, 'config' | 'db' | 'keys'>

/** Days of which every anchor stays. */
const ALL_DAYS = 30
const DAY_MS = 86_400_000

/** One look: the heads that moved are anchored, and once a day what is too many is thinned, unless the clock has leapt; never both at once. */
export function keepAnchors(parts: AnchorParts): () => Promise<void> {
  let thinnedAt = 0
  return async () => {
    await anchorAudit(parts)
    const now = new Date()
    if (now.getTime() - thinnedAt < DAY_MS) return
    if (!(await hasLeapt(parts.db, 'anchors', now))) await thinAuditAnchors(parts, now)
    thinnedAt = now.getTime()
  }
}

async function anchorAudit({ config, db, keys }: AnchorParts): Promise<void> {
  const anchors = await db.tx(tx => anchorHeads(tx, auditSecretOf(keys), new Date()))
  if (anchors.length > 0) await appendFile(anchorFileOf(config), linesOf(anchors), { mode: 0o600 })
}

/** A process that ends in the middle leaves the file as it was. What is not yet old stands behind what is: it is copied, and not looked at. */
export async function thinAuditAnchors({ config, db }: Omit<AnchorParts, 'keys'>, now: Date): Promise<void> {
  const ages = {
    all: new Date(now.getTime() - ALL_DAYS * DAY_MS),
    daily: new Date(Date.UTC(now.getUTCFullYear() - config.retention.auditYears, now.getUTCMonth(), now.getUTCDate())),
  }
  await db.tx(tx => thinAnchors(tx, ages))
  const file = anchorFileOf(config)
  const { old, end } = await oldAnchors(file, ages.all.toISOString())
  const kept = keptAnchors(old, ages)
  if (kept.length === old.length) return
  await writeFile(`${file}.new`, `${linesOf(kept)}\n`, { mode: 0o600 })
  await pipeline(createReadStream(file, { start: end }), createWriteStream(`${file}.new`, { flags: 'a', flush: true }))
  await rename(`${file}.new`, file)
}

/** Those at the beginning of the file that are older, and where the others begin. */
async function oldAnchors(file: string, than: string): Promise<{ old: Anchor[]; end: number }> {
  const old: Anchor[] = []
  let end = 0
  const handle = await open(file, 'a+', 0o600)
  for await (const line of handle.readLines()) {
    const anchors = anchorsIn(line)
    if (anchors.some(({ at }) => at >= than)) break
    old.push(...anchors)
    end += Buffer.byteLength(line) + 1
  }
  await handle.close()
  return { old, end }
}

/** Of the file; none while there is none. */
export async function readAnchors(file: string): Promise<Anchor[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap(anchorsIn)
}

/** A line that a full disk or a crash cut is no anchor: the table has it. */
function anchorsIn(line: string): Anchor[] {
  try {
    return [JSON.parse(line) as Anchor]
  } catch {
    return []
  }
}

/** Each begins a line of its own, whatever became of the one before. */
const linesOf = (anchors: readonly Anchor[]): string => anchors.map(anchor => `\n${JSON.stringify(anchor)}`).join('')
