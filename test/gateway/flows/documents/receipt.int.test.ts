import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import pg from 'pg'
import PostalMime from 'postal-mime'
import { beforeAll, describe, expect, it } from 'vitest'
import { letterOf, ownPersons } from '../../../support/letters.ts'
import {
  completeFlow,
  eventually,
  exchange,
  type Flow,
  getJson,
  mailsOf,
  readSandbox,
  type SandboxFile,
  token,
  hospitalReceived,
} from '../../../support/sandbox.ts'

interface CommunicationSet {
  entry?: { resource: { status: string; received?: string; recipient: unknown } }[]
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

describe('what comes back to our own mailbox', () => {
  const run = Date.now().toString(36)
  const person = ownPersons()
  let ours: string

  beforeAll(() => {
    const config = JSON.parse(readFileSync(join(process.env['HUB_DATA_DIR'] ?? '.hub', 'hub.json'), 'utf8')) as { connectors: { mssante: { address: string } } }
    ours = config.connectors.mssante.address
  })

  /** In: the envelope sender; none where a mail system speaks. */
  const post = async (user: string, raw: string, from = user): Promise<void> => {
    const transport = createTransport({
      host: sandbox.smtp.host,
      port: sandbox.smtp.port,
      requireTLS: true,
      tls: { rejectUnauthorized: false },
      auth: { user, pass: sandbox.mailPassword },
    })
    await transport.sendMail({ envelope: { from, to: [ours] }, raw: raw.replaceAll('\n', '\r\n') })
    transport.close()
  }
  const mailFlows = async (): Promise<Flow[]> =>
    (await getJson<{ items: Flow[] }>(`${sandbox.http}/monitor/api/flows?sender=mail-operator&limit=100`, operator)).items

  it('a letter that is no report is kept with its reason and settled, and reports go on behind it', async () => {
    const before = new Set((await mailFlows()).map(flow => flow.id))
    await post(
      `someone.${run}@test.mssante.fr`,
      `From: someone.${run}@test.mssante.fr\nTo: ${ours}\nSubject: Bonjour\nMessage-ID: <letter-${run}@test.mssante.fr>\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n\nBonjour.\n`,
    )
    // Reports of other mails come into the same mailbox meanwhile.
    await eventually('letter settled, with its reason', async () => {
      const settled = (await mailFlows()).filter(one => !before.has(one.id) && one.status === 'complete')
      const findings = await Promise.all(settled.map(one => findingsOf(sandbox, one.id)))
      return findings.flat().find(({ code }) => code === 'mssante.report_unknown')
    })
    const controlId = `BEHIND-${run}`
    expect(await exchange(sandbox.mllp, letterOf({ controlId, person, to: [`behind.${run}@test.mssante.fr`] }).bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
  })

  it('an MDN sets Communication.received, a second one moves nothing, and the delivery is as it was', async () => {
    const controlId = `READ-${run}`
    const reader = `reader.${run}@test.mssante.fr`
    const { bytes, ins } = letterOf({ controlId, person: person + 1, to: [reader] })
    expect(await exchange(sandbox.mllp, bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
    const [raw] = await mailsOf(sandbox, reader)
    const { messageId = '' } = await PostalMime.parse(raw ?? '')
    await post(reader, mdn({ reader, to: ours, messageId, run }))
    const find = async () => {
      const set = await getJson<CommunicationSet>(`${sandbox.hapi}/Communication?patient.identifier=${ins}`)
      return set.entry?.map(one => one.resource).find(one => JSON.stringify(one.recipient).includes(reader) && one.received !== undefined)
    }
    const trace = await eventually('read receipt in the Communication', find)
    expect(trace.status).toBe('completed')
    await post(reader, mdn({ reader, to: ours, messageId, run: `${run}-again` }))
    await eventually('both reports', async () => ((await reportsOf(sandbox, reader)) >= 2 ? true : undefined))
    await eventually('both reports settled', async () => ((await mailFlows()).every(flow => flow.status === 'complete') ? true : undefined))
    expect((await find())?.received).toBe(trace.received)
    expect(await hospitalReceived(sandbox, `|${controlId}|`)).toHaveLength(1)
  })

  it.each([
    ['displayed', /OBX\|1\|CWE\|ACK_LECTURE_MSS\^[^|]*\|[^|]*\|Y\^/, undefined],
    [
      'processed/Error: 902^Identifiant patient inconnu',
      /OBX\|1\|CWE\|ACK_LECTURE_MSS\^[^|]*\|[^|]*\|N\^/,
      /\|902\^Identifiant patient inconnu\^applicationErrorCondition/,
    ],
  ])('an MDN that says %s is told to the sender that asked, once', async (disposition, status, code) => {
    const nth = code === undefined ? 2 : 3
    const controlId = `LECTURE-${nth}-${run}`
    const reader = `lecteur${nth}.${run}@test.mssante.fr`
    const flags = { DESTMSSANTEPS: 'Y', ACK_LECTURE_MSS: 'Y' } as const
    expect(await exchange(sandbox.mllp, letterOf({ controlId, person: person + nth, to: [reader], flags }).bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
    const [raw] = await mailsOf(sandbox, reader)
    const { messageId = '' } = await PostalMime.parse(raw ?? '')
    for (const time of [1, 2]) await post(reader, mdn({ reader, to: ours, messageId, run: `${run}-${nth}-${time}`, disposition }))
    const told = () => hospitalReceived(sandbox, `|${controlId}|`)
    const [ack = ''] = await eventually('the Z03', async () => ((await told()).length > 0 ? told() : undefined))
    expect(ack).toContain('ZAM^Z03^ZAM_Z01')
    expect(ack).toMatch(status)
    expect(ack).toContain(`LECTEUR_MSS^Lecteur du courriel MSSanté^AckMetierZAM||^^X.400^${reader}`)
    if (code !== undefined) expect(ack).toMatch(code)
    // The second report is settled, and nothing more was told.
    await eventually('both reports', async () => ((await reportsOf(sandbox, reader)) >= 2 ? true : undefined))
    expect(await told()).toHaveLength(1)
  })

  it('reports that come in the wrong order, twice, or of mails nobody sent: the sender is told once of each', async () => {
    const controlId = `ORDER-${run}`
    const reader = `lent.${run}@test.mssante.fr`
    const flags = { DESTMSSANTEPS: 'Y', ACK_RECEPTION: 'Y', ACK_LECTURE_MSS: 'Y' } as const
    expect(await exchange(sandbox.mllp, letterOf({ controlId, person: person + 4, to: [reader], flags }).bytes)).toContain('MSA|AA|')
    const raw = await eventually('the mail', async () => (await mailsOf(sandbox, reader))[0])
    const { messageId = '' } = await PostalMime.parse(raw)
    await post(reader, mdn({ reader, to: ours, messageId, run: `${run}-early` }))
    for (const action of ['delayed', 'delivered', 'delivered', 'delayed', 'failed']) await post(reader, dsn({ reader, to: ours, messageId, action }), '')
    const strange = `<${'x'.repeat(32)}@hub.mssante.fr>`
    for (const action of ['failed', 'delivered']) await post(reader, dsn({ reader, to: ours, messageId: strange, action }), '')
    await post(reader, mdn({ reader, to: ours, messageId: strange, run: `${run}-strange` }))
    const receipts = async () => (await receiptsOf(sandbox, reader)).map(({ kind, outcome }) => `${kind} ${outcome}`).sort()
    const all = ['dsn delayed', 'dsn delayed', 'dsn delivered', 'dsn delivered', 'dsn delivered', 'dsn failed', 'mdn displayed', 'smtp accepted']
    await eventually('all reports, that of the operator among them', async () => ((await receipts()).length >= all.length ? true : undefined))
    expect(await receipts()).toEqual(all)
    await completeFlow(sandbox, operator, controlId)
    await eventually('all settled', async () => ((await mailFlows()).every(flow => flow.status === 'complete') ? true : undefined))
    const told = await hospitalReceived(sandbox, `|${controlId}|`)
    expect(told.map(one => /ZAM\^(Z0\d)/.exec(one)?.[1]).sort()).toEqual(['Z02', 'Z03'])
    for (const message of told) expect(message).toMatch(/\|Y\^\^expandedYes-NoIndicator/)
    const set = await getJson<CommunicationSet>(`${sandbox.hapi}/Communication?patient.identifier=${letterOf({ controlId, person: person + 4 }).ins}`)
    expect(set.entry?.map(one => one.resource)).toMatchObject([{ status: 'completed', received: expect.any(String) }])
  })

  it('whoever knows the Message-ID of a mail, which its trace tells the circle, reports nothing in the name of another', async () => {
    const controlId = `FORGED-${run}`
    const [reader, member] = [`lu.${run}@test.mssante.fr`, `confrere.${run}@autre.mssante.fr`]
    const flags = { DESTMSSANTEPS: 'Y', ACK_RECEPTION: 'Y', ACK_LECTURE_MSS: 'Y' } as const
    expect(await exchange(sandbox.mllp, letterOf({ controlId, person: person + 5, to: [reader], flags }).bytes)).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
    const { messageId = '' } = await PostalMime.parse((await mailsOf(sandbox, reader))[0] ?? '')
    const before = new Set((await mailFlows()).map(flow => flow.id))
    const forged = [
      dsn({ reader, to: ours, messageId, action: 'failed' }),
      dsn({ reader, to: ours, messageId, action: 'delivered' }),
      `Return-Path: <>\n${dsn({ reader, to: ours, messageId, action: 'failed' })}`,
      mdn({ reader, to: ours, messageId, run: `${run}-forged` }).replace(`From: ${reader}`, `From: ${member}`),
      mdn({ reader: member, to: ours, messageId, run: `${run}-own` }),
      mdn({ reader, to: ours, messageId, run: `${run}-nobody` }).replace(`From: ${reader}\n`, ''),
    ]
    for (const raw of forged) await post(member, raw)
    await eventually('all of them settled', async () => {
      const settled = (await mailFlows()).filter(flow => !before.has(flow.id) && flow.status === 'complete')
      return settled.length >= forged.length ? true : undefined
    })
    expect((await receiptsOf(sandbox, reader)).map(({ kind, outcome }) => `${kind} ${outcome}`).sort()).toEqual(['dsn delivered', 'smtp accepted'])
    await post(
      member,
      mdn({ reader: member, to: ours, messageId, run: `${run}-app` }).replace(
        'Original-Message-ID',
        `Original-Recipient: rfc822;${reader}\nOriginal-Message-ID`,
      ),
    )
    const told = () => hospitalReceived(sandbox, `|${controlId}|`)
    const acks = await eventually('a mailbox that forwards: its reader is told by his own name', async () => ((await told()).length > 1 ? told() : undefined))
    expect(acks.find(one => one.includes('ZAM^Z03'))).toContain(`LECTEUR_MSS^Lecteur du courriel MSSanté^AckMetierZAM||^^X.400^${member}`)
  })
})

async function receiptsOf(sandbox: SandboxFile, recipient: string): Promise<{ kind: string; outcome: string }[]> {
  const client = new pg.Client({ connectionString: sandbox.postgres })
  await client.connect()
  try {
    return (await client.query('select r.kind, r.outcome from receipt r join delivery d on d.id = r.delivery_id where d.recipient = $1', [recipient])).rows
  } finally {
    await client.end()
  }
}

async function reportsOf(sandbox: SandboxFile, recipient: string): Promise<number> {
  const client = new pg.Client({ connectionString: sandbox.postgres })
  await client.connect()
  try {
    const { rowCount } = await client.query("select from receipt r join delivery d on d.id = r.delivery_id where r.kind = 'mdn' and d.recipient = $1", [
      recipient,
    ])
    return rowCount ?? 0
  } finally {
    await client.end()
  }
}

async function findingsOf(sandbox: SandboxFile, messageId: string): Promise<{ code: string }[]> {
  const client = new pg.Client({ connectionString: sandbox.postgres })
  await client.connect()
  try {
    const { rows } = await client.query<{ findings: { code: string }[] }>('select findings from message where id = $1', [messageId])
    return rows[0]?.findings ?? []
  } finally {
    await client.end()
  }
}

function mdn({
  reader,
  to,
  messageId,
  run,
  disposition = 'displayed',
}: {
  reader: string
  to: string
  messageId: string
  run: string
  disposition?: string
}): string {
  return `From: ${reader}
To: ${to}
Subject: Lu
Message-ID: <mdn-${run}@test.mssante.fr>
Date: Mon, 2 Mar 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Lu.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;${reader}
Original-Message-ID: ${messageId}
Disposition: manual-action/MDN-sent-manually; ${disposition}
--b--
`
}

function dsn({ reader, to, messageId, action }: { reader: string; to: string; messageId: string; action: string }): string {
  return `From: postmaster@test.mssante.fr
To: ${to}
Subject: Avis de remise
Message-ID: <dsn-${crypto.randomUUID()}@test.mssante.fr>
Date: Mon, 2 Mar 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; test.mssante.fr

Final-Recipient: rfc822; ${reader}
Action: ${action}
Status: ${{ failed: '5.1.1', delayed: '4.4.1' }[action] ?? '2.0.0'}
--b
Content-Type: text/rfc822-headers

Message-ID: ${messageId}
--b--
`
}
