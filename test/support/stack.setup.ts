/*
  Starts the sandbox once for all projects with integration tests and ends it afterwards; HUB_TEST_SANDBOX=<data folder> uses a running one instead.
*/
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { readSandbox } from './sandbox.ts'

const PORT_OFFSET = '21000'
/** What the parts said in the last run that failed. */
const LOGS = join(tmpdir(), 'hub-test-logs')

export default function startStack({ vitest }: TestProject): (() => void) | undefined {
  const running = process.env['HUB_TEST_SANDBOX']
  const dataDir = running ?? mkdtempSync(join(tmpdir(), 'hub-test-'))
  process.env['HUB_DATA_DIR'] = dataDir
  const run = (command: string): void => {
    execFileSync(process.execPath, ['docker/embedded/hub.mjs', command], {
      stdio: 'inherit',
      env: { ...process.env, HUB_DATA_DIR: dataDir, HUB_PORT_OFFSET: process.env['HUB_PORT_OFFSET'] ?? PORT_OFFSET },
    })
  }
  if (running === undefined) {
    try {
      run('start')
    } catch (error) {
      rmSync(dataDir, { recursive: true, force: true })
      throw error
    }
  }
  const sandbox = readSandbox(dataDir)
  process.env['HUB_TEST_HAPI'] = sandbox.hapi
  process.env['HUB_TEST_KAFKA'] = sandbox.kafka
  if (running !== undefined) return undefined
  // Whichever project comes next finds this one running.
  process.env['HUB_TEST_SANDBOX'] = dataDir
  let isStopped = false
  const stop = (): void => {
    if (isStopped) return
    isStopped = true
    run('stop')
    if (vitest.state.getFiles().some(file => file.result?.state === 'fail')) keepLogs(join(dataDir, 'logs'))
    if (process.env['HUB_TEST_KEEP'] === undefined) rmSync(dataDir, { recursive: true, force: true })
  }
  // An interrupted run tears nothing down.
  process.once('exit', stop)
  return stop
}

function keepLogs(logs: string): void {
  rmSync(LOGS, { recursive: true, force: true })
  cpSync(logs, LOGS, { recursive: true })
  process.stdout.write(`What the parts of the stack said: ${LOGS}\n`)
}
