/*
  What the tests of bus, store and HTTP ask of a running stack: HUB_TEST_KAFKA, HUB_TEST_HAPI, HUB_TEST_POSTGRES, else the sandbox of HUB_DATA_DIR.
*/
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Db, openLedger } from '../../gateway/ledger/db.ts'
import { readSandbox } from './sandbox.ts'

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function address(name: string, key: 'kafka' | 'hapi' | 'postgres'): string | undefined {
  const dataDir = process.env['HUB_DATA_DIR'] ?? '.hub'
  return process.env[name] ?? (existsSync(join(dataDir, 'sandbox.json')) ? readSandbox(dataDir)[key] : undefined)
}

export const kafkaAddress = address('HUB_TEST_KAFKA', 'kafka')
export const hapiAddress = address('HUB_TEST_HAPI', 'hapi')
export const postgresAddress = address('HUB_TEST_POSTGRES', 'postgres')

/** A ledger of its own for one test file, in a database that is dropped at the end. */
export async function freshLedger(): Promise<{ db: Db; url: string; drop(): Promise<void> }> {
  if (postgresAddress === undefined) throw new Error('no PostgreSQL')
  const name = `ledger_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await admin(`create database ${name}`)
  const url = new URL(postgresAddress)
  url.pathname = `/${name}`
  const db = await openLedger({ url: url.href, max: 6, log: quiet })
  return {
    db,
    url: url.href,
    async drop() {
      await db.close()
      await admin(`drop database if exists ${name} with (force)`)
    },
  }
}

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresAddress })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
