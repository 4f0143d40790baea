import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { letterOf } from './support/letters.ts'
import { completeFlow, exchange, flowsOf, getJson, mailsOf, readSandbox, token } from './support/sandbox.ts'

const sandbox = readSandbox()

describe('bad input gets its typed answer, and the hub lives on', () => {
  const run = Date.now().toString(36)
  let person = 8000
  const letter = (edit: (er7: string) => string = text => text, cda?: (text: string) => string) => {
    person += 1
    const made = letterOf({
      controlId: `BADIN-${run}-${person}`,
      person,
      to: [`badin${person}.${run}@test.mssante.fr`],
      ...(cda === undefined ? {} : { edit: cda }),
    })
    return { ...made, controlId: `BADIN-${run}-${person}`, text: edit(Buffer.from(made.bytes).toString('utf8')) }
  }
  const answerTo = (text: string): Promise<string> => exchange(sandbox.mllp, Buffer.from(text, 'utf8'))

  const cases: { name: string; edit?: (er7: string) => string; cda?: (text: string) => string; code: 'AE' | 'AA'; error: RegExp }[] = [
    { name: 'unknown message type', edit: text => text.replace('MDM^T02^MDM_T02', 'QRY^T02^MDM_T02'), code: 'AE', error: /\|200\^/ },
    { name: 'unknown trigger', edit: text => text.replace('MDM^T02^MDM_T02', 'MDM^T99^MDM_T02'), code: 'AE', error: /\|201\^/ },
    {
      name: 'replacement by T10 that only the trigger asks for',
      edit: text => text.replace('MDM^T02^MDM_T02', 'MDM^T10^MDM_T02'),
      code: 'AE',
      error: /ORC\^1\^1\|199\^/,
    },
    {
      name: 'deletion by T04 that only the trigger asks for',
      edit: text => text.replace('MDM^T02^MDM_T02', 'MDM^T04^MDM_T02'),
      code: 'AE',
      error: /ORC\^1\^1\|199\^/,
    },
    { name: 'HL7 version of another message kind', edit: text => text.replace('|T|2.6|', '|T|2.5|'), code: 'AE', error: /MSH\^1\^12\|203\^/ },
    { name: 'unknown profile version', edit: text => text.replace('2.1^CISIS_CDA_HL7_V2', '9.9^CISIS_CDA_HL7_V2'), code: 'AE', error: /MSH\^1\^21\|203\^/ },
    { name: 'older profile', edit: text => text.replace('2.1^CISIS_CDA_HL7_V2', '2.0^CISIS_CDA_HL7_V2'), code: 'AE', error: /MSH\^1\^21\|203\^/ },
    { name: 'no MSH-10', edit: text => text.replace(/(MDM\^T02\^MDM_T02\|)[^|]*/, '$1'), code: 'AE', error: /MSH\^1\^10\|101\^/ },
    { name: 'unknown character set', edit: text => text.replace('UNICODE UTF-8', 'KLINGON'), code: 'AE', error: /MSH\^1\^18/ },
    { name: 'NUL in a name', edit: text => text.replace('|EXEMPLE^', '|EXEM\0PLE^'), code: 'AE', error: /MSH\^1\^18[^|]*\|102\^/ },
    { name: 'no PV1', edit: text => text.replace(/PV1\|[^\r]*\r/, ''), code: 'AE', error: /\|100\^/ },
    { name: 'ORC-1 that disagrees with the trigger', edit: text => text.replace('ORC|NW', 'ORC|RO'), code: 'AE', error: /\|199\^/ },
    { name: 'OBR-4 of another document type', edit: text => text.replace(/(OBR\|[^\r]*\|)11490-0\^/, '$118748-4^'), code: 'AE', error: /\|199\^/ },
    { name: 'broken base64', edit: text => text.replace(/(\^XML\^Base64\^)(.{8})/, '$1*!*!*!*!'), code: 'AE', error: /\|102\^/ },
    { name: 'a document that is no XML', cda: () => 'not a document', code: 'AE', error: /\|102\^/ },
    { name: 'a CDA cut short', cda: text => text.slice(0, text.length / 2), code: 'AE', error: /\|102\^/ },
    {
      name: 'a CDA with a DOCTYPE',
      cda: text => text.replace('<ClinicalDocument', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><ClinicalDocument'),
      code: 'AE',
      error: /\|102\^/,
    },
    {
      name: 'a CDA of another person',
      cda: text => text.replace(/(1\.2\.250\.1\.213\.1\.4\.10" extension=")\d{15}/, '$1160012200000076'),
      code: 'AE',
      error: /PID\^1\^3[^|]*\|207\^/,
    },
    { name: 'TXA-12 of another document', edit: text => text.replace(/(TXA\|.*?\|)2\.25\.\d+/, '$12.25.1'), code: 'AE', error: /TXA\^1\^12[^|]*\|207\^/ },
    {
      name: 'a CDA nested too deep',
      cda: text => text.replace('<component>', `${'<component>'.repeat(300)}${'</component>'.repeat(299)}`),
      code: 'AE',
      error: /\|207\^/,
    },
    { name: 'a recipient that is no address', edit: text => text.replace(/X\.400\^badin[^|\r]*/, 'X.400^nobody at all'), code: 'AE', error: /\|102\^/ },
    { name: 'a mail asked for and nobody to send it to', edit: text => text.replace(/PRT\|[^\r]*RCT[^\r]*\r/, ''), code: 'AE', error: /\|101\^|\|100\^/ },
  ]

  it.each(cases)('$name: $code', async one => {
    const bad = letter(one.edit, one.cda)
    const answer = await answerTo(bad.text)
    expect(answer).toMatch(new RegExp(`MSA\\|${one.code}`))
    expect(answer).toMatch(one.error)
    const operator = await token(sandbox, 'operator')
    if (one.name !== 'no MSH-10') expect((await flowsOf(sandbox, operator, bad.controlId)).map(flow => flow.status)).toEqual(['refused'])
    expect(await mailsOf(sandbox, `badin${person}.${run}@test.mssante.fr`)).toHaveLength(0)
  })

  it('a strict sender outside the decision matrix is refused, a lenient one is not', async () => {
    const flags = (text: string): string => text.replace(/(CONNEXION_SECRETE[^\r]*\|)N\^\^/, '$1Y^^').replace(/(INVISIBLE_REP_LEGAUX[^\r]*\|)N\^\^/, '$1Y^^')
    const strict = letter(text => flags(text).replace('DPI-1|CH-1', 'STRICT|CH-STRICT'))
    expect(await answerTo(strict.text)).toMatch(/MSA\|AE\|[\s\S]*\|207\^/)
    const lenient = letter(flags)
    expect(await answerTo(lenient.text)).toContain('MSA|AA|')
  })

  it('noise, half frames, two frames in one packet and a frame without end: answered in order or dropped, never a crash', async () => {
    const [first, second] = [letter(), letter()]
    const answers = await raw(
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.concat([frame(first.text), frame(second.text).subarray(0, 50)]), frame(second.text).subarray(50)],
      2,
    )
    expect(answers).toMatch(new RegExp(`MSA\\|AA\\|${first.controlId}[\\s\\S]*MSA\\|AA\\|${second.controlId}`))
    expect(await raw([frame('PID|not a message at all\r')], 1)).toMatch(/MSA\|AE/)
    await raw([Buffer.concat([Buffer.from([0x0b]), Buffer.alloc(4096, 0x41)])], 0)
    const operator = await token(sandbox, 'operator')
    await completeFlow(sandbox, operator, second.controlId)
  })

  it('the hub is alive and ready afterwards', async () => {
    expect(await getJson<{ status: string }>(`${sandbox.http}/ready`)).toMatchObject({ status: 'ready' })
  })

  const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0x0b]), Buffer.from(text, 'utf8'), Buffer.from([0x1c, 0x0d])])

  function raw(writes: Buffer[], wantedAnswers: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(sandbox.mllp.port, sandbox.mllp.host)
      let text = ''
      const done = (): void => {
        socket.destroy()
        resolve(text)
      }
      socket.on('error', reject)
      socket.on('data', chunk => {
        text += chunk.toString('utf8')
        if (wantedAnswers > 0 && text.split('\x1c\r').length - 1 >= wantedAnswers) done()
      })
      const next = (index: number): void => {
        const bytes = writes[index]
        if (bytes === undefined) {
          if (wantedAnswers === 0) done()
          return
        }
        socket.write(bytes, () => setImmediate(() => next(index + 1)))
      }
      socket.on('connect', () => next(0))
    })
  }
})
