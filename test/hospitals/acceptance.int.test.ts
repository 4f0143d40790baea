import { describe, expect, it } from 'vitest'
import { readAnswer, verdictOf } from '../support/answers.ts'
import { type LetterOf, letterOf, ownPersons, testIns } from '../support/letters.ts'
import { encode8859 } from '../support/messages.ts'
import { type MovementChange, writeMovement } from '../support/movements.ts'
import { completeFlow, exchange, flowsOf, mailsOf, readSandbox, token } from '../support/sandbox.ts'

// The acceptance list of the profile (C1–C17, C39–C43) from outside: what is sent, which ACK and ERR are expected. Written from the text, apart from the code.

const run = Date.now().toString(36)
const seed = ownPersons()
const sandbox = readSandbox()
let count = 0

type Edit = (er7: string) => string
interface Sent {
  item: string
  what: string
  letter?: Partial<LetterOf>
  edit?: Edit
  /** Instead of a letter. */
  movement?: MovementChange
  /** The whole verdict, or what it begins with. */
  answer: string | RegExp
}

const swap =
  (from: string | RegExp, to: string): Edit =>
  text =>
    text.replace(from, to)
const both =
  (...edits: Edit[]): Edit =>
  text =>
    edits.reduce((sofar, edit) => edit(sofar), text)
const sender = (name: string): Edit => swap('DPI-1|CH-1', name)
const dmp: LetterOf['flags'] = { DESTDMP: 'Y' }

function letter(one: Pick<Sent, 'letter' | 'edit'>) {
  count += 1
  const [controlId, to] = [`ACC-${run}-${count}`, `acc${count}.${run}@test.mssante.fr`]
  const made = letterOf({ controlId, person: seed + count, to: [to], ...one.letter })
  return { ...made, controlId, to, text: (one.edit ?? (text => text))(Buffer.from(made.bytes).toString('utf8')) }
}

function movement(change: MovementChange): Buffer {
  count += 1
  return writeMovement({
    controlId: `ACC-${run}-${count}`,
    ins: testIns(seed + count),
    ipp: `IPP-A${run}${count}`,
    visit: `V-A${run}${count}`,
    id: `M-A${run}${count}`,
    ...change,
  })
}

const send = (text: string | Uint8Array): Promise<string> => exchange(sandbox.mllp, typeof text === 'string' ? Buffer.from(text, 'utf8') : text)

