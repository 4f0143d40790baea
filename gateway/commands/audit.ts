/*
  `hub audit verify`: recomputes the whole audit and says that it is sound, or where it is not.
*/
import { readAnchors } from '../audit-anchors.ts'
import { anchorFileOf, auditSecretOf } from '../audit-keys.ts'
import { readKeys } from '../keys.ts'
import { type Proof, proveAudit } from '../ledger/audit/audit-proof.ts'
import { openLedger } from '../ledger/db.ts'
import { createLog } from '../log.ts'
import { CommandError } from './command-error.ts'
import { requireConfig } from './configuration.ts'

/** Throws: CommandError naming the place of the first fault. */
export async function audit(args: string[]): Promise<void> {
  const [what, ...rest] = args
  if (what !== 'verify' || rest.length > 1) throw new CommandError('usage: hub audit verify [CONFIGURATION]')
  const config = requireConfig(rest[0])
  const db = await openLedger({ url: config.ledger.url, max: 4, startTimeoutMs: 5000, log: createLog({ level: 'error' }) })
  try {
    const proof = await proveAudit(db, auditSecretOf(readKeys(config)), await readAnchors(anchorFileOf(config)))
    if (proof.fault !== undefined) throw new CommandError(faultText(proof.fault))
    process.stdout.write(`sound: ${proof.rows} entries of ${proof.writers} writers, ${proof.anchors} anchors, ${proof.removed} removed by retention\n`)
  } finally {
    await db.close()
  }
}

const faultText = ({ writer, sequence, what }: NonNullable<Proof['fault']>): string => `not sound: writer ${writer}, entry ${sequence}: ${what}`
