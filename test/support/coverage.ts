/*
  How much of structured documents is mapped, by kind: statements mapped of those present, those apart that are left out for a reason.
*/
import type { StatementOutcome } from '../../mappers/statements/frame/statement-outcome.ts'

export interface Covered {
  kind: string
  documents: number
  /** Statements that stand directly in an entry. */
  entries: number
  statements: number
  mapped: number
  /** Left out for a reason: fillers, and what the index card or the stay says. */
  ignored: number
  unmapped: number
}

/** One row per kind, in the order of their names. */
export function coverageOf(documents: readonly { kind: string; statements: readonly StatementOutcome[] }[]): Covered[] {
  const rows = new Map<string, Covered>()
  for (const { kind, statements } of documents) {
    const row = rows.get(kind) ?? { kind, documents: 0, entries: 0, statements: 0, mapped: 0, ignored: 0, unmapped: 0 }
    const of = (outcome: StatementOutcome['outcome']): number => statements.filter(one => one.outcome === outcome).length
    row.documents += 1
    row.entries += statements.filter(one => one.isEntry).length
    row.statements += statements.length
    row.mapped += of('mapped')
    row.unmapped += of('unmapped')
    row.ignored = row.statements - row.mapped - row.unmapped
    rows.set(kind, row)
  }
  return [...rows.values()].sort((left, right) => left.kind.localeCompare(right.kind))
}

/** Of what is to be mapped, in percent; a kind without entries has nothing to map. */
export function percentOf({ statements, ignored, mapped }: Covered): number {
  const present = statements - ignored
  return present === 0 ? 100 : (100 * mapped) / present
}

export function renderCoverage(rows: readonly Covered[]): string {
  const lines = rows.map(
    row =>
      `| ${row.kind} | ${row.documents} | ${row.entries} | ${row.statements} | ${row.mapped} | ${row.ignored} | ${row.unmapped} | ${percentOf(row).toFixed(1)} % |`,
  )
  return [
    '| kind | documents | entries | statements | mapped | left out for a reason | unmapped | coverage |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}
