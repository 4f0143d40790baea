/*
  The reference of the configuration and its example file, made from the zod schemas: `npm run reference` writes them, a test holds them to the schemas.
*/
import { resolve } from 'node:path'
import { z } from 'zod'
import { configSchema } from '../../gateway/config.ts'
import { EXAMPLES } from './configuration-examples.ts'

export const CONFIGURATION_PAGE = resolve(import.meta.dirname, '../../CONFIGURATION.md')
export const CONFIGURATION_EXAMPLE = resolve(import.meta.dirname, '../../docker/hub.complete.example.json')

interface Schema {
  type?: string
  format?: string
  pattern?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
}

/** As it is written in the file: what has a default may be left out. */
const root = (): Schema => z.toJSONSchema(configSchema, { io: 'input' }) as Schema

export interface Key {
  path: string
  schema: Schema
  isRequired: boolean
}

/** Every key, the one that holds others before them; `[]` stands for each of a list. */
export const configurationKeys = (): Key[] => keysIn(root(), '')

function keysIn({ properties = {}, required = [], items, anyOf = [] }: Schema, at: string): Key[] {
  const own = Object.entries(properties).flatMap(([name, schema]) => {
    const path = at === '' ? name : `${at}.${name}`
    return [{ path, schema, isRequired: required.includes(name) }, ...keysIn(schema, path)]
  })
  return [...own, ...(items === undefined ? [] : keysIn(items, `${at}[]`)), ...anyOf.flatMap(one => keysIn(one, at))]
}

/** A table for each group of keys. */
export function renderConfiguration(): string {
  const keys = configurationKeys()
  const isGroup = ({ schema, path }: Key): boolean => !path.includes('.') && (schema.properties ?? schema.items?.properties) !== undefined
  const single = keys.filter(key => !key.path.includes('.') && !isGroup(key))
  const groups = keys.filter(isGroup).flatMap(group => (group.path === 'connectors' ? partsOf(group, keys) : [group]))
  return [
    section('The hub', '', single),
    ...groups.map(group => {
      const held = keys.filter(({ path }) => path.startsWith(`${group.path}.`) || path.startsWith(`${group.path}[].`))
      return section(`\`${group.path}\``, `${textOf(group)}${group.isRequired ? ' Required.' : ''}`, held)
    }),
  ].join('\n\n')
}

const partsOf = ({ path, schema }: Key, keys: Key[]): Key[] =>
  keys.filter(one => Object.keys(schema.properties ?? {}).some(name => one.path === `${path}.${name}`))

function section(title: string, text: string, keys: Key[]): string {
  const rows = keys.map(key => `| \`${key.path}\` | ${typeOf(key)} | ${defaultOf(key)} | ${cell(textOf(key))} |`)
  return [`## ${title}`, ...(text === '' ? [] : [text]), ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')].join('\n\n')
}

const textOf = ({ schema }: Key): string => schema.description ?? ''
const cell = (text: string): string => text.replaceAll('|', '\\|')
const code = (value: unknown): string => `\`${cell(typeof value === 'string' ? value : JSON.stringify(value).replaceAll(',', ', '))}\``

function typeOf({ path, schema }: Key): string {
  return path.endsWith('File') ? 'file' : kindOf(schema)
}

function kindOf(schema: Schema): string {
  const { type, anyOf, items, properties } = schema
  if (schema.enum !== undefined) return schema.enum.map(code).join(' · ')
  if (schema.const !== undefined) return code(schema.const)
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(' or ')
  if (type === 'array') return items?.properties === undefined && items?.type !== 'object' ? `list of: ${kindOf(items ?? {})}` : 'list'
  if (type === 'object') return properties === undefined ? 'JSON' : 'group'
  if (type === 'integer' || type === 'number') return numberOf(schema)
  return type === 'string' ? wordOf(schema) : 'true · false'
}

function numberOf({ type, minimum, exclusiveMinimum, maximum }: Schema): string {
  const [least, most] = [
    minimum ?? (exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`),
    maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum,
  ]
  const range = most === undefined ? `from ${grouped(least)}` : `${grouped(least)} to ${grouped(most)}`
  return type === 'integer' ? range : `decimal, ${range}`
}

const grouped = (number: number | string | undefined): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ' ')

const PATTERNS: Record<string, string> = {
  '^(\\d{2}|2[AB])\\d{7}$': '9 digits (2A or 2B in place of the first two)',
  '^[A-Za-z0-9._-]{1,64}$': 'letters, digits, `._-`, at most 64',
  '^([01]\\d|2[0-3]):[0-5]\\d$': '`HH:MM`',
  '^[^:]+:\\d+$': '`host:port`',
  '^[0-2](\\.\\d+)+$': 'OID',
}
const FORMATS: Record<string, string> = { uri: 'URL', email: 'mail address', ipv4: 'IPv4 address', ipv6: 'IPv6 address' }

function wordOf({ format, pattern }: Schema): string {
  if (format !== undefined) return FORMATS[format] ?? format
  return pattern === undefined ? 'text' : (PATTERNS[pattern] ?? code(pattern.replaceAll('\\/', '/')))
}

function defaultOf({ schema, isRequired }: Key): string {
  if (isRequired) return '**required**'
  return schema.default === undefined || JSON.stringify(schema.default) === '{}' ? '' : code(schema.default)
}

/** Every key with its default, or with an invented value where it has none. */
export const exampleConfiguration = (): unknown => exampleOf(root(), '')

function exampleOf(schema: Schema, path: string): unknown {
  const { properties, items, anyOf } = schema
  if (Object.hasOwn(EXAMPLES, path)) return EXAMPLES[path]
  if (properties !== undefined) {
    const entries = Object.entries(properties).map(([name, inner]) => [name, exampleOf(inner, path === '' ? name : `${path}.${name}`)] as const)
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  if (Array.isArray(schema.default) && schema.default.length > 0) return schema.default
  if (items?.properties !== undefined) return [exampleOf(items, `${path}[]`)]
  if (schema.default !== undefined) return schema.default
  throw new Error(`${path} has no default and no example${anyOf === undefined ? '' : ' of one of its forms'}`)
}
