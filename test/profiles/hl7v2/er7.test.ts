import fc from 'fast-check'
import { isAscii, isUtf8 } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../../profiles/errors.ts'
import { encodeText } from '../../../profiles/hl7v2/charset.ts'
import { STANDARD_DELIMITERS } from '../../../profiles/hl7v2/delimiters.ts'
import { readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { writeEr7, writeSegments } from '../../../profiles/hl7v2/er7-writer.ts'
import { escapeText } from '../../../profiles/hl7v2/escape.ts'
import { encode8859 } from '../../support/messages.ts'

const MSH = 'MSH|^~\\&|A|B|C|D|20260601||ORU^R01|1|P|2.5|||||FRA|UNICODE UTF-8'
const read = (text: string, options = {}) => readEr7(Buffer.from(text, 'utf8'), options)

describe('reading', () => {
  const message = read(`${MSH}\rPID|1||X^^^Y&1.2.3&ISO^PI~Z||DUPONT^JEAN||""|\rOBX|1|ST|a\rOBX|2|ST|b^c\r`)
  const pid = message.first('PID')

  it('fields, repetitions, components and sub-components are counted from 1', () => {
    expect([pid?.text(3), pid?.text(3, 1, 4), pid?.text(3, 1, 4, 2), pid?.text(3, 1, 5), pid?.text(3, 2), pid?.text(5, 1, 2)]).toEqual([
      'X',
      'Y',
      '1.2.3',
      'PI',
      'Z',
      'JEAN',
    ])
    expect([pid?.repetitions(3), pid?.repetitions(5), pid?.repetitions(4), pid?.fieldCount]).toEqual([2, 1, 0, 8])
  })

  it('what is empty, beyond the end, or the HL7 null is undefined', () => {
    expect([pid?.text(2), pid?.text(7), pid?.text(99), pid?.text(3, 9), pid?.text(3, 1, 99), pid?.text(3, 1, 4, 9)]).toEqual(Array(6).fill(undefined))
  })

  it('MSH-1 and MSH-2 are values, MSH-9 is split', () => {
    const msh = message.first('MSH')
    expect([msh?.text(1), msh?.text(2), msh?.text(3), msh?.text(9, 1, 2), msh?.text(18)]).toEqual(['|', '^~\\&', 'A', 'R01', 'UNICODE UTF-8'])
  })

  it('every value read is reported by its path, as the list of leaves names it', () => {
    const paths: string[] = []
    const told = readEr7(message.source.bytes, { onRead: path => paths.push(path) })
    told.first('PID')?.text(3, 1, 4, 2)
    told.first('PID')?.text(3, 2)
    told.first('PID')?.text(5)
    told.all('OBX')[1]?.text(3, 1, 2)
    told.first('PID')?.text(2)
    expect(paths).toEqual(['PID-3[1].4.2', 'PID-3[2]', 'PID-5.1', 'OBX[2]-3.2'])
    expect(message.leafPaths()).toEqual(expect.arrayContaining(paths))
    expect(message.leafPaths()).toHaveLength(29)
  })

  it('reading every leaf leaves none unread', () => {
    const paths = new Set<string>()
    const told = readEr7(message.source.bytes, { onRead: path => paths.add(path) })
    for (const segment of told.segments)
      for (let field = 3; field < 30; field++) for (let r = 1; r < 4; r++) for (let c = 1; c < 9; c++) for (let s = 1; s < 4; s++) segment.text(field, r, c, s)
    for (const segment of told.segments.slice(1)) for (const field of [1, 2]) segment.text(field)
    expect(told.leafPaths().filter(path => !paths.has(path))).toEqual([])
  })

  it('a large component is given as the bytes of the message, not as a copy', () => {
    const big = read(`${MSH}\rOBX|1|ED|x||^TEXT^XML^Base64^${'A'.repeat(2_000_000)}\r`)
    const data = big.first('OBX')?.bytes(5, 1, 5)
    expect(data?.length).toBe(2_000_000)
    expect(data?.buffer).toBe(big.source.bytes.buffer)
  })
})

describe('line ends', () => {
  it('tolerant: CR, LF and CRLF, mixed, with blank lines', () => {
    const lines = read(`\r\n${MSH}\nPID|1\r\nPV1|1\r\r\nORC|NW\n\nOBR|1`, { lineEnds: 'tolerant' })
    expect(lines.segments.map(segment => segment.name)).toEqual(['MSH', 'PID', 'PV1', 'ORC', 'OBR'])
  })

  it('strict: a LF inside a value stays there', () => {
    expect(read(`${MSH}\rNTE|1||two\nlines\rNTE|2\r`).first('NTE')?.text(3)).toBe('two\nlines')
  })

  it('strict: CRLF and messages of LF lines are read too', () => {
    for (const end of ['\r\n', '\n']) expect(read([MSH, 'PID|1', 'PV1|1', ''].join(end)).segments).toHaveLength(3)
  })

  it('a byte order mark is no part of the message', () => {
    expect(read(`\ufeff${MSH}\r`).first('MSH')?.text(3)).toBe('A')
  })
})

describe('character sets', () => {
  it('8859/15 is read and written by its own table', () => {
    const text = 'Œuvre à 10 €, Štefan Žižka Ÿ ¥'
    const line = `${MSH.replace('UNICODE UTF-8', '8859/15')}\rNTE|1||${text}\r`
    expect(readEr7(encode8859(line)).first('NTE')?.text(3)).toBe(text)
    expect(encodeText(text, '8859/15')).toEqual(encode8859(text))
  })

  it('what 8859/15 cannot hold is transliterated', () => {
    expect(encodeText('l’été – « Dvořák » … ½ ¤ 漢', '8859/15').toString('latin1')).toBe("l'\u00e9t\u00e9 - \u00ab Dvor\u00e1k \u00bb ... 1/2 ? ?")
  })

  it('bytes that are not UTF-8 under that name are refused at MSH-18', () => {
    const bytes = Buffer.concat([Buffer.from(`${MSH}\rNTE|1||`), Buffer.of(0xe9), Buffer.from('\r')])
    expect(() => readEr7(bytes)).toThrow(expect.objectContaining({ code: 'hl7v2.charset', path: 'MSH-18' }))
  })

  it('every byte of 8859/15 survives a reading and a writing', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const one = (byte: number) =>
      encodeText(
        readEr7(Buffer.concat([encode8859(`${MSH.replace('UNICODE UTF-8', '8859/15')}\rNTE|1||`), Buffer.of(byte), Buffer.from('\r')]))
          .first('NTE')
          ?.raw(3) ?? '',
        '8859/15',
      )
    for (const byte of bytes) if (![0x00, 0x0d, 0x0a, 0x7c].includes(byte)) expect(one(byte)).toEqual(Buffer.of(byte))
  })
})

