/*
  Flows and failures by partner over a window: hours and minutes from the roll-ups, what is not rolled up yet from the rows.
*/
import type { Tx } from '../db.ts'
import { rolledUntil } from './rollup-read.ts'
import { ALL, countsOf, factsOf } from './rollup-facts.ts'

export interface PartnerFlows {
  direction: 'in' | 'out'
  /** What came, or the channel of what went out. */
  kind: string
  /** The sender, or whom it went to: of a mailbox only the domain. */
  partner: string
  outcome: string
  flows: number
}

const ROLLED = `
select direction, kind, partner, territory, outcome, flows from rollup
where step = 3600 and partner <> '${ALL}' and at >= date_bin('1 hour', $1::timestamptz + interval '59 min 59.999 s', 'epoch') and at < date_bin('1 hour', $2::timestamptz, 'epoch')
union all
select direction, kind, partner, territory, outcome, flows from rollup
where step = 60 and at >= $1 and at < $2
  and (at < date_bin('1 hour', $1::timestamptz + interval '59 min 59.999 s', 'epoch') or at >= date_bin('1 hour', $2::timestamptz, 'epoch'))`

const sumOf = (rows: string): string =>
  `select direction, kind, partner, outcome, sum(flows)::int as flows from (${rows}) counted where $3::text is null or territory = $3 group by 1, 2, 3, 4`

/** The beginning of the window is that of its minute. */
export async function flowsByPartner(tx: Tx, { from, to, territory }: { from: Date; to: Date; territory?: string | undefined }): Promise<PartnerFlows[]> {
  const until = await rolledUntil(tx)
  const edge = until < from ? from : until > to ? to : until
  const bound = territory ?? null
  const rolled = await tx.query<PartnerFlows>(sumOf(ROLLED), [from, edge, bound])
  const live = await tx.query<PartnerFlows>(sumOf(countsOf(`(${factsOf('$1', '$2')}) f`, 'at')), [edge, to, bound])
  return [...rolled.rows, ...live.rows]
}
