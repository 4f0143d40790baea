/*
  The configuration that a command reads: the file it is given, else that of HUB_CONFIG, else the sandbox's.
*/
import { join } from 'node:path'
import { type HubConfig, readConfig } from '../config.ts'
import { CommandError } from './command-error.ts'
import { dataDir } from './sandbox.ts'

export const configPath = (named: string | undefined): string => named ?? process.env['HUB_CONFIG'] ?? join(dataDir(), 'hub.json')

/** Throws: CommandError for one with faults. */
export function requireConfig(named: string | undefined): HubConfig {
  const path = configPath(named)
  const read = readConfig(path)
  if ('faults' in read) throw new CommandError(`${path} is not valid: hub check-config tells why`)
  return read.config
}
