/*
  The IMAP door: checks the password itself (GreenMail would take any), then joins the client with GreenMail.

    * OK greeting; before LOGIN: CAPABILITY, NOOP, ID, LOGOUT, LOGIN user password, AUTHENTICATE PLAIN [initial]
    after LOGIN every byte goes both ways untouched
*/
import { createServer, type Server, type Socket } from 'node:net'
import { readCommand } from './imap-command.ts'
import { ImapSession } from './imap-session.ts'
import { DELETED } from './mailboxes.ts'
import { isMssante } from './rules.ts'

interface Parts {
  password: string
  port: () => number
  /** Resolves once the mailbox is complete in GreenMail. */
  loaded: (mailbox: string) => Promise<void>
  /** The owner has moved mails to this folder, or expunged some. */
  tidy: (mailbox: string, folder: string) => Promise<void>
}

const CAPABILITIES = 'IMAP4rev1 LITERAL+ UIDPLUS IDLE MOVE SASL-IR AUTH=PLAIN'
const LOGIN_TIMEOUT_MS = 60_000
const LONGEST_LOGIN = 8192
const TIDY_AFTER_MS = 400

export function createImapDoor(parts: Parts): Server {
  return createServer({ noDelay: true }, socket => new Greeter(socket, parts).start())
}

class Greeter {
  readonly #socket: Socket
  readonly #parts: Parts
  #received = ''
  #continued = 0
  /** Tag of an AUTHENTICATE PLAIN whose credentials are still to come. */
  #authenticating: string | undefined
  #tidying: NodeJS.Timeout | undefined
  #folder = DELETED

  constructor(socket: Socket, parts: Parts) {
    this.#socket = socket
    this.#parts = parts
  }

  start(): void {
    this.#socket.on('error', () => this.#socket.destroy())
    this.#socket.setTimeout(LOGIN_TIMEOUT_MS, () => this.#socket.destroy())
    this.#socket.on('data', this.#onData)
    this.#socket.write('* OK IMAP4rev1 MSSante sandbox ready\r\n')
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.toString('latin1')
    if (this.#received.length > LONGEST_LOGIN) this.#socket.destroy()
    else this.#readOn()
  }

  #readOn(): void {
    for (;;) {
      const read = readCommand(this.#received)
      if (read === 'incomplete') return
      if (typeof read === 'number') {
        // a literal is announced: the client waits for leave to send it
        if (this.#continued < read) this.#socket.write('+ go on\r\n')
        this.#continued = read
        return
      }
      this.#continued = 0
      this.#received = this.#received.slice(read.length)
      if (this.#execute(read.words) === 'stop') return
    }
  }

  #execute(words: string[]): 'go' | 'stop' {
    if (this.#authenticating !== undefined) return this.#plain(this.#authenticating, words[0] ?? '')
    const [tag = '*', name = '', ...rest] = words
    switch (name.toUpperCase()) {
      case 'CAPABILITY':
        return this.#say(`* CAPABILITY ${CAPABILITIES}`, `${tag} OK CAPABILITY completed`)
      case 'NOOP':
        return this.#say(`${tag} OK NOOP completed`)
      case 'ID':
        return this.#say('* ID NIL', `${tag} OK ID completed`)
      case 'LOGIN':
        return this.#login(tag, rest[0] ?? '', rest[1] ?? '')
      case 'AUTHENTICATE':
        return this.#authenticate(tag, rest)
      case 'LOGOUT':
        this.#socket.end(`* BYE\r\n${tag} OK LOGOUT completed\r\n`)
        return 'stop'
      default:
        return this.#say(`${tag} BAD Log in first`)
    }
  }

  #authenticate(tag: string, rest: string[]): 'go' | 'stop' {
    if (rest[0]?.toUpperCase() !== 'PLAIN') return this.#say(`${tag} NO Only PLAIN is known here`)
    if (rest[1] !== undefined) return this.#plain(tag, rest[1])
    this.#authenticating = tag
    return this.#say('+ ')
  }

  #plain(tag: string, initial: string): 'go' | 'stop' {
    this.#authenticating = undefined
    if (initial === '*') return this.#say(`${tag} BAD Cancelled`)
    const [, user = '', password = ''] = Buffer.from(initial, 'base64').toString('utf8').split('\0')
    return this.#login(tag, user, password)
  }

  #login(tag: string, user: string, password: string): 'go' | 'stop' {
    if (!isMssante(user) || password !== this.#parts.password) return this.#say(`${tag} NO [AUTHENTICATIONFAILED] Invalid login/password`)
    this.#socket.off('data', this.#onData)
    this.#socket.pause()
    this.#join(tag, user.toLowerCase()).catch(() => this.#socket.end('* BYE mailbox is not available\r\n'))
    return 'stop'
  }

  async #join(tag: string, mailbox: string): Promise<void> {
    await this.#parts.loaded(mailbox)
    const session = await ImapSession.open(this.#parts.port(), mailbox)
    const back = session.socket
    const rest = session.release()
    back.on('error', () => this.#socket.destroy())
    this.#socket.on('close', () => back.destroy())
    back.on('close', () => this.#socket.destroy())
    this.#socket.setTimeout(0)
    this.#socket.write(`${tag} OK LOGIN completed\r\n`)
    this.#socket.write(rest)
    back.write(this.#received, 'latin1')
    back.pipe(this.#socket)
    this.#socket.on('data', chunk => this.#observe(mailbox, chunk))
    this.#socket.pipe(back)
  }

  /** Looks for the commands that take mails out of INBOX; the disk follows a moment later. */
  #observe(mailbox: string, chunk: Buffer): void {
    const move = /\bMOVE [0-9:,*]+ "?([^"\r\n/]{1,100})"?\r\n/i.exec(chunk.toString('utf8'))
    if (move === null && !/\b(EXPUNGE|CLOSE)\b/i.test(chunk.toString('latin1'))) return
    this.#folder = move?.[1] ?? DELETED
    this.#tidying ??= setTimeout(() => {
      this.#tidying = undefined
      this.#parts.tidy(mailbox, this.#folder).catch(() => undefined)
    }, TIDY_AFTER_MS)
  }

  #say(...lines: string[]): 'go' {
    this.#socket.write(`${lines.join('\r\n')}\r\n`)
    return 'go'
  }
}