describe('delimiters', () => {
  it('are code points, of one unit or more', () => {
    const exotic = read('MSH🜁⁑¦✱§🜁A🜁B🜁\rPID🜁1🜁🜁a⁑b§c¦d\r')
    expect([exotic.first('PID')?.text(3, 1, 2, 2), exotic.first('PID')?.text(3, 2)]).toEqual(['c', 'd'])
  })

  it('a repetition delimiter outside ASCII gives two addresses', () => {
    expect(
      read(`${MSH.replace('~', '˜')}\rPID|||||||||||a^b˜c^d\r`)
        .first('PID')
        ?.repetitions(11),
    ).toBe(2)
  })

  it('MSH-2 may be short', () => {
    const short = read('MSH|^~|A\rPID|1||a^b~c&d\\F\\\r')
    expect([short.first('PID')?.text(3, 1, 2), short.first('PID')?.text(3, 2)]).toEqual(['b', 'c&d\\F\\'])
  })

  it.each(['MSH|^^\\&|A', 'MSHA^~\\&A', 'MSH||^', 'MSH|^', 'MSH', 'PID|1', '', 'MSH|abcd|'])('%s is no message', text => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'hl7v2.not_hl7' }))
  })
})

describe('escapes', () => {
  it.each([
    ['a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f', 'a|b^c&d~e\\f'],
    ['\\XC3A9\\', 'é'],
    ['\\X0D0A\\', '\r\n'],
    ['\\XFF\\', '\\XFF\\'],
    ['\\.br\\ \\H\\x\\N\\', '\\.br\\ \\H\\x\\N\\'],
    ['a\\b', 'a\\b'],
    ['a\\b\\F\\', 'a\\b|'],
    ['\\', '\\'],
    ['\\\\', '\\\\'],
    ['\\E\\F\\E\\', '\\F\\'],
  ])('%s reads %s', (written, expected) => {
    expect(read(`${MSH}\rNTE|1||${written}\r`).first('NTE')?.text(3)).toBe(expected)
  })

  type Name = 'UNICODE UTF-8' | '8859/15'
  const written = (text: string, charset: Name): Buffer =>
    writeSegments(
      [
        { name: 'MSH', fields: { 3: 'A', 18: charset } },
        { name: 'NTE', fields: { 3: [text, [text, text]] } },
      ],
      { charset },
    )
  const readAgain = (bytes: Buffer): unknown => {
    const nte = readEr7(bytes).first('NTE')
    return [nte?.text(3), nte?.text(3, 1, 2), nte?.text(3, 1, 2, 2)]
  }
  const printable = fc.string({ unit: fc.constantFrom(...'ab|^~\\&\r\n\u000b\u001cXFST0é€œÀ '), minLength: 1 }).filter(text => text !== '""')

  it('any text that is written is read again, in either character set', () => {
    fc.assert(
      fc.property(printable, fc.constantFrom<Name>('UNICODE UTF-8', '8859/15'), (text, charset) => {
        const bytes = written(text, charset)
        fc.pre(charset === 'UNICODE UTF-8' || isAscii(bytes) || !isUtf8(bytes))
        expect(readAgain(bytes)).toEqual([text, text, text])
      }),
    )
  })

  it('what begins or ends a frame of MLLP is never written as itself', () => {
    const bytes = writeSegments([
      { name: 'MSA', fields: { 1: 'AA', 2: 'S\u001c' } },
      { name: 'ERR', fields: { 8: '\u000bMSH' } },
    ])
    expect(bytes.toString('utf8')).toBe('MSA|AA|S\\X1C\\\rERR||||||||\\X0B\\MSH\r')
  })

  it('a document is written in about its size', () => {
    const text = 'QUJD'.repeat(2_500_000)
    const before = process.memoryUsage().heapUsed
    const escaped = escapeText(text, STANDARD_DELIMITERS)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000)
    expect(escaped).toBe(text)
  })

  it.each(['é€œ', 'a|éœ€b', '\u00c3\u00a9'])('%j in 8859/15, whose bytes are sound UTF-8, is taken for UTF-8 under a wrong name', text => {
    expect(() => readAgain(written(text, '8859/15'))).toThrow(expect.objectContaining({ code: 'hl7v2.charset', path: 'MSH-18' }))
    expect(readAgain(written(`${text}é`, '8859/15'))).toEqual([`${text}é`, `${text}é`, `${text}é`])
  })
})

