import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { send } from '../../../connectors/mssante/send.ts'
import { isAlive, missing, PASSWORD, TestOperator } from '../../support/mail-operator.ts'
import { dialogue, outgoing, ReportListener, readMailbox } from '../../support/mails.ts'

const never = new AbortController().signal
const until = { timeout: 30_000, interval: 50 }

describe.skipIf(missing !== undefined)('the mail operator of the sandbox', () => {
  let operator: TestOperator
  let listener: ReportListener

  beforeAll(async () => {
    operator = new TestOperator()
    await operator.start()
    listener = new ReportListener(operator.config())
  })
  afterAll(async () => {
    await listener?.stop()
    await operator?.remove()
  })

  it('takes a mail, delivers it, and reports the delivery with our envelope id', async () => {
    expect(await send(outgoing('dr.a@cabinet.mssante.fr', 'a1'), operator.config(), never)).toMatchObject({ code: '250' })
    await vi.waitFor(() => expect(listener.about('a1')).toHaveLength(1), until)
    expect(listener.about('a1')[0]).toEqual({
      kind: 'dsn',
      action: 'delivered',
      envelopeId: 'env-a1',
      originalMessageId: 'a1@hub.mssante.fr',
      finalRecipient: 'dr.a@cabinet.mssante.fr',
      originalRecipient: 'dr.a@cabinet.mssante.fr',
      status: '2.0.0',
    })
    const mails = await readMailbox(operator.config(), 'dr.a@cabinet.mssante.fr', PASSWORD)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.toString('latin1')).toContain('Message-ID: <a1@hub.mssante.fr>')
  })

  it('inconnu… is taken, then bounced with 5.1.1, and no mail is kept', async () => {
    expect(await send(outgoing('inconnu.b@cabinet.mssante.fr', 'b1'), operator.config(), never)).toMatchObject({ code: '250' })
    await vi.waitFor(() => expect(listener.about('b1')).toHaveLength(1), until)
    expect(listener.about('b1')[0]).toMatchObject({ kind: 'dsn', action: 'failed', status: '5.1.1', smtpCode: '550', originalMessageId: 'b1@hub.mssante.fr' })
    expect(await readMailbox(operator.config(), 'inconnu.b@cabinet.mssante.fr', PASSWORD)).toHaveLength(0)
  })

  it('refuse… and domains outside mssante.fr are refused with 550 in the dialogue', async () => {
    for (const to of ['refuse.c@cabinet.mssante.fr', 'dr.a@cabinet.example.org', 'dr.a@mssante.fr.example.org']) {
      await expect(send(outgoing(to, 'c1'), operator.config(), never)).rejects.toMatchObject({ code: 'mssante.refused', reply: '550', kind: 'reject' })
    }
  })

  it('plein… answers 452 twice for each mail, then takes it', async () => {
    for (const id of ['d1', 'd2']) {
      for (const _attempt of [1, 2]) {
        await expect(send(outgoing('plein@cabinet.mssante.fr', id), operator.config(), never)).rejects.toMatchObject({ code: 'mssante.deferred', reply: '452' })
      }
      expect(await send(outgoing('plein@cabinet.mssante.fr', id), operator.config(), never)).toMatchObject({ code: '250' })
    }
    expect(await readMailbox(operator.config(), 'plein@cabinet.mssante.fr', PASSWORD)).toHaveLength(2)
  })

  it('lent… has the mail at once and its report late', async () => {
    const sentAt = Date.now()
    await send(outgoing('lent@cabinet.mssante.fr', 'e1'), operator.config(), never)
    expect(await readMailbox(operator.config(), 'lent@cabinet.mssante.fr', PASSWORD)).toHaveLength(1)
    await vi.waitFor(() => expect(listener.about('e1')).toHaveLength(1), until)
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(1500)
  })

  it('keeps one mail per Message-ID and mailbox, and sends its report once, however often it is sent', async () => {
    await Promise.all([1, 2, 3, 4].map(() => send(outgoing('dr.f@cabinet.mssante.fr', 'f1'), operator.config(), never)))
    await send(outgoing('dr.f@cabinet.mssante.fr', 'f2'), operator.config(), never)
    await vi.waitFor(() => expect(listener.about('f2')).toHaveLength(1), until)
    expect(await readMailbox(operator.config(), 'dr.f@cabinet.mssante.fr', PASSWORD)).toHaveLength(2)
    expect(listener.about('f1')).toHaveLength(1)
  })

  it('a run of mails shares connections, and one the operator has closed meanwhile is no failure', async () => {
    const config = operator.config()
    for (const id of ['h1', 'h2', 'h3']) expect(await send(outgoing('dr.h@cabinet.mssante.fr', id), config, never)).toMatchObject({ code: '250' })
    await operator.kill('SIGKILL')
    await operator.start()
    expect(await send(outgoing('dr.h@cabinet.mssante.fr', 'h4'), config, never)).toMatchObject({ code: '250' })
    const arrived = (await readMailbox(config, 'dr.h@cabinet.mssante.fr', PASSWORD)).map(mail => mail.toString('latin1'))
    expect(arrived.map(mail => /Message-ID: <(\w+)@/.exec(mail)?.[1])).toEqual(['h1', 'h2', 'h3', 'h4'])
    const sessionOf = (mail: string | undefined) => / id (\w+);/.exec(mail ?? '')?.[1]
    expect(sessionOf(arrived[1])).toBe(sessionOf(arrived[0]))
  })

  it('while the operator is away each attempt says so at once, and an abort ends one', async () => {
    const config = operator.config({ smtp: { ...operator.config().smtp, port: 1 } })
    await expect(send(outgoing('dr.h@cabinet.mssante.fr', 'h5'), config, never)).rejects.toMatchObject({ code: 'mssante.unreachable', dependency: 'mail' })
    await expect(send(outgoing('dr.h@cabinet.mssante.fr', 'h6'), operator.config(), AbortSignal.abort())).rejects.toMatchObject({ code: 'mssante.unreachable' })
  })

  it('any address logs in with the sandbox password, none with another one', async () => {
    expect(await readMailbox(operator.config(), 'jamais.vu@cabinet.mssante.fr', PASSWORD)).toEqual([])
    await expect(readMailbox(operator.config(), 'jamais.vu@cabinet.mssante.fr', 'faux')).rejects.toMatchObject({ authenticationFailed: true })
    await expect(readMailbox(operator.config(), 'quelqu.un@example.org', PASSWORD)).rejects.toMatchObject({ authenticationFailed: true })
  })

  it('wants TLS before authentication, and authentication before a mail', async () => {
    const plain = await dialogue(connect(operator.smtpPort, '127.0.0.1'), ['EHLO x', 'AUTH PLAIN AGEAYg==', 'MAIL FROM:<a@b.mssante.fr>'])
    expect(plain.join('\n')).toMatch(/250[- ]STARTTLS/)
    expect(plain.at(-2)).toMatch(/^5\d\d/)
    expect(plain.at(-1)).toMatch(/^530/)
  })

  it('answers IMAP logins written as literals, quoted or by AUTHENTICATE, and survives noise', async () => {
    const user = 'dr.a@cabinet.mssante.fr'
    const sasl = Buffer.from(`\0${user}\0${PASSWORD}`).toString('base64')
    const logins = [
      [`a LOGIN ${user} "${PASSWORD}"`],
      [`a LOGIN {${user.length}+}\r\n${user} ${PASSWORD}`],
      [`a AUTHENTICATE PLAIN ${sasl}`],
      ['a AUTHENTICATE PLAIN', sasl],
    ]
    for (const lines of logins) {
      const answers = await dialogue(connect(operator.imapPort, '127.0.0.1'), [...lines, 'b SELECT INBOX', 'c LOGOUT'])
      expect(answers.join('\n')).toMatch(/a OK[\s\S]*b OK/)
    }
    const noise = connect(operator.imapPort, '127.0.0.1')
    noise.on('error', () => undefined)
    noise.resume()
    noise.write(Buffer.alloc(50_000, 0xfe))
    await new Promise(resolve => noise.once('close', resolve))
    expect(await readMailbox(operator.config(), 'jamais.vu@cabinet.mssante.fr', PASSWORD)).toEqual([])
  })

  it('kill -9 loses no mail, no pending report and no refusal count, leaves no orphan, and the mailboxes look the same', async () => {
    await send(outgoing('lent.g@cabinet.mssante.fr', 'g1'), operator.config(), never)
    await expect(send(outgoing('plein.g@cabinet.mssante.fr', 'g2'), operator.config(), never)).rejects.toMatchObject({ reply: '452' })
    await expect(send(outgoing('plein.g@cabinet.mssante.fr', 'g2'), operator.config(), never)).rejects.toMatchObject({ reply: '452' })
    const before = await readMailbox(operator.config(), 'dr.f@cabinet.mssante.fr', PASSWORD)
    const reportsBefore = listener.bytes.length
    const children = operator.descendants()
    expect(children.length).toBeGreaterThan(1)
    await operator.kill('SIGKILL')
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), until)
    await operator.start()
    expect(await readMailbox(operator.config(), 'dr.f@cabinet.mssante.fr', PASSWORD)).toEqual(before)
    expect(await readMailbox(operator.config(), 'lent.g@cabinet.mssante.fr', PASSWORD)).toHaveLength(1)
    expect(await send(outgoing('plein.g@cabinet.mssante.fr', 'g2'), operator.config(), never)).toMatchObject({ code: '250' })
    await vi.waitFor(() => expect([listener.about('g1').length, listener.about('g2').length]).toEqual([1, 1]), until)
    // what the hub had moved away before the kill is not offered to it again
    expect(listener.bytes.length).toBe(reportsBefore + 2)
  })

  it('starts GreenMail again when it dies, with every mail', async () => {
    const before = await readMailbox(operator.config(), 'dr.f@cabinet.mssante.fr', PASSWORD)
    for (const pid of operator.descendants()) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    await vi.waitFor(async () => expect(await readMailbox(operator.config(), 'dr.f@cabinet.mssante.fr', PASSWORD)).toEqual(before), until)
  })
})
