/*
  The life of one part: started, asked whether it is well, started again with back-off when it dies, ended when asked.
*/
import { closeSync, copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { end, identify } from './processes.mjs'
import { Stop } from './terminal.mjs'

const PROBE_EVERY_MS = 100
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 15_000
/** A part that stayed up this long has earned a quick restart. */
const STEADY_MS = 30_000
/** This many ends before it ever was well mean that it cannot start. */
const HOPELESS_AFTER = 3
const LOG_LIMIT_BYTES = 20 << 20
const TRIM_EVERY_MS = 60_000

export class Watched {
  /** starting, up, restarting, stopping, stopped */
  state = 'starting'
  restarts = 0
  /** {main, guard}, each {pid, start}; empty between two lives. */
  processes = {}
  #part
  #logFile
  #onChange
  #say
  #log
  #isStopping = false
  #wasEverUp = false
  #failures = 0
  #pause = new AbortController()

  /** `part` is one of parts/; `onChange()` is called after each change of the public fields; `say(line)` tells people. */
  constructor(part, { logFile, onChange, say, logLimitBytes = LOG_LIMIT_BYTES, trimEveryMs = TRIM_EVERY_MS }) {
    this.#part = part
    this.#logFile = logFile
    this.#onChange = onChange
    this.#say = say
    this.#log = { logLimitBytes, trimEveryMs }
  }

  get name() {
    return this.#part.name
  }

  get isSlowToStop() {
    return this.#part.isSlowToStop?.() ?? false
  }

  /** Resolves when the part has ended for good. Throws: Stop when it cannot start. */
  async run() {
    const trimming = setInterval(() => trimLog(this.#logFile, this.#log.logLimitBytes), this.#log.trimEveryMs).unref()
    try {
      await this.#lives()
    } finally {
      clearInterval(trimming)
    }
  }

  async #lives() {
    while (!this.#isStopping) {
      const began = Date.now()
      const how = await this.#live()
      if (this.#isStopping) break
      this.#failures = this.#wasEverUp && Date.now() - began > STEADY_MS ? 1 : this.#failures + 1
      if (!this.#wasEverUp && this.#failures >= HOPELESS_AFTER) {
        throw new Stop(`${this.name} does not start (${how}); its log says why: ${this.#logFile}`)
      }
      await this.#rest(how)
    }
    this.#change({ state: 'stopped', processes: {} })
  }

  async stop() {
    this.#isStopping = true
    this.#pause.abort()
    const { guard, main } = this.processes
    const asked = guard ?? main
    if (asked === undefined) return
    this.#change({ state: 'stopping' })
    // The guard ends what it guards; both are ended if that takes too long.
    await end([asked], this.#part.stop())
    if (main !== undefined) await end([main], { signalName: 'SIGINT', limitMs: 5000 })
  }

  #change(changes) {
    Object.assign(this, changes)
    this.#onChange()
  }

  async #rest(how) {
    const wait = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS)
    this.#say(`${this.name} ended (${how}); starting it again in ${wait / 1000} s.`)
    this.#change({ state: 'restarting', restarts: this.restarts + 1, processes: {} })
    await quietly(sleep(wait, undefined, { signal: this.#pause.signal }))
  }

  /** One life of the process. Out: how it ended, in words. */
  async #live() {
    let log
    try {
      await this.#part.prepare?.()
      if (this.#isStopping) return 'stopped'
      log = openLog(this.#logFile, this.#log.logLimitBytes)
    } catch (error) {
      // What a person mends, and what the system refuses (a full disk), may be over at the next try; the rest is a defect.
      if (!this.#wasEverUp || !(error instanceof Stop || error.syscall !== undefined)) throw error
      return error.message
    }
    const child = this.#part.spawn(log)
    closeSync(log)
    const exited = ended(child)
    if (child.pid !== undefined) this.#follow(child)
    const probing = new AbortController()
    const probe = this.#probe(probing.signal)
    const { isClean, text } = await exited
    probing.abort()
    const wasUp = await probe
    if (isClean && wasUp) this.#part.afterCleanEnd?.()
    return text
  }

  #follow(child) {
    child.stdin?.on('error', () => undefined)
    const own = identify(child.pid)
    if (this.#part.pidComesByMessage !== true) return this.#change({ processes: { main: own } })
    this.#change({ processes: { guard: own } })
    child.on('message', ({ pid }) => this.#change({ processes: { guard: own, main: identify(pid) } }))
  }

  /** Out: was it well once in this life? */
  async #probe(aborted) {
    while (!aborted.aborted) {
      if (await this.#isWell()) {
        if (aborted.aborted) return false
        this.#wasEverUp = true
        this.#change({ state: this.#isStopping ? 'stopping' : 'up' })
        return true
      }
      await quietly(sleep(PROBE_EVERY_MS, undefined, { signal: aborted }))
    }
    return false
  }

  async #isWell() {
    try {
      if (!(await this.#part.isHealthy())) return false
      await this.#part.whenUp?.()
      return true
    } catch {
      return false // not yet, or gone again: the next probe or the end of the process tells
    }
  }
}

/** An aborted pause is a pause that has ended. */
const quietly = pause => pause.catch(() => undefined)

function ended(child) {
  return new Promise(resolve => {
    child.once('error', error => resolve({ isClean: false, text: error.code ?? error.message }))
    child.once('exit', (code, signalName) => {
      // A JVM that was asked to end answers 143 (SIGTERM) or 130 (SIGINT).
      resolve({ isClean: [0, 143, 130].includes(code), text: signalName ?? `exit code ${code}` })
    })
  })
}

function openLog(path, limitBytes) {
  mkdirSync(dirname(path), { recursive: true })
  trimLog(path, limitBytes)
  return openSync(path, 'a', 0o600)
}

/** Whoever writes it holds it open, and appends: it is copied and emptied; a line that is written in between is lost. */
function trimLog(path, limitBytes) {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= limitBytes) return
  try {
    copyFileSync(path, `${path}.1`)
  } catch (error) {
    // A full disk takes no copy: room counts more.
    if (error.syscall === undefined) throw error
  }
  truncateSync(path)
}
