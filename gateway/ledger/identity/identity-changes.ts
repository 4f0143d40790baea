/*
  Identities of resources that the FHIR door changes: keys added at once, what is known of a person when the change is stored; and claims given back.
*/
import { HubError, toHubError } from '../../../profiles/errors.ts'
import type { Db, Tx } from '../db.ts'
import { lockKeys } from './identity.ts'
import { loadKnown, type ResolvedWrite, writeIdentities, writePerson } from './identity-rows.ts'
import type { IdentityKey } from './persons.ts'

export interface IdentityChange {
  type: string
  id: string
  /** Keys that lead to it only since this change. */
  added: IdentityKey[]
  person?: NonNullable<ResolvedWrite['person']>
}

/** The keys lead to this resource from now on. Out: those that did not before. Throws: fhir.duplicate when one leads to another. */
export async function addKeys(tx: Tx, { type, id, keys }: { type: string; id: string; keys: readonly IdentityKey[] }): Promise<IdentityKey[]> {
  const typed = keys.map(key => ({ type, ...key }))
  await lockKeys(tx, typed)
  const known = await loadKnown(tx, typed)
  if (keys.some(key => (known.find(type, key)?.id ?? id) !== id)) throw new HubError('fhir.duplicate', { path: `${type}.identifier` })
  const added = keys.filter(key => known.find(type, key) === undefined)
  if (added.length > 0) await writeIdentities(tx, [{ kind: 'keys', type, id, keys: added, revision: 1 }], id)
  return added
}

/** As `addKeys`. Out: false, and no key taken, where one leads to another. */
export function tookKeys(db: Db, gaining: Parameters<typeof addKeys>[1]): Promise<boolean> {
  const refused = (error: unknown): boolean => {
    if (toHubError(error).code !== 'fhir.duplicate') throw error
    return false
  }
  return db.tx(tx => addKeys(tx, gaining)).then(() => true, refused)
}

/** The change is stored. */
export async function settleChange(tx: Tx, { type, id, person }: IdentityChange, cause: string): Promise<void> {
  if (person === undefined) return
  await tx.query("insert into identified (id, type, state, cause) values ($1, $2, 'settled', $3) on conflict do nothing", [id, type, cause])
  await writePerson(tx, { ...person, id })
}

/** The change, or the creation that is pending under these ids, will never be stored: its keys lead nowhere again. */
export async function releaseIdentities(tx: Tx, created: readonly string[], changes: readonly IdentityChange[]): Promise<void> {
  const { rows } = await tx.query<{ id: string }>("select id from identified where id = any($1::uuid[]) and state = 'pending' order by id for update", [
    created,
  ])
  const ids = rows.map(row => row.id)
  await tx.query('delete from identity where id = any($1::uuid[])', [ids])
  await tx.query('delete from person where id = any($1::uuid[])', [ids])
  await tx.query('delete from identified where id = any($1::uuid[])', [ids])
  for (const { type, id, added } of changes) {
    await tx.query(
      'delete from identity where type = $1 and id = $2 and (system, value) in (select k.system, k.value from unnest($3::text[], $4::text[]) k (system, value))',
      [type, id, added.map(key => key.system), added.map(key => key.value)],
    )
  }
}

/** The professional at a structure, as a document names him, is this role from now on unless another is already. */
export async function nameRole(tx: Tx, { role, practitioner, organization, systems }: RoleNames): Promise<void> {
  await tx.query(
    `insert into identity (type, system, value, id)
     select 'PractitionerRole', $4, p.value || '@' || o.value, $1 from identity p, identity o
     where p.type = 'Practitioner' and p.id = $2 and p.system = $5 and o.type = 'Organization' and o.id = $3 and o.system = $6
     on conflict do nothing`,
    [role, practitioner, organization, systems.role, systems.practitioner, systems.organization],
  )
}

interface RoleNames {
  /** Ids. */
  role: string
  practitioner: string
  organization: string
  systems: { role: string; practitioner: string; organization: string }
}
