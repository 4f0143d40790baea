/*
  The rows by which rights are decided: written with what they come from, read in one statement per decision.
    a restriction enters before the store is asked (deny early), a permission once it is stored (permit late)
*/
import type { FhirResource } from 'fhir/r4.js'
import { type AccessRow, accessRowsOf, type DirectoryRow, directoryRowOf, RESTRICTING, ROW_TYPES } from '../../access/rights/access-rows.ts'
import { type AuthorRow, authorRowsOf } from '../../access/rights/author-rows.ts'
import { projectCareFacts } from '../figures/care-facts.ts'
import type { Tx } from '../db.ts'
import { oneWith, projectLinks } from '../identity/person-links.ts'
import { projectWorklist } from './worklist.ts'

/** What one person's rights rest on. */
export interface PersonRights {
  /** `Patient/<id>` */
  patient: string
  rows: PersonRow[]
  /** The identity is not sure: for its source and whoever was asked to care alone. */
  isSetApart: boolean
  /** Everybody who is one with this person, he himself among them: what holds for one holds for all. */
  linked?: string[]
}

/** A row with who its party is and where he works, if it is a professional. */
export type PersonRow = AccessRow & { practitioner?: string; organization?: string; sector?: 'health' | 'social'; type?: string }

/** Everything by which access to some persons is decided; one that nobody spoke of has no rows. In: the places of the parameters of `personKeys`. */
export const personsSql = (patient: string, id: string): string => `
select w.patient, one.linked,
  (select coalesce(json_agg(json_strip_nulls(json_build_object('source', a.source, 'n', a.n, 'patient', w.patient, 'kind', a.kind, 'party', a.party, 'detail', a.detail,
     'practitioner', d.practitioner, 'organization', d.organization, 'sector', coalesce(d.sector, o.sector), 'type', o.type))), '[]')
   from access a left join access_directory d on d.reference = a.party left join access_directory o on o.reference = d.organization where a.patient = any(one.linked)) as rows,
  exists (select from person p where p.id = top.id and (p.is_conflict or p.is_quarantined)) as "isSetApart"
from unnest(${patient}::text[], ${id}::uuid[]) as w (patient, id)
  left join person_link l on l.loser = w.patient
  cross join lateral (select coalesce(l.root, w.patient) as reference,
    case when l.root is null then w.id when l.root ~ '^Patient/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(l.root, 9)::uuid end as id) top
  cross join lateral (select array(select m.loser from person_link m where m.root = top.reference) || top.reference as linked) one`

/** In: `Patient/<id>`s, each once. */
export const personKeys = (patients: readonly string[]): [readonly string[], (string | null)[]] => [
  patients,
  patients.map(patient => /^Patient\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(patient)?.[1] ?? null),
]

export async function loadPersons(tx: Tx, patients: readonly string[]): Promise<Map<string, PersonRights>> {
  const wanted = [...new Set(patients)]
  if (wanted.length === 0) return new Map()
  const { rows } = await tx.query<PersonRights>(personsSql('$1', '$2'), personKeys(wanted), 'access-load')
  return new Map(rows.map(row => [row.patient, row]))
}

/** Structures that wrote these resources. */
export interface AuthorsRow {
  resource: string
  structures: string[]
}

export const authorsSql = (resources: string): string =>
  `select resource, array_agg(structure) as structures from access_author where resource = any(${resources}::text[]) group by resource`

/** Which structures wrote these: `Type/<id>` → `Organization/<id>`s. */
export async function loadAuthors(tx: Tx, resources: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await tx.query<AuthorsRow>(authorsSql('$1'), [resources], 'access-authors')
  return new Map(rows.map(row => [row.resource, row.structures]))
}

/** `PractitionerRole/<id>` → `Organization/<id>`, of those who work somewhere. */
export async function loadWorkplaces(tx: Tx, references: readonly string[]): Promise<Map<string, string[]>> {
  const roles = references.filter(reference => reference.startsWith('PractitionerRole/'))
  if (roles.length === 0) return new Map()
  const { rows } = await tx.query<{ reference: string; organization: string }>(
    'select reference, organization from access_directory where reference = any($1::text[]) and organization is not null and is_active',
    [roles],
    'access-workplaces',
  )
  return new Map(rows.map(row => [row.reference, [row.organization]]))
}