describe('round trip', () => {
  const part = fc.string({ unit: fc.constantFrom(...'aB1|^~&\\\\ é€'), maxLength: 12 })
  const segment = fc
    .tuple(fc.constantFrom('PID', 'OBX', 'ZZZ', 'P', '', 'toolong'), fc.array(part, { maxLength: 8 }))
    .map(([name, fields]) => [name, ...fields].join('|'))
  const end = fc.constantFrom('\r', '\n', '\r\n', '\r\r', '')

  it('any message is written back byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(segment, end)),
        end,
        fc.boolean(),
        fc.constantFrom('strict' as const, 'tolerant' as const),
        (segments, first, hasBom, lineEnds) => {
          const bytes = Buffer.from(`${hasBom ? '\ufeff' : ''}${MSH}${first}${segments.map(([text, mark]) => text + mark).join('')}`, 'utf8')
          expect(writeEr7(readEr7(bytes, { lineEnds })).equals(bytes)).toBe(true)
        },
      ),
    )
  })

  it('whatever the bytes, reading gives a message or a HubError, and every leaf can be read', () => {
    const noisy = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map(noise => Buffer.concat([Buffer.from('MSH|^~\\&|A\r'), noise])),
    )
    fc.assert(
      fc.property(noisy, bytes => {
        try {
          const message = readEr7(bytes)
          expect(writeEr7(message).equals(Buffer.from(bytes))).toBe(true)
          message.leafPaths()
        } catch (error) {
          expect(error).toBeInstanceOf(HubError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
