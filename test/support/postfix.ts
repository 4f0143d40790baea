/*
  A real Postfix and Dovecot for one test file: own folder, loopback, free ports, nothing leaves the machine. Needs root and the Debian packages
  `postfix dovecot-imapd dovecot-lmtpd`; `missingPostfix` says why it cannot run here.
*/
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { config, type MssanteConfig } from '../../connectors/mssante/config.ts'
import { freePort } from './free-port.ts'

const NEEDED = ['/usr/sbin/postfix', '/usr/sbin/dovecot', '/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/imap']
const missingFile = NEEDED.find(path => !existsSync(path))
export const missingPostfix = process.getuid?.() !== 0 ? 'this needs root' : missingFile === undefined ? undefined : `${missingFile} is not installed`

export const HUB_MAILBOX = 'hub@hub.example.test'
export const PASSWORD = 'mot-de-passe-de-test'
const MAILBOXES = [HUB_MAILBOX, 'dr.a@lab.example.test', 'plein@lab.example.test']

interface Ports {
  starttls: number
  smtps: number
  strict: number
  imap: number
}

export class Postfix {
  // socket paths are short: Unix allows 107 characters
  readonly folder = mkdtempSync('/tmp/pf-')
  readonly #ports: Ports

  private constructor(ports: Ports) {
    this.#ports = ports
  }

  static async start(): Promise<Postfix> {
    const [starttls = 0, smtps = 0, strict = 0, imap = 0] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
    const postfix = new Postfix({ starttls, smtps, strict, imap })
    postfix.#write()
    execFileSync('dovecot', ['-c', join(postfix.folder, 'dovecot.conf')], { stdio: 'ignore' })
    execFileSync('postfix', ['-c', join(postfix.folder, 'etc'), 'start'], { stdio: 'ignore' })
    return postfix
  }

  stop(): void {
    execFileSync('postfix', ['-c', join(this.folder, 'etc'), 'stop'], { stdio: 'ignore' })
    execFileSync('doveadm', ['-c', join(this.folder, 'dovecot.conf'), 'stop'], { stdio: 'ignore' })
    rmSync(this.folder, { recursive: true, force: true })
  }

  log(): string {
    return readFileSync(join(this.folder, 'mail.log'), 'utf8')
  }

  /** The hub's mailbox here. `door`: STARTTLS, TLS from the first byte, or the port that refuses unknown recipients in the dialogue. */
  config(door: 'starttls' | 'smtps' | 'strict' = 'starttls', changes: Partial<MssanteConfig> = {}): MssanteConfig {
    const caFile = join(this.folder, 'cert.pem')
    return config.parse({
      address: HUB_MAILBOX,
      displayName: 'Plateforme e-parcours',
      smtp: { host: '127.0.0.1', port: this.#ports[door], security: door === 'smtps' ? 'tls' : 'starttls', caFile },
      imap: { host: '127.0.0.1', port: this.#ports.imap, security: 'starttls', caFile },
      user: HUB_MAILBOX,
      passwordFile: join(this.folder, 'password'),
      timeoutMs: 20_000,
      pollMs: 2000,
      ...changes,
    })
  }

  #write(): void {
    const { folder } = this
    chmodSync(folder, 0o755)
    for (const name of ['etc', 'spool', 'pfdata', 'dovecot', 'mail']) mkdirSync(join(folder, name), { mode: 0o755 })
    chownSync(join(folder, 'pfdata'), idOf('-u', 'postfix'), idOf('-g', 'postfix'))
    chownSync(join(folder, 'mail'), idOf('-u', 'mail'), idOf('-g', 'mail'))
    writeFileSync(join(folder, 'password'), PASSWORD)
    writeFileSync(join(folder, 'users'), MAILBOXES.map(name => `${name}:{PLAIN}${PASSWORD}::::::`).join('\n'))
    writeFileSync(join(folder, 'known'), MAILBOXES.map(name => `${name} x`).join('\n'))
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...files, '-days', '2', ...subject], {
      stdio: 'ignore',
    })
    writeFileSync(join(folder, 'etc', 'main.cf'), mainCf(folder))
    writeFileSync(join(folder, 'etc', 'master.cf'), masterCf(folder, this.#ports))
    writeFileSync(join(folder, 'dovecot.conf'), dovecotConf(folder, this.#ports.imap))
  }
}

function mainCf(folder: string): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/pfdata
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
myhostname = relais.example.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_transport = error:no local users
alias_maps =
virtual_mailbox_domains = hub.example.test lab.example.test
virtual_transport = lmtp:unix:${folder}/dovecot/lmtp
smtpd_reject_unlisted_recipient = no
default_transport = error:5.1.2 no outside delivery in a test
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${folder}/dovecot/auth-postfix
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
message_size_limit = 31457280
`
}

function masterCf(folder: string, ports: Ports): string {
  const strict = ['smtpd_reject_unlisted_recipient=yes', `virtual_mailbox_maps=texthash:${folder}/known`]
  // name, private, wakeup, process limit, command where it differs
  const services = [
    ['pickup', 'n', '60', '1'],
    ['cleanup', 'n', '-', '0'],
    ['qmgr', 'n', '300', '1'],
    ['tlsmgr', '-', '60', '1'],
    ['rewrite', '-', '-', '-', 'trivial-rewrite'],
    ['bounce', '-', '-', '0'],
    ['defer', '-', '-', '0', 'bounce'],
    ['trace', '-', '-', '0', 'bounce'],
    ['verify', '-', '-', '1'],
    ['proxymap', '-', '-', '-'],
    ['smtp', '-', '-', '-'],
    ['lmtp', '-', '-', '-'],
    ['error', '-', '-', '-'],
    ['retry', '-', '-', '-', 'error'],
    ['anvil', '-', '-', '1'],
    ['scache', '-', '-', '1'],
  ]
  const lines = services.map(([name, isPrivate, wakeup, limit, command = name]) => `${name} unix ${isPrivate} - n ${wakeup} ${limit} ${command}`)
  return `127.0.0.1:${ports.starttls} inet n - n - - smtpd
127.0.0.1:${ports.smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:${ports.strict} inet n - n - - smtpd
${strict.map(option => `  -o ${option}`).join('\n')}
${lines.join('\n')}
postlog unix-dgram n - n - 1 postlogd
`
}

function dovecotConf(folder: string, imapPort: number): string {
  return `base_dir = ${folder}/dovecot
state_dir = ${folder}/dovecot
log_path = ${folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = required
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
mail_location = maildir:${folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 8
first_valid_gid = 8
default_login_user = dovenull
default_internal_user = dovecot
passdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
}
userdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
  default_fields = uid=mail gid=mail home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  unix_listener auth-postfix {
    mode = 0666
  }
}
`
}

function idOf(kind: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [kind, name]).toString())
}