/** In a delivery's transaction: until it ends, no restriction of this person, or of one who is one with him, is answered. */
export async function shareLockPerson(tx: Tx, patient: string): Promise<void> {
  const { rows } = await tx.query<{ missing: boolean }>(SHARE, [patient], 'access-share')
  // Somebody made a row meanwhile, which this look did not see: the next one does.
  if (rows[0]?.missing === true) await tx.query(SHARE, [patient], 'access-share')
}

/** Rows made here are held as they are. */
const SHARE = `
with group_of as materialized (select reference from ${oneWith('$1')} as persons),
  made as (insert into access_person (patient) select reference from group_of order by reference on conflict do nothing returning patient),
  held as (select patient from access_person where patient in (select reference from group_of) order by patient for share)
select (select count(*) from group_of) > (select count(*) from made) + (select count(*) from held) as missing`

async function lockPersons(tx: Tx, patients: readonly string[]): Promise<void> {
  for (const patient of [...new Set(patients)].sort())
    await tx.query(
      'insert into access_person (patient, restricted_at) values ($1, clock_timestamp()) on conflict (patient) do update set restricted_at = clock_timestamp()',
      [patient],
      'access-restrict',
    )
}

/** Permissions, once what they come from is stored. In: resources with their ids, as stored. Running it again changes nothing. */
export async function projectAccess(tx: Tx, resources: readonly FhirResource[]): Promise<void> {
  const sources = resources.filter(({ resourceType }) => ROW_TYPES.includes(resourceType))
  const directory = resources.flatMap(resource => directoryRowOf(resource) ?? [])
  await Promise.all([
    putRows(tx, sources.flatMap(accessRowsOf), sources.map(sourceOf)),
    putDirectory(tx, directory),
    putAuthors(tx, resources.flatMap(authorRowsOf)),
    projectLinks(tx, resources),
    projectWorklist(tx, resources),
    projectCareFacts(tx, resources),
  ])
}

/**
 * What these will take away, before the store is asked, with the persons locked: what is denied is denied now, what is not permitted any more is permitted no longer.
 * Out: true if anything was taken away; the caller gives it back if nothing is stored after all.
 */
export async function restrictAccess(tx: Tx, resources: readonly FhirResource[]): Promise<boolean> {
  const sources = resources.filter(({ resourceType }) => RESTRICTING.some(one => one === resourceType))
  if (sources.length === 0) return false
  const after = sources.flatMap(accessRowsOf)
  const { rows: before } = await tx.query<AccessRow>('select source, n, patient, kind, party, detail from access where source = any($1::text[])', [
    sources.map(sourceOf),
  ])
  const denied = after.filter(row => isDenial(row) && !before.some(other => row.kind === 'hidden' && isSame(row, other)))
  const lost = before.filter(row => !isDenial(row) && !after.some(other => isSame(row, other)))
  if (denied.length === 0 && lost.length === 0) return false
  const patients = [...denied, ...lost].map(row => row.patient)
  await lockPersons(tx, patients)
  await tx.query('delete from access where (source, n) in (select * from unnest($1::text[], $2::int[]))', [lost.map(row => row.source), lost.map(row => row.n)])
  // Beside the rows of the version before, which may deny too, until this one is stored.
  const pending = denied.map(row => ({ ...row, n: row.n + PENDING }))
  await putRows(tx, pending)
  return true
}

/** Sources that were known before a moment. */
export async function knownSources(tx: Tx, before: Date): Promise<string[]> {
  const { rows } = await tx.query<{ source: string }>('select distinct source from access where at < $1', [before])
  return rows.map(row => row.source)
}

/**
 * In a transaction: no row changes from here to its end, so that what is read from the store meanwhile is newer than any row. Reading rights goes on.
 * A version that is being stored waits, and is projected after it.
 */
export async function holdAccess(tx: Tx): Promise<void> {
  await tx.query('lock table access in share row exclusive mode')
}

