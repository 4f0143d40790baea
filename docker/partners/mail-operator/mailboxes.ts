/*
  Keeps every mail on disk, one per mailbox and Message-ID, before anyone is told that it was taken.

    <dataDir>/mailboxes/<address>/<arrival>-<digest of the Message-ID>.eml            in INBOX
    <dataDir>/mailboxes/<address>/<folder>/<arrival>-<digest>.eml                     moved there by its owner; `.supprimes`: deleted
    <dataDir>/refusals/<digest of Message-ID and address>                             how often `plein…` has refused it
*/
import { createHash } from 'node:crypto'
import { readdir, readFile, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder, writeDurably } from './durable.ts'

export interface KeptMail {
  mailbox: string
  folder: string
  path: string
}

export const INBOX = 'INBOX'
/** Deleted mails stay known: their Message-ID is not taken twice. */
export const DELETED = '.supprimes'

export class Mailboxes {
  readonly #root: string
  readonly #refusals: string
  /** By mailbox and digest: settled once the mail is on disk. */
  readonly #kept = new Map<string, Promise<void>>()
  #arrivals = 0

  private constructor(dataDir: string) {
    this.#root = join(dataDir, 'mailboxes')
    this.#refusals = join(dataDir, 'refusals')
  }

  static async open(dataDir: string): Promise<Mailboxes> {
    const mailboxes = new Mailboxes(dataDir)
    await makeFolder(mailboxes.#root)
    await makeFolder(mailboxes.#refusals)
    for (const { mailbox, path } of await mailboxes.all()) mailboxes.#kept.set(`${mailbox} ${basename(path, '.eml').slice(21)}`, Promise.resolve())
    return mailboxes
  }

  /** Out: the mail if it is new; a mail that is there already stays as it was. */
  async keep(mailbox: string, messageId: string, bytes: Uint8Array): Promise<KeptMail | undefined> {
    const digest = digestOf(messageId)
    const key = `${mailbox} ${digest}`
    const known = this.#kept.get(key)
    if (known !== undefined) {
      await known
      return undefined
    }
    const folder = join(this.#root, encodeURIComponent(mailbox))
    const mail = { mailbox, folder: INBOX, path: join(folder, `${this.#nextArrival()}-${digest}.eml`) }
    const writing = makeFolder(folder).then(() => writeDurably(mail.path, bytes))
    this.#kept.set(key, writing)
    await writing.catch(error => {
      this.#kept.delete(key)
      throw error
    })
    return mail
  }

  /** Every mail on disk, oldest first. */
  async all(): Promise<KeptMail[]> {
    const kept: KeptMail[] = []
    for (const path of await readdir(this.#root, { recursive: true })) {
      const [address = '', ...rest] = path.split('/')
      if (!path.endsWith('.eml') || rest.length === 0) continue
      kept.push({ mailbox: decodeURIComponent(address), folder: rest.length === 1 ? INBOX : decodeURIComponent(rest[0] ?? ''), path: join(this.#root, path) })
    }
    return kept.sort((a, b) => (basename(a.path) < basename(b.path) ? -1 : 1))
  }

  /** Notes where the owner of a mailbox has put a mail of its INBOX. */
  async move(path: string, folder: string): Promise<void> {
    const target = join(dirname(path), encodeURIComponent(folder))
    await makeFolder(target)
    await rename(path, join(target, basename(path)))
  }

  /** Counts one refusal of this mail at this address, for good. Out: how many there were before. */
  async countRefusal(mailbox: string, messageId: string): Promise<number> {
    const path = join(this.#refusals, digestOf(`${mailbox} ${messageId}`))
    const before = Number(await readFile(path, 'utf8').catch(() => '0'))
    await writeDurably(path, String(before + 1))
    return before
  }

  /** Twenty digits that sort by arrival, also across restarts. */
  #nextArrival(): string {
    return `${String(Date.now()).padStart(14, '0')}${String(this.#arrivals++ % 1_000_000).padStart(6, '0')}`
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40)
}
