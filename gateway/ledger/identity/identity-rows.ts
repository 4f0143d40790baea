/*
  Reads and writes the rows of identities: keys, the resource behind them, what is known of a person.
*/
import type { Traits } from '../../../profiles/identity.ts'
import type { Tx } from '../db.ts'
import type { IdentityKey, KnownPerson, PersonClaim } from './persons.ts'
import { columnsOf } from '../deliveries/planned-deliveries.ts'

export interface KnownIdentity {
  id: string
  state: 'new' | 'pending' | 'settled'
  creation?: string
  revision: number
  person?: KnownPerson
}

/** What the ledger knows of the keys that were asked for, and what was decided since. */
export interface Known {
  find(type: string, key: IdentityKey): KnownIdentity | undefined
  findPerson(type: string, key: IdentityKey): KnownPerson | undefined
  byId(id: string): KnownIdentity | undefined
  remember(write: ResolvedWrite): void
}

export interface ResolvedWrite {
  kind: 'create' | 'upgrade' | 'keys'
  type: string
  id: string
  keys: IdentityKey[]
  revision: number
  creation?: string
  person?: { claim: PersonClaim; isQuarantined: boolean; isConflict: boolean; against?: string }
}

interface Row {
  type: string
  system: string
  value: string
  id: string
  state: 'pending' | 'settled'
  creation: Buffer | null
  revision: number
  traits: Traits | null
  ins_system: string | null
  ins_value: string | null
  tag: KnownPerson['tag'] | null
  is_quarantined: boolean | null
  is_conflict: boolean | null
  is_survivor: boolean
}

const LOAD = `
select i.type, i.system, i.value, f.id, f.state, f.creation, f.revision, p.traits, p.ins_system, p.ins_value, p.tag, p.is_quarantined, p.is_conflict,
  exists (select from person_link m where m.root = 'Patient/' || f.id) as is_survivor
from unnest($1::text[], $2::text[], $3::text[]) k (type, system, value)
join identity i using (type, system, value)
left join person_link l on i.type = 'Patient' and l.loser = 'Patient/' || i.id
join identified f on f.id = coalesce(substr(l.root, 9)::uuid, i.id) left join person p on p.id = f.id`

export async function loadKnown(tx: Tx, keys: { type: string; system: string; value: string }[]): Promise<Known> {
  const { rows } = await tx.query<Row>(LOAD, [keys.map(key => key.type), keys.map(key => key.system), keys.map(key => key.value)], 'identities')
  const byKey = new Map<string, KnownIdentity>()
  const byId = new Map<string, KnownIdentity>()
  for (const row of rows) {
    const one = byId.get(row.id) ?? knownOf(row)
    byId.set(row.id, one)
    byKey.set(keyText(row.type, row), one)
  }
  return {
    find: (type, key) => byKey.get(keyText(type, key)),
    findPerson: (type, key) => byKey.get(keyText(type, key))?.person,
    byId: id => byId.get(id),
    remember(write) {
      const one = write.kind === 'keys' ? byId.get(write.id) : rememberedOf(write)
      if (one === undefined) return
      byId.set(write.id, one)
      for (const key of write.keys) byKey.set(keyText(write.type, key), one)
    },
  }
}

