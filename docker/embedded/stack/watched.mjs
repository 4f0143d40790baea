/*
  The life of one part: started, asked whether it is well, started again with back-off when it dies, ended when asked.
*/
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, identify, signal } from './processes.mjs'
import { Stop } from './terminal.mjs'

const PROBE_EVERY_MS = 100
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 15_000
/** A part that stayed up this long has earned a quick restart. */
const STEADY_MS = 30_000
/** This many ends before it ever was well mean that it cannot start. */
const HOPELESS_AFTER = 3
const LOG_LIMIT_BYTES = 20 << 20

/**
 * In:  the part (see parts/), its log file, `onChange()` after each change of `state` or `processes`, `say(line)`.
 * Out: `state`, `processes`, `restarts`; `run()` resolves when the part has ended for good; `stop()`.
 */
export function watch(part, { logFile, onChange, say }) {
  const watched = { name: part.name, state: 'starting', restarts: 0, processes: {}, run, stop, isSlowToStop: () => part.isSlowToStop?.() ?? false }
  let isStopping = false
  let wasEverUp = false
  let failures = 0
  const pause = new AbortController()

  const change = changes => {
    Object.assign(watched, changes)
    onChange()
  }

  async function run() {
    while (!isStopping) {
      const began = Date.now()
      const how = await lifetime()
      if (isStopping) break
      failures = wasEverUp && Date.now() - began > STEADY_MS ? 1 : failures + 1
      if (!wasEverUp && failures >= HOPELESS_AFTER) throw new Stop(`${part.name} does not start (${how}); its log says why: ${logFile}`)
      const wait = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
      say(`${part.name} ended (${how}); starting it again in ${wait / 1000} s.`)
      change({ state: 'restarting', restarts: watched.restarts + 1, processes: {} })
      await sleep(wait, undefined, { signal: pause.signal }).catch(() => undefined)
    }
    change({ state: 'stopped', processes: {} })
  }

  async function lifetime() {
    try {
      await part.prepare?.()
    } catch (error) {
      if (!wasEverUp || !(error instanceof Stop)) throw error
      return error.message
    }
    if (isStopping) return 'stopped'
    const log = openLog(logFile)
    const child = part.spawn(log)
    closeSync(log)
    const exited = ended(child)
    if (child.pid !== undefined) follow(child)
    const probing = new AbortController()
    const probe = untilUp(probing.signal)
    const result = await exited
    probing.abort()
    await probe
    if (result.isClean) part.afterCleanEnd?.()
    return result.text
  }

  function follow(child) {
    child.stdin?.on('error', () => undefined)
    const own = identify(child.pid)
    if (part.pidComesByMessage !== true) return change({ processes: { main: own } })
    change({ processes: { guard: own } })
    child.on('message', ({ pid }) => change({ processes: { guard: own, main: identify(pid) } }))
  }

  async function untilUp(aborted) {
    while (!aborted.aborted) {
      if (await isWell()) {
        if (aborted.aborted) return
        wasEverUp = true
        return change({ state: 'up' })
      }
      await sleep(PROBE_EVERY_MS, undefined, { signal: aborted }).catch(() => undefined)
    }
  }

  async function isWell() {
    try {
      if (!(await part.isHealthy())) return false
      await part.whenUp?.()
      return true
    } catch {
      return false // not yet, or gone again: the next probe or the end of the process tells
    }
  }

  async function stop() {
    isStopping = true
    pause.abort()
    const { guard, main } = watched.processes
    const asked = guard ?? main
    if (asked === undefined) return
    change({ state: 'stopping' })
    signal(asked.pid, part.stop.signalName)
    await end([main, guard].filter(one => one !== undefined), { signalName: part.stop.signalName, limitMs: part.stop.limitMs })
  }

  return watched
}

function ended(child) {
  return new Promise(resolve => {
    child.once('error', error => resolve({ isClean: false, text: error.code ?? error.message }))
    child.once('exit', (code, signalName) => {
      // A JVM that was asked to end answers 143 (SIGTERM) or 130 (SIGINT).
      resolve({ isClean: [0, 143, 130].includes(code), text: signalName ?? `exit code ${code}` })
    })
  })
}

function openLog(path) {
  mkdirSync(dirname(path), { recursive: true })
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}
