import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { eventually, readSandbox } from '../../support/sandbox.ts'

// A small stack of its own (PostgreSQL and the stand-ins) beside the shared one: it is killed and stopped here.

const dataDir = mkdtempSync(join(tmpdir(), 'hub-stack-'))
const hub = resolve(import.meta.dirname, '../../../docker/embedded/hub.mjs')
const PARTS = ['--parts', 'postgres,partners']

interface Ran {
  code: number
  out: string
}

function run(...args: string[]): Promise<Ran> {
  const env = { ...process.env, HUB_DATA_DIR: dataDir, HUB_PORT_OFFSET: '12000' }
  return new Promise(resolve => {
    execFile(process.execPath, [hub, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr }),
    )
  })
}

const pidOf = (part: string): number => readSandbox(dataDir).pids[part] ?? 0

/** Every process whose working folder or command line lies in the data folder of this stack. */
function processes(): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.map(Number).filter(pid => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(dataDir) || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${dataDir}/`)
    } catch {
      return false
    }
  })
}

afterAll(async () => {
  await run('stop')
  rmSync(dataDir, { recursive: true, force: true })
})

describe.skipIf(process.platform !== 'linux')('the stack', () => {
  it('starts in the background, and a second start says that it runs', async () => {
    expect(await run('start', ...PARTS)).toMatchObject({ code: 0, out: expect.stringMatching(/of \S+ is up \(/) })
    expect(await run('start', ...PARTS)).toMatchObject({ code: 0, out: expect.stringContaining('already running') })
    expect(await run('status')).toMatchObject({ code: 0, out: expect.stringMatching(/postgres\s+up/) })
  })

  it('nobody else may read what its parts keep', () => {
    const open = (folder: string) => (statSync(join(dataDir, folder)).mode & 0o077) !== 0
    expect(['partners', 'postgres', 'secrets'].filter(open)).toEqual([])
  })

  it('PostgreSQL killed with -9 comes back by itself, under the pid that sandbox.json then names', async () => {
    const before = pidOf('postgres')
    process.kill(before, 'SIGKILL')
    await eventually('another PostgreSQL', async () => (pidOf('postgres') !== before && pidOf('postgres') > 0 ? true : undefined))
    await eventually('the stack whole again', async () => ((await run('status')).out.match(/ up /g)?.length === 2 ? true : undefined))
  })

  it('the supervisor killed with -9 leaves no process behind, and the next start goes on', async () => {
    process.kill(pidOf('supervisor'), 'SIGKILL')
    await eventually('no process left', async () => (processes().length === 0 ? true : undefined))
    expect((await run('status')).code).toBe(3)
    expect(await run('start', ...PARTS)).toMatchObject({ code: 0 })
  })

  it('a guard that could not end its PostgreSQL leaves an orphan, which the next start ends', async () => {
    const orphan = pidOf('postgres')
    const guard = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(orphan)], { encoding: 'utf8' }))
    process.kill(pidOf('supervisor'), 'SIGSTOP')
    process.kill(guard, 'SIGKILL')
    process.kill(pidOf('supervisor'), 'SIGKILL')
    expect(processes()).toContain(orphan)
    expect(await run('start', ...PARTS)).toMatchObject({ code: 0 })
    expect(processes()).not.toContain(orphan)
  })

  it('stop ends every process', async () => {
    expect(await run('stop')).toMatchObject({ code: 0, out: expect.stringContaining('Stopped.') })
    expect(processes()).toEqual([])
    expect(readSandbox(dataDir).pids).toEqual({})
  })

  it('a taken port is one line on the terminal, and nothing stays running', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(17433, '127.0.0.1', resolve))
    const { code, out } = await run('start', ...PARTS)
    await new Promise(resolve => other.close(resolve))
    expect(code).toBe(1)
    expect(out).toMatch(/^hub: port 17433 \(PostgreSQL\) is taken by another program\. .*HUB_PORT_OFFSET.*\n$/m)
    expect(processes()).toEqual([])
  })
})
