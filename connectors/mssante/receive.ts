/*
  Watches the hub's own mailbox: each mail of INBOX, oldest first, is given to `accept` and then moved to the folder of taken mails.

    connect → read all of INBOX → IDLE until something comes (or pollMs has passed) → read all of INBOX …
    a mail leaves INBOX only after `accept` has resolved: a crash between the two means that it is read again, and known
    one that the server does not move is not read again on this connection, and holds up no other
*/
import { setTimeout as pause } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { HubError } from '../../profiles/errors.ts'
import { createBell } from '../bell.ts'
import type { Accept, ConnectorLog } from '../connector.ts'
import type { MssanteConfig } from './config.ts'
import { patienceWith, type Renew } from './patience.ts'
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
/** By so much a server may be wrong about the size of a mail. */
const OVERSIGHT_BYTES = 1 << 20

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
    await pause(pauseMs, undefined, { signal }).catch(() => undefined)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
}

/** One connection, from login until it ends. */
async function watch(accept: Accept, config: MssanteConfig, options: Watching): Promise<void> {
  const { signal, ready, log } = options
  const client = mailboxClient(config)
  const bell = createBell()
  for (const event of ['exists', 'error', 'close']) client.on(event, bell.ring)
  const abort = (): void => client.close()
  signal.addEventListener('abort', abort)
  const renew = patienceWith(client, config.pollMs * 2)
  try {
    await client.connect()
    await client.mailboxOpen('INBOX')
    for (const folder of [config.takenFolder, config.asideFolder]) await requireFolder(client, folder)
    log?.('mailbox.opened')
    ready?.()
    const leaving: Leaving = new Map()
    let removedAt = Number.NEGATIVE_INFINITY
    while (client.usable) {
      renew(MOST_BYTES)
      if (performance.now() > removedAt + REMOVED_EVERY_MS) removedAt = await removeTaken(client, config, log)
      const settled = await readInbox(accept, client, { config, log, leaving, renew })
      if (!client.usable) throw new HubError('mssante.unreachable', { dependency: 'mail' })
      options.read()
      if (settled > 0) continue
      // IDLE ends by itself at the next command; its failure is the failure of the connection, which rings too
      client.idle().catch(bell.ring)
      await bell.wait(config.pollMs)
    }
  } catch (cause) {
    throw cause instanceof HubError ? cause : new HubError(isRefused(cause) ? 'mssante.auth' : 'mssante.unreachable', { cause, dependency: 'mail' })
  } finally {
    signal.removeEventListener('abort', abort)
    client.close()
  }
}

/** Mails that are settled, and the folder each is to go to. */
type Leaving = Map<number, string>

interface Reading {
  config: MssanteConfig
  log: ConnectorLog | undefined
  leaving: Leaving
  renew: Renew
}

/**
 * Reads in batches: few round trips, bounded memory; a batch leaves INBOX as one once each of its mails is accepted.
 * Out: how many mails were settled.
 */
async function readInbox(accept: Accept, client: ImapFlow, reading: Reading): Promise<number> {
  const { config, log, leaving, renew } = reading
  await moveOut(client, reading)
  let settled = 0
  for (const { uids, bytes: expected, isTooLarge } of await listBatches(client, reading)) {
    if (!client.usable) break
    const before = leaving.size
    if (isTooLarge) {
      for (const uid of uids) leaving.set(uid, config.asideFolder)
      log?.('mail.put-aside', { count: uids.length })
    } else {
      renew(expected)
      for await (const { uid, source } of client.fetch(uids.join(','), { source: true, uid: true }, { uid: true })) {
        if (source === undefined || !uids.includes(uid) || leaving.has(uid)) continue
        await accept({ door: 'mail', format: 'mail', bytes: source, receivedAt: new Date() })
        leaving.set(uid, config.takenFolder)
        renew(expected)
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
    maxLiteralSize: config.maxMailBytes + OVERSIGHT_BYTES,
    maxLineLength: config.maxMailBytes + OVERSIGHT_BYTES,
    maxResponseSize: config.maxMailBytes + 2 * OVERSIGHT_BYTES,
  })
}

function isRefused(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'authenticationFailed' in cause && cause.authenticationFailed === true
}
