import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { load } from './load.ts'

interface Watched {
  state: string
  restarts: number
  processes: { main?: { pid: number; start: string } }
  run(): Promise<void>
  stop(): Promise<void>
}
interface Part {
  name: string
  prepare?(): Promise<void>
  spawn(log: number): ChildProcess
  isHealthy(): Promise<boolean>
  stop(): { signalName: string; limitMs: number }
}

interface Options {
  logFile: string
  onChange(): void
  say(line: string): void
  logLimitBytes?: number
  trimEveryMs?: number
}

const { Watched: WatchedPart } = await load<{ Watched: new (part: Part, options: Options) => Watched }>('stack/watched.mjs')
const { isAlive, identify } = await load<{
  isAlive(known: { pid: number; start: string | undefined }): boolean
  identify(pid: number): { pid: number; start: string | undefined }
}>('stack/processes.mjs')

function watch(script: string, isHealthy = async () => true, prepare?: () => Promise<void>): { watched: Watched; said: string[] } {
  const said: string[] = []
  const part: Part = {
    name: 'part',
    ...(prepare === undefined ? {} : { prepare }),
    spawn: log => spawn(process.execPath, ['-e', script], { stdio: ['pipe', log, log] }),
    isHealthy,
    stop: () => ({ signalName: 'SIGTERM', limitMs: 1000 }),
  }
  const logFile = join(mkdtempSync(join(tmpdir(), 'hub-watched-')), 'part.log')
  return { watched: new WatchedPart(part, { logFile, onChange: () => undefined, say: line => said.push(line) }), said }
}

const STAYS = 'setInterval(() => undefined, 1000)'

it('a part that is killed is started again, said in one line, under a new pid', async () => {
  const { watched, said } = watch(STAYS)
  const running = watched.run()
  await vi.waitFor(() => expect(watched.state).toBe('up'), 10_000)
  const first = watched.processes.main?.pid ?? 0
  process.kill(first, 'SIGKILL')
  await vi.waitFor(() => expect(watched.processes.main?.pid ?? first).not.toBe(first), 10_000)
  expect(watched.restarts).toBe(1)
  expect(said).toEqual(['part ended (SIGKILL); starting it again in 0.2 s.'])
  await watched.stop()
  await running
  expect(watched.state).toBe('stopped')
})

it('a part that cannot be made ready while the disk is full is tried again until it can', async () => {
  let lives = 0
  const { watched, said } = watch(STAYS, undefined, async () => {
    lives += 1
    if (lives === 2 || lives === 3) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
  })
  const running = watched.run()
  await vi.waitFor(() => expect(watched.state).toBe('up'), 10_000)
  process.kill(watched.processes.main?.pid ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect([lives, watched.state]).toEqual([4, 'up']), 10_000)
  expect(said.slice(1)).toEqual(['0.4', '0.8'].map(wait => `part ended (ENOSPC: no space left on device, write); starting it again in ${wait} s.`))
  await watched.stop()
  await running
})

it('a part that never gets up ends the start, naming its log', async () => {
  const { watched } = watch('process.exit(7)', async () => false)
  await expect(watched.run()).rejects.toThrow(/^part does not start \(exit code 7\); its log says why: .*part\.log$/)
})

it('a part that ignores SIGTERM is killed after its time', async () => {
  const { watched } = watch(`process.on('SIGTERM', () => undefined); process.stdout.write('ready'); ${STAYS}`)
  const running = watched.run()
  await vi.waitFor(() => expect(watched.state).toBe('up'), 10_000)
  const known = identify(watched.processes.main?.pid ?? 0)
  await watched.stop()
  await running
  expect(isAlive(known)).toBe(false)
})

it('a process is known by pid and start time: a recycled pid is not it', () => {
  const own = identify(process.pid)
  expect(isAlive(own)).toBe(true)
  expect(isAlive({ pid: process.pid, start: `${own.start}0` })).toBe(false)
  expect(isAlive({ pid: process.pid, start: undefined })).toBe(false)
})

it('the log of a part that goes on for months is kept small while it runs, and goes on at its beginning', async () => {
  const logFile = join(mkdtempSync(join(tmpdir(), 'hub-watched-')), 'part.log')
  const part: Part = {
    name: 'part',
    spawn: log => spawn(process.execPath, ['-e', "setInterval(() => console.log('line '.repeat(200)), 5)"], { stdio: ['pipe', log, log] }),
    isHealthy: async () => true,
    stop: () => ({ signalName: 'SIGTERM', limitMs: 1000 }),
  }
  const watched = new WatchedPart(part, { logFile, onChange: () => undefined, say: () => undefined, logLimitBytes: 20_000, trimEveryMs: 50 })
  const running = watched.run()
  await vi.waitFor(() => expect(statSync(`${logFile}.1`).size).toBeGreaterThan(20_000), 10_000)
  await vi.waitFor(() => expect(readFileSync(logFile, 'utf8')).toMatch(/^line line /), 10_000)
  expect(statSync(logFile).size).toBeLessThan(100_000)
  await watched.stop()
  await running
})
