/*
  Keeps every mail on disk, one per mailbox and Message-ID, before anyone is told that it was taken.

    <dataDir>/mailboxes/<address>/<arrival>-<digest of the Message-ID>.eml
    <dataDir>/refusals/<digest of Message-ID and address>        how often `plein…` has refused it
*/
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, writeDurably } from './durable.ts'

export interface KeptMail {
  mailbox: string
  path: string
}

export class Mailboxes {
  readonly #folder: string
  readonly #refusals: string
  /** By mailbox and digest: the mail once it is on disk. */
  readonly #kept = new Map<string, Promise<KeptMail>>()
  #arrivals = 0

  private constructor(dataDir: string) {
    this.#folder = join(dataDir, 'mailboxes')
    this.#refusals = join(dataDir, 'refusals')
  }

  static async open(dataDir: string): Promise<Mailboxes> {
    const mailboxes = new Mailboxes(dataDir)
    await makeFolder(mailboxes.#folder)
    await makeFolder(mailboxes.#refusals)
    for (const kept of await mailboxes.all()) mailboxes.#kept.set(keyOfFile(kept), Promise.resolve(kept))
    return mailboxes
  }

  /** Out: the mail and whether it is new; a mail that is there already stays as it was. */
  async keep(mailbox: string, messageId: string, bytes: Uint8Array): Promise<{ mail: KeptMail; isNew: boolean }> {
    const digest = digestOf(messageId)
    const key = `${mailbox} ${digest}`
    const known = this.#kept.get(key)
    if (known !== undefined) return { mail: await known, isNew: false }
    const writing = this.#write(mailbox, digest, bytes)
    this.#kept.set(key, writing)
    try {
      return { mail: await writing, isNew: true }
    } catch (error) {
      this.#kept.delete(key)
      throw error
    }
  }

  /** Every mail on disk, oldest first. */
  async all(): Promise<KeptMail[]> {
    const kept: KeptMail[] = []
    for (const name of await readdir(this.#folder)) {
      const files = (await readdir(join(this.#folder, name))).filter(file => file.endsWith('.eml'))
      for (const file of files) kept.push({ mailbox: decodeURIComponent(name), path: join(this.#folder, name, file) })
    }
    return kept.sort((a, b) => (baseName(a.path) < baseName(b.path) ? -1 : 1))
  }

  /** Counts one refusal of this mail at this address, for good. Out: how many there were before. */
  async countRefusal(mailbox: string, messageId: string): Promise<number> {
    const path = join(this.#refusals, digestOf(`${mailbox} ${messageId}`))
    const before = Number(await readFile(path, 'utf8').catch(() => '0'))
    await writeDurably(path, String(before + 1))
    return before
  }

  async #write(mailbox: string, digest: string, bytes: Uint8Array): Promise<KeptMail> {
    const folder = join(this.#folder, encodeURIComponent(mailbox))
    await makeFolder(folder)
    const arrival = `${String(Date.now()).padStart(14, '0')}${String(this.#arrivals++ % 1_000_000).padStart(6, '0')}`
    const mail = { mailbox, path: join(folder, `${arrival}-${digest}.eml`) }
    await writeDurably(mail.path, bytes)
    return mail
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40)
}

function keyOfFile(mail: KeptMail): string {
  return `${mail.mailbox} ${baseName(mail.path).slice(21, -4)}`
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
