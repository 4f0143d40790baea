/*
  Who a caller is, as circles, consents and Tasks may name him.
    system token    the client's structure          user token    the professional, his roles there, that structure
    patient token   the person, or the relative
*/
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { type Sector, sectorOfClaim } from '../../../profiles/tables/sectors.ts'
import type { Tx } from '../../ledger/db.ts'
import type { Actor } from '../callers/actor.ts'
import { structureKeysOf } from './acts-for.ts'
import type { Party } from './party.ts'

/** Of the caller with this number in the question. */
interface StructureRow {
  n: number
  reference: string
  type: string | null
  sector: Sector | null
}

interface RoleRow {
  n: number
  reference: string
  organization: string | null
  /** Or the professional himself. */
  isRole: boolean
}

/** What the ledger knows of some callers. */
export interface CallerRows {
  structures: readonly StructureRow[]
  roles: readonly RoleRow[]
}

/** Organizations by their identifiers, and those above them, the nearest first; a circle of structures ends after ten. In: the places of `n`, `system` and `value` among the parameters. */
export const structuresSql = (n: string, system: string, value: string): string => `
with recursive own as (
    select k.n, 'Organization/' || i.id as reference from unnest(${n}::int[], ${system}::text[], ${value}::text[]) as k (n, system, value)
      join identity i on i.type = 'Organization' and i.system = k.system and i.value = k.value),
  chain as (
    select n, reference, 0 as depth from own union
    select c.n, d.parent, c.depth + 1 from chain c join access_directory d on d.reference = c.reference where d.parent is not null and c.depth < 10)
select c.n, c.reference, max(d.type) as type, max(d.sector) as sector from chain c left join access_directory d on d.reference = c.reference
group by c.n, c.reference order by c.n, min(c.depth)`

/** Professionals and the roles they have. In: the places of `n`, idNatPs and RPPS number among the parameters. */
export const rolesSql = (n: string, idNatPs: string, rpps: string): string => `
select k.n, w.reference, w.organization, w.is_role as "isRole" from unnest(${n}::int[], ${idNatPs}::text[], ${rpps}::text[]) as k (n, national, rpps) cross join lateral (
  with who as (select distinct 'Practitioner/' || id as reference from identity
    where type = 'Practitioner' and (system, value) in (('${SYSTEM.idNatPs}', k.national), ('${SYSTEM.rpps}', k.rpps)))
  select reference, null as organization, false as is_role from who union all
  select d.reference, d.organization, true from who join access_directory d on d.practitioner = who.reference where d.is_active) w`

/** The parameters of both. */
export function callerKeys(actors: readonly Actor[]): { structures: [number[], string[], string[]]; roles: [number[], string[], string[]] } {
  const keys = actors.flatMap((actor, n) => structureKeysOf(actor).map(key => ({ n, ...key })))
  const users = actors.flatMap(({ user, context }, n) => (user === undefined || context === 'patient' ? [] : [{ n, idNatPs: user.idNatPs }]))
  const rpps = (idNatPs: string): string => (idNatPs.startsWith('8') ? idNatPs.slice(1) : '')
  return {
    structures: [keys.map(key => key.n), keys.map(key => key.system), keys.map(key => key.value)],
    roles: [users.map(user => user.n), users.map(user => user.idNatPs), users.map(user => rpps(user.idNatPs))],
  }
}

/** In: the caller with this number, and what was found of all. */
export function partyOfCaller(actor: Actor, n: number, found: CallerRows): Party {
  if (actor.context === 'patient') return citizen(actor)
  const structures = found.structures.filter(row => row.n === n)
  const own = structures[0]
  const type = own?.type === undefined || own.type === null ? {} : { type: own.type }
  const above = structures.map(one => one.reference)
  const { user, kind, clientId } = actor
  if (user === undefined) {
    const sector = kind === 'observatory' || kind === 'operator' ? 'technical' : kind === 'social' || own?.sector === 'social' ? 'social' : 'health'
    return { name: clientId, kind: 'structure', references: [], structures: above, sector, ...type }
  }
  // The professional himself, and his roles at the structure he has chosen; all of them where he works for none.
  const references = found.roles.filter(row => row.n === n && (!row.isRole || own === undefined || row.organization === own.reference))
  return {
    name: clientId,
    kind: 'professional',
    references: references.map(row => row.reference),
    structures: above,
    sector: sectorOfClaim(user.profession),
    ...type,
  }
}

function citizen({ clientId, person }: Actor): Party {
  const kind = person?.relative === undefined ? 'person' : 'relative'
  const reference = person?.relative ?? person?.patient
  return { name: clientId, kind, references: reference === undefined ? [] : [reference], structures: [], sector: 'citizen' }
}

/** In: one caller, by himself. */
export async function partyOfActor(tx: Tx, actor: Actor): Promise<Party> {
  const keys = callerKeys([actor])
  const structures = await tx.query<StructureRow>(structuresSql('$1', '$2', '$3'), keys.structures, 'access-structures')
  const roles = actor.user === undefined ? [] : (await tx.query<RoleRow>(rolesSql('$1', '$2', '$3'), keys.roles, 'access-roles')).rows
  return partyOfCaller(actor, 0, { structures: structures.rows, roles })
}
