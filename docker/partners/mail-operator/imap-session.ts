/*
  A session of ours with GreenMail's own IMAP port: log in as a mailbox, run commands, or hand the connection over.
*/
import { connect, type Socket } from 'node:net'

export class ImapSession {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #tag = 0
  #wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', this.#onData)
    socket.on('error', this.#onEnd)
    socket.on('close', this.#onEnd)
  }

  /** GreenMail makes the mailbox if there is none; the password has been checked before. */
  static async open(port: number, mailbox: string): Promise<ImapSession> {
    const session = new ImapSession(connect({ port, host: '127.0.0.1', noDelay: true }))
    try {
      await session.#line()
      await session.command(`LOGIN "${mailbox}" "-"`)
      return session
    } catch (error) {
      session.socket.destroy()
      throw error
    }
  }

  /** Out: the untagged lines of the answer. Throws when the answer is not OK, or the connection ends. */
  async command(text: string, literal?: Uint8Array): Promise<string[]> {
    const tag = `s${++this.#tag}`
    this.socket.write(`${tag} ${text}${literal === undefined ? '' : ` {${literal.byteLength}+}`}\r\n`)
    if (literal !== undefined) {
      this.socket.write(literal)
      this.socket.write('\r\n')
    }
    const untagged: string[] = []
    for (;;) {
      const line = await this.#line()
      if (line.startsWith(`${tag} OK`)) return [...untagged, line]
      if (line.startsWith(`${tag} `)) throw new Error(`IMAP command refused: ${text.split(' ')[0]}`)
      untagged.push(line)
    }
  }

  /** Gives the connection away; out: what has come in and was not read. */
  release(): Buffer {
    this.socket.off('data', this.#onData)
    this.socket.off('error', this.#onEnd)
    this.socket.off('close', this.#onEnd)
    return this.#received
  }

  close(): void {
    this.socket.end('z LOGOUT\r\n')
    this.socket.setTimeout(2000, () => this.socket.destroy())
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#received.subarray(0, end).toString('latin1')
        this.#received = this.#received.subarray(end + 2)
        return line
      }
      if (this.socket.destroyed || this.socket.readableEnded) throw new Error('IMAP connection ended')
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received = Buffer.concat([this.#received, chunk])
    this.#wake?.()
  }

  readonly #onEnd = (): void => {
    this.#wake?.()
  }
}
