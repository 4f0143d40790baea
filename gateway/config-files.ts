/*
  The files that a configuration names: every key that ends with `File`, wherever it stands.
*/
import type { HubConfig } from './config.ts'

export interface NamedFile {
  /** Its key in the configuration: `connectors.hospital.tls.crlFile`. */
  path: string
  file: string
  /** `open` may be read by anybody: the public keys of clients and providers. */
  kind: 'certificates' | 'lists' | 'open' | 'secret'
}

const KINDS: readonly [RegExp, NamedFile['kind']][] = [
  [/(cert|ca)File$/i, 'certificates'],
  [/crlFile$/i, 'lists'],
  [/jwksFile$/, 'open'],
]

export const filesNamed = (config: HubConfig): NamedFile[] => within(config, '')

function within(value: object, path: string): NamedFile[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): NamedFile[] => {
    const at = path === '' ? key : `${path}.${key}`
    if (typeof inner === 'object' && inner !== null) return within(inner, at)
    return typeof inner === 'string' && key.endsWith('File') ? [{ path: at, file: inner, kind: KINDS.find(([form]) => form.test(key))?.[1] ?? 'secret' }] : []
  })
}
