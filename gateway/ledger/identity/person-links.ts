/*
  Persons who are one: the rows that follow Patient.link, and what a merge moved. References are never rewritten; whoever asks for one of them asks for all.
*/
import type { FhirResource, Identifier, Patient, PatientLink } from 'fhir/r4.js'
import { storedReference } from '../../access/rights/reference.ts'
import type { Tx } from '../db.ts'

/** In: Patients as they are stored. Running it again changes nothing. */
export async function projectLinks(tx: Tx, resources: readonly FhirResource[]): Promise<void> {
  const patients = resources.filter((one): one is Patient => one.resourceType === 'Patient')
  if (patients.length === 0) return
  const replaced = patients.flatMap(one => replacedBy(one).map(survivor => ({ loser: `Patient/${one.id}`, survivor })))
  const free = patients.map(({ id }) => `Patient/${id}`).filter(reference => !replaced.some(({ loser }) => loser === reference))
  const touched = await takeAway(tx, free)
  if (replaced.length === 0 && touched.length === 0) return
  await tx.query('select pg_advisory_xact_lock(4201013)')
  for (const { loser, survivor } of replaced)
    await tx.query(
      'insert into person_link (loser, survivor, root) values ($1, $2, $2) on conflict (loser) do update set survivor = excluded.survivor, at = clock_timestamp()',
      [loser, survivor],
    )
  await findRoots(tx, [...touched, ...replaced.flatMap(({ loser, survivor }) => [loser, survivor])])
}

async function takeAway(tx: Tx, free: readonly string[]): Promise<string[]> {
  if (free.length === 0) return []
  const { rows } = await tx.query<{ loser: string; root: string }>('delete from person_link where loser = any($1::text[]) returning loser, root', [free])
  return rows.flatMap(({ loser, root }) => [loser, root])
}

/** A chain of merges ends at one person; it has few links, and twenty are more than there ever are. */
async function findRoots(tx: Tx, touched: readonly string[]): Promise<void> {
  await tx.query(
    `with recursive
       concerned as (
         select loser from person_link where loser = any($1::text[]) or root = any($1::text[])
           or root in (select root from person_link where loser = any($1::text[]))),
       up as (
         select loser, survivor, 1 as depth from person_link where loser in (select loser from concerned)
         union all select up.loser, l.survivor, up.depth + 1 from up join person_link l on l.loser = up.survivor where up.depth < 20),
       top as (select distinct on (loser) loser, survivor from up order by loser, depth desc)
     update person_link p set root = top.survivor from top where top.loser = p.loser and p.root <> top.survivor`,
    [touched],
  )
}

const replacedBy = ({ link = [] }: Patient): string[] =>
  link.flatMap(({ type, other }) => (type === 'replaced-by' ? [storedReference(other.reference) ?? ''] : [])).filter(one => one.startsWith('Patient/'))

/** SQL: rows `reference` of everybody who is one with the person in this parameter (`$1`, `$2`), he among them. */
export const oneWith = (parameter: string): string =>
  `(with top as (select coalesce((select root from person_link where loser = ${parameter}), ${parameter}) as root)
    select root as reference from top union select l.loser from person_link l join top on l.root = top.root)`

/** Everybody who is one with this person, himself first; he alone for most. */
export async function linkedPersons(tx: Tx, patient: string): Promise<string[]> {
  const { rows } = await tx.query<{ reference: string }>(
    `select reference from ${oneWith('$1')} as group_of order by reference <> $1, reference`,
    [patient],
    'linked-persons',
  )
  return rows.map(row => row.reference)
}

/** Persons behind one of these identifiers who were merged, with all who are one with them; nobody for most. */
export async function linkedByIdentifier(tx: Tx, identifiers: readonly { system: string; value: string }[]): Promise<string[]> {
  const { rows } = await tx.query<{ reference: string }>(
    `with top as (
       select distinct coalesce(l.root, 'Patient/' || i.id) as root from unnest($1::text[], $2::text[]) k (system, value)
       join identity i on i.type = 'Patient' and i.system = k.system and i.value = k.value left join person_link l on l.loser = 'Patient/' || i.id)
     select reference from (select l.loser as reference from person_link l join top using (root)
       union select root from top where exists (select from person_link l where l.root = top.root)) as group_of order by 1`,
    [identifiers.map(one => one.system), identifiers.map(one => one.value)],
    'linked-by-identifier',
  )
  return rows.map(row => row.reference)
}

/** The one this person was merged into directly; undefined where nobody replaces him. */
export async function survivorOf(tx: Tx, loser: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ survivor: string }>('select survivor from person_link where loser = $1', [loser])
  return rows[0]?.survivor
}

/** What a merge changes of both, kept before the store is asked. */
export interface Merge {
  survivor: string
  loser: string
  /** Version of the loser that was merged. */
  version: string
  /** Of the loser, as it was. */
  before: { active?: boolean; link?: PatientLink[]; identifier?: Identifier[]; profile?: string[] }
  /** What the survivor got of it. */
  moved: Identifier[]
}

export async function noteMerge(tx: Tx, { survivor, loser, version, before, moved }: Merge): Promise<void> {
  await tx.query(
    `insert into person_merge (survivor, loser, version, before, moved) values ($1, $2, $3, $4, $5)
     on conflict (survivor, loser, version) do update set before = excluded.before, moved = excluded.moved`,
    [survivor, loser, version, JSON.stringify(before), JSON.stringify(moved)],
  )
}

/** The last one by which this person was merged into that one. */
export async function lastMerge(tx: Tx, survivor: string, loser: string): Promise<Merge | undefined> {
  const { rows } = await tx.query<Merge>(
    'select survivor, loser, version, before, moved from person_merge where loser = $1 and survivor = $2 order by n desc limit 1',
    [loser, survivor],
  )
  return rows[0]
}
