/*
  Finds a person by the one key that everybody shares: a qualified INS.
*/
import type { Tx } from '../db.ts'

/** In: systems of the INS authorities of this environment. Out: ids of Patients; a quarantined identity is nobody. */
export async function findQualifiedPersons(tx: Tx, systems: readonly string[], matricule: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select distinct coalesce(substr(l.root, 9), p.id::text) as id from identity i join person p on p.id = i.id and p.ins_system = i.system and p.ins_value = i.value
       left join person_link l on l.loser = 'Patient/' || p.id
     where i.type = 'Patient' and i.system = any($1::text[]) and i.value = $2 and p.tag = 'qualifiee' and not p.is_conflict and not p.is_quarantined`,
    [systems, matricule],
    'qualified_persons',
  )
  return rows.map(row => row.id)
}
