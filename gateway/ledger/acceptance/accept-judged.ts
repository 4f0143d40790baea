/*
  Takes a message that the ledger itself has to judge: its rule is asked and its rows are written in the transaction that takes the message or refuses it.
  A repeat of an accepted message gets the first answer, before anything is asked.
*/
import type { Fault } from '../../../mappers/hl7v2/fault.ts'
import { insertBatch, lookUp } from './accept-statement.ts'
import type { Db } from '../db.ts'
import type { AcceptanceRule, Accepted, Arrival } from './arrival.ts'

/** In: an arrival with a rule. */
export function keepJudged(db: Pick<Db, 'doors'>, arrival: Arrival): Promise<Accepted> {
  const rule = arrival.message.rule ?? NO_RULE
  return db.doors.tx(async tx => {
    await tx.query('select pg_advisory_xact_lock(h) from (select distinct hashtextextended(k, 4201012) as h from unnest($1::text[]) k order by 1) sorted', [
      rule.locks,
    ])
    const [first] = (await lookUp(tx, [arrival])).values()
    if (first !== undefined) return { ...first, isRepeat: first.id !== arrival.message.id }
    const faults = await rule.judge(tx, arrival.message.id)
    const [accepted] = await insertBatch(tx, [faults.length === 0 ? arrival : refused(arrival, faults)])
    if (accepted === undefined) throw new Error('a message is neither kept nor seen')
    return { ...accepted, isRefused: faults.length > 0 }
  })
}

const NO_RULE: AcceptanceRule = { locks: [], judge: async () => [] }

function refused({ message, sha256 }: Arrival, faults: Fault[]): Arrival {
  const answer = message.refuse?.(faults) ?? new Uint8Array()
  return { message: { ...message, refusedWith: faults.map(({ code, path }) => ({ code, path })), answer }, sha256, isRefused: true }
}
