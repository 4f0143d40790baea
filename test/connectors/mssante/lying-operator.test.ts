import { EventEmitter } from 'node:events'
import type { ImapFlow } from 'imapflow'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { patienceWith } from '../../../connectors/mssante/patience.ts'
import { receive } from '../../../connectors/mssante/receive.ts'
import { type LyingImap, mailOf, type Rows, startLyingImap } from '../../support/lying-imap.ts'

// A mail server that lies, or is broken: the hub lets it go, and takes nothing twice.

const until = { timeout: 20_000, interval: 50 }
let operator: LyingImap | undefined
let stop = new AbortController()
let running: Promise<void> | undefined

afterEach(async () => {
  vi.useRealTimers()
  stop.abort()
  await running
  await operator?.close()
  operator = undefined
  stop = new AbortController()
})

async function listen(rows: Rows, changes: Record<string, unknown> = {}): Promise<{ got: Uint8Array[]; said: string[]; operator: LyingImap }> {
  operator = await startLyingImap(rows, { timeoutMs: 60_000, ...changes })
  const [got, said]: [Uint8Array[], string[]] = [[], []]
  const take = async ({ bytes }: { bytes: Uint8Array }): Promise<Uint8Array> => {
    got.push(bytes)
    return new Uint8Array()
  }
  running = receive(take, operator.config, { signal: stop.signal, log: event => void said.push(event) })
  return { got, said, operator }
}

describe('an operator that lies', () => {
  it.each<[string, Rows, Record<string, unknown>]>([
    ['a literal of a gigabyte', [[/FETCH.*BODY/, say => say('* 1 FETCH (UID 1 BODY[] {1073741824}\r\nx')]], { maxMailBytes: 1_000_000 }],
    ['a line without end', [[/FETCH.*BODY/, say => say('x'.repeat(3_000_000))]], { maxMailBytes: 1_000_000 }],
    ['more mails than it was asked for', [[/FETCH.*BODY/, say => say(mailOf(1, 10_000).repeat(50))]], {}],
    ['one thing after the other', [[/SEARCH ALL/, say => say(`* OK ${'x'.repeat(100_000)}\r\n`.repeat(50))]], {}],
    ['folders without end', [[/^LIST "" "\*"/, say => say(`* LIST () "/" "${'x'.repeat(10_000)}"\r\n`.repeat(50))]], {}],
  ])('that says %s is let go', async (_what, rows, changes) => {
    const { said, got } = await listen(rows, changes)
    await vi.waitFor(() => expect(said).toContain('mailbox.lost'), until)
    expect(got.length).toBeLessThan(2)
  })

  it('that brings a mail nobody asked for: it is neither taken nor moved', async () => {
    const { got, operator: server } = await listen([
      [/FETCH.*BODY/, `${mailOf(77)}${mailOf(1)}${mailOf(1)}`],
      [/^UID MOVE/, () => undefined],
    ])
    await vi.waitFor(() => expect(server.commands.some(command => command.startsWith('UID MOVE'))).toBe(true), until)
    expect(got).toHaveLength(1)
    expect(server.commands.filter(command => command.startsWith('UID MOVE') && !/^UID MOVE 1 /.test(command))).toEqual([])
  })
})

describe('patience with an operator', () => {
  const client = Object.assign(new EventEmitter(), { received: 0, stats: () => ({ sent: 0, received: client.received }), close: vi.fn() })
  const begin = (atLeastMs = 0) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    client.close.mockClear()
    client.received = 0
    return patienceWith(client as unknown as ImapFlow, atLeastMs)
  }

  it('ends where a byte comes now and then and nothing comes of it, and lasts where something does', () => {
    const renew = begin()
    for (let minute = 0; minute < 60; minute++) {
      client.received += 60
      vi.advanceTimersByTime(60_000)
      if (minute % 9 === 0) renew()
    }
    expect(client.close).not.toHaveBeenCalled()
    vi.advanceTimersByTime(660_000)
    expect(client.close).toHaveBeenCalled()
    client.emit('close')
  })

  it('ends where more comes than was asked for', () => {
    const renew = begin()
    renew(10_000_000)
    client.received = 10_000_000
    vi.advanceTimersByTime(2000)
    expect(client.close).not.toHaveBeenCalled()
    client.received = 12_000_000
    vi.advanceTimersByTime(2000)
    expect(client.close).toHaveBeenCalled()
    client.emit('close')
  })

  it('waits as long as the mailbox is to be left alone, and for nothing once the connection is closed', () => {
    begin(7_200_000)
    vi.advanceTimersByTime(7_100_000)
    expect(client.close).not.toHaveBeenCalled()
    client.emit('close')
    vi.advanceTimersByTime(7_100_000)
    expect(client.close).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})
