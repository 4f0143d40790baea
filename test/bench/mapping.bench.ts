/*
  HL7v2 → FHIR mapping on one thread, without I/O, beside the Java converter LinuxForHealth on the same messages: an MDM with a 300 kB document, an admission,
  a result; and ER7 parse + serialise beside @medplum/core. The converter runs in its own JVM for as long, warmed up for longer.
*/
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Hl7Message } from '@medplum/core'
import type { Recorded } from '../../mappers/hl7v2/adt/timeline.ts'
import { judgeMessage } from '../../mappers/hl7v2/checks/judge-message.ts'
import { readEr7 } from '../../profiles/hl7v2/er7.ts'
import { writeEr7 } from '../../profiles/hl7v2/er7-writer.ts'
import { letterOf } from '../support/letters.ts'
import { writeMovement } from '../support/movements.ts'
import { builtMappers } from './built.ts'
import { type Rate, rateOf } from './rate.ts'
import type { Figure, Report } from './report.ts'

const SECONDS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5)
const PDF_BYTES = 215_000
const MOST_BYTES = 25_000_000
const STAY = '0f0e0d0c-0000-8000-8000-000000000001'

/** An N1 whose PDF is padded so that the CDA weighs about 300 kB. */
function largeLetter(): Uint8Array {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(PDF_BYTES, '% padding\n')]).toString('base64')
  return letterOf({ controlId: 'BENCH', body: 'N1', at: new Date(0), edit: cda => cda.replace(/(<nonXMLBody><text[^>]*>)[^<]*/, `$1${pdf}`) }).bytes
}

function javaConverter(message: Uint8Array): Rate {
  const folder = resolve(import.meta.dirname, 'converter')
  if (!existsSync(join(folder, 'target/bench-converter-1.jar'))) execFileSync('mvn', ['-B', '-ntp', '-q', 'package'], { cwd: folder, stdio: 'inherit' })
  const temporary = mkdtempSync(join(tmpdir(), 'hub-bench-'))
  const file = join(temporary, 'message.er7')
  writeFileSync(file, message)
  const out = execFileSync('java', ['-cp', 'target/bench-converter-1.jar:target/lib/*', 'ConverterBench', file, String(SECONDS)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString('utf8')
  rmSync(temporary, { recursive: true })
  const { messages, seconds, cpuSeconds } = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as { messages: number; seconds: number; cpuSeconds: number }
  return { perSecond: messages / seconds, cpuSecondsEach: cpuSeconds / messages }
}

export async function measureMapping(): Promise<Report> {
  const { mapDocument, mapMovement } = await builtMappers()
  const [large, result, admission] = [largeLetter(), smallResult(), writeMovement()]
  const records = [recordOf(admission)]
  const at = { receivedAt: new Date(0), environment: 'test' as const }
  const documented = (bytes: Uint8Array) => () => mapDocument({ ...at, bytes, maxDocumentBytes: MOST_BYTES })
  const moved = () => mapMovement({ ...at, bytes: admission, messageId: 'BENCH', stay: STAY, records, sender: { id: 'DPI-1/CH-1' }, zbe: 'strict' })
  return {
    title: `mapping, one thread, no I/O (large message of ${Math.round(large.length / 1024)} kB)`,
    figures: [
      ...mapping('MDM', large, documented(large)),
      ...mapping('ADT_A01', admission, moved),
      ...mapping('ORU_R01', result, documented(result)),
      ...er7('small message', letterOf({ controlId: 'BENCH', at: new Date(0) }).bytes),
      ...er7('300 kB document', large),
    ],
  }
}

/** An ORU^R01 of the profile with an N1 whose PDF is the letter's own, of a page. */
const smallResult = (): Uint8Array => letterOf({ controlId: 'BENCH-ORU', kind: 'ORU', body: 'N1', at: new Date(0) }).bytes

/** What the ledger would hold of the stay: this movement alone. */
function recordOf(admission: Uint8Array): Recorded {
  const { movement } = judgeMessage(admission, { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: MOST_BYTES })
  if (movement === undefined) throw new Error('the admission is refused')
  return { ...movement, messageId: 'BENCH', isRepeat: false }
}

function mapping(name: string, message: Uint8Array, map: () => unknown): Figure[] {
  const ours = rateOf(map, SECONDS)
  const java = javaConverter(message)
  const figure = { unit: '/s, LinuxForHealth', wanted: '≥ 20' }
  return [
    { ...figure, name: `${name} → FHIR, messages`, ours: ours.perSecond, baseline: java.perSecond },
    { ...figure, name: `${name} → FHIR, messages per second of CPU`, ours: 1 / ours.cpuSecondsEach, baseline: 1 / java.cpuSecondsEach },
  ]
}

function er7(name: string, message: Uint8Array): Figure[] {
  const text = Buffer.from(message).toString('utf8')
  const ours = rateOf(() => writeEr7(readEr7(message)), SECONDS)
  const medplum = rateOf(() => Hl7Message.parse(text).toString(), SECONDS)
  return [
    {
      name: `ER7 parse + serialise, ${name}`,
      ours: 1 / ours.cpuSecondsEach,
      baseline: 1 / medplum.cpuSecondsEach,
      unit: 'per second of CPU, @medplum/core',
      wanted: '≥ 2',
    },
  ]
}
