import { describe, expect, it } from 'vitest'
import { type DoorParts, mailDoor } from '../../gateway/doors.ts'
import { HubError } from '../../profiles/errors.ts'
import { createWorkers } from '../../gateway/workers/pool.ts'
import type { ArrivedMessage } from '../../gateway/ledger/acceptance/arrival.ts'

const report = (type: string, part: string): Buffer =>
  Buffer.from(
    `From: op@test.mssante.fr\r\nTo: hub@hub.mssante.fr\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=${type}; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nok\r\n--b\r\nContent-Type: message/${type}\r\n\r\n${part}\r\n--b--\r\n`,
  )
const dsn = report(
  'delivery-status',
  'Reporting-MTA: dns; op\r\nOriginal-Envelope-Id: ref-1\r\n\r\nFinal-Recipient: rfc822; dr@test.mssante.fr\r\nAction: delivered\r\nStatus: 2.0.0\r\n',
)
const mdn = report(
  'disposition-notification',
  'Final-Recipient: rfc822; dr@test.mssante.fr\r\nOriginal-Message-ID: <ref-1@hub.mssante.fr>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
)

describe('the mail door', () => {
  it('puts all reports on one mail in one lane, in which they change its Communication one after the other', async () => {
    const taken: ArrivedMessage[] = []
    const parts = {
      requireDisk: () => undefined,
      workers: createWorkers({ threads: 1 }),
      keys: { pseudonym: (value: string) => value },
      metrics: { received: () => undefined },
      expiries: { seen: () => undefined },
      acceptor: {
        accept: async (message: ArrivedMessage) => {
          taken.push(message)
          return { id: message.id, answer: message.answer, isRepeat: false }
        },
      },
    } as unknown as DoorParts
    const accept = mailDoor(parts)
    for (const bytes of [dsn, mdn, Buffer.from('Subject: hello\r\n\r\nhello')]) await accept({ door: 'mail', format: 'mail', bytes, receivedAt: new Date() })
    const lanes = taken.map(message => message.laneKey)
    expect(lanes[0]).toBe('in:mail|ref-1')
    expect(lanes[1]).toBe(lanes[0])
    expect(lanes[2]).not.toBe(lanes[0])
  })

  it('takes nothing below the free-disk threshold, so that the mail stays unread', async () => {
    const parts = {
      requireDisk() {
        throw new HubError('ledger.disk_full')
      },
    } as unknown as DoorParts
    await expect(mailDoor(parts)({ door: 'mail', format: 'mail', bytes: dsn, receivedAt: new Date() })).rejects.toMatchObject({ code: 'ledger.disk_full' })
  })
})
