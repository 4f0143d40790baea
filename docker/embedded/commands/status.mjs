/*
  hub status: what runs, since how many restarts, where. Exit code 0 when everything is up, 3 when not.
*/
import { holder, instances, readState } from '../stack/book.mjs'
import { readSettings } from '../stack/settings.mjs'
import { say } from '../stack/terminal.mjs'

const NOT_RUNNING = 3

export function status() {
  const settings = readSettings()
  const running = instances(settings).filter(instance => holder(instance) !== undefined)
  if (!running.some(instance => !instance.isJoining)) {
    say(`Not running (${settings.dataDir}). To start it: npx hub start`)
    return NOT_RUNNING
  }
  for (const instance of running) show(instance)
  return running.every(instance => readState(instance)?.phase === 'running') ? 0 : NOT_RUNNING
}

function show(instance) {
  const { phase, pid, parts } = readState(instance) ?? { phase: 'starting', pid: holder(instance)?.pid, parts: {} }
  say(`${instance.name}: ${phase}, supervisor ${pid}, ${instance.dataDir}`)
  for (const [name, { state, restarts, pid: own }] of Object.entries(parts)) {
    say(`  ${name.padEnd(9)} ${state.padEnd(10)} ${own === undefined ? '' : `pid ${own}`}${restarts > 0 ? `, restarted ${restarts} times` : ''}`)
  }
}