const LETTERS: Sent[] = [
  { item: 'C2', what: 'a character set the profile does not have', edit: swap('UNICODE UTF-8', '8859/1'), answer: 'AE MSH^1^18 103' },
  { item: 'C2', what: 'UTF-8 bytes under the name 8859/15', edit: swap('UNICODE UTF-8', '8859/15'), answer: 'AE MSH^1^18 102' },
  { item: 'C4', what: 'another repetition character', edit: both(swap('^~\\&', '^˜\\&'), swap(/~/g, '˜')), answer: 'AA' },
  { item: 'C5', what: 'MSH-12 of another kind', edit: swap('|T|2.6|', '|T|2.5|'), answer: 'AE MSH^1^12 203' },
  { item: 'C5', what: 'MSH-17 not FRA', edit: swap('|FRA|', '|BEL|'), answer: 'AE MSH^1^17 103' },
  { item: 'C5', what: 'profile 9.9', edit: swap('2.1^CISIS', '9.9^CISIS'), answer: 'AE MSH^1^21 203' },
  { item: 'C5', what: 'profile 2.0 of a sender that is not known for it', edit: swap('2.1^CISIS', '2.0^CISIS'), answer: 'AE MSH^1^21 203' },
  { item: 'C5', what: 'profile 2.0 of an older sender', edit: both(sender('LEGACY|CH-LEGACY'), swap('2.1^CISIS', '2.0^CISIS')), answer: 'AA' },
  { item: 'C5', what: 'a blank before the name of the profile', edit: swap('2.1^CISIS', '2.1^ CISIS'), answer: 'AA' },
  { item: 'C6', what: 'ORC-1 RO under T02', edit: swap('ORC|NW', 'ORC|RO'), answer: /^AE ORC\^1\^1 199/ },
  { item: 'C6', what: 'ORC-1 CA under T02', edit: swap('ORC|NW', 'ORC|CA'), answer: /^AE ORC\^1\^1 199/ },
  { item: 'C6', what: 'ORC-1 SC of a sender that is not known for it', edit: swap('ORC|NW', 'ORC|SC'), answer: 'AE ORC^1^1 199' },
  { item: 'C6', what: 'OBX-11 C under T02', edit: swap(/(OBX\|1\|ED\|[^\r]*\|)F/, '$1C'), answer: 'AE OBX^1^11 199' },
  { item: 'C6', what: 'OBX-11 D under T02', edit: swap(/(OBX\|1\|ED\|[^\r]*\|)F/, '$1D'), answer: 'AE OBX^1^11 199' },
  { item: 'C7', what: 'OBR-4 of another type', edit: swap(/(OBR\|[^\r]*\|)11490-0\^/, '$118748-4^'), answer: 'AE OBR^1^4 199' },
  { item: 'C7', what: 'TXA-2 of another type', edit: swap('TXA|1|11490-0', 'TXA|1|18748-4'), answer: 'AE TXA^1^2 199' },
  { item: 'C7', what: 'a type that does not go to the DMP', letter: { flags: dmp }, edit: swap(/\|11490-0/g, '|56446-8'), answer: 'AE OBR^1^4 103' },
  { item: 'C8', what: 'a document that is no XML', letter: { edit: () => 'Document médical' }, answer: 'AE OBX^1^5^1^5 102' },
  { item: 'C8', what: 'base64 without its = signs', edit: swap(/=+(\|{6}F)/, '$1'), answer: 'AA' },
  {
    item: 'C8',
    what: 'base64 of a length no base64 has',
    edit: text =>
      text.replace(/(\^XML\^Base64\^)([^|=]+)=*/, (_, head: string, base64: string) => head + base64.slice(0, Math.floor((base64.length - 1) / 4) * 4 + 1)),
    answer: /^AE OBX\^1\^5\^1\^5 102/,
  },
  { item: 'C9', what: 'the CDA of another person', letter: { edit: swap(/(4\.10" extension=")\d{15}/, '$1160012200000076') }, answer: 'AE PID^1^3 207/906' },
  { item: 'C10', what: 'for the DMP without a sender', letter: { flags: dmp }, edit: swap(/PRT\|[^\r]*SB\^[^\r]*\r/, ''), answer: /^AE PRT\^\d+ 101/ },
  { item: 'C10', what: 'for the DMP alone, identity not validated', letter: { flags: dmp }, edit: swap('|VALI', '|PROV'), answer: 'AE PID^1^32 207/903' },
  { item: 'C11', what: 'TXA-12 of another document', edit: swap(/(TXA\|.*?\|)2\.25\.\d+/, '$12.25.1'), answer: 'AE TXA^1^12 207/906' },
  { item: 'C11', what: 'a name in component 2 of TXA-12', edit: swap(/(TXA\|.*?\|2\.25\.\d+)/, '$1^Organisation-Y'), answer: 'AA' },
  {
    item: 'C14',
    what: 'a mail asked for and no PRT RCT, though the CDA names a recipient',
    edit: swap(/PRT\|[^\r]*RCT[^\r]*\r/, ''),
    answer: /^AE PRT\^2 101/,
  },
  {
    item: 'C15',
    what: 'outside the matrix, a strict sender',
    letter: { flags: { DESTMSSANTEPS: 'Y', INVISIBLE_REP_LEGAUX: 'Y' } },
    edit: sender('STRICT|CH-STRICT'),
    answer: /^AE OBX\^\d+\^5 207/,
  },
  { item: 'C15', what: 'outside the matrix, a lenient sender', letter: { flags: { DESTMSSANTEPS: 'Y', INVISIBLE_REP_LEGAUX: 'Y' } }, answer: 'AA' },
  { item: '2.1', what: 'an unknown message type', edit: swap('MDM^T02^MDM_T02', 'QRY^A19^QRY_A19'), answer: 'AE MSH^1^9 200' },
  { item: '2.1', what: 'an unknown trigger', edit: swap('MDM^T02^', 'MDM^T99^'), answer: 'AE MSH^1^9 201' },
  { item: '2.1', what: 'MSH-11 X', edit: swap('|T|2.6|', '|X|2.6|'), answer: 'AE MSH^1^11 202' },
  { item: '2.1', what: 'no MSH-10', edit: swap(/(MDM_T02\|)[^|]*/, '$1'), answer: 'AE MSH^1^10 101' },
  { item: '2.1', what: 'no PID', edit: swap(/PID\|[^\r]*\r/, ''), answer: /^AE PID\^1 100/ },
  { item: '2.1', what: 'segments in another order', edit: swap(/(PID\|[^\r]*\r)(PV1\|[^\r]*\r)/, '$2$1'), answer: /^AE PV1\^1 100|^AE PID\^1 100/ },
  { item: '2.1', what: 'two PV1', edit: swap(/(PV1\|[^\r]*\r)/, '$1$1'), answer: 'AE PV1^2 198' },
  { item: '2.1', what: 'MSH-7 that is no time', edit: swap(/(\|HUB\|HUB\|)\d+/, '$1yesterday'), answer: 'AE MSH^1^7 102' },
  { item: '2.1', what: 'PV1-2 of no table', edit: swap('PV1|1|I|', 'PV1|1|Z|'), answer: 'AE PV1^1^2 103' },
]

