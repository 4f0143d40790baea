/*
  Whom a structure has presented: persons it may name in its writes without seeing them.
*/
import type { Tx } from '../db.ts'

/** Running it again changes nothing. */
export async function introduce(tx: Tx, structure: string, patients: readonly string[]): Promise<void> {
  await tx.query('insert into access_introduced (structure, patient) select $1, p from unnest($2::text[]) p on conflict do nothing', [structure, patients])
}

/** Those of these persons whom the structure has presented. */
export async function introducedTo(tx: Tx, structure: string, patients: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ patient: string }>(
    'select patient from access_introduced where structure = $1 and patient = any($2::text[])',
    [structure, patients],
    'access-introduced',
  )
  return rows.map(row => row.patient)
}
