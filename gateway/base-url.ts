/*
  The addresses of this hub: the public one first; on loopback each name of this machine, since a token request names the URL it was sent to.
*/
import type { HubConfig } from './config.ts'
import { isLoopback } from './loopback.ts'

/** Without a slash at the end. */
export function baseUrlsOf({ http: { host, port, publicUrl, certFile } }: Pick<HubConfig, 'http'>): [string, ...string[]] {
  const scheme = certFile === undefined ? 'http' : 'https'
  const hosts = isLoopback(host) ? [host, '127.0.0.1', 'localhost'] : [host]
  const own = hosts.map(name => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`)
  const all = [...new Set(publicUrl === undefined ? own : [publicUrl.replace(/\/+$/, ''), ...own])]
  return [all[0] ?? '', ...all.slice(1)]
}

export const fhirBase = (config: Pick<HubConfig, 'http'>): string => `${baseUrlsOf(config)[0]}/fhir`

export const monitorBase = (config: Pick<HubConfig, 'http'>): string => `${baseUrlsOf(config)[0]}/monitor`
