import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const at = (path: string): string => JSON.stringify(new URL(`../../../docker/embedded/${path}`, import.meta.url).href)

/** A supervisor of nothing, in the foreground, that speaks and is told to end. */
const SCRIPT = `
  import { supervise } from ${at('supervisor.mjs')}
  import { readSettings } from ${at('stack/settings.mjs')}
  import { guarded, say } from ${at('stack/terminal.mjs')}
  const isListening = () => process.listenerCount('SIGTERM') > 0 || new Promise(done => setTimeout(() => done(isListening()), 5))
  await guarded(async () => {
    // Parts keep it alive otherwise.
    const alive = setInterval(() => undefined, 1000)
    const running = supervise(readSettings(), { parts: [] })
    await isListening()
    await new Promise(done => process.stdout.write('The hub is ready', done))
    say('A part ended; starting it again.')
    setImmediate(() => process.kill(process.pid, 'SIGTERM'))
    await running
    clearInterval(alive)
    process.exitCode = 7
  })`

it.skipIf(!existsSync('/dev/full'))('whose words nobody takes goes on, and ends in order when it is told to', async () => {
  const full = openSync('/dev/full', 'w')
  const env = { ...process.env, HUB_DATA_DIR: mkdtempSync(join(tmpdir(), 'hub-supervisor-')) }
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { env, stdio: ['ignore', full, 'inherit'] })
  expect(await once(child, 'exit')).toEqual([7, null])
  closeSync(full)
})