/** The resource that the first known of these keys leads to, stored or about to be. */
export async function findIdentified(tx: Tx, type: string, keys: readonly IdentityKey[]): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select i.id from unnest($2::text[], $3::text[]) with ordinality k (system, value, n)
     join identity i on i.type = $1 and i.system = k.system and i.value = k.value order by k.n limit 1`,
    [type, keys.map(key => key.system), keys.map(key => key.value)],
    'identified',
  )
  return rows[0]?.id
}

const putPersons = (rows: string): string => `
insert into person (id, ins_system, ins_value, traits, tag, is_quarantined, is_conflict)
select id, ins_system, ins_value, traits, tag, is_quarantined, is_conflict
from json_to_recordset(${rows}::json) as r (id uuid, ins_system text, ins_value text, traits jsonb, tag text, is_quarantined boolean, is_conflict boolean)
on conflict (id) do update set ins_system = excluded.ins_system, ins_value = excluded.ins_value, traits = excluded.traits, tag = excluded.tag,
  is_quarantined = excluded.is_quarantined, is_conflict = excluded.is_conflict, changed_at = clock_timestamp()`

/** What a resource is, and by which keys it is found; of several writes of one the last says what it is. */
const WRITE = `
with made as (
  insert into identified (id, type, state, revision, creation, cause)
  select id, type, 'pending', revision, creation, $1 from unnest($2::uuid[], $3::text[], $4::int[], $5::bytea[]) w (id, type, revision, creation)
  on conflict (id) do update set state = 'pending', revision = excluded.revision, creation = excluded.creation, cause = excluded.cause, at = clock_timestamp()),
  keyed as (
    insert into identity (type, system, value, id) select type, system, value, id from unnest($6::text[], $7::text[], $8::text[], $9::uuid[]) k (type, system, value, id)
    on conflict do nothing)
${putPersons('$10')}`

export async function writeIdentities(tx: Tx, writes: readonly ResolvedWrite[], cause: string): Promise<void> {
  if (writes.length === 0) return
  const made = [...new Map(writes.filter(({ kind }) => kind !== 'keys').map(write => [write.id, write])).values()]
  const keys = writes.flatMap(({ type, id, keys }) => keys.map(key => ({ type, id, ...key })))
  const persons = made.flatMap(({ id, person }) => (person === undefined ? [] : [{ ...person, id }]))
  await tx.query(
    WRITE,
    [
      cause,
      ...columnsOf(made, ({ id, type, revision, creation = '' }) => [id, type, revision, Buffer.from(creation)], 4),
      ...columnsOf(keys, ({ type, system, value, id }) => [type, system, value, id], 4),
      personRows(persons),
    ],
    'identities-write',
  )
  for (const { id, against } of persons)
    if (against !== undefined) await tx.query("insert into identity_link (person, other, kind, cause) values ($1, $2, 'conflict', $3)", [id, against, cause])
}

/** What is known of a person from now on. */
export async function writePerson(tx: Tx, person: PersonWrite): Promise<void> {
  await tx.query(putPersons('$1'), [personRows([person])], 'person-put')
}

type PersonWrite = Omit<NonNullable<ResolvedWrite['person']>, 'against'> & { id: string }

function personRows(persons: readonly PersonWrite[]): string {
  return JSON.stringify(
    persons.map(({ id, claim: { ins, traits, tag }, isQuarantined, isConflict }) => ({
      ...(ins?.isQualified === true ? { ins_system: ins.system, ins_value: ins.value } : {}),
      ...{ id, traits, tag, is_quarantined: isQuarantined, is_conflict: isConflict },
    })),
  )
}

function knownOf(row: Row): KnownIdentity {
  const { id, state, creation, revision, traits, tag } = row
  const base = { id, state, revision, ...(creation === null ? {} : { creation: creation.toString() }) }
  if (traits === null || tag === null) return base
  const ins = row.ins_system === null || row.ins_value === null ? {} : { ins: { system: row.ins_system, value: row.ins_value } }
  return {
    ...base,
    person: { id, traits, tag, isQuarantined: row.is_quarantined === true, isConflict: row.is_conflict === true, isSurvivor: row.is_survivor, ...ins },
  }
}

function rememberedOf({ id, creation, revision, person }: ResolvedWrite): KnownIdentity {
  const base: KnownIdentity = { id, state: 'new', revision, ...(creation === undefined ? {} : { creation }) }
  if (person === undefined) return base
  const { claim, isQuarantined, isConflict } = person
  const ins = claim.ins?.isQualified === true ? { ins: { system: claim.ins.system, value: claim.ins.value } } : {}
  return { ...base, person: { id, traits: claim.traits, tag: claim.tag, isQuarantined, isConflict, ...ins } }
}

function keyText(type: string, { system, value }: IdentityKey): string {
  return `${type}|${system}|${value}`
}
