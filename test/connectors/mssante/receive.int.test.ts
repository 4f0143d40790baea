import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { receive } from '../../../connectors/mssante/receive.ts'
import { HubError } from '../../../profiles/errors.ts'
import { HUB, missing, PASSWORD, TestOperator } from '../../support/mail-operator.ts'
import { readMailbox } from '../../support/mails.ts'

const until = { timeout: 30_000, interval: 50 }

describe.skipIf(missing !== undefined)("the hub's own mailbox", () => {
  let operator: TestOperator
  beforeAll(async () => {
    operator = new TestOperator()
    await operator.start()
  })
  afterAll(() => operator?.remove())

  const put = async (...mails: string[]): Promise<void> => {
    const client = new ImapFlow({ host: '127.0.0.1', port: operator.imapPort, secure: false, auth: { user: HUB, pass: PASSWORD }, logger: false })
    await client.connect()
    for (const mail of mails) await client.append('INBOX', mail)
    await client.logout()
  }
  const forget = async (folder: string): Promise<void> => {
    const client = new ImapFlow({ host: '127.0.0.1', port: operator.imapPort, secure: false, auth: { user: HUB, pass: PASSWORD }, logger: false })
    await client.connect()
    await client.mailboxDelete(folder)
    await client.logout()
  }
  const names = (mails: Uint8Array[]) => mails.map(mail => /Subject: (\S+)/.exec(Buffer.from(mail).toString('latin1'))?.[1])

  it('gives each mail once, oldest first, more of them than one batch holds, also those that come meanwhile', async () => {
    const expected = Array.from({ length: 120 }, (_, index) => `m${index}`)
    await put(...expected.slice(0, 110).map(name => `Subject: ${name}\r\n\r\nx\r\n`))
    const stop = new AbortController()
    const got: Uint8Array[] = []
    const running = receive(
      async ({ bytes, door, format }) => {
        expect([door, format]).toEqual(['mail', 'mail'])
        got.push(bytes)
        return new Uint8Array()
      },
      operator.config(),
      { signal: stop.signal },
    )
    await put(...expected.slice(110).map(name => `Subject: ${name}\r\n\r\nx\r\n`))
    await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(120), until)
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), HUB, PASSWORD)).toEqual([]), until)
    stop.abort()
    await running
    expect(names(got)).toEqual(expected)
    expect(await readMailbox(operator.config(), HUB, PASSWORD, 'Traites')).toHaveLength(120)
  })

  it('a mail that could not be accepted stays, and is given again', async () => {
    await put('Subject: tetu\r\n\r\nx\r\n')
    const stop = new AbortController()
    let calls = 0
    const running = receive(
      async () => {
        calls++
        if (calls === 1) throw new Error('the ledger is away')
        return new Uint8Array()
      },
      operator.config(),
      { signal: stop.signal },
    )
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), HUB, PASSWORD)).toEqual([]), until)
    stop.abort()
    await running
    expect(calls).toBe(2)
  })

  it('while nothing can be accepted, the operator is asked less and less often', async () => {
    await put('Subject: obstine\r\n\r\nx\r\n')
    const stop = new AbortController()
    const pauses: unknown[] = []
    const away = async (): Promise<Uint8Array> => {
      throw new HubError('ledger.unavailable', { dependency: 'postgres' })
    }
    const lost = (event: string, fields?: Record<string, unknown>) => void (event === 'mailbox.lost' && pauses.push(fields?.['pauseMs']))
    const running = receive(away, operator.config(), { signal: stop.signal, log: lost })
    await vi.waitFor(() => expect(pauses.length).toBeGreaterThanOrEqual(3), until)
    stop.abort()
    await running
    expect(pauses.slice(0, 3)).toEqual([500, 1000, 2000])
    const last = new AbortController()
    const taken = receive(async () => new Uint8Array(), operator.config(), { signal: last.signal })
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), HUB, PASSWORD)).toEqual([]), until)
    last.abort()
    await taken
  })

  it('mails that the server does not move are given once all the same, and go when it moves them', async () => {
    const stop = new AbortController()
    const got: Uint8Array[] = []
    const said: string[] = []
    const take = async ({ bytes }: { bytes: Uint8Array }) => {
      got.push(bytes)
      if (got.length === 1) await forget('Muets')
      return new Uint8Array()
    }
    const running = receive(take, operator.config({ takenFolder: 'Muets', pollMs: 500 }), { signal: stop.signal, log: event => said.push(event) })
    await vi.waitFor(() => expect(said).toContain('mailbox.opened'), until)
    const expected = Array.from({ length: 60 }, (_, index) => `n${index}`)
    await put(...expected.map(name => `Subject: ${name}\r\n\r\nx\r\n`))
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), HUB, PASSWORD, 'Muets')).toHaveLength(60), until)
    stop.abort()
    await running
    expect(names(got)).toEqual(expected)
    expect(said).toContain('mail.not-moved')
  })

  it('what was taken longer ago than takenDays is removed, nothing else', async () => {
    const client = new ImapFlow({ host: '127.0.0.1', port: operator.imapPort, secure: false, auth: { user: HUB, pass: PASSWORD }, logger: false })
    await client.connect()
    await client.mailboxCreate('Anciens')
    for (const days of [40, 20]) await client.append('Anciens', `Subject: j${days}\r\n\r\nx\r\n`, [], new Date(Date.now() - days * 86_400_000))
    await client.logout()
    await put('Subject: nouveau\r\n\r\nx\r\n')
    const stop = new AbortController()
    const said: string[] = []
    const running = receive(async () => new Uint8Array(), operator.config({ takenFolder: 'Anciens', takenDays: 30 }), {
      signal: stop.signal,
      log: event => said.push(event),
    })
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), HUB, PASSWORD)).toEqual([]), until)
    stop.abort()
    await running
    expect(names(await readMailbox(operator.config(), HUB, PASSWORD, 'Anciens'))).toEqual(['j20', 'nouveau'])
    expect(said).toContain('mail.removed')
  })

  it('a mail that is too large is put aside unread', async () => {
    await put(`Subject: gros\r\n\r\n${'x'.repeat(4000)}\r\n`, 'Subject: petit\r\n\r\nx\r\n')
    const stop = new AbortController()
    const got: Uint8Array[] = []
    const running = receive(
      async ({ bytes }) => {
        got.push(bytes)
        return new Uint8Array()
      },
      operator.config({ maxMailBytes: 2000 }),
      { signal: stop.signal },
    )
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), HUB, PASSWORD)).toEqual([]), until)
    stop.abort()
    await running
    expect(names(got)).toEqual(['petit'])
    expect(names(await readMailbox(operator.config(), HUB, PASSWORD, 'Rejetes'))).toEqual(['gros'])
  })

  it('a wrong password ends nothing: it says so, and tries again until told to stop', async () => {
    const stop = new AbortController()
    const said: (string | undefined)[] = []
    const config = { ...operator.config(), user: 'quelqu.un@example.org' }
    const running = receive(async () => new Uint8Array(), config, { signal: stop.signal, log: (event, fields) => said.push(`${event} ${fields?.['code']}`) })
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(1), until)
    stop.abort()
    await running
    expect(said[0]).toBe('mailbox.lost mssante.auth')
  })
})
