/*
  Keeps GreenMail and the disk the same: loads every mail each time GreenMail starts empty, then each new one; notes what an owner moved or deleted.
*/
import { readFile } from 'node:fs/promises'
import { ImapSession } from './imap-session.ts'
import { DELETED, INBOX, type KeptMail, type Mailboxes } from './mailboxes.ts'

interface Shelf {
  waiting: KeptMail[]
  working: Promise<void> | undefined
  /** Mails of INBOX by the UID that GreenMail gave them. */
  inbox: Map<number, KeptMail>
}

export class Loader {
  readonly #mailboxes: Mailboxes
  readonly #port: () => number
  #shelves = new Map<string, Shelf>()
  /** Paths that GreenMail has or is being given since it last started. */
  #known = new Set<string>()
  #isUp = false
  #filled: Promise<void>
  #markFilled: () => void = () => undefined

  constructor(mailboxes: Mailboxes, port: () => number) {
    this.#mailboxes = mailboxes
    this.#port = port
    this.#filled = new Promise(resolve => {
      this.#markFilled = resolve
    })
  }

  /** GreenMail has started empty. */
  async reload(): Promise<void> {
    this.#shelves = new Map()
    this.#known = new Set()
    this.#isUp = true
    for (const mail of await this.#mailboxes.all()) if (mail.folder !== DELETED) this.add(mail)
    this.#markFilled()
  }

  add(mail: KeptMail): void {
    // while GreenMail is away the mail is safe on disk, and the next reload finds it
    if (!this.#isUp || this.#known.has(mail.path)) return
    this.#known.add(mail.path)
    const shelf: Shelf = this.#shelves.get(mail.mailbox) ?? { waiting: [], working: undefined, inbox: new Map() }
    this.#shelves.set(mail.mailbox, shelf)
    shelf.waiting.push(mail)
    shelf.working ??= this.#load(mail.mailbox, shelf)
  }

  /** Resolves once GreenMail shows everything that the disk holds for this mailbox. */
  async loaded(mailbox: string): Promise<void> {
    await this.#filled
    for (let shelf = this.#shelves.get(mailbox); shelf?.working !== undefined; shelf = this.#shelves.get(mailbox)) await shelf.working
  }

  /** Notes on disk what has left the INBOX, for `folder` or for good. */
  async tidy(mailbox: string, folder: string): Promise<void> {
    const shelf = this.#shelves.get(mailbox)
    if (shelf === undefined || shelf.inbox.size === 0) return
    const session = await ImapSession.open(this.#port(), mailbox)
    const before = [...shelf.inbox]
    await session.command('EXAMINE INBOX')
    const answer = await session.command('UID SEARCH ALL')
    session.close()
    const present = new Set(answer.flatMap(line => (line.startsWith('* SEARCH') ? line.split(' ').slice(2).map(Number) : [])))
    for (const [uid, mail] of before) {
      if (present.has(uid) || !shelf.inbox.delete(uid)) continue
      await this.#mailboxes.move(mail.path, folder)
    }
  }

  async #load(mailbox: string, shelf: Shelf): Promise<void> {
    try {
      const session = await ImapSession.open(this.#port(), mailbox)
      for (let mail = shelf.waiting[0]; mail !== undefined; mail = shelf.waiting[0]) {
        await this.#append(session, mail, shelf)
        shelf.waiting.shift()
      }
      session.close()
    } catch {
      // GreenMail has gone: its next start reloads everything
    }
    shelf.working = undefined
  }

  async #append(session: ImapSession, mail: KeptMail, shelf: Shelf): Promise<void> {
    if (mail.folder !== INBOX) await session.command(`CREATE "${mail.folder}"`).catch(() => undefined)
    const answer = await session.command(`APPEND "${mail.folder}"`, await readFile(mail.path))
    const uid = /\[APPENDUID \d+ (\d+)\]/.exec(answer.at(-1) ?? '')?.[1]
    if (uid !== undefined && mail.folder === INBOX) shelf.inbox.set(Number(uid), mail)
  }
}