const MOVEMENTS: Sent[] = [
  { item: 'C39', what: 'an admission', movement: {}, answer: 'AA' },
  { item: 'C40', what: 'an update of a movement nobody knows', movement: { trigger: 'Z99', act: 'UPDATE', origin: 'A01' }, answer: /^AE ZBE\^1\^1 207/ },
  { item: 'C40', what: 'a cancellation of a movement nobody knows', movement: { trigger: 'A11', act: 'CANCEL', origin: 'A01' }, answer: /^AE ZBE\^1\^1 207/ },
  { item: 'C40', what: 'ZBE-3 filled', movement: { set: { 'ZBE-3': '20260302100000' } }, answer: /^AE ZBE\^1\^3/ },
  { item: 'C40', what: 'an update without ZBE-6', movement: { trigger: 'Z99', act: 'UPDATE' }, answer: /^AE ZBE\^1\^6 101/ },
  { item: 'C41', what: 'PID-32 empty', movement: { status: '' }, answer: /^AE PID\^1\^32 101/ },
  { item: 'C41', what: 'PID-32 of no table', movement: { status: 'XXXX' }, answer: /^AE PID\^1\^32 103/ },
  { item: 'C42', what: 'a ZBE one place beside', movement: { edit: lines => lines.map(line => line.replace(/^ZBE\|/, 'ZBE|1|')) }, answer: /^AE ZBE\^1\^\d/ },
  {
    item: 'C42',
    what: 'the same of a sender read leniently',
    movement: { sender: 'LEGACY|CH-LEGACY', edit: lines => lines.map(line => line.replace(/^ZBE\|/, 'ZBE|1|')) },
    answer: 'AA',
  },
  { item: '4.2', what: 'A08, which PAM-FR forbids', movement: { trigger: 'A08', act: 'UPDATE', origin: 'A01' }, answer: 'AE MSH^1^9 201' },
  { item: '4.2', what: 'a trigger outside PAM-FR', movement: { trigger: 'A60' }, answer: 'AE MSH^1^9 201' },
]

describe.each([
  ['documents', LETTERS],
  ['movements', MOVEMENTS],
])('%s', (_kind, rows) => {
  it.each(rows)('$item: $what → $answer', async row => {
    const answer = await send(row.movement === undefined ? letter(row).text : movement(row.movement))
    if (typeof row.answer === 'string') expect(verdictOf(answer)).toBe(row.answer)
    else expect(verdictOf(answer)).toMatch(row.answer)
    for (const error of readAnswer(answer).errors) {
      expect(error).toMatchObject({ severity: 'E', system: 'messageErrorCondition' })
      expect(error.application === '' || error.code === '207').toBe(true)
    }
  })
})

it('C2: the same letter in UTF-8 and in 8859/15 is the same to its reader', async () => {
  const [utf8, latin] = [letter({}), letter({ edit: swap('UNICODE UTF-8', '8859/15') })]
  expect(verdictOf(await send(utf8.text))).toBe('AA')
  expect(verdictOf(await send(encode8859(latin.text)))).toBe('AA')
  const operator = await token(sandbox, 'operator')
  for (const { controlId } of [utf8, latin]) await completeFlow(sandbox, operator, controlId)
})

it('C17: the answer turns MSH round, repeats MSH-10, MSH-11 and MSH-12, has no MSH-21, and is given after the ledger has the message', async () => {
  const { text, controlId } = letter({})
  const { code, controlId: echoed, segments } = readAnswer(await send(text))
  const msh = segments['MSH'] ?? []
  expect([code, echoed]).toEqual(['AA', controlId])
  expect(msh.slice(2, 6)).toEqual(['HUB', 'HUB', 'DPI-1', 'CH-1'])
  expect([msh[8], msh[10], msh[11], msh[16], msh[20] ?? '']).toEqual(['ACK^T02^ACK', 'T', '2.6', 'FRA', ''])
  expect(msh[9]).not.toBe(controlId)
  expect(await flowsOf(sandbox, await token(sandbox, 'operator'), controlId)).toHaveLength(1)
})

it('C10: for the DMP and by mail with an identity that is not validated: the mail goes out and says so', async () => {
  const { text, controlId, to } = letter({ letter: { flags: { DESTDMP: 'Y', DESTMSSANTEPS: 'Y' } }, edit: swap('|VALI', '|PROV') })
  expect(verdictOf(await send(text))).toBe('AA')
  await completeFlow(sandbox, await token(sandbox, 'operator'), controlId)
  const [mail] = await mailsOf(sandbox, to)
  expect(mail?.toString('utf8')).toMatch(/^X-MSS-INS: N\r?$/m)
})
