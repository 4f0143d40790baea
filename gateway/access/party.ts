/*
  Who asks or receives, as circles, consents and Tasks may name him.
    system token    the client's structure          user token    the professional, his roles there, that structure
    patient token   the person, or the relative     recipient     whoever the reference leads to
*/
import { SYSTEM } from '../../profiles/canonicals.ts'
import { type Sector, sectorOfClaim } from '../../profiles/tables/sectors.ts'
import type { Tx } from '../ledger/db.ts'
import type { Actor } from './actor.ts'
import { structureKeysOf } from './acts-for.ts'

export interface Party {
  /** As monitor and audit show it. */
  name: string
  kind: 'professional' | 'structure' | 'relative' | 'person' | 'technical'
  /** Every reference it may be named by, its structure apart. */
  references: readonly string[]
  /** `Organization/<id>` it works for, then those above it. */
  structures: readonly string[]
  sector: Sector | 'citizen' | 'technical'
  /** Category of its structure (TRE_R66). */
  type?: string
}

interface StructureRow {
  reference: string
  type: string | null
  sector: Sector | null
  depth: number
}

/** An Organization by its identifiers, and those above it; a circle of structures ends after ten. */
const STRUCTURES = `
with recursive own as (
    select 'Organization/' || id as reference from identity where type = 'Organization' and (system, value) in (select * from unnest($1::text[], $2::text[]))),
  chain as (
    select reference, 0 as depth from own union select d.parent, c.depth + 1 from chain c join access_directory d on d.reference = c.reference where d.parent is not null and c.depth < 10)
select c.reference, min(c.depth) as depth, max(d.type) as type, max(d.sector) as sector from chain c left join access_directory d on d.reference = c.reference
group by c.reference order by depth`

/** In: the caller of one request. */
export async function partyOfActor(tx: Tx, actor: Actor): Promise<Party> {
  if (actor.context === 'patient') return citizen(actor)
  const keys = structureKeysOf(actor)
  const structures = await structuresOf(tx, { systems: keys.map(key => key.system), values: keys.map(key => key.value) })
  const own = structures[0]
  const type = own?.type === undefined || own.type === null ? {} : { type: own.type }
  const above = structures.map(one => one.reference)
  const { user, kind, clientId } = actor
  if (user === undefined) {
    const sector = kind === 'observatory' || kind === 'operator' ? 'technical' : kind === 'social' ? 'social' : 'health'
    return { name: clientId, kind: 'structure', references: [], structures: above, sector, ...type }
  }
  const references = await rolesOf(tx, user.idNatPs, own?.reference)
  return { name: clientId, kind: 'professional', references, structures: above, sector: sectorOfClaim(user.profession), ...type }
}

function citizen({ clientId, person }: Actor): Party {
  const kind = person?.relative === undefined ? 'person' : 'relative'
  const reference = person?.relative ?? person?.patient
  return { name: clientId, kind, references: reference === undefined ? [] : [reference], structures: [], sector: 'citizen' }
}

async function structuresOf(tx: Tx, { systems, values }: { systems: string[]; values: string[] }): Promise<StructureRow[]> {
  const { rows } = await tx.query<StructureRow>(STRUCTURES, [systems, values], 'access-structures')
  return rows
}

/** The professional himself, and his roles at the structure he has chosen; all of them where he works for none. */
async function rolesOf(tx: Tx, idNatPs: string, structure: string | undefined): Promise<string[]> {
  const rpps = idNatPs.startsWith('8') ? idNatPs.slice(1) : ''
  const { rows } = await tx.query<{ reference: string }>(
    `with who as (select distinct 'Practitioner/' || id as reference from identity
       where type = 'Practitioner' and (system, value) in (($1, $2), ($3, $4)))
     select reference from who union
     select d.reference from who join access_directory d on d.practitioner = who.reference where d.is_active and ($5::text is null or d.organization = $5)`,
    [SYSTEM.idNatPs, idNatPs, SYSTEM.rpps, rpps, structure ?? null],
    'access-roles',
  )
  return rows.map(row => row.reference)
}

