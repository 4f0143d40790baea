/*
  Who somebody is in the monitor, from the claims of his id token.
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Role } from '../viewer.ts'
import type { LoginConfig } from './config.ts'

export interface Identity {
  name: string
  role: Role
  territory?: string
}

/** Of several roles the first counts. */
const IN_ORDER: readonly Role[] = ['operator', 'privacy-officer', 'observer']

/** Throws: monitor.login at the claim that is missing: a name, a role of ours, the territory of an observer. */
export function readIdentity(claims: Readonly<Record<string, unknown>>, { claims: names, roles }: Pick<LoginConfig, 'claims' | 'roles'>): Identity {
  const [name] = texts(valueAt(claims, names.name))
  if (name === undefined || !/^[\w.@+:|-]{1,128}$/.test(name)) throw new HubError('monitor.login', { path: 'name' })
  const held = texts(valueAt(claims, names.role))
  const role = IN_ORDER.find(one => held.includes(roles[one]))
  if (role === undefined) throw new HubError('monitor.login', { path: 'role' })
  const territories = texts(valueAt(claims, names.territory))
  // Bound to two would mean bound to neither: nobody is shown more than he was given.
  if (territories.length > 1 || (territories.length === 0 && role === 'observer')) throw new HubError('monitor.login', { path: 'territory' })
  return { name, role, ...(territories[0] === undefined ? {} : { territory: territories[0] }) }
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '')

/** The claim of that whole name, else by the way its dots say. */
function valueAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let at: unknown = claims
  for (const name of path.split('.')) at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined
  return at
}
