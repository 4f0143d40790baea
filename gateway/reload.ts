/*
  The configuration while the hub runs: partners and clients are replaced when the file changes or on SIGHUP; a faulty file changes nothing.
*/
import { unwatchFile, watchFile } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { toHubError } from '../profiles/errors.ts'
import { readClients } from './access/callers/clients.ts'
import { type HubConfig, readConfig } from './config.ts'
import type { Log } from './log.ts'

const LOOK_MS = 1000
const LIVE = ['partners', 'clients'] as const

export interface LiveConfig {
  /** What the parts hold: its partners and clients are those of the last sound file, everything else is that of the start. */
  config: HubConfig
  replace(next: HubConfig): void
}

export function liveConfig(first: HubConfig): LiveConfig {
  let current = first
  const config: HubConfig = {
    ...first,
    get partners() {
      return current.partners
    },
    get clients() {
      return current.clients
    },
  }
  return {
    config,
    replace(next) {
      current = next
    },
  }
}

/** Reads the file again and puts it in force, or says in one line why not. */
export function reload(path: string, { config, replace }: LiveConfig, log: Log): void {
  const read = readConfig(path)
  if ('faults' in read) return void log.warn('config.refused', { reason: read.faults.map(fault => `${fault.path || '(file)'}: ${fault.text}`).join('; ') })
  try {
    readClients(read.config.clients, { requestsPerSecond: config.limits.requestsPerSecond, onFault: () => undefined })
  } catch (error) {
    return void log.error('config.refused', toHubError(error))
  }
  const fixed = fixedKeys(config, read.config)
  replace(read.config)
  log.info('config.reloaded', { count: read.config.partners.length + read.config.clients.length })
  if (fixed.length > 0) log.warn('config.restart-needed', { path: fixed.join(' ') })
}

/** Until the returned function is called. */
export function watchConfig(path: string, live: LiveConfig, log: Log): () => void {
  const again = (): void => reload(path, live, log)
  watchFile(path, { interval: LOOK_MS, persistent: false }, again)
  process.on('SIGHUP', again)
  return () => {
    unwatchFile(path, again)
    process.off('SIGHUP', again)
  }
}

/** The keys that changed and only count from the next start. */
function fixedKeys(before: HubConfig, after: HubConfig): string[] {
  const live: readonly string[] = LIVE
  return Object.entries(after).flatMap(([key, value]) => (live.includes(key) || isDeepStrictEqual(value, before[key as keyof HubConfig]) ? [] : [key]))
}
