/*
  hub restore DIR: puts a backup into an empty HUB_DATA_DIR. The next `hub start` goes on from the moment of the backup, as after a crash.
*/
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readManifest } from '../backup/manifest.mjs'
import { AFTER, BEFORE, CLUSTER } from '../backup/parts.mjs'
import { unpack } from '../backup/unpack.mjs'
import { binaries } from '../parts/postgres-binaries.mjs'
import { holder } from '../stack/book.mjs'
import { readSettings, ROOT } from '../stack/settings.mjs'
import { announced, say, seconds, Stop } from '../stack/terminal.mjs'

export async function restore([folder]) {
  const settings = readSettings()
  const { dataDir } = settings
  const from = resolve(folder)
  if (holder(settings) !== undefined) throw new Stop(`the stack in ${dataDir} is running: stop it, or restore into another HUB_DATA_DIR.`)
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new Stop(`${dataDir} is not empty, and nothing in it is overwritten: restore into an empty HUB_DATA_DIR.`)
  const began = Date.now()
  const manifest = await announced('Checking the backup', () => readManifest(from))
  await requireFits(manifest)
  // Made beside and then given its name: a restore that was cut is none, and no hub starts from a part of one.
  const fresh = `${dataDir}.restoring`
  rmSync(fresh, { recursive: true, force: true })
  await announced('Restoring ledger and store', () => fill(fresh, from))
  if (existsSync(dataDir)) rmdirSync(dataDir)
  renameSync(fresh, dataDir)
  say(`Restored the backup of ${manifest.at} into ${dataDir} (${seconds(began)}). To go on from there: npx hub start`)
  return 0
}

/** An older ledger is migrated when the hub starts; a younger one is not understood. */
async function requireFits({ postgres, migration, version }) {
  const { major } = await binaries()
  if (postgres !== major)
    throw new Stop(`the backup is of PostgreSQL ${postgres} and this hub brings ${major}. Restore it with the hub that made it (${version}), and upgrade then.`)
  const known = Math.max(
    ...readdirSync(join(ROOT, 'gateway', 'ledger', 'migrations'))
      .map(name => Number(name.slice(0, 4)))
      .filter(Number.isInteger),
  )
  if (migration > known) throw new Stop(`the backup was made by a newer hub (${version}, migration ${migration}); this one knows migrations up to ${known}.`)
}

async function fill(fresh, from) {
  mkdirSync(fresh, { recursive: true, mode: 0o711 })
  chmodSync(fresh, 0o711)
  for (const name of [...BEFORE, ...AFTER])
    if (existsSync(join(from, name))) cpSync(join(from, name), join(fresh, name), { recursive: true, preserveTimestamps: true })
  chmodSync(join(fresh, 'secrets'), 0o700)
  await unpack(join(from, CLUSTER), join(fresh, 'postgres'))
}
