/*
  The work list of the identity cell: persons who stand apart, because nobody checked them or because a trait contradicts a known one.
*/
import type { Tx } from '../db.ts'

export interface PersonApart {
  /** `Patient/<id>` */
  patient: string
  tag: string
  isConflict: boolean
  since: string
  /** The person it contradicts, `Patient/<id>`. */
  against: string | null
}

interface PeopleAsked {
  limit: number
  after: string | undefined
  /** Only people to whom something happened there. */
  territory?: string | undefined
}

/** In the order of ids, a page at a time; whoever was merged is not there any more. */
export async function peopleApart(tx: Tx, { limit, after, territory }: PeopleAsked): Promise<PersonApart[]> {
  const { rows } = await tx.query<Omit<PersonApart, 'since'> & { since: Date }>(
    `select 'Patient/' || p.id as patient, p.tag, p.is_conflict as "isConflict", p.changed_at as since,
       (select 'Patient/' || k.other from identity_link k where k.person = p.id and k.kind = 'conflict' order by k.n desc limit 1) as against
     from person p where (p.is_quarantined or p.is_conflict) and not exists (select from person_link l where l.loser = 'Patient/' || p.id)
       and ($1::uuid is null or p.id > $1)
       and ($3::text is null or exists (select from event e where e.patient = 'Patient/' || p.id and e.territory = $3)) order by p.id limit $2`,
    [after ?? null, limit, territory ?? null],
  )
  return rows.map(({ since, ...row }) => ({ ...row, since: since.toISOString() }))
}
