/*
  Watches the hub's own mailbox: each mail of INBOX, oldest first, is given to `accept` and then moved to the folder of taken mails.

    connect → read all of INBOX → IDLE until something comes (or pollMs has passed) → read all of INBOX …
    a mail leaves INBOX only after `accept` has resolved: a crash between the two means that it is read again, and known
    one that the server does not move is not read again on this connection, and holds up no other
*/
import { ImapFlow } from 'imapflow'
import { HubError } from '../../profiles/errors.ts'
import type { Accept, ConnectorLog } from '../connector.ts'
import type { MssanteConfig } from './config.ts'
import { passwordOf, tlsOptions } from './session.ts'
import { removeTaken } from './taken.ts'

interface Options {
  signal: AbortSignal
  ready?: () => void
  log?: ConnectorLog
}

interface Watching extends Options {
  /** INBOX was read to its end, and all of it accepted. */
  read(): void
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
const MOST_LISTED = 500
const MOST_MAILS = 50
const MOST_BYTES = 4 << 20
const REMOVED_EVERY_MS = 3_600_000

/** Runs until aborted; connects again, with growing pauses, whatever happens, also where nothing can be accepted. Throws: nothing. */
export async function receive(accept: Accept, config: MssanteConfig, options: Options): Promise<void> {
  const { signal, log } = options
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    try {
      await watch(accept, config, {
        ...options,
        read: () => {
          pauseMs = FIRST_PAUSE_MS
        },
      })
    } catch (error) {
      if (signal.aborted) return
      log?.('mailbox.lost', { code: error instanceof HubError ? error.code : 'mssante.unreachable', pauseMs })
    }
    await pause(pauseMs, signal)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

/** One connection, from login until it ends. */
async function watch(accept: Accept, config: MssanteConfig, options: Watching): Promise<void> {
  const { signal, ready, log } = options
  const client = mailboxClient(config)
  const bell = new Bell(client, signal)
  try {
    await client.connect()
    await client.mailboxOpen('INBOX')
    for (const folder of [config.takenFolder, config.asideFolder]) await requireFolder(client, folder)
    log?.('mailbox.opened')
    ready?.()
    const leaving: Leaving = new Map()
    let removedAt = Number.NEGATIVE_INFINITY
    while (bell.isUp) {
      bell.rearm()
      if (performance.now() > removedAt + REMOVED_EVERY_MS) removedAt = await removeTaken(client, config, log)
      const settled = await readInbox(accept, client, { config, bell, log, leaving })
      options.read()
      if (settled === 0) await bell.next(config.pollMs)
    }
  } catch (cause) {
    throw cause instanceof HubError ? cause : new HubError(isRefused(cause) ? 'mssante.auth' : 'mssante.unreachable', { cause, dependency: 'mail' })
  } finally {
    client.close()
  }
}

/** Mails that are settled, and the folder each is to go to. */
type Leaving = Map<number, string>

interface Reading {
  config: MssanteConfig
  bell: Bell
  log: ConnectorLog | undefined
  leaving: Leaving
}

/**
 * Reads in batches: few round trips, bounded memory; a batch leaves INBOX as one once each of its mails is accepted.
 * Out: how many mails were settled.
 */
async function readInbox(accept: Accept, client: ImapFlow, reading: Reading): Promise<number> {
  const { config, bell, log, leaving } = reading
  await moveOut(client, reading)
  let settled = 0
  for (const { uids, isTooLarge } of await listBatches(client, reading)) {
    if (!bell.isUp) break
    const before = leaving.size
    if (isTooLarge) {
      for (const uid of uids) leaving.set(uid, config.asideFolder)
      log?.('mail.put-aside', { count: uids.length })
    } else {
      for (const { uid, source } of await client.fetchAll(uids.join(','), { source: true, uid: true }, { uid: true })) {
        if (source === undefined) continue
        await accept({ door: 'mail', format: 'mail', bytes: source, receivedAt: new Date() })
        leaving.set(uid, config.takenFolder)
      }
    }
    settled += leaving.size - before
    await moveOut(client, reading)
  }
  return settled
}

/** A server says no to a move without ending anything: the folder may be gone, the mailbox full. */
async function moveOut(client: ImapFlow, { leaving, log }: Reading): Promise<void> {
  for (const folder of new Set(leaving.values())) {
    const uids = [...leaving.keys()].filter(uid => leaving.get(uid) === folder).slice(0, MOST_LISTED)
    const isMoved = await client.messageMove(uids.join(','), folder, { uid: true })
    if (isMoved) for (const uid of uids) leaving.delete(uid)
    else {
      log?.('mail.not-moved', { count: uids.length })
      await requireFolder(client, folder)
    }
  }
}

interface Batch {
  uids: number[]
  bytes: number
  isTooLarge: boolean
}

/** What INBOX holds beside the settled mails (the 500 oldest), oldest first, in batches of at most 50 mails and 4 MiB (or one mail). */
async function listBatches(client: ImapFlow, { config: { maxMailBytes }, leaving }: Reading): Promise<Batch[]> {
  const present = ((await client.search({ all: true }, { uid: true })) || []).filter(uid => !leaving.has(uid))
  if (present.length === 0) return []
  const first = present.sort((a, b) => a - b).slice(0, MOST_LISTED)
  const mails = await client.fetchAll(first.join(','), { size: true, uid: true }, { uid: true })
  const batches: Batch[] = []
  for (const { uid, size = 0 } of mails.sort((a, b) => a.uid - b.uid)) {
    const isTooLarge = size > maxMailBytes
    const last = batches.at(-1)
    if (last === undefined || last.isTooLarge !== isTooLarge || last.uids.length >= MOST_MAILS || last.bytes + size > MOST_BYTES) {
      batches.push({ uids: [uid], bytes: size, isTooLarge })
      continue
    }
    last.uids.push(uid)
    last.bytes += size
  }
  return batches
}

/** Not every server says in a way that can be told apart that a folder is there already. */
async function requireFolder(client: ImapFlow, path: string): Promise<void> {
  const folders = await client.list()
  if (!folders.some(folder => folder.path === path)) await client.mailboxCreate(path)
}

function mailboxClient(config: MssanteConfig): ImapFlow {
  const { host, port, security } = config.imap
  return new ImapFlow({
    host,
    port,
    secure: security === 'tls',
    doSTARTTLS: security === 'starttls',
    tls: tlsOptions(config.imap),
    ...(config.imap.servername === undefined ? {} : { servername: config.imap.servername }),
    auth: { user: config.user, pass: passwordOf(config) },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: config.timeoutMs,
    greetingTimeout: config.timeoutMs,
    socketTimeout: Math.max(config.timeoutMs, config.pollMs * 2),
  })
}

/** Rings when a mail may have come, when the connection has ended, and when we are told to stop. */
class Bell {
  isUp = true
  readonly #client: ImapFlow
  #rung = false
  #wake: (() => void) | undefined

  constructor(client: ImapFlow, signal: AbortSignal) {
    this.#client = client
    const stop = (): void => {
      this.isUp = false
      this.#ring()
    }
    client.on('exists', () => this.#ring())
    client.on('error', stop)
    client.on('close', () => {
      signal.removeEventListener('abort', abort)
      stop()
    })
    const abort = (): void => {
      stop()
      client.close()
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  }

  /** What rings from now on counts as new. */
  rearm(): void {
    this.#rung = false
  }

  async next(withinMs: number): Promise<void> {
    if (this.#rung || !this.isUp) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, withinMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      // IDLE ends by itself at the next command; its failure is the failure of the connection, which rings too
      this.#client.idle().catch(() => this.#ring())
    })
    this.#wake = undefined
  }

  #ring(): void {
    this.#rung = true
    this.#wake?.()
  }
}

function isRefused(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'authenticationFailed' in cause && cause.authenticationFailed === true
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
