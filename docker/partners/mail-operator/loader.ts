/*
  Brings the mails on disk into GreenMail: all of them each time it starts empty, then each new one as it arrives.
*/
import { readFile } from 'node:fs/promises'
import { ImapSession } from './imap-session.ts'
import type { KeptMail, Mailboxes } from './mailboxes.ts'

interface Queue {
  paths: string[]
  working: Promise<void> | undefined
}

export class Loader {
  readonly #mailboxes: Mailboxes
  readonly #port: () => number
  #queues = new Map<string, Queue>()
  /** Paths queued or loaded since GreenMail last started. */
  #known = new Set<string>()
  #isUp = false

  constructor(mailboxes: Mailboxes, port: () => number) {
    this.#mailboxes = mailboxes
    this.#port = port
  }

  /** GreenMail has started empty. */
  async reload(): Promise<void> {
    this.#queues = new Map()
    this.#known = new Set()
    this.#isUp = true
    for (const mail of await this.#mailboxes.all()) this.add(mail)
  }

  add(mail: KeptMail): void {
    // while GreenMail is away the mail is safe on disk, and the next reload finds it
    if (!this.#isUp || this.#known.has(mail.path)) return
    this.#known.add(mail.path)
    const queue = this.#queues.get(mail.mailbox) ?? { paths: [], working: undefined }
    this.#queues.set(mail.mailbox, queue)
    queue.paths.push(mail.path)
    queue.working ??= this.#work(mail.mailbox, queue)
  }

  /** Resolves once GreenMail shows everything that the disk holds for this mailbox. */
  async loaded(mailbox: string): Promise<void> {
    for (let queue = this.#queues.get(mailbox); queue?.working !== undefined; queue = this.#queues.get(mailbox)) await queue.working
  }

  async #work(mailbox: string, queue: Queue): Promise<void> {
    try {
      const session = await ImapSession.open(this.#port(), mailbox)
      for (let path = queue.paths[0]; path !== undefined; path = queue.paths[0]) {
        await session.command('APPEND INBOX', await readFile(path))
        queue.paths.shift()
      }
      session.close()
    } catch {
      // GreenMail has gone: its next start reloads everything
    }
    queue.working = undefined
  }
}
