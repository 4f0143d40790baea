/*
  HL7v2 → FHIR mapping on one thread, without I/O, beside the Java converter LinuxForHealth on the same MDM with a 300 kB document;
  and ER7 parse + serialise beside @medplum/core. The converter runs in its own JVM for as long, warmed up as long.
*/
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Hl7Message } from '@medplum/core'
import { mapDocument } from '../../gateway/workers/map-document.ts'
import { readEr7 } from '../../profiles/hl7v2/er7.ts'
import { writeEr7 } from '../../profiles/hl7v2/er7-writer.ts'
import { letterOf } from '../support/letters.ts'
import { printFigures, rateOf } from './report.ts'

const SECONDS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5)
const PDF_BYTES = 215_000

/** An N1 whose PDF is padded so that the CDA weighs about 300 kB. */
function largeLetter(): Uint8Array {
  const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(PDF_BYTES, '% padding\n')]).toString('base64')
  return letterOf({ controlId: 'BENCH', body: 'N1', at: new Date(0), edit: cda => cda.replace(/(<nonXMLBody><text[^>]*>)[^<]*/, `$1${pdf}`) }).bytes
}

function javaConverter(message: Uint8Array): { perSecond: number; cpuSecondsEach: number } {
  const folder = resolve(import.meta.dirname, 'converter')
  if (!existsSync(join(folder, 'target/bench-converter-1.jar'))) execFileSync('mvn', ['-B', '-ntp', '-q', 'package'], { cwd: folder, stdio: 'inherit' })
  const file = join(mkdtempSync(join(tmpdir(), 'hub-bench-')), 'message.er7')
  writeFileSync(file, message)
  const out = execFileSync('java', ['-cp', 'target/bench-converter-1.jar:target/lib/*', 'ConverterBench', file, String(SECONDS)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString('utf8')
  const { messages, seconds, cpuSeconds } = JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as { messages: number; seconds: number; cpuSeconds: number }
  return { perSecond: messages / seconds, cpuSecondsEach: cpuSeconds / messages }
}

const message = largeLetter()
const text = Buffer.from(message).toString('utf8')
const ours = rateOf(() => mapDocument({ bytes: message, receivedAt: new Date(0), environment: 'test', maxDocumentBytes: 25_000_000 }), SECONDS)
const java = javaConverter(message)
const small = letterOf({ controlId: 'BENCH', at: new Date(0) }).bytes
const smallText = Buffer.from(small).toString('utf8')
const er7 = rateOf(() => writeEr7(readEr7(small)), SECONDS)
const medplum = rateOf(() => Hl7Message.parse(smallText).toString(), SECONDS)
const er7Large = rateOf(() => writeEr7(readEr7(message)), SECONDS)
const medplumLarge = rateOf(() => Hl7Message.parse(text).toString(), SECONDS)

printFigures(`mapping, one thread, no I/O (message of ${Math.round(message.length / 1024)} kB)`, [
  { name: 'HL7v2 → FHIR, messages', ours: ours.perSecond, baseline: java.perSecond, unit: '/s, LinuxForHealth', wanted: '≥ 20' },
  { name: 'HL7v2 → FHIR, CPU (lower is better)', ours: ours.cpuSecondsEach * 1000, baseline: java.cpuSecondsEach * 1000, unit: 'ms each', wanted: '≤ 0.05' },
  { name: 'ER7 parse + serialise, small message', ours: er7.perSecond, baseline: medplum.perSecond, unit: '/s, @medplum/core', wanted: '≥ 2' },
  { name: 'ER7 parse + serialise, 300 kB document', ours: er7Large.perSecond, baseline: medplumLarge.perSecond, unit: '/s, @medplum/core', wanted: '≥ 2' },
])
