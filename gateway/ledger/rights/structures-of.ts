/*
  For which structures somebody works, by the number the country knows them under.
*/
import { SYSTEM } from '../../../profiles/canonicals.ts'
import type { Tx } from '../db.ts'

const STRUCTURES = `
select distinct k.reference, i.value as finess from unnest($1::text[]) k (reference)
  join lateral (
    select k.reference as organization where k.reference like 'Organization/%'
    union select organization from access_directory where (reference = k.reference or practitioner = k.reference) and organization is not null
  ) w on true
  join identity i on i.type = 'Organization' and i.system = $2
    and i.id = case when w.organization ~ '^Organization/[0-9a-f-]{36}$' then substr(w.organization, 14)::uuid end`

/** In: references of structures, roles, professionals. Out: the FINESS numbers of each; absent where none is known. */
export async function structuresOf(tx: Tx, references: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await tx.query<{ reference: string; finess: string }>(STRUCTURES, [references, SYSTEM.finess])
  const found = new Map<string, string[]>()
  for (const { reference, finess } of rows) found.set(reference, [...(found.get(reference) ?? []), finess])
  return found
}
