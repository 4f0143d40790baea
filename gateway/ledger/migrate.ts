/*
  Applies the numbered migrations that this ledger has not seen, one process at a time.
*/
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { HubError } from '../../profiles/errors.ts'

const LOCK = 4_201_001

/** Beside this file, or beside its source when this file was compiled into dist/. */
const FOLDERS = ['./migrations/', '../../../gateway/ledger/migrations/'].map(path => fileURLToPath(new URL(path, import.meta.url)))

/** Throws: config.invalid at the migration whose text is not the one this ledger was made with. */
export async function migrate(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [LOCK])
  try {
    await client.query(
      'create table if not exists migration (number integer primary key, name text not null, sha256 text not null, at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ number: number; sha256: string }>('select number, sha256 from migration')
    const applied = new Map(rows.map(({ number, sha256 }) => [number, sha256]))
    for (const migration of await readMigrations()) {
      const sha256 = applied.get(migration.number)
      if (sha256 === undefined) await apply(client, migration)
      else if (sha256 !== migration.sha256) throw new HubError('config.invalid', { path: `gateway/ledger/migrations/${migration.name}` })
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
  }
}

interface Migration {
  number: number
  name: string
  sql: string
  sha256: string
}

async function readMigrations(): Promise<Migration[]> {
  const folder = FOLDERS.find(path => existsSync(path))
  if (folder === undefined) throw new HubError('config.invalid', { path: 'gateway/ledger/migrations' })
  const names = (await readdir(folder)).filter(name => /^\d{4}_[a-z0-9-]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async name => {
      const sql = await readFile(folder + name, 'utf8')
      return { number: Number(name.slice(0, 4)), name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function apply(client: pg.ClientBase, { number, name, sql, sha256 }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into migration (number, name, sha256) values ($1, $2, $3)', [number, name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
