/*
  hub backup DIR: ledger and store as they are at one moment, with the keys they need, while the hub goes on; of one that is stopped the database runs for as long as it takes.
*/
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { baseBackup } from '../backup/base-backup.mjs'
import { copyLiving } from '../backup/copy-living.mjs'
import { writeManifest } from '../backup/manifest.mjs'
import { AFTER, BEFORE, CLUSTER } from '../backup/parts.mjs'
import { DATABASES } from '../parts/postgres.mjs'
import { binaries } from '../parts/postgres-binaries.mjs'
import { readSecrets } from '../sandbox/secrets.mjs'
import { holder } from '../stack/book.mjs'
import { readJson } from '../stack/files.mjs'
import { readSettings, ROOT } from '../stack/settings.mjs'
import { announced, say, seconds, Stop } from '../stack/terminal.mjs'
import { inBackground } from './start.mjs'
import { stop } from './stop.mjs'

export async function backup([folder]) {
  const settings = readSettings()
  const to = resolve(folder)
  if (existsSync(to) && readdirSync(to).length > 0) throw new Stop(`${to} is not empty: each backup has a folder of its own.`)
  if (!existsSync(settings.files.sandbox)) throw new Stop(`there is no hub in ${settings.dataDir}: start it once before it is backed up.`)
  const isStopped = holder(settings) === undefined
  const began = Date.now()
  mkdirSync(to, { recursive: true, mode: 0o700 })
  try {
    if (isStopped) await inBackground(settings, ['postgres'])
    await announced('Backing up ledger and store', () => write(settings, to))
  } catch (error) {
    for (const name of readdirSync(to)) rmSync(join(to, name), { recursive: true, force: true })
    if (error instanceof Stop || error.code === undefined) throw error
    throw new Stop(`the backup failed and was taken away again: ${error.message}`)
  } finally {
    if (isStopped) await stop()
  }
  say(`Backed up ${settings.dataDir} to ${to} (${seconds(began)}). It holds keys and health data: keep it as safe as the hub itself.`)
  return 0
}

async function write(settings, to) {
  const at = new Date().toISOString()
  copy(settings, to, BEFORE)
  const connection = superuser(settings)
  const end = await baseBackup(connection, join(to, CLUSTER))
  const migration = await lastMigration({ ...connection, database: 'ledger' })
  copy(settings, to, AFTER)
  const { version } = readJson(join(ROOT, 'package.json'))
  await writeManifest(to, { at, version, postgres: (await binaries()).major, migration, databases: Object.keys(DATABASES), end })
}

function copy(settings, to, names) {
  for (const name of names) copyLiving(settings.inside(name), join(to, name))
}

/** Of the running server, whose port stands in sandbox.json: the one of now may be asked for under another offset. */
function superuser(settings) {
  const { postgres } = readJson(settings.files.sandbox)
  return { host: '127.0.0.1', port: Number(new URL(postgres).port), user: 'postgres', password: readSecrets(settings).passwords.postgres }
}

async function lastMigration(connection) {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rows } = await client.query("select coalesce((select max(number) from migration), 0) as number where to_regclass('migration') is not null")
    return rows[0]?.number ?? 0
  } finally {
    await client.end()
  }
}
