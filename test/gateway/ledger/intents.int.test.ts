import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Tx } from '../../../gateway/ledger/db.ts'
import { openIntent, settleIntent, undecidedIntents } from '../../../gateway/ledger/intents.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { count, until, useLedger } from './support.ts'

// Whoever repeats a write that a kill -9 interrupted is told soon what became of it: nobody waits for the time that a living process would get.

const { db, url } = await useLedger()

const AN_HOUR = { plannedMs: 3_600_000, unplannedMs: 3_600_000 }
const left = async (): Promise<string[]> => (await undecidedIntents(db, AN_HOUR)).filter(({ isLeft }) => isLeft).map(({ id }) => id)

async function writer(): Promise<{ process: ChildProcess; intent: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('writer.ts', import.meta.url)), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout, 'data')
  return { process: child, intent: String(said).trim() }
}

describe('a write that is not decided', () => {
  it('is left to its process while that one lives, and to others as soon as it is killed', async () => {
    const [killed, living] = [await writer(), await writer()]
    expect(await left()).toEqual([])
    killed.process.kill('SIGKILL')
    await until(async () => (await left()).length > 0, 'one left')
    expect(await left()).toEqual([killed.intent])
    living.process.kill('SIGKILL')
    await until(async () => (await left()).length === 2, 'both left')
  })

  it('of a process that nobody knows to be alive or dead is left to it for a while', async () => {
    await db.query("update intent set process = null, at = at - interval '2 hours'")
    const open = await undecidedIntents(db, AN_HOUR)
    expect(open.map(({ isLeft }) => isLeft)).toEqual([false, false])
    expect(await undecidedIntents(db, { plannedMs: 0, unplannedMs: 86_400_000 })).toEqual([])
  })
})

describe('a write that waits for its locks', () => {
  const open = (tx: Tx, id: string, locks: string[], identifiers = [ORGANIZATION]) =>
    openIntent(tx, { id, client: 'c', sha256: Buffer.from('x'), locks, identifiers, traceparent: '00' })
  const ORGANIZATION = { type: 'Organization', system: 'urn:test', value: 'n-1' }

  it('is told whose its identifiers are by then, also of a write that was settled while it waited', async () => {
    const owner = { ...ORGANIZATION, id: '00000000-0000-4000-8000-000000000001' }
    const [refused, faster, waiting] = [newMessageId(), newMessageId(), newMessageId()]
    let opening: ReturnType<typeof open> | undefined
    const holding = db.tx(async tx => {
      await open(tx, refused, ['a'])
      opening = open(db, waiting, ['a', 'b'])
      await until(async () => (await count(db, "pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")) > 0, 'it waits')
      expect((await open(db, faster, ['b'])).state).toBe('opened')
      expect(await settleIntent(db, faster, { storedAt: new Date(), identifiers: [owner] })).toBe(true)
      throw new Error('rolled back')
    })
    await expect(holding).rejects.toThrow('rolled back')
    expect(await opening).toEqual({ state: 'opened', owners: [owner] })
  })
})
