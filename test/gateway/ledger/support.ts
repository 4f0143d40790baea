/*
  What the ledger's tests share: an open ledger on a fresh database, invented messages, ways to look and to wait.
*/
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Db, type LedgerLog, openLedger } from '../../../gateway/ledger/db.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import type { LaneClaim } from '../../../gateway/ledger/lanes/lanes.ts'
import { afterAll } from 'vitest'
import { type OwnPostgres, startOwnPostgres, startPostgres, type TestPostgres } from '../../support/postgres.ts'
import type { ArrivedMessage } from '../../../gateway/ledger/acceptance/arrival.ts'

export const quiet: LedgerLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

export async function freshLedger(postgres: TestPostgres, max = 16): Promise<{ db: Db; url: string }> {
  const url = await postgres.createDatabase()
  return { db: await openLedger({ url, max, log: quiet }), url }
}

/** One ledger for all tests of a file, on a database of its own, closed after the last. */
export const useLedger = (max?: number): Promise<TestLedger<TestPostgres>> => ledgerOn(startPostgres(), max)

/** The same on a PostgreSQL of its own. */
export const useOwnLedger = (): Promise<TestLedger<OwnPostgres>> => ledgerOn(startOwnPostgres())

interface TestLedger<Server> {
  db: Db
  url: string
  postgres: Server
}

async function ledgerOn<Server extends TestPostgres>(starting: Promise<Server>, max?: number): Promise<TestLedger<Server>> {
  const postgres = await starting
  const { db, url } = await freshLedger(postgres, max)
  afterAll(async () => {
    await db.close()
    await postgres.stop()
  })
  return { db, url, postgres }
}

export function message(changes: Partial<ArrivedMessage> & { text?: string } = {}): ArrivedMessage {
  const { text, ...rest } = changes
  const id = rest.id ?? newMessageId()
  const controlId = rest.controlId ?? id
  return {
    id,
    door: 'mllp',
    format: 'hl7v2',
    sender: 'ch-1',
    controlId,
    bytes: Buffer.from(text ?? `bytes of ${controlId}`),
    receivedAt: new Date(),
    laneKey: `lane of ${id}`,
    findings: [],
    answer: Buffer.from(`AA ${id}`),
    traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
    ...rest,
  }
}

/** A long body that is not compressible. */
export function noise(size: number, seed: string): Uint8Array {
  const parts: Buffer[] = []
  for (let length = 0, n = 0; length < size; length += 32, n += 1) parts.push(createHash('sha256').update(`${seed} ${n}`).digest())
  return Buffer.concat(parts).subarray(0, size)
}

export async function one<R>(db: Db, text: string, values: unknown[] = []): Promise<R> {
  const { rows } = await db.query<R>(text, values)
  if (rows[0] === undefined) throw new Error('no row')
  return rows[0]
}

export async function count(db: Db, from: string, values: unknown[] = []): Promise<number> {
  return (await one<{ count: number }>(db, `select count(*)::int as count from ${from}`, values)).count
}

export async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let look = 0; look < 1200; look += 1) {
    if (await condition()) return
    await sleep(25)
  }
  throw new Error(`never: ${what}`)
}

export function only(claims: LaneClaim[]): LaneClaim {
  const [claim, ...others] = claims
  if (claim === undefined || others.length > 0) throw new Error(`expected one claim, got ${claims.length}`)
  return claim
}
