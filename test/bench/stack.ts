/*
  The stack that the benchmarks run on: its own folder and ports, never that of anybody else, and always stopped.
*/
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readSandbox, type SandboxFile } from '../support/sandbox.ts'

const HUB = resolve(import.meta.dirname, '../../docker/embedded/hub.mjs')
const PORT_OFFSET = process.env['HUB_PORT_OFFSET'] ?? '17000'
const run = promisify(execFile)

export interface BenchStack {
  /** Out: seconds until every part was well. */
  start(parts?: string[]): Promise<number>
  stop(): Promise<void>
  sandbox(): SandboxFile
  /** Stops what runs and takes the folder away. */
  end(): Promise<void>
}

export function createStack(): BenchStack {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-bench-'))
  const env = { ...process.env, HUB_DATA_DIR: dataDir, HUB_PORT_OFFSET: PORT_OFFSET }
  const hub = async (...args: string[]): Promise<void> => {
    await run(process.execPath, [HUB, ...args], { env }).catch((error: { stderr?: string }) => {
      throw new Error(`hub ${args.join(' ')}: ${error.stderr?.trim() ?? 'failed'}`, { cause: error })
    })
  }
  const stop = (): Promise<void> => hub('stop')
  return {
    async start(parts) {
      const began = performance.now()
      await hub('start', ...(parts === undefined ? [] : ['--parts', parts.join(',')]))
      return (performance.now() - began) / 1000
    },
    stop,
    sandbox: () => readSandbox(dataDir),
    async end() {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The stack that runs in HUB_DATA_DIR, if one does. */
export function runningSandbox(): SandboxFile | undefined {
  try {
    const sandbox = readSandbox()
    process.kill(sandbox.pids['hub'] ?? Number.NaN, 0)
    return sandbox
  } catch {
    return undefined
  }
}
