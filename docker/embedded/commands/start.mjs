/*
  hub start [--foreground] [--join] [--parts a,b] [--config FILE]
*/
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { holder, readState } from '../stack/book.mjs'
import { readJson } from '../stack/files.mjs'
import { isAlive, identify } from '../stack/processes.mjs'
import { PARTS, PORTS_OF, readSettings } from '../stack/settings.mjs'
import { announced, say, seconds, Stop } from '../stack/terminal.mjs'
import { startConfigured } from './start-configured.mjs'

const SUPERVISOR = fileURLToPath(new URL('../supervisor.mjs', import.meta.url))
const LONGEST_START_MS = 600_000

const OPTIONS = {
  foreground: { type: 'boolean', default: false },
  join: { type: 'boolean', default: false },
  parts: { type: 'string' },
  config: { type: 'string' },
}

export async function start(args) {
  const options = readOptions(args)
  if (options.config !== undefined) return startConfigured(options.config)
  const settings = readSettings({ isJoining: options.join })
  if (options.join) requireStack(settings)
  const parts = options.join ? ['hub'] : requireParts(options.parts)
  const running = holder(settings)
  if (running !== undefined) return alreadyRunning(settings, running)
  return options.foreground ? inForeground(settings, parts) : inBackground(settings, parts)
}

function readOptions(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values
  } catch (error) {
    throw new Stop(`${error.message} Usage: hub start [--foreground] [--join] [--parts ${PARTS.join(',')}] [--config FILE]`)
  }
}

function requireParts(list) {
  if (list === undefined) return PARTS
  const parts = list.split(',')
  const unknown = parts.filter(part => !(part in PORTS_OF))
  if (unknown.length > 0) throw new Stop(`there is no part ${unknown.join(', ')}. The parts are ${PARTS.join(', ')}.`)
  return parts
}

function requireStack(settings) {
  const sandbox = readJson(settings.files.sandbox)
  if (sandbox === undefined)
    throw new Stop(`--join adds a hub process to a running stack, and there is no ${settings.files.sandbox}. Start the stack first: hub start.`)
  if (sandbox.mllp.port === settings.ports.mllp) throw new Stop('--join needs ports of its own: set HUB_PORT_OFFSET to another value than that of the stack.')
}

async function alreadyRunning(settings, running) {
  const began = Date.now()
  await announced('Waiting for the running stack', () => untilUp(settings, running, () => undefined))
  say(`The stack is already running (supervisor ${running.pid}): ${addressOf(settings)}${Date.now() - began > 1000 ? ` (${seconds(began)})` : ''}`)
  return 0
}

/** Resolves once these parts are up. */
export async function inBackground(settings, parts) {
  const began = Date.now()
  const tell = settings.isJoining || existsSync(settings.files.hubConfig) ? () => undefined : told(began)
  const logFile = settings.logOf('supervisor')
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o711 })
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a', 0o600)
  const args = [SUPERVISOR, '--parts', parts.join(','), ...(settings.isJoining ? ['--join'] : [])]
  const supervisor = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log], cwd: settings.dataDir })
  const known = identify(supervisor.pid)
  supervisor.unref()
  await untilUp(settings, known, tell)
  const what = parts.includes('hub') ? `The hub is ready: ${addressOf(settings)}` : `${parts.join(', ')} of ${settings.dataDir} is up`
  say(`${what} (${seconds(began)}). To end it: npx hub stop`)
  return 0
}

async function inForeground(settings, parts) {
  const { supervise } = await import('../supervisor.mjs')
  const began = Date.now()
  const onUp = () => say(`The hub is ready: ${addressOf(settings)} (${seconds(began)}). Ctrl-C ends it. Logs: ${settings.inside('logs')}`)
  await supervise(settings, { parts, onUp })
  say('Stopped.')
  return 0
}

/** On a first start, which takes its time, each part is told as it comes up; a warm one is silent until it is there. */
function told(began) {
  const known = new Set()
  say('First start: making the databases and keys, starting PostgreSQL, HAPI FHIR, Kafka, the mail operator, the stand-ins and the hub …')
  return parts => {
    for (const [name, { state }] of Object.entries(parts)) {
      if (state !== 'up' || known.has(name)) continue
      known.add(name)
      say(`  ${name} is up (${seconds(began)})`)
    }
  }
}

/** Throws: Stop with the supervisor's own words, or naming the parts that are not up. */
async function untilUp(settings, supervisor, tell) {
  const until = Date.now() + LONGEST_START_MS
  for (;;) {
    const isThere = isAlive(supervisor)
    const written = readState(settings)
    // A state of an earlier supervisor says nothing about this one.
    const state = written?.pid === supervisor.pid ? written : undefined
    tell(state?.parts ?? {})
    if (isThere && state?.phase === 'running') return
    if (!isThere)
      throw new Stop(state?.phase === 'failed' ? state.message : `the stack ended while it started; its log says why: ${settings.logOf('supervisor')}`)
    if (Date.now() > until) {
      const waiting = Object.entries(state?.parts ?? {}).filter(([, part]) => part.state !== 'up')
      throw new Stop(`still not ready: ${waiting.map(([name]) => name).join(', ')}. Their logs say why: ${settings.inside('logs')}`)
    }
    await sleep(50)
  }
}

const addressOf = settings => `http://127.0.0.1:${settings.ports.http}`
