/*
  An IMAP server that says what it is told to, true or not: each command is answered by the first row whose pattern it fits.
*/
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { config, type MssanteConfig } from '../../connectors/mssante/config.ts'

export type Answer = (say: (text: string) => void) => void
export type Rows = [command: RegExp, answer: Answer | string][]

/** INBOX with one mail of seventeen bytes, which stays there. */
const HONEST: Rows = [
  [/^CAPABILITY/, '* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\r\n'],
  [/^SELECT/, '* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 2] x\r\n'],
  [/^LIST "" ""/, '* LIST (\\Noselect) "/" ""\r\n'],
  [/^LIST/, ['INBOX', 'Traites', 'Rejetes'].map(name => `* LIST () "/" "${name}"\r\n`).join('')],
  [/SEARCH BEFORE/, '* SEARCH\r\n'],
  [/SEARCH/, '* SEARCH 1\r\n'],
  [/FETCH.*SIZE/, '* 1 FETCH (UID 1 RFC822.SIZE 17)\r\n'],
  [/FETCH/, mailOf(1)],
]

export function mailOf(uid: number, length = 17): string {
  const mail = `Subject: x\r\n\r\n${'x'.repeat(length - 16)}\r\n`
  return `* 1 FETCH (UID ${uid} BODY[] {${mail.length}}\r\n${mail})\r\n`
}

export interface LyingImap {
  config: MssanteConfig
  /** Every command it was given, without its tag. */
  commands: string[]
  close(): Promise<void>
}

/** What is a text ends with OK; an answer in code says all of it. */
export async function startLyingImap(rows: Rows, changes: Record<string, unknown> = {}): Promise<LyingImap> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-lying-'))
  writeFileSync(join(folder, 'password'), 'x')
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = net.createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
    const say = (text: string): void => void (socket.destroyed || socket.write(text))
    say('* OK [CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS] ready\r\n')
    let [heard, idle] = ['', '']
    socket.on('data', chunk => {
      const lines = `${heard}${chunk.toString('latin1')}`.split('\r\n')
      heard = lines.pop() ?? ''
      for (const line of lines) {
        const [tag = '', ...rest] = line.split(' ')
        const command = rest.join(' ')
        if (tag === 'DONE') say(`${idle} OK done\r\n`)
        else answer(tag, command, say)
        if (command === 'IDLE') idle = tag
      }
    })
  })
  const answer = (tag: string, command: string, say: (text: string) => void): void => {
    commands.push(command)
    if (command === 'IDLE') return void say('+ idling\r\n')
    const found = [...rows, ...HONEST].find(([pattern]) => pattern.test(command))?.[1] ?? ''
    if (typeof found === 'string') say(`${found}${tag} OK done\r\n`)
    else found(say)
  }
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const place = { host: '127.0.0.1', security: 'none' }
  return {
    commands,
    config: config.parse({
      address: 'hub@hub.mssante.fr',
      displayName: 'Hub',
      user: 'hub',
      passwordFile: join(folder, 'password'),
      timeoutMs: 5000,
      pollMs: 1000,
      smtp: { ...place, port: 1 },
      imap: { ...place, port: (server.address() as AddressInfo).port },
      ...changes,
    }),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
      rmSync(folder, { recursive: true })
    },
  }
}
