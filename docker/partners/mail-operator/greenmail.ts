/*
  Runs GreenMail (IMAP and mailboxes in memory) as a child JVM on a private port, and starts it again when it dies.
*/
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { ImapSession } from './imap-session.ts'
import type { Settings } from './settings.ts'

/** The shell ends the JVM as soon as its standard input closes, so that a killed operator leaves no orphan. */
const WATCHDOG =
  'exec 3<&0; "$@" </dev/null 3<&- & jvm=$!; (cat <&3 >/dev/null; kill -9 $jvm) & guard=$!; wait $jvm; code=$?; kill $guard 2>/dev/null; exit $code'
const PROBE = 'sonde@bac-a-sable.mssante.fr'

/** One life of the JVM. */
interface Run {
  ended: Promise<void>
}

export class GreenMail {
  readonly #settings: Settings
  readonly #onUp: () => Promise<void>
  #child: ChildProcess | undefined
  #stopped = false
  /** Private IMAP port of the JVM that runs now. */
  port = 0

  /** `onUp` is called each time an empty GreenMail is ready to be filled. */
  constructor(settings: Settings, onUp: () => Promise<void>) {
    this.#settings = settings
    this.#onUp = onUp
  }

  /** Resolves once it runs; from then on it is kept running. Throws when Java cannot be started. */
  async start(): Promise<void> {
    void this.#keepUp(await this.#launch())
  }

  stop(): void {
    this.#stopped = true
    this.#child?.stdin?.end()
  }

  async #keepUp(first: Run): Promise<void> {
    for (let run: Run | undefined = first; ; ) {
      await (run === undefined ? sleep(1000) : run.ended)
      if (this.#stopped) return
      process.stderr.write('mail-operator: GreenMail has ended, starting it again\n')
      run = await this.#launch().catch(() => undefined)
    }
  }

  async #launch(): Promise<Run> {
    this.port = await freePort()
    const { greenMailHeapMb, greenMailJar } = this.#settings
    const java = [
      this.#settings.java,
      `-Xmx${greenMailHeapMb}m`,
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      '-Dgreenmail.auth.disabled',
    ]
    const setup = ['-Dgreenmail.imap.hostname=127.0.0.1', `-Dgreenmail.imap.port=${this.port}`, '-jar', greenMailJar]
    const child = spawn('sh', ['-c', WATCHDOG, 'greenmail', ...java, ...setup], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.on('error', () => undefined)
    this.#child = child
    const ended = new Promise<void>(resolve => {
      child.once('error', () => resolve())
      child.once('exit', () => resolve())
    })
    await this.#untilReady(ended)
    await this.#onUp()
    return { ended }
  }

  async #untilReady(ended: Promise<void>): Promise<void> {
    let hasEnded = false
    void ended.then(() => {
      hasEnded = true
    })
    for (;;) {
      if (hasEnded) throw new Error('GreenMail does not start; is Java 17 on the path and GREENMAIL_JAR right?')
      try {
        const session = await ImapSession.open(this.port, PROBE)
        session.close()
        return
      } catch {
        await sleep(50)
      }
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
