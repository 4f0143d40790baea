/*
  The parts that are our own Node programs, built into dist/: the mail operator, the partner stand-ins, the hub.
*/
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { MAIL } from '../sandbox/addresses.mjs'
import { MONITOR_CLIENT } from '../sandbox/hub-configuration.mjs'
import { privateFolder } from '../stack/files.mjs'
import { ROOT, TARGET } from '../stack/settings.mjs'
import { answers } from '../stack/ports.mjs'
import { findJava } from './java.mjs'

const WATCH = new URL('parent-watch.mjs', import.meta.url).href
const stop = () => ({ signalName: 'SIGTERM', limitMs: 30_000 })

/** `environment` is all the program gets beside PATH. */
function program(name, file, { flags = [], args = [], environment, cwd }) {
  return {
    name,
    spawn(log) {
      const all = [...flags, '--enable-source-maps', `--import=${WATCH}`, join(ROOT, 'dist', file), ...args]
      return spawn(process.execPath, all, {
        cwd,
        stdio: ['pipe', log, log],
        detached: true,
        env: { PATH: process.env.PATH, TZ: process.env.TZ ?? 'UTC', ...environment },
      })
    },
    stop,
  }
}

export function mailPart(settings, secrets) {
  const { ports } = settings
  const home = settings.inside('mail')
  privateFolder(home)
  const environment = {
    HOST: '127.0.0.1',
    SMTP_PORT: String(ports.smtp),
    IMAP_PORT: String(ports.imap),
    DATA_DIR: home,
    MAIL_PASSWORD_FILE: secrets.files.mail,
    TLS_KEY_FILE: secrets.files.tlsKey,
    TLS_CERT_FILE: secrets.files.tlsCertificate,
    GREENMAIL_JAR: join(TARGET, 'greenmail-standalone-2.1.13.jar'),
    JAVA: findJava() ?? 'java',
    HUB_ADDRESS: MAIL.hubAddress,
  }
  const isHealthy = async () => (await answers(ports.smtp)) && (await answers(ports.imap))
  return { ...program('mail', 'docker/partners/mail-operator/main.js', { environment, cwd: home }), isHealthy }
}

export function partnersPart(settings, secrets) {
  const { ports } = settings
  const home = settings.inside('partners')
  privateFolder(home)
  const environment = {
    HOST: '127.0.0.1',
    DATA_DIR: home,
    HOSPITAL_MLLP_PORT: String(ports.hospitalMllp),
    HOSPITAL_HTTP_PORT: String(ports.hospitalHttp),
    PLATFORM_PORT: String(ports.platform),
    DIRECTORY_PORT: String(ports.directory),
    IDENTITY_PORT: String(ports.identity),
    IDENTITY_USERS_FILE: secrets.files.users,
    IDENTITY_KEY_FILE: secrets.files.identityKey,
    IDENTITY_CLIENT: MONITOR_CLIENT,
    IDENTITY_CLIENT_SECRET_FILE: secrets.files['monitor-login'],
    HUB_PORT: String(ports.http),
    WEBHOOKS_PORT: String(ports.webhooks),
  }
  const doors = [ports.hospitalHttp, ports.platform, ports.directory, ports.identity]
  const isHealthy = async () => (await Promise.all(doors.map(port => answers(port)))).every(Boolean)
  return { ...program('partners', 'docker/partners/main.js', { environment, cwd: home }), isHealthy }
}

/** Large buffers go back to the system when freed, instead of leaving holes in one arena per thread. */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }
/** A young generation smaller than the default costs no speed here and saves some 30 MB at rest; collecting on one thread saves 70 MB under load and a few hundredths of a millisecond a read; an old generation that grows by a third at a time saves another 65 MB under load. */
const FLAGS = ['--max-semi-space-size=4', '--single-threaded-gc', '--heap-growing-percent=30']

export function hubPart(settings) {
  const args = ['--config', settings.files.hubConfig]
  const isHealthy = async () => (await fetch(`http://127.0.0.1:${settings.ports.http}/ready`, { signal: AbortSignal.timeout(3000) })).ok
  return { ...program('hub', 'gateway/main.js', { flags: FLAGS, args, environment: ALLOCATOR, cwd: settings.dataDir }), isHealthy }
}
