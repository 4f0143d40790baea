/*
  A second hub process beside the stack, as `start --join` makes it.
*/
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type SandboxFile } from './sandbox.ts'

/** Above the offset of the stack: the joined process opens only its own two ports. */
const FURTHER = 1600
const LONGEST_START_MS = 180_000

/** A second hub process on the ledger, store, broker and mailbox of the stack, under a supervisor of its own. */
export class JoinedHub {
  readonly #dataDir = process.env['HUB_DATA_DIR'] ?? '.hub'
  readonly #offset: number
  readonly #supervisor: ChildProcess
  #said = ''

  constructor(sandbox: SandboxFile) {
    this.#offset = Number(new URL(sandbox.http).port) - 8080 + FURTHER
    const env = { ...process.env, HUB_DATA_DIR: this.#dataDir, HUB_PORT_OFFSET: String(this.#offset) }
    this.#supervisor = spawn(process.execPath, ['docker/embedded/hub.mjs', 'start', '--join', '--foreground'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#supervisor.stdout, this.#supervisor.stderr]) stream?.on('data', chunk => (this.#said += String(chunk)))
  }

  get http(): string {
    return `http://127.0.0.1:${8080 + this.#offset}`
  }

  get mllp(): { host: string; port: number } {
    return { host: '127.0.0.1', port: 2575 + this.#offset }
  }

  async ready(): Promise<void> {
    await eventually(
      'the joined hub is ready',
      async () => {
        if (this.#supervisor.exitCode !== null) throw new Error(`it ended: ${this.#said}`)
        return (await fetch(`${this.http}/ready`)).ok ? true : undefined
      },
      LONGEST_START_MS,
    )
  }

  pid(): number {
    const book = JSON.parse(readFileSync(join(this.#dataDir, 'run', `join-${this.#offset}`, 'pids.json'), 'utf8')) as { hub?: { pid: number }[] }
    const pid = book.hub?.[0]?.pid
    if (pid === undefined) throw new Error('no pid of the joined hub')
    return pid
  }

  async stop(): Promise<void> {
    if (this.#supervisor.exitCode !== null) return
    const ended = new Promise(resolve => this.#supervisor.once('exit', resolve))
    this.#supervisor.kill('SIGTERM')
    await ended
  }
}
