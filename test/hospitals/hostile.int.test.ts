import { readFileSync } from 'node:fs'
import type { Bundle, Observation } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { verdictOf } from '../support/answers.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, exchange, flowsOf, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'

// Bad input, named: hostile documents get their ERR and are kept as refused; odd ones that real software writes are taken whole. The hub lives on within its memory.

const run = Date.now().toString(36)
const seed = ownPersons()
const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
let count = 0

type Edit = (text: string) => string

function letter(edit: Edit, er7: Edit = text => text) {
  count += 1
  const [controlId, to] = [`HOST-${run}-${count}`, `host${count}.${run}@test.mssante.fr`]
  const made = letterOf({ controlId, person: seed + count, to: [to], edit })
  return { ...made, controlId, to, text: er7(Buffer.from(made.bytes).toString('utf8')) }
}

const send = (text: string): Promise<string> => exchange(sandbox.mllp, Buffer.from(text, 'utf8'), 120_000)
const before =
  (what: string, put: string): Edit =>
  text =>
    text.replace(what, `${put}${what}`)
const inBody = (put: string): Edit => before('</structuredBody>', `<component><section><title>x</title><text>x</text>${put}</section></component>`)
const doctype = (subset: string): Edit => before('<ClinicalDocument', `<!DOCTYPE ClinicalDocument ${subset}>`)

