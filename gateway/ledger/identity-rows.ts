/*
  Reads and writes the rows of identities: keys, the resource behind them, what is known of a person.
*/
import type { Traits } from '../../profiles/identity.ts'
import type { Tx } from './db.ts'
import type { IdentityKey, KnownPerson, PersonClaim } from './persons.ts'

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

export async function writeIdentities(tx: Tx, writes: ResolvedWrite[], cause: string): Promise<void> {
  for (const write of writes) {
    const asked: Promise<unknown>[] = []
    if (write.kind !== 'keys') {
      asked.push(
        tx.query(
          `insert into identified (id, type, state, revision, creation, cause) values ($1, $2, 'pending', $3, $4, $5)
         on conflict (id) do update set state = 'pending', revision = excluded.revision, creation = excluded.creation, cause = excluded.cause, at = clock_timestamp()`,
          [write.id, write.type, write.revision, Buffer.from(write.creation ?? ''), cause],
          'identified-put',
        ),
      )
    }
    asked.push(
      tx.query(
        'insert into identity (type, system, value, id) select $1, k.system, k.value, $2 from unnest($3::text[], $4::text[]) k (system, value) on conflict do nothing',
        [write.type, write.id, write.keys.map(key => key.system), write.keys.map(key => key.value)],
        'identity-put',
      ),
    )
    if (write.person !== undefined) asked.push(writePerson(tx, write.id, { ...write.person, cause }))
    await Promise.all(asked)
  }
}

/** What is known of a person from now on. */
export async function writePerson(
  tx: Tx,
  id: string,
  { claim, isQuarantined, isConflict, against, cause }: NonNullable<ResolvedWrite['person']> & { cause: string },
): Promise<void> {
  const ins = claim.ins?.isQualified === true ? claim.ins : undefined
  await tx.query(
    `insert into person (id, ins_system, ins_value, traits, tag, is_quarantined, is_conflict) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set ins_system = excluded.ins_system, ins_value = excluded.ins_value, traits = excluded.traits, tag = excluded.tag,
       is_quarantined = excluded.is_quarantined, is_conflict = excluded.is_conflict, changed_at = clock_timestamp()`,
    [id, ins?.system ?? null, ins?.value ?? null, JSON.stringify(claim.traits), claim.tag, isQuarantined, isConflict],
    'person-put',
  )
  if (against !== undefined) await tx.query("insert into identity_link (person, other, kind, cause) values ($1, $2, 'conflict', $3)", [id, against, cause])
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
