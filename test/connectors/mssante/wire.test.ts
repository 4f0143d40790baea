import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import PostalMime, { type Email } from 'postal-mime'
import { afterEach, describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import { writeMail } from '../../../connectors/mssante/wire.ts'
import { toLine } from '../../../mappers/mail/ascii.ts'
import { outgoing } from '../../support/mails.ts'

const mail = (changes = {}) => outgoing('dr.a@cabinet.mssante.fr', 'w1', changes).payload
const headerOf = (email: Email, key: string) => email.headers.find(header => header.key === key)?.value

describe('an outgoing mail', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    process.env['TZ'] = zone ?? 'UTC'
  })

  it('has the same bytes each time it is written, in any time zone', async () => {
    const first = await writeMail(mail())
    for (const tz of ['UTC', 'Europe/Paris', 'Pacific/Kiritimati', 'America/St_Johns']) {
      process.env['TZ'] = tz
      expect(new Date(0).getHours() === 0).toBe(tz === 'UTC')
      expect(Buffer.from(await writeMail(mail()))).toEqual(Buffer.from(first))
    }
  })

  it('has CRLF lines only, none longer than 998 characters', async () => {
    const lines = Buffer.from(await writeMail(mail({ text: `${'é'.repeat(3000)}\n${'x'.repeat(3000)}` })))
      .toString('latin1')
      .split('\r\n')
    expect(lines.filter(line => /[\r\n]/.test(line) || line.length > 998)).toEqual([])
  })

  it('carries its headers, its text and its attachments byte for byte', async () => {
    const payload = mail({ replyTo: 'service.geriatrie@chu.mssante.fr', requestReadReceipt: true })
    const read = await PostalMime.parse(await writeMail(payload))
    expect(read.subject).toBe(payload.subject)
    expect(read.from).toEqual(payload.from)
    expect(read.to).toEqual([{ name: '', address: payload.to }])
    expect(read.replyTo).toEqual([{ name: '', address: 'service.geriatrie@chu.mssante.fr' }])
    expect(read.messageId).toBe('<w1@hub.mssante.fr>')
    expect(headerOf(read, 'date')).toBe('Sun, 01 Mar 2026 10:15:30 +0000')
    expect(headerOf(read, 'x-mss-codecda')).toBe('11490-0')
    expect(headerOf(read, 'disposition-notification-to')).toContain(payload.from.address)
    expect(read.text?.trimEnd()).toBe(payload.text)
    expect(read.attachments.map(part => [part.filename, part.mimeType])).toEqual([
      ['IHE_XDM.zip', 'application/zip'],
      [payload.attachments[0]?.name, 'application/pdf'],
    ])
    expect(Buffer.from(read.attachments[1]?.content as ArrayBuffer)).toEqual(Buffer.from(payload.attachments[0]?.bytes ?? []))
  })

  it('asks for no read receipt and carries no archive unless told to', async () => {
    const read = await PostalMime.parse(await writeMail(mail({ archive: [], attachments: [] })))
    expect(headerOf(read, 'disposition-notification-to')).toBeUndefined()
    expect(read.attachments).toEqual([])
  })

  it('IHE_XDM.zip holds its members in order, byte for byte', async () => {
    const payload = mail()
    const read = await PostalMime.parse(await writeMail(payload))
    const members = await unzip(Buffer.from(read.attachments[0]?.content as ArrayBuffer))
    expect(members).toEqual(payload.archive.map(member => ({ path: member.path, bytes: Buffer.from(member.bytes) })))
  })

  it('no text of a name, a title or a header can add a header', async () => {
    const bad = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\n', ':', ' ', '"', '<', '>', ',', '\u0000', '\u2028') })
    await fc.assert(
      fc.asyncProperty(bad, bad, bad, async (subject, name, value) => {
        const payload = mail({
          subject: `x${subject}\r\nBcc: a@b.mssante.fr`,
          from: { address: 'hub@hub.mssante.fr', name: `${name}\nBcc: a@b.mssante.fr` },
          headers: { 'X-MSS-NIL': `${value}\r\n\r\nBcc: c` },
        })
        const read = await PostalMime.parse(await writeMail(payload))
        const keys = read.headers.map(header => header.key).sort()
        expect(keys).toEqual(['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to', 'x-mss-nil'])
        expect(read.to).toHaveLength(1)
      }),
      { numRuns: 60 },
    )
  })

  it('a subject is read as it was written; what looks like an encoded word is shown, not decoded', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', '😀', ' ', '"', '<', ',', '\\', '=', '?', '_', '\u202e', '=?utf-8?Q?=E2=80=AE?='),
      maxLength: 150,
    })
    await fc.assert(
      fc.asyncProperty(text, async written => {
        const read = await PostalMime.parse(await writeMail(mail({ subject: `XDM/1.0/DDM+${toLine(written)}` })))
        expect(read.subject).toBe(`XDM/1.0/DDM+${toLine(written).replaceAll('=?', '= ?')}`)
      }),
      { numRuns: 150, seed: 7 },
    )
  })

  it('a header name that is none is our own defect', async () => {
    await expect(writeMail(mail({ headers: { 'X-A\r\nBcc': 'x' } }))).rejects.toMatchObject({ code: 'hub.defect', path: 'headers' })
  })
})

async function unzip(bytes: Buffer): Promise<{ path: string; bytes: Buffer }[]> {
  const zip = await yauzl.fromBufferPromise(bytes)
  const members: { path: string; bytes: Buffer }[] = []
  for await (const entry of zip.eachEntry()) members.push({ path: entry.fileName, bytes: await buffer(await zip.openReadStreamPromise(entry)) })
  return members
}
