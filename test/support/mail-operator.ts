/*
  A mail operator of the sandbox for one test file: on free ports, in its own folder, as a process that can be killed.
*/
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { config, type MssanteConfig } from '../../connectors/mssante/config.ts'

const JAR = resolve('docker/embedded/target/greenmail-standalone-2.1.13.jar')
export const PASSWORD = 'mot-de-passe-de-test'
export const HUB = 'hub@hub.mssante.fr'

/** Undefined when the operator can run here; else why it cannot. */
export const missing = existsSync(JAR) ? undefined : `${JAR} is not built yet`

export class TestOperator {
  readonly folder = mkdtempSync(join(tmpdir(), 'operator-'))
  smtpPort = 0
  imapPort = 0
  #child: ChildProcess | undefined

  constructor() {
    writeFileSync(join(this.folder, 'password'), PASSWORD)
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(this.folder, 'key.pem')]
    execFileSync('openssl', ['req', '-x509', ...key, '-out', join(this.folder, 'cert.pem'), '-days', '2', ...subject], { stdio: 'ignore' })
  }

  /** Starts it, on the same ports as before if it ran before; resolves once it says so. */
  async start(extra: Record<string, string> = {}): Promise<void> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      SMTP_PORT: String(this.smtpPort),
      IMAP_PORT: String(this.imapPort),
      DATA_DIR: join(this.folder, 'state'),
      MAIL_PASSWORD_FILE: join(this.folder, 'password'),
      TLS_KEY_FILE: join(this.folder, 'key.pem'),
      TLS_CERT_FILE: join(this.folder, 'cert.pem'),
      GREENMAIL_JAR: JAR,
      HUB_ADDRESS: HUB,
      SLOW_REPORT_MS: '1500',
      SANDBOX_WATCH_STDIN: '1',
      ...extra,
    }
    const child = spawn(process.execPath, ['--import', 'tsx', 'docker/partners/mail-operator/main.ts'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    const started = await new Promise<{ smtp: number; imap: number }>((done, fail) => {
      createInterface({ input: child.stdout }).once('line', line => done(JSON.parse(line)))
      child.once('exit', code => fail(new Error(`the mail operator ended with ${code}`)))
    })
    this.smtpPort = started.smtp
    this.imapPort = started.imap
  }

  /** Ends it and waits until it is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null) return
    const gone = new Promise(done => child.once('exit', done))
    child.kill(signal)
    await gone
  }

  /** Every process below it, however deep. */
  descendants(): number[] {
    const table = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n')
    const parents = table.map(line => line.trim().split(/\s+/).map(Number))
    const below = (parent: number): number[] => parents.filter(([, ppid]) => ppid === parent).flatMap(([pid = 0]) => [pid, ...below(pid)])
    return below(this.#child?.pid ?? -1)
  }

  async remove(): Promise<void> {
    await this.kill('SIGTERM')
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The hub's own mailbox at this operator. */
  config(changes: Partial<MssanteConfig> = {}): MssanteConfig {
    const caFile = join(this.folder, 'cert.pem')
    const base = {
      address: HUB,
      displayName: 'Plateforme e-parcours',
      smtp: { host: '127.0.0.1', port: this.smtpPort, security: 'starttls' as const, caFile },
      imap: { host: '127.0.0.1', port: this.imapPort, security: 'none' as const },
      user: HUB,
      passwordFile: join(this.folder, 'password'),
      timeoutMs: 20_000,
      pollMs: 2000,
    }
    return config.parse({ ...base, ...changes })
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