interface NamedRow {
  reference: string
  practitioner: string | null
  organization: string | null
  sector: Sector | null
}

/** In: `PractitionerRole/…`, `Organization/…`, `RelatedPerson/…`, `Patient/…` or `Practitioner/…`, as a circle, a consent or a Task names its party. */
export async function partyOf(tx: Tx, reference: string): Promise<Party> {
  const party = (await partiesOf(tx, [reference])).get(reference)
  if (party === undefined) throw new RangeError('a party that was asked for and not read')
  return party
}

/** All of them in two statements. */
export async function partiesOf(tx: Tx, references: readonly string[]): Promise<Map<string, Party>> {
  const named = await namedOf(
    tx,
    references.filter(one => !/^(Patient|RelatedPerson|Organization)\//.test(one)),
  )
  const chains = await chainsOf(tx, [
    ...references.filter(one => one.startsWith('Organization/')),
    ...[...named.values()].flatMap(one => one.organization ?? []),
  ])
  return new Map(references.map(reference => [reference, namedParty(reference, { named, chains })]))
}

interface Known {
  named: ReadonlyMap<string, NamedRow>
  chains: ReadonlyMap<string, StructureRow[]>
}

function namedParty(reference: string, { named, chains }: Known): Party {
  const [type] = reference.split('/')
  if (type === 'Patient' || type === 'RelatedPerson')
    return { name: reference, kind: type === 'Patient' ? 'person' : 'relative', references: [reference], structures: [], sector: 'citizen' }
  if (type === 'Organization') return structureParty(reference, chains.get(reference) ?? [])
  const { practitioner, organization, sector } = named.get(reference) ?? { practitioner: null, organization: null, sector: null }
  const structures = organization === null ? [] : (chains.get(organization) ?? [])
  return {
    name: reference,
    kind: 'professional',
    references: [reference, ...(practitioner === null ? [] : [practitioner])],
    structures: structures.map(one => one.reference),
    sector: sector ?? structures[0]?.sector ?? 'health',
  }
}

async function namedOf(tx: Tx, references: readonly string[]): Promise<Map<string, NamedRow>> {
  if (references.length === 0) return new Map()
  const { rows } = await tx.query<NamedRow>(
    'select reference, practitioner, organization, sector from access_directory where reference = any($1::text[])',
    [references],
    'access-named',
  )
  return new Map(rows.map(row => [row.reference, row]))
}

const CHAINS = `
with recursive chain as (
    select distinct own, own as reference, 0 as depth from unnest($1::text[]) as own
    union select c.own, d.parent, c.depth + 1 from chain c join access_directory d on d.reference = c.reference where d.parent is not null and c.depth < 10)
select c.own, c.reference, min(c.depth) as depth, max(d.type) as type, max(d.sector) as sector from chain c left join access_directory d on d.reference = c.reference
group by c.own, c.reference order by c.own, depth`

/** Each structure with those above it, the nearest first. */
async function chainsOf(tx: Tx, structures: readonly string[]): Promise<Map<string, StructureRow[]>> {
  if (structures.length === 0) return new Map()
  const { rows } = await tx.query<StructureRow & { own: string }>(CHAINS, [structures], 'access-chains')
  const chains = new Map<string, StructureRow[]>()
  for (const { own, ...row } of rows) chains.set(own, [...(chains.get(own) ?? []), row])
  return chains
}

function structureParty(reference: string, structures: StructureRow[]): Party {
  const [own] = structures
  return {
    name: reference,
    kind: 'structure',
    references: [],
    structures: structures.map(one => one.reference),
    sector: own?.sector ?? 'health',
    ...(own?.type === undefined || own.type === null ? {} : { type: own.type }),
  }
}