/** Resident memory of the hub, in bytes. */
const memory = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${sandbox.pids['hub']}/status`, 'utf8'))?.[1] ?? 0) * 1024

const LAUGHS = `[<!ENTITY a "ha">${Array.from('bcdefghij', (name, at) => `<!ENTITY ${name} "${`&${'abcdefghi'[at]};`.repeat(10)}">`).join('')}]`

const REFUSED: [name: string, edit: Edit, answer: string | RegExp][] = [
  ['a DOCTYPE alone', doctype(''), 'AE OBX^1^5^1^5 102'],
  ['an external entity of a file', doctype('[<!ENTITY e SYSTEM "file:///etc/passwd">]'), 'AE OBX^1^5^1^5 102'],
  ['an external entity of an address', doctype('[<!ENTITY % e SYSTEM "http://127.0.0.1:1/e"> %e;]'), 'AE OBX^1^5^1^5 102'],
  ['a billion laughs', text => doctype(LAUGHS)(text).replace('<title>', '<title>&j;'), 'AE OBX^1^5^1^5 102'],
  ['an entity that nobody declares', text => text.replace('<title>', '<title>&nbsp;'), 'AE OBX^1^5^1^5 102'],
  ['a character that XML does not have', text => text.replace('<title>', '<title>&#0;'), 'AE OBX^1^5^1^5 102'],
  ['an element that is never closed', text => text.replace('</title>', ''), 'AE OBX^1^5^1^5 102'],
  ['an attribute twice', text => text.replace('<title>', '<title ID="a" ID="a">'), 'AE OBX^1^5^1^5 102'],
  ['a prefix bound to nothing', text => text.replace('<title>', '<lab:x/><title>'), 'AE OBX^1^5^1^5 102'],
  ['another root', () => '<html><body>letter</body></html>', 'AE OBX^1^5^1^5 102'],
  ['nothing but blanks', () => '   ', 'AE OBX^1^5^1^5 102'],
  ['a million elements', inBody('<p/>'.repeat(1_000_000)), 'AE OBX^1^5^1^5 207/906'],
  ['elements two thousand deep', inBody(`${'<list>'.repeat(2000)}${'</list>'.repeat(2000)}`), 'AE OBX^1^5^1^5 207/906'],
  ['a document of 45 MB, 60 MB in base64', inBody(`<!--${'x'.repeat(45_000_000)}-->`), 'AE OBX^1^5^1^5 207/906'],
  ['no custodian', text => text.replace(/<custodian[^>]*>[\s\S]*?<\/custodian>/, ''), /^AE OBX\^1\^5\^1\^5 207\/906/],
  ['no author', text => text.replace(/<author>[\s\S]*?<\/author>/g, ''), /^AE OBX\^1\^5\^1\^5 207\/906/],
  ['no identifier of the person', text => text.replace(/(<patientRole[^>]*>)[\s\S]*?(<addr)/, '$1$2'), /^AE .*207\/906/],
]

describe('hostile documents are refused at their place, kept, and mailed to nobody', () => {
  it.each(REFUSED)('%s', async (_name, edit, answer) => {
    const sent = letter(edit)
    const got = verdictOf(await send(sent.text))
    if (typeof answer === 'string') expect(got).toBe(answer)
    else expect(got).toMatch(answer)
    expect((await flowsOf(sandbox, operator, sent.controlId)).map(flow => flow.status)).toEqual(['refused'])
    expect(await mailsOf(sandbox, sent.to)).toHaveLength(0)
  })

  it('a message larger than any is refused while it comes in', async () => {
    const sent = letter(
      text => text,
      text => text.replace(/(OBX\|1\|ED\|[^\r]*\|F)/, `$1|${'x'.repeat(70_000_000)}`),
    )
    expect(verdictOf(await send(sent.text))).toMatch(/^AE MSH\^1 207\/906/)
  })
})

const observation = (inner: string): string =>
  `<entry><observation classCode="OBS" moodCode="EVN"><templateId root="1.2.250.1.213.1.1.3.48"/><id root="2.25.1"/>${inner}</observation></entry>`
const LOINC = 'codeSystem="2.16.840.1.113883.6.1"'
const WEIGHT = `<code code="29463-7" ${LOINC}/><statusCode code="completed"/><effectiveTime value="20260301"/><value xsi:type="PQ" value="70" unit="kg"/>`

const TAKEN: [name: string, edit: Edit][] = [
  ['one id on two statements, as in most documents (trap 1)', inBody(observation(WEIGHT) + observation(WEIGHT.replace('"70"', '"71"')))],
  [
    'references to nothing and without # (trap 5)',
    inBody(
      observation(
        `<code code="29463-7" ${LOINC}><originalText><reference value="#nowhere"/></originalText></code><text><reference value="nowhere"/></text>${WEIGHT.slice(WEIGHT.indexOf('<status'))}`,
      ),
    ),
  ],
  [
    'instructions of style sheets and editors (trap 8)',
    before('<ClinicalDocument', '<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:1/x.xsl"?><?oxygen x?>'),
  ],
  ['a byte order mark (trap 9)', text => `\ufeff${text}`],
  ['a value without a code (trap 11)', inBody(observation(`<code code="29463-7" ${LOINC}/><statusCode code="completed"/><value xsi:type="CD"/>`))],
  ['templates before the statement (trap 13)', inBody(observation(WEIGHT).replace('<entry>', '<entry><templateId root="1.2.3"/>'))],
  [
    'a code of a system nobody knows (trap 16)',
    inBody(observation(`<code code="X-1" codeSystem="1.3.5.1.4.99"/><statusCode code="completed"/><value xsi:type="CD" code="Y" codeSystem="not an oid"/>`)),
  ],
  ['a root that is no OID (trap 17)', inBody(observation(WEIGHT).replace('root="2.25.1"', 'root="xxxxxxxxxxxx"'))],
  ['elements of other namespaces (trap 19)', inBody(observation(`${WEIGHT}<x:extra xmlns:x="urn:x"><x:more/></x:extra>`))],
  [
    'values, moods and states of every kind',
    inBody(
      [
        '<value xsi:type="IVL_PQ"><low value="1.0" unit="g/L" inclusive="false"/><high value="2" unit="g/L"/></value>',
        '<value xsi:type="RTO_QTY_QTY"><numerator value="1"/><denominator value="0"/></value>',
        '<value xsi:type="PQ" value="1,5" unit="mg/J"/>',
        '<value xsi:type="PQ" value="5" unit="ML"/><value xsi:type="BL" value="true"/>',
        '<value xsi:type="PQ" nullFlavor="TRC"/>',
        '<value xsi:type="ED" representation="B64">AAAA</value>',
        '<value xsi:type="CD"><qualifier><name displayName="Latéralité"/><value displayName="droit"/></qualifier></value>',
        '<specimen><specimenRole><id root="1.2.3" extension="P1"/></specimenRole></specimen>',
        `<value xsi:type="INT" value="1"/><referenceRange><observationRange><value xsi:type="CD" code="1" ${LOINC}/><precondition><criterion><value xsi:type="ST">femme</value></criterion></precondition></observationRange></referenceRange>`,
      ]
        .flatMap(value => [
          observation(`<code code="29463-7" ${LOINC}/>${value}`),
          ...['INT', 'RQO', 'GOL', 'DEF'].map(mood => observation(`<code code="29463-7" ${LOINC}/>${value}`).replace('"EVN"', `"${mood}"`)),
        ])
        .join(''),
    ),
  ],
  ['a date that is none', inBody(observation(WEIGHT.replace('20260301', '20261399')))],
  ['a number that is none', inBody(observation(WEIGHT.replace('"70"', '"seventy"')))],
]

describe('odd documents, as real software writes them, are taken and reach the end', () => {
  it.each(TAKEN)('%s', async (_name, edit) => {
    const sent = letter(edit)
    expect(verdictOf(await send(sent.text))).toBe('AA')
    await completeFlow(sandbox, operator, sent.controlId)
    expect(await mailsOf(sandbox, sent.to)).toHaveLength(1)
  })

  it('a negation is not turned round, and an unknown system is carried as it is (traps 3 and 16)', async () => {
    const negated = observation(WEIGHT).replace('moodCode="EVN"', 'moodCode="EVN" negationInd="true"')
    const sent = letter(inBody(negated + observation(`<code code="X-1" codeSystem="1.3.5.1.4.99"/><statusCode code="completed"/>`)))
    expect(verdictOf(await send(sent.text))).toBe('AA')
    await completeFlow(sandbox, operator, sent.controlId)
    const { entry = [] } = await getJson<Bundle<Observation>>(`${sandbox.hapi}/Observation?patient.identifier=${sent.ins}&_count=100`)
    const found = entry.flatMap(({ resource }) => (resource === undefined ? [] : [resource]))
    const weight = found.find(one => one.code.coding?.some(({ code }) => code === '29463-7'))
    expect(weight).toBeDefined()
    expect(weight?.modifierExtension !== undefined || weight?.valueBoolean === false).toBe(true)
    expect(found.some(one => one.code.coding?.some(({ system, code }) => system === 'urn:oid:1.3.5.1.4.99' && code === 'X-1'))).toBe(true)
  })
})

it('after all of this the hub is ready, and did not keep what it read', async () => {
  expect(await getJson<{ status: string }>(`${sandbox.http}/ready`)).toMatchObject({ status: 'ready' })
  expect(memory()).toBeLessThan(1_500_000_000)
})
