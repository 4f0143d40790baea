/*
  hub stop: ends the stack of this data folder and every hub process that joined it; also what a killed supervisor left.
*/
import { endOrphans, holder, instances } from '../stack/book.mjs'
import { end, gone, signal } from '../stack/processes.mjs'
import { readSettings } from '../stack/settings.mjs'
import { clearPids } from '../sandbox/sandbox-file.mjs'
import { announced, say } from '../stack/terminal.mjs'

const LONGEST_STOP_MS = 240_000

export async function stop() {
  const settings = readSettings()
  const all = instances(settings)
  // Those that joined first: what they use is still there.
  all.sort((one, other) => Number(other.isJoining) - Number(one.isJoining))
  let wasRunning = false
  for (const instance of all) {
    const supervisor = holder(instance)
    if (supervisor !== undefined) {
      wasRunning = true
      await announced(instance.isJoining ? 'Stopping a joined hub' : 'Stopping the stack', () => stopOne(supervisor))
    }
    await endOrphans(instance)
  }
  clearPids(settings)
  say(wasRunning ? 'Stopped.' : `Nothing was running in ${settings.dataDir}.`)
  return 0
}

async function stopOne(supervisor) {
  signal(supervisor.pid, 'SIGTERM')
  if (!(await gone([supervisor], LONGEST_STOP_MS))) await end([supervisor])
}
