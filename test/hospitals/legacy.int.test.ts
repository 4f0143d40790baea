import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, it } from 'vitest'
import { verdictOf } from '../support/answers.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, exchange, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'

// Older senders and the report on them, from outside: LEGACY/CH-LEGACY writes profiles 1.2 and 2.0, everybody else 2.1.

const run = Date.now().toString(36)
const seed = ownPersons()
const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
let count = 0

interface Report {
  messages: number
  refused: number
  remarks: {
    kind: string
    code: string
    place: string
    times: number
    messages: number
    share: number
    since: string
    last: string
    answer: string | null
    correct: string
  }[]
}

const reportOn = (sender: string): Promise<Report> => getJson<Report>(`${sandbox.http}/monitor/api/report?sender=${encodeURIComponent(sender)}`, operator)

function letter(kind: 'MDM' | 'ORU', edit: (er7: string) => string, sender = 'LEGACY|CH-LEGACY') {
  count += 1
  const [controlId, to] = [`OLD-${run}-${count}`, `old${count}.${run}@test.mssante.fr`]
  const made = letterOf({ controlId, person: seed + count, kind, to: [to] })
  return { controlId, to, text: edit(Buffer.from(made.bytes).toString('utf8')).replace('DPI-1|CH-1', sender) }
}

const send = (text: string): Promise<string> => exchange(sandbox.mllp, Buffer.from(text, 'utf8'))

/** As 2.0 is written: neither ORC nor OBR, other coding systems, LA. */
const asIn20 = (text: string): string =>
  text
    .replace('2.1^CISIS_CDA_HL7_V2', '2.0^CISIS_CDA_HL7_V2')
    .replace(/(?:ORC|OBR)\|[^\r]*\r/g, '')
    .replaceAll('expandedYes-NoIndicator', 'HL70136')
    .replace(/(PRT\|\|UC\|\|(?:SB|RCT))\^[^|]*/g, '$1^^HL70912')
    .replace(/(TXA\|[^\r]*)\|AU\r/, '$1|LA\r')

/** As 1.2 is written: ORC SC, the act in OBR-4, other names, no systems, no acknowledgements. */
const asIn12 = (text: string): string =>
  text
    .replace('2.1^CISIS_CDA_HL7_V2', '1.2^CISIS_CDA_HL7_V1')
    .replace('ORC|NW', 'ORC|SC')
    .replace(/(OBR\|1\|\|\|)[^|\r]*/, '$134555-3^Clairance^LN')
    .replace(/OBX\|\d+\|CE\|ACK_[^\r]*\r/g, '')
    .replace('INVISIBLE_REP_LEGAUX', 'INVISIBLE_REPRESENTANTS_LEGAUX')
    .replace('MODIF_CONF_CODE', 'MODIF_CONFIDENTIALITYCODE')
    .replaceAll('^MetaDMPMSS', '')
    .replaceAll('^^expandedYes-NoIndicator', '')
    .replace(/(PRT\|\|UC\|\|(?:SB|RCT))\^[^|]*/g, '$1')

it.each([
  ['MDM of profile 2.0', 'MDM', asIn20],
  ['ORU of profile 1.2', 'ORU', asIn12],
] as const)('%s: taken and mailed for the older sender, AE/203 for another', async (_name, kind, edit) => {
  const { text, controlId, to } = letter(kind, edit)
  expect(verdictOf(await send(text))).toBe('AA')
  await completeFlow(sandbox, operator, controlId)
  expect(await mailsOf(sandbox, to)).toHaveLength(1)
  expect(verdictOf(await send(letter(kind, edit, 'DPI-1|CH-1').text))).toBe('AE MSH^1^21 203')
})

it('the report counts what the ledger holds, with places, shares and what to correct', async () => {
  const { text, controlId } = letter('MDM', asIn20)
  await send(text)
  await send(letter('MDM', text => text.replace('|T|2.6|', '|X|2.6|')).text)
  // Findings come once it is mapped.
  await completeFlow(sandbox, operator, controlId)
  const report = await reportOn('LEGACY/CH-LEGACY')
  const client = new pg.Client({ connectionString: sandbox.postgres })
  await client.connect()
  try {
    const { rows } = await client.query<{ messages: number; refused: number; missing: number }>(
      `select count(*)::int as messages, (count(*) filter (where status = 'refused'))::int as refused,
        (count(*) filter (where findings @> '[{"code":"order.segments-missing","path":"ORC"}]'))::int as missing from message where sender = 'LEGACY'`,
    )
    expect(report).toMatchObject({ messages: rows[0]?.messages, refused: rows[0]?.refused })
    const missing = report.remarks.find(one => one.code === 'order.segments-missing' && one.place === 'ORC')
    expect(missing).toMatchObject({ kind: 'finding', answer: null, messages: rows[0]?.missing, correct: 'Send ORC and OBR before TXA.' })
    expect(missing?.share).toBeCloseTo((rows[0]?.missing ?? 0) / report.messages, 3)
  } finally {
    await client.end()
  }
  expect(report.remarks.find(one => one.code === 'hl7v2.processing')).toMatchObject({ kind: 'error', answer: 'AE/202', place: 'MSH-11' })
  expect(report.remarks[0]?.kind).toBe('error')
})

it('the report names nobody, and the partner id means the same sender', async () => {
  const text = JSON.stringify(await reportOn('LEGACY'))
  expect(text).toBe(JSON.stringify(await reportOn('LEGACY/CH-LEGACY')))
  expect(text).not.toMatch(/\d{13}|mssante\.fr|IPP-/)
})

it('hub report says the same; an unknown sender is a line and an exit code', async () => {
  const hub = (sender: string) =>
    promisify(execFile)(process.execPath, ['docker/embedded/hub.mjs', 'report', sender], { env: { ...process.env, LC_ALL: 'fr_FR.UTF-8' } })
  const { stdout } = await hub('LEGACY/CH-LEGACY')
  expect(stdout).toMatch(/order\.segments-missing {2}ORC[\s\S]*Envoyer ORC et OBR avant TXA\./)
  await expect(hub('NOBODY/CH-NOWHERE')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('there is no sender NOBODY/CH-NOWHERE') })
})
