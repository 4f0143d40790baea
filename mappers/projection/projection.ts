/*
  A resource as a level below `complet` shows it: a copy with the elements of the table, tagged SUBSETTED; what is not in the table is absent.
*/
import type { CareTeamParticipant, FhirResource, Reference } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { type Keep, NOTICE, type Of, type Row, type Shape, SHAPES } from '../../profiles/tables/level-shapes.ts'

export interface View {
  /** Everything the one who reads is named by: his role, himself, his structure. */
  references: readonly string[]
  /** The document was sent to him by name. */
  isAddressed?: boolean
}

type Json = Record<string, unknown>

const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

/** Their meaning is known: they carry what stands beside them in the table, and nothing of health. */
const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  EXTENSION.identityReliability,
  EXTENSION.birthListGivenName,
  EXTENSION.addressInseeCode,
  EXTENSION.emailType,
  EXTENSION.birthPlace,
  EXTENSION.accessLevel,
  EXTENSION.planVersion,
  EXTENSION.nextReassessment,
])

/** In: one resource as stored. Out: what this level shows of it; undefined where it shows nothing. */
export function project(resource: FhirResource, level: 'restreint' | 'minimal', view: View): FhirResource | undefined {
  const row = SHAPES[level][resource.resourceType]
  if (row === undefined || !isFor(row, resource, view)) return undefined
  const { meta, modifierExtension } = resource as { meta?: { versionId?: string; lastUpdated?: string }; modifierExtension?: unknown[] }
  // Something in it means the contrary of what it says, and this level does not show what.
  if (modifierExtension !== undefined) return undefined
  const { versionId, lastUpdated } = meta ?? {}
  const kept = reduced(resource as unknown as Json, row.shape, view)
  const projected = {
    resourceType: resource.resourceType,
    ...kept,
    meta: { ...(versionId === undefined ? {} : { versionId }), ...(lastUpdated === undefined ? {} : { lastUpdated }), tag: [SUBSETTED] },
    ...(row.payload === undefined ? {} : { payload: [{ contentString: NOTICE }] }),
  }
  return projected as unknown as FhirResource
}

/** Has this been shown at a level below `complet`? It is no resource that could be written back. */
export function isProjection({ meta }: Pick<FhirResource, 'meta'>): boolean {
  return (meta?.tag ?? []).some(({ system, code }) => system === SUBSETTED.system && code === SUBSETTED.code)
}

function isFor({ ownBy, isAddressed, documentTypes }: Row, resource: FhirResource, view: View): boolean {
  if (isAddressed === true && view.isAddressed !== true) return false
  if (documentTypes !== undefined && !(resource.resourceType === 'DocumentReference' && hasOne(resource.type?.coding, documentTypes))) return false
  return ownBy === undefined || ownBy.some(element => leadsTo((resource as unknown as Json)[element], view))
}

const hasOne = (codings: readonly { code?: string | undefined }[] = [], codes: readonly string[]): boolean =>
  codings.some(({ code }) => codes.includes(code ?? ''))

function reduced(from: Json, shape: Shape, view: View): Json {
  const kept: Json = {}
  for (const [element, keep] of Object.entries(shape)) {
    const value = keptOf(from[element], keep, view)
    if (value !== undefined) kept[element] = value
  }
  return kept
}

function keptOf(value: unknown, keep: Keep, view: View): unknown {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) {
    const entries = value.map((entry: unknown) => keptOf(entry, keep, view)).filter(entry => entry !== undefined)
    return entries.length === 0 ? undefined : entries
  }
  if (keep === 'whole') return withoutUnknown(value)
  if (typeof value !== 'object') return undefined
  if (keep === 'link') return linkOf(value as Json)
  if (isFiltered(keep)) return concerns(value as Json, keep.of, view) ? filled(reduced(value as Json, keep.keep, view)) : undefined
  return filled(reduced(value as Json, keep, view))
}

const isFiltered = (keep: Shape | { of: Of; keep: Shape }): keep is { of: Of; keep: Shape } => typeof keep['of'] === 'string'

const filled = (kept: Json): Json | undefined => (Object.keys(kept).length === 0 ? undefined : kept)

/** Of a reference nothing but where it leads; one that leads nowhere in the store is left out. */
const linkOf = ({ reference }: Json): Json | undefined => (typeof reference === 'string' && !reference.startsWith('#') ? { reference } : undefined)

/** Is an entry of a circle, a plan or an appointment one of those that are shown? */
function concerns(entry: Json, whom: Of, view: View): boolean {
  if (whom === 'phone') return entry['system'] === 'phone'
  const { detail, member, onBehalfOf, role, actor } = entry as { detail?: Json; actor?: Reference } & CareTeamParticipant
  if (whom === 'person') return actor?.reference?.startsWith('Patient/') === true
  if (leadsTo(member, view) || leadsTo(onBehalfOf, view) || leadsTo(detail?.['performer'], view)) return true
  return (
    whom === 'own-or-referent' &&
    (role ?? []).some(({ coding = [] }) => coding.some(({ system, code }) => system === tre('R85-RolePriseCharge') && code === '330'))
  )
}

function leadsTo(link: unknown, view: View): boolean {
  if (Array.isArray(link)) return link.some((one: unknown) => leadsTo(one, view))
  const reference = typeof link === 'object' && link !== null && 'reference' in link ? link.reference : undefined
  return typeof reference === 'string' && view.references.includes(reference.split('/_history/')[0] ?? '')
}

/** Without extensions whose meaning is not known, at any depth; an element that one of them modifies is left out. */
function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(withoutUnknown).filter(entry => entry !== undefined)
    return entries.length === 0 ? undefined : entries
  }
  if (typeof value !== 'object' || value === null) return value
  const { url, modifierExtension } = value as { url?: unknown; modifierExtension?: unknown }
  if (modifierExtension !== undefined) return undefined
  if (typeof url === 'string' && isExtension(value) && !KNOWN_EXTENSIONS.has(url)) return undefined
  // Inside a known extension its parts have names of their own.
  if (typeof url === 'string' && isExtension(value)) return value
  const kept = Object.entries(value)
    .filter(([name]) => !name.startsWith('_'))
    .flatMap(([name, inner]: [string, unknown]) => {
      const shown = withoutUnknown(inner)
      return shown === undefined ? [] : [[name, shown] as const]
    })
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

/** An attachment has a url too, and a content type. */
const isExtension = (value: object): boolean =>
  Object.keys(value).every(name => name === 'url' || name === 'id' || name === 'extension' || /^_?value[A-Z]/.test(name))
