/*
  The supervisor: starts the parts at once, watches them, takes them down in reverse. Runs in the background, or inside `hub start --foreground`.
  Arguments: [--join] [--parts a,b]
*/
import { mkdirSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hapiPart } from './parts/hapi.mjs'
import { kafkaPart } from './parts/kafka.mjs'
import { hubPart, mailPart, partnersPart } from './parts/node-parts.mjs'
import { postgresPart } from './parts/postgres.mjs'
import { writeHubConfiguration } from './sandbox/hub-configuration.mjs'
import { clearPids, writeSandbox } from './sandbox/sandbox-file.mjs'
import { readSecrets } from './sandbox/secrets.mjs'
import { endOrphans, releaseLock, takeLock, writeBook } from './stack/book.mjs'
import { requireFreePorts } from './stack/ports.mjs'
import { PARTS, readSettings } from './stack/settings.mjs'
import { say as print, Stop } from './stack/terminal.mjs'
import { Watched } from './stack/watched.mjs'

const MAKERS = { postgres: postgresPart, hapi: hapiPart, kafka: kafkaPart, mail: mailPart, partners: partnersPart, hub: hubPart }
/** The hub ends first, while all it talks to is there; the database last. */
const STOP_ORDER = [['hub'], ['partners', 'mail', 'kafka', 'hapi'], ['postgres']]
const BEFORE_STOP = new Set(['starting', 'running', 'recovering'])
const WRITE_AGAIN_MS = 2000
/** Parts whose pid stands in sandbox.json. */
const PUBLISHED = ['hub', 'hapi', 'kafka', 'postgres', 'mail']

/**
 * Runs until a signal; `onUp` is called once, when every part is well.
 * Throws: Stop when the stack cannot start; nothing of it runs then.
 */
export async function supervise(settings, { parts = PARTS, say = print, onUp = () => undefined } = {}) {
  // A terminal that is gone, a file on a full disk: who does not take its words does not end what runs.
  process.stdout.removeAllListeners('error').on('error', () => undefined)
  // Others may pass through to PostgreSQL's own folder, and see nothing: it runs as another user when we are root.
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o711 })
  const other = takeLock(settings)
  if (other !== undefined) throw new Stop(`the stack in ${settings.dataDir} is already running (supervisor ${other.pid}).`)
  try {
    await endOrphans(settings)
    await requireFreePorts(settings, parts)
    const secrets = readSecrets(settings)
    writeHubConfiguration(settings, secrets)
    await runParts(settings, secrets, { parts, say, onUp })
  } catch (error) {
    if (error instanceof Stop) writeBook(settings, { phase: 'failed', message: error.message, watched: [] })
    throw error
  } finally {
    releaseLock(settings)
  }
}

async function runParts(settings, secrets, { parts, say, onUp }) {
  const made = await Promise.all(parts.map(name => MAKERS[name](settings, secrets)))
  let phase = 'starting'
  const publish = lasting(() => {
    writeBook(settings, { phase, watched })
    if (!settings.isJoining) writeSandbox(settings, secrets, pidsOf(watched))
  })
  const onChange = () => {
    const isUp = watched.every(one => one.state === 'up')
    if (isUp && phase === 'starting') onUp()
    if (isUp && BEFORE_STOP.has(phase)) phase = 'running'
    else if (phase === 'running') phase = 'recovering'
    publish()
  }
  const watched = made.map(part => new Watched(part, { logFile: settings.logOf(part.name), onChange, say }))
  publish()
  const asked = untilSignal()
  const running = watched.map(one => one.run())
  try {
    await Promise.race([asked.signal, ...running])
  } finally {
    phase = 'stopping'
    publish()
    await stopParts(watched, say)
    await Promise.allSettled(running)
    phase = 'stopped'
    publish()
    if (!settings.isJoining) clearPids(settings)
    asked.forget()
  }
}

/** What a full disk does not take is written once it does: nothing of it may end what runs. */
function lasting(write) {
  let again
  return function attempt() {
    clearTimeout(again)
    try {
      write()
    } catch (error) {
      if (error.syscall === undefined) throw error
      again = setTimeout(attempt, WRITE_AGAIN_MS).unref()
    }
  }
}

async function stopParts(watched, say) {
  const slow = watched.filter(one => one.isSlowToStop).map(one => one.name)
  if (slow.length > 0) say(`Stopping; the first stop keeps the loaded classes of ${slow.join(' and ')} in an archive, for faster starts (about 15 s).`)
  for (const names of STOP_ORDER) await Promise.all(watched.filter(one => names.includes(one.name)).map(one => one.stop()))
}

function pidsOf(watched) {
  const known = watched.filter(one => PUBLISHED.includes(one.name) && one.processes.main !== undefined)
  return { supervisor: process.pid, ...Object.fromEntries(known.map(one => [one.name, one.processes.main.pid])) }
}

function untilSignal() {
  const names = ['SIGTERM', 'SIGINT', 'SIGHUP']
  let heard
  const signal = new Promise(resolve => {
    heard = resolve
  })
  for (const name of names) process.on(name, heard)
  return {
    signal,
    forget: () => {
      for (const name of names) process.off(name, heard)
    },
  }
}

/** The lines of a supervisor in the background go to its log, with their time. */
async function main() {
  const { values } = parseArgs({ options: { join: { type: 'boolean', default: false }, parts: { type: 'string' } } })
  const settings = readSettings({ isJoining: values.join })
  const say = line => {
    try {
      writeSync(1, `${new Date().toISOString()} ${line}\n`)
    } catch {
      // Its log lies on a disk that is full: what is watched counts more than this line.
    }
  }
  try {
    await supervise(settings, { parts: values.parts?.split(',') ?? PARTS, say, onUp: () => say('Everything is up.') })
  } catch (error) {
    say(error instanceof Stop ? error.message : String(error.stack))
    if (!(error instanceof Stop))
      writeBook(settings, { phase: 'failed', message: `the supervisor failed; its log says why: ${settings.logOf('supervisor')}`, watched: [] })
    process.exitCode = 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
