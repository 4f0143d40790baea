/*
  The bound of a territory on what is named by person: whoever is bound to one knows only those to whom something happened there.
*/
import { HubError } from '../../profiles/errors.ts'
import type { Tx } from '../ledger/db.ts'

/** In: `Patient/<id>` or its pseudonym. Throws: fhir.path_unknown. */
export async function requirePerson(tx: Tx, person: string, territory: string | undefined): Promise<void> {
  if (territory === undefined) return
  const { rowCount } = await tx.query('select from event where (patient = $1 or person = $1) and territory = $2 limit 1', [person, territory])
  if (rowCount === 0) throw new HubError('fhir.path_unknown', { path: 'person' })
}

/** Did anything happen to them elsewhere, or nowhere that is known? */
export async function isKnownElsewhere(tx: Tx, person: string, territory: string): Promise<boolean> {
  const { rowCount } = await tx.query('select from event where (patient = $1 or person = $1) and territory is distinct from $2 limit 1', [person, territory])
  return rowCount > 0
}

/** Undefined where things happened to them in several territories, or in none. */
export async function territoryOfPersons(tx: Tx, patients: readonly string[]): Promise<string | undefined> {
  const { rows } = await tx.query<{ territory: string | null }>('select distinct territory from event where patient = any($1::text[]) limit 2', [patients])
  return rows.length === 1 ? (rows[0]?.territory ?? undefined) : undefined
}
