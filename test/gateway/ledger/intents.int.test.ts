import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { undecidedIntents } from '../../../gateway/ledger/intents.ts'
import { until, useLedger } from './support.ts'

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
