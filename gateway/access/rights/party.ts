/*
  Who asks or receives, as circles, consents and Tasks may name him: whoever the reference leads to; of a caller, `actor-party.ts` says it.
*/
import type { Sector } from '../../../profiles/tables/sectors.ts'
import type { Tx } from '../../ledger/db.ts'

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
  const others = references.filter(one => !/^(Patient|RelatedPerson|Organization)\//.test(one))
  const named = await namedOf(tx, others)
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
