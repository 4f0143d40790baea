import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connector } from '../../../connectors/mssante/index.ts'
import { send } from '../../../connectors/mssante/send.ts'
import { writeMail } from '../../../connectors/mssante/wire.ts'
import { outgoing, ReportListener, readMailbox } from '../../support/mails.ts'
import { HUB_MAILBOX, missingPostfix, PASSWORD, Postfix } from '../../support/postfix.ts'

const never = new AbortController().signal
const until = { timeout: 30_000, interval: 100 }
const from = { address: HUB_MAILBOX, name: 'Plateforme e-parcours' }

if (missingPostfix !== undefined) process.stderr.write(`mails against Postfix and Dovecot are not tested: ${missingPostfix}\n`)

describe.skipIf(missingPostfix !== undefined)('mails through a real Postfix and Dovecot', () => {
  let postfix: Postfix
  let listener: ReportListener
  beforeAll(async () => {
    postfix = await Postfix.start()
    await vi.waitFor(() => connector.check(postfix.config()), until)
    listener = new ReportListener(postfix.config())
  })
  afterAll(async () => {
    await listener?.stop()
    postfix?.stop()
  })

  it('STARTTLS and TLS from the first byte both deliver, with a success report', async () => {
    for (const [door, id] of [
      ['starttls', 'p1'],
      ['smtps', 'p2'],
    ] as const) {
      expect(await send(outgoing('dr.a@lab.example.test', id, { from }), postfix.config(door), never)).toMatchObject({ code: '250' })
      await vi.waitFor(() => expect(listener.about(id)).toHaveLength(1), until)
      expect(listener.about(id)[0]).toMatchObject({
        kind: 'dsn',
        action: 'relayed',
        status: '2.0.0',
        originalMessageId: `${id}@hub.mssante.fr`,
        finalRecipient: 'dr.a@lab.example.test',
      })
    }
  })

  it('the archive arrives byte for byte', async () => {
    const { payload } = outgoing('dr.a@lab.example.test', 'p1', { from })
    const sent = await PostalMime.parse(await writeMail(payload))
    const kept = (await readMailbox(postfix.config(), 'dr.a@lab.example.test', PASSWORD)).map(bytes => PostalMime.parse(bytes))
    const arrived = (await Promise.all(kept)).find(mail => mail.messageId === '<p1@hub.mssante.fr>')
    expect(arrived?.subject).toBe(payload.subject)
    expect(arrived?.attachments.map(part => Buffer.from(part.content as ArrayBuffer))).toEqual(
      sent.attachments.map(part => Buffer.from(part.content as ArrayBuffer)),
    )
  })

  it('an unknown mailbox bounces with 5.1.1 and our envelope id', async () => {
    expect(await send(outgoing('inconnu@lab.example.test', 'p3', { from }), postfix.config(), never)).toMatchObject({ code: '250' })
    await vi.waitFor(() => expect(listener.about('p3')).toHaveLength(1), until)
    expect(listener.about('p3')[0]).toMatchObject({ kind: 'dsn', action: 'failed', status: '5.1.1', smtpCode: '550', originalMessageId: 'p3@hub.mssante.fr' })
  })

  it('an unknown domain bounces with 5.1.2, whose code no list has', async () => {
    await send(outgoing('dr.a@ailleurs.example.org', 'p4', { from }), postfix.config(), never)
    await vi.waitFor(() => expect(listener.about('p4')).toHaveLength(1), until)
    expect(listener.about('p4')[0]).toMatchObject({ kind: 'dsn', action: 'failed', status: '5.1.2', smtpCode: '554' })
  })

  it('an unknown mailbox is refused in the dialogue where the operator knows its mailboxes', async () => {
    await expect(send(outgoing('inconnu@lab.example.test', 'p5', { from }), postfix.config('strict'), never)).rejects.toMatchObject({
      code: 'mssante.refused',
      reply: '550',
    })
  })

  it('a wrong password is told apart from an operator that is away', async () => {
    const passwordFile = join(mkdtempSync(join(tmpdir(), 'pw-')), 'password')
    writeFileSync(passwordFile, 'faux')
    await expect(connector.check(postfix.config('starttls', { passwordFile }))).rejects.toMatchObject({ code: 'mssante.auth', dependency: 'mail' })
  })

  it('a certificate of another authority is not accepted', async () => {
    const { smtp } = postfix.config()
    const stranger = { ...smtp, caFile: undefined }
    await expect(connector.check({ ...postfix.config(), smtp: stranger as never })).rejects.toMatchObject({ code: 'mssante.unreachable', dependency: 'mail' })
  })

  it('a mail above the size the operator takes is refused before it is sent', async () => {
    const attachments = [{ name: 'a.pdf', contentType: 'application/pdf', bytes: Buffer.alloc(24 << 20, 7) }]
    await expect(send(outgoing('dr.a@lab.example.test', 'p6', { from, attachments }), postfix.config(), never)).rejects.toMatchObject({
      code: 'mssante.refused',
      reply: '523',
    })
  })

  it('what was taken is in its folder, and INBOX is empty', async () => {
    await vi.waitFor(async () => expect(await readImap('INBOX')).toHaveLength(0), until)
    expect(await readImap('Traites')).toHaveLength(listener.bytes.length)
  })

  const readImap = (folder: string) => readMailbox(postfix.config(), HUB_MAILBOX, PASSWORD, folder)
})
