/*
  hub send, flow, token, …: handed to the hub's own command line, with this data folder.
*/
import { join } from 'node:path'
import { ROOT, readSettings } from '../stack/settings.mjs'
import { runNode } from './run-node.mjs'

export function ofTheHub(args) {
  const { dataDir } = readSettings()
  return runNode(['--enable-source-maps', join(ROOT, 'dist', 'gateway', 'cli.js'), ...args], { HUB_DATA_DIR: dataDir })
}
