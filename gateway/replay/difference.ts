/*
  What a resource that the mappers make differs in from the one that is stored; pure.
    what the store adds (version, time, source) is no difference, nor how it writes XHTML
*/
import jsonPatch from 'fast-json-patch'
import type { Resource } from 'fhir/r4.js'

/** One step from what is stored to what would be, as RFC 6902 says it, with what stands there now. */
export interface Difference {
  op: 'add' | 'remove' | 'replace'
  path: string
  was?: unknown
  value?: unknown
}

/** In: what is stored; undefined where there is nothing. */
export function differences(stored: Resource | undefined, made: Resource): Difference[] {
  if (stored === undefined) return [{ op: 'add', path: '', value: made }]
  const [before, after] = [plain(stored), plain(made)]
  return jsonPatch.compare(before, after).flatMap(step => {
    if (step.op !== 'add' && step.op !== 'remove' && step.op !== 'replace') return []
    const value = step.op === 'remove' ? {} : { value: step.value }
    const was = step.op === 'add' ? {} : { was: jsonPatch.getValueByPointer(before, step.path) as unknown }
    return [{ op: step.op, path: step.path, ...was, ...value }]
  })
}

function plain(resource: Resource): Resource {
  const { meta, ...rest } = structuredClone(resource)
  const { versionId, lastUpdated, source, ...ours } = meta ?? {}
  return tidy({ ...rest, ...(Object.keys(ours).length === 0 ? {} : { meta: ours }) }) as Resource
}

/** Narrative as one reader would see it; references without the version, which the store takes away. */
function tidy(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map(one => tidy(one, name))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, tidy(one, key)]))
  if (typeof value !== 'string') return value
  if (name === 'div') return narrative(value)
  return name === 'reference' ? value.replace(/\/_history\/\d+$/, '') : value
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&#34;': '"',
  '&#xa0;': '\u00a0',
  '&#160;': '\u00a0',
  '&nbsp;': '\u00a0',
}

const narrative = (div: string): string =>
  div
    .replace(/&(?:quot|apos|nbsp|#39|#34|#160|#xa0);/gi, entity => ENTITIES[entity.toLowerCase()] ?? entity)
    .replace(/<(\w+)([^<>]*?)\s*\/>/g, '<$1$2></$1>')
    .replace(/<(\w+)((?:\s+[\w:-]+="[^"]*")+)\s*>/g, (_, tag: string, attributes: string) => `<${tag} ${sorted(attributes)}>`)
    .replace(/\s+/g, ' ')
    .replace(/> </g, '><')

const sorted = (attributes: string): string =>
  attributes
    .trim()
    .split(/\s+(?=[\w:-]+=")/)
    .sort()
    .join(' ')

/** Whom identity or words of a person may be read from: hidden until they are asked for with a reason. */
const PERSONS = /^(Patient|RelatedPerson|Person|Practitioner)\//
const PERSONAL = /^(name|family|given|telecom|address|birthDate|photo|display|div|data|text|title|description|valueString|note|comment|identifier)$/
const HIDDEN = '•••'

/** The same steps without what may name or describe a person. */
export function withoutValues(resource: string, found: readonly Difference[]): Difference[] {
  const isPerson = PERSONS.test(resource)
  return found.map(one => {
    // The display of a code is of its terminology; that of a reference is a name.
    const places = one.path.replace(/\/coding\/\d+\/display$/, '').split('/')
    const isHidden = (isPerson && !one.path.startsWith('/meta')) || places.some(part => PERSONAL.test(part))
    const hide = (value: unknown): unknown => (isHidden ? HIDDEN : masked(value))
    return {
      ...one,
      ...('was' in one ? { was: hide(one.was) } : {}),
      ...('value' in one ? { value: isPerson && one.path === '' ? HIDDEN : hide(one.value) } : {}),
    }
  })
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  const isCoding = 'code' in value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, PERSONAL.test(key) && !(isCoding && key === 'display') ? HIDDEN : masked(one)]))
}
