/*
  Persons as a planner sees them: by what rights are decided, and how sure the ledger is of who they are.
*/
import type { IdentityTag } from '../../../profiles/identity.ts'
import { personKeys, type PersonRights, personsSql } from './access.ts'
import type { Tx } from '../db.ts'

export interface PersonStanding extends PersonRights {
  /** Of the person himself, whoever he was merged into; nobody the ledger knows, if not given. */
  identity?: { tag: IdentityTag; isQuarantined: boolean; isConflict: boolean }
}

const STANDINGS = `
select r.*, case when p.id is not null then json_build_object('tag', p.tag, 'isQuarantined', p.is_quarantined, 'isConflict', p.is_conflict) end as identity
from (${personsSql('$1', '$2')}) r join unnest($1::text[], $2::uuid[]) k (patient, id) using (patient) left join person p on p.id = k.id`

/** In: what is about them. Out: of any of them. */
export async function loadStandings(tx: Tx, about: readonly { patient: string }[]): Promise<(patient: string) => PersonStanding> {
  const { rows } = await tx.query<PersonStanding & { identity: PersonStanding['identity'] | null }>(
    STANDINGS,
    personKeys([...new Set(about.map(({ patient }) => patient))]),
    'person-standings',
  )
  const found = new Map(rows.map(({ identity, ...rights }) => [rights.patient, { ...rights, ...(identity === null ? {} : { identity }) }]))
  return patient => found.get(patient) ?? { patient, rows: [], isSetApart: false }
}
