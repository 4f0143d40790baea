import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readReport } from '../../../connectors/mssante/report.ts'
import { HubError } from '../../../profiles/errors.ts'

const bytes = (lines: string[]) => Buffer.from(lines.join('\r\n'), 'utf8')

/** A multipart/report of the given kind, the parts as lines. */
function report(kind: string, parts: [type: string, lines: string[]][]): Buffer {
  const body = parts.flatMap(([type, lines]) => ['--b', `Content-Type: ${type}`, '', ...lines, ''])
  return bytes([
    'Return-Path: <>',
    'Subject: rapport',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${kind};`,
    '\tboundary="b"',
    '',
    ...body,
    '--b--',
    '',
  ])
}

const failed = [
  'Reporting-MTA: dns; relais.mssante.fr',
  'Original-Envelope-Id: env-42',
  'Arrival-Date: Sun, 01 Mar 2026 10:15:30 +0000',
  '',
  'Final-Recipient: rfc822; Dr.A@Cabinet.mssante.fr',
  'Original-Recipient: rfc822;dr.a@cabinet.mssante.fr',
  'Action: failed',
  'Status: 5.1.1',
  'Remote-MTA: dns; cabinet.mssante.fr',
  'Diagnostic-Code: smtp; 550 5.1.1',
  '    <dr.a@cabinet.mssante.fr> User',
  "\tdoesn't exist",
]
const original = ['From: hub@hub.mssante.fr', 'Message-ID:', ' <m42@hub.mssante.fr>', 'Subject: x']
const dsn = (status: string[], type = 'text/rfc822-headers') =>
  report('delivery-status', [
    ['text/plain', ['Bonjour']],
    ['message/delivery-status', status],
    [type, original],
  ])
const replace = (from: string, to: string) =>
  failed.map(line => (line.startsWith(from) ? to : line)).filter(line => !line.startsWith('    ') && !line.startsWith('\t'))

describe('a delivery status notification', () => {
  it('gives envelope id, Message-ID, recipient, action, status and reply code, folded lines included', async () => {
    expect(await readReport(dsn(failed))).toEqual({
      kind: 'dsn',
      action: 'failed',
      envelopeId: 'env-42',
      originalMessageId: 'm42@hub.mssante.fr',
      finalRecipient: 'dr.a@cabinet.mssante.fr',
      originalRecipient: 'dr.a@cabinet.mssante.fr',
      status: '5.1.1',
      smtpCode: '550',
    })
  })

  it('finds the Message-ID also where the whole mail came back', async () => {
    expect(await readReport(dsn(failed, 'message/rfc822'))).toMatchObject({ originalMessageId: 'm42@hub.mssante.fr' })
  })

  it.each([
    ['delivered', '2.0.0'],
    ['relayed', '2.0.0'],
    ['expanded', '2.0.0'],
  ])('%s carries no error code', async (action, status) => {
    const lines = failed.map(line => line.replace('failed', action).replace('5.1.1', status).replace('550', '250'))
    expect(await readReport(dsn(lines))).toMatchObject({ kind: 'dsn', action, status })
    expect(await readReport(dsn(lines))).not.toHaveProperty('smtpCode')
  })

  it.each([
    ['Diagnostic-Code: smtp; 552 5.2.2 Quota', '552'],
    ['Diagnostic-Code: SMTP;452-4.2.2 Plein', '452'],
    ['Diagnostic-Code: smtp; 557 inconnu de la liste', '554'],
    ['Diagnostic-Code: X-Postfix; Host or domain name not found', '554'],
    ['X-Rien: a', '554'],
  ])('%s becomes %s', async (line, code) => {
    expect(await readReport(dsn(replace('Diagnostic-Code', line)))).toMatchObject({ action: 'failed', smtpCode: code })
  })

  it('delayed is no failure and has a code only if the list knows it', async () => {
    const delayed = (line: string) => dsn(replace('Diagnostic-Code', line).map(one => one.replace('failed', 'delayed')))
    expect(await readReport(delayed('Diagnostic-Code: smtp; 450 4.2.1 later'))).toMatchObject({ action: 'delayed', smtpCode: '450' })
    expect(await readReport(delayed('Diagnostic-Code: x; later'))).not.toHaveProperty('smtpCode')
  })

  it('is read without the blank line between message and recipient fields, and with bare LF', async () => {
    expect(await readReport(dsn(failed.filter(line => line !== '')))).toMatchObject({
      action: 'failed',
      envelopeId: 'env-42',
      finalRecipient: 'dr.a@cabinet.mssante.fr',
    })
    expect(await readReport(Buffer.from(dsn(failed).toString('utf8').replaceAll('\r\n', '\n')))).toMatchObject({ action: 'failed', envelopeId: 'env-42' })
  })

  it('of several recipients (a mailbox that forwards) one that arrived counts, else one that failed', async () => {
    const late = ['Final-Recipient: rfc822; relais@cabinet.mssante.fr', 'Action: delayed', 'Status: 4.0.0', '']
    const [head, own] = [failed.slice(0, 4), failed.slice(4)]
    expect(await readReport(dsn([...head, ...late, ...own]))).toMatchObject({ action: 'failed', smtpCode: '550', finalRecipient: 'dr.a@cabinet.mssante.fr' })
    const expanded = late.map(line => line.replace('delayed', 'expanded'))
    expect(await readReport(dsn([...head, ...expanded, ...own.map(line => line.replace('failed', 'delivered'))]))).toMatchObject({ action: 'delivered' })
    expect(await readReport(dsn([...head, ...late]))).toMatchObject({ action: 'delayed' })
    const arrived = late.map(line => line.replace('delayed', 'relayed').replace('4.0.0', '2.0.0'))
    for (const blocks of [
      [...arrived, ...own, ''],
      [...own, '', ...arrived],
    ])
      expect(await readReport(dsn([...head, ...blocks]))).toMatchObject({ action: 'relayed', status: '2.0.0', finalRecipient: 'relais@cabinet.mssante.fr' })
  })

  it('a comment behind the action, and the types of internationalised mail, are read', async () => {
    expect(await readReport(dsn(replace('Action', 'Action: failed (bad destination)')))).toMatchObject({ action: 'failed' })
    const worldwide = report('delivery-status', [
      ['message/global-delivery-status', failed],
      ['message/global-headers', original],
    ])
    expect(await readReport(worldwide)).toMatchObject({ action: 'failed', envelopeId: 'env-42', originalMessageId: 'm42@hub.mssante.fr' })
  })

  it.each([
    ['Return-Path: <>', 'dsn'],
    ['Return-Path: <MAILER-DAEMON>', 'dsn'],
    ['Return-Path: <MAILER-DAEMON@relais.mssante.fr>', 'dsn'],
    ['X-Rien: a', 'dsn'],
    ['Return-Path: <dr.b@cabinet.mssante.fr>', 'other'],
    ['Return-Path: <dr.b@cabinet.mssante.fr>\r\nReturn-Path: <>', 'other'],
  ])('in a mail that came with %j is %s: mail systems speak without a sender', async (line, kind) => {
    expect((await readReport(Buffer.from(dsn(failed).toString('utf8').replace('Return-Path: <>', line)))).kind).toBe(kind)
  })

  it('without a known action it is no report', async () => {
    expect(await readReport(dsn(replace('Action', 'Action: exploded')))).toEqual({ kind: 'other' })
    expect(await readReport(dsn([]))).toEqual({ kind: 'other' })
  })
})

describe('a message disposition notification', () => {
  const mdn = (lines: string[]) =>
    report('disposition-notification', [
      ['text/plain', ['Lu']],
      [
        'message/disposition-notification',
        ['Reporting-UA: lps; X', 'Final-Recipient: rfc822;Dr.A@cabinet.mssante.fr', 'Original-Message-ID: <m42@hub.mssante.fr> (le vôtre)', ...lines],
      ],
    ])

  it.each([
    ['Disposition: automatic-action/MDN-sent-automatically; processed', 'processed'],
    ['Disposition: manual-action/MDN-sent-manually;\r\n displayed', 'displayed'],
    ['Disposition: manual-action/MDN-sent-manually (par un clic); displayed (vu)', 'displayed'],
    ['Disposition: automatic-action/MDN-sent-automatically; dispatched', 'dispatched'],
    ['Disposition: manual-action/MDN-sent-manually; deleted', 'deleted'],
    ['Disposition: manual-action/MDN-sent-manually; denied', 'denied'],
  ])('%s is %s without error', async (line, action) => {
    expect(await readReport(mdn([line]))).toEqual({ kind: 'mdn', action, originalMessageId: 'm42@hub.mssante.fr', finalRecipient: 'dr.a@cabinet.mssante.fr' })
  })

  it.each([
    [['Disposition: automatic-action/MDN-sent-automatically; processed/Error: 902^Usager inconnu'], { code: '902' }],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/error', 'Error: 905^INS inconnu'], { code: '905' }],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/error'], {}],
    [['Disposition: automatic-action/MDN-sent-automatically; processed/failed', 'Failure: illisible'], {}],
  ])('%j says that it could not be processed', async (lines, error) => {
    expect(await readReport(mdn(lines))).toMatchObject({ kind: 'mdn', action: 'processed', error })
  })

  it.each([
    ['Disposition: automatic-action/MDN-sent-automatically; failed', [], {}],
    ['Disposition: automatic-action/MDN-sent-automatically; failed/Error: 905^INS incomplet', [], { code: '905' }],
    ['Disposition: automatic-action/MDN-sent-automatically; failed/processing-error', ['Failure: 902 inconnu'], { code: '902' }],
    ['Disposition: automatic-action/MDN-sent-automatically; rejected', [], {}],
  ])('the older %s says so too', async (line, more, error) => {
    expect(await readReport(mdn([line, ...more]))).toMatchObject({ kind: 'mdn', action: / (\w+)(?:\/\S+.*)?$/.exec(line)?.[1], error })
  })

  it.each([
    ['rfc822; <Dr.A@cabinet.mssante.fr>', 'dr.a@cabinet.mssante.fr'],
    ['utf-8; Zoé <Dr.A@cabinet.mssante.fr>', 'dr.a@cabinet.mssante.fr'],
    ['rfc822; Zoé', undefined],
    [`rfc822; ${'z'.repeat(3000)}@cabinet.mssante.fr`, undefined],
    ['rfc822; dr\u0001a@cabinet.mssante.fr', undefined],
    ['rfc822; dr\u202ea@cabinet.mssante.fr', undefined],
  ])('the reader of %j is an address, or not told', async (final, reader) => {
    const lines = ['Original-Message-ID: <m42@hub.mssante.fr>', 'Disposition: manual-action/MDN-sent-manually; displayed']
    const { finalRecipient } = await readReport(
      report('disposition-notification', [['message/disposition-notification', [`Final-Recipient: ${final}`, ...lines]]]),
    )
    expect(finalRecipient).toBe(reader)
  })

  it('says from whose mailbox it came', async () => {
    const from = (line: string) =>
      Buffer.from(mdn(['Disposition: manual-action/MDN-sent-manually; displayed']).toString('utf8').replace('Subject:', `${line}\r\nSubject:`))
    expect(await readReport(from('From: "Dr A; cabinet" <Dr.A@Cabinet.mssante.fr>'))).toMatchObject({ sender: 'dr.a@cabinet.mssante.fr' })
    expect(await readReport(from('From: personne'))).not.toHaveProperty('sender')
  })

  it('without a known disposition it is no report', async () => {
    expect(await readReport(mdn(['Disposition: nonsense']))).toEqual({ kind: 'other' })
  })
})

describe('anything else', () => {
  it('a letter, even with a bounce attached, is no report', async () => {
    const forwarded = bytes([
      'Content-Type: multipart/mixed; boundary=c',
      '',
      '--c',
      'Content-Type: text/plain',
      '',
      'voyez',
      '--c',
      'Content-Type: message/rfc822',
      '',
      dsn(failed).toString('utf8'),
      '--c--',
      '',
    ])
    expect(await readReport(bytes(['Subject: Bonjour', '', 'texte']))).toEqual({ kind: 'other' })
    expect(await readReport(forwarded)).toEqual({ kind: 'other' })
  })

  it('no bytes make the reader throw anything but a HubError', async () => {
    const whole = dsn(failed)
    const cut = fc
      .tuple(fc.nat(whole.length), fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }))
      .map(([from, to, noise]) => Buffer.concat([whole.subarray(0, from), noise, whole.subarray(to)]))
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 500 }), cut), async input => {
        const outcome = await readReport(input).catch(error => error)
        expect(outcome instanceof HubError || ['dsn', 'mdn', 'other'].includes(outcome.kind)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  it('a mail of a stranger costs no more than its beginning, whatever it is made of', async () => {
    const parts = '--x\nContent-Type:multipart/a;boundary=y\n\n'.repeat(20_000)
    const hostile = [`${parts}${'---\n'.repeat(400_000)}`, '\n'.repeat(1_000_000), '--x\n\na\n'.repeat(200_000)]
    for (const body of hostile) {
      const outcome = await readReport(bytes(['Content-Type: multipart/report; boundary=x', '', body])).catch(error => error.code)
      expect([{ kind: 'other' }, 'mssante.report_unreadable']).toContainEqual(outcome)
    }
  }, 120_000)

  it('a report before ten thousand lines of what came back is still read', async () => {
    const long = report('delivery-status', [
      ['text/plain', Array<string>(5000).fill('x'.repeat(70))],
      ['message/delivery-status', failed],
      ['message/rfc822', [...original, '', ...Array<string>(300_000).fill('x'.repeat(70))]],
    ])
    expect(await readReport(long)).toMatchObject({ kind: 'dsn', envelopeId: 'env-42', originalMessageId: 'm42@hub.mssante.fr' })
  })

  it('NUL, which a ledger cannot keep, is in nothing that is read', async () => {
    const lines = failed.map(line => line.replace('env-42', 'env\0-42').replace('Dr.A@', 'Dr.\0A@'))
    expect(await readReport(dsn(lines))).toMatchObject({ envelopeId: 'env-42', finalRecipient: 'dr.a@cabinet.mssante.fr' })
  })

  it('a mail nested beyond reason is refused with its code', async () => {
    const deep = Array.from({ length: 200 }, (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}`).join('\r\n')
    await expect(readReport(Buffer.from(deep))).rejects.toMatchObject({ code: 'mssante.report_unreadable' })
  })
})
