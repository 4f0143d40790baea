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

/** An Organization by id or by its identifiers, and those above it; a circle of structures ends after ten. */
const STRUCTURES = `
with recursive own as (
    select 'Organization/' || id as reference from identity where type = 'Organization' and (system, value) in (select * from unnest($1::text[], $2::text[]))
    union select $3::text where $3 is not null),
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

async function structuresOf(tx: Tx, { systems, values, reference }: { systems: string[]; values: string[]; reference?: string }): Promise<StructureRow[]> {
  const { rows } = await tx.query<StructureRow>(STRUCTURES, [systems, values, reference ?? null], 'access-structures')
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
  practitioner: string | null
  organization: string | null
  sector: Sector | null
}

/** In: `PractitionerRole/…`, `Organization/…`, `RelatedPerson/…`, `Patient/…` or `Practitioner/…`, as a circle, a consent or a Task names its party. */
export async function partyOf(tx: Tx, reference: string): Promise<Party> {
  const [type] = reference.split('/')
  if (type === 'Patient' || type === 'RelatedPerson')
    return { name: reference, kind: type === 'Patient' ? 'person' : 'relative', references: [reference], structures: [], sector: 'citizen' }
  if (type === 'Organization') return structureParty(reference, await structuresOf(tx, { systems: [], values: [], reference }))
  const { rows } = await tx.query<NamedRow>('select practitioner, organization, sector from access_directory where reference = $1', [reference], 'access-named')
  const { practitioner, organization, sector } = rows[0] ?? { practitioner: null, organization: null, sector: null }
  const structures = organization === null ? [] : await structuresOf(tx, { systems: [], values: [], reference: organization })
  return {
    name: reference,
    kind: 'professional',
    references: [reference, ...(practitioner === null ? [] : [practitioner])],
    structures: structures.map(one => one.reference),
    sector: sector ?? structures[0]?.sector ?? 'health',
  }
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