/** Under `holdAccess`: these rows as the store has them. A denial whose Consent is about to be stored stays; one that was left behind goes. */
export async function remakeAccess(tx: Tx, resources: readonly FhirResource[]): Promise<void> {
  const after = resources.flatMap(accessRowsOf)
  await tx.query("delete from access where source = any($1::text[]) and (n < $2 or at < clock_timestamp() - interval '10 minutes')", [
    resources.map(sourceOf),
    PENDING,
  ])
  await putRows(tx, after)
  await projectWorklist(tx, resources)
}

/** Of what does not exist after all. */
export async function forgetAccess(tx: Tx, source: string): Promise<void> {
  await tx.query('delete from access where source = $1', [source])
  await tx.query('delete from worklist where reference = $1', [source])
  await tx.query('delete from care_fact where reference = $1', [source])
}

/** Numbers of rows that are not stored yet. */
const PENDING = 10_000

const isDenial = (row: AccessRow): boolean => row.kind === 'hidden' || (row.kind === 'consent' && row.detail.isDeny)

const isSame = (left: AccessRow, right: AccessRow): boolean =>
  left.source === right.source &&
  left.patient === right.patient &&
  left.kind === right.kind &&
  (left.party ?? null) === (right.party ?? null) &&
  canonical(left.detail) === canonical(right.detail)

/** The ledger keeps the members of an object in an order of its own. */
const canonical = (detail: unknown): string =>
  JSON.stringify(detail, (_key, value: unknown) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value))

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

const sourceOf = ({ resourceType, id }: FhirResource): string => `${resourceType}/${id}`

/** In: rows, and sources of which nothing else stays; one statement, so that nobody reads a source between its rows. */
async function putRows(tx: Tx, rows: readonly AccessRow[], sources: readonly string[] = []): Promise<void> {
  if (rows.length === 0 && sources.length === 0) return
  await tx.query(
    `with put as materialized (select * from json_to_recordset($1::json) as r (source text, n int, patient text, kind text, party text, detail jsonb)),
       gone as (delete from access where source = any($2::text[]) and (source, n) not in (select source, n from put))
     insert into access (source, n, patient, kind, party, detail) select source, n, patient, kind, party, detail from put
     on conflict (source, n) do update set patient = excluded.patient, kind = excluded.kind, party = excluded.party, detail = excluded.detail, at = excluded.at`,
    [JSON.stringify(rows), sources],
    'access-put',
  )
}

async function putDirectory(tx: Tx, rows: readonly DirectoryRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    `insert into access_directory (reference, practitioner, organization, parent, sector, type, is_active, territory)
     select reference, practitioner, organization, parent, sector, type, "isActive", coalesce(territory, '{}')
     from json_to_recordset($1::json) as r (reference text, practitioner text, organization text, parent text, sector text, type text, "isActive" boolean, territory text[]) order by reference
     on conflict (reference) do update set practitioner = excluded.practitioner, organization = excluded.organization, parent = excluded.parent,
       sector = excluded.sector, type = excluded.type, is_active = excluded.is_active, territory = excluded.territory`,
    [JSON.stringify(rows)],
    'access-directory',
  )
}

/** Of Provenances in the order they were stored: the first that names a resource made it. Whoever is known as an author stays the only one. */
export async function remakeAuthors(tx: Tx, resources: readonly FhirResource[]): Promise<void> {
  const first = new Map<string, AuthorRow[]>()
  for (const rows of resources.map(authorRowsOf))
    for (const name of new Set(rows.map(row => row.resource)))
      if (!first.has(name))
        first.set(
          name,
          rows.filter(row => row.resource === name),
        )
  const { rows: known } = await tx.query<{ resource: string }>('select distinct resource from access_author where resource = any($1::text[])', [
    [...first.keys()],
  ])
  for (const { resource } of known) first.delete(resource)
  await putAuthors(tx, [...first.values()].flat())
}

async function putAuthors(tx: Tx, rows: readonly AuthorRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query(
    'insert into access_author (resource, structure) select * from unnest($1::text[], $2::text[]) as r (resource, structure) order by 1, 2 on conflict do nothing',
    [rows.map(row => row.resource), rows.map(row => row.structure)],
    'access-author',
  )
}
