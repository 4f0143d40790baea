/*
  HL7v2 → FHIR mapping on one thread, without I/O, beside the Java converter LinuxForHealth on the same MDM with a 300 kB document;
  and ER7 parse + serialise beside @medplum/core. The converter runs in its own JVM for as long, warmed up as long.
*/
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Hl7Message } from '@medplum/core'
import { mapDocument } from '../../gateway/workers/map-document.ts'
import { readEr7 } from '../../profiles/hl7v2/er7.ts'
import { writeEr7 } from '../../profiles/hl7v2/er7-writer.ts'
import { letterOf } from '../support/letters.ts'
import { type Rate, rateOf } from './rate.ts'
import type { Figure, Report } from './report.ts'

const SECONDS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5)
const PDF_BYTES = 215_000

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

export function measureMapping(): Report {
  const large = largeLetter()
  return {
    title: `mapping, one thread, no I/O (message of ${Math.round(large.length / 1024)} kB)`,
    figures: [...mapping(large), ...er7('small message', letterOf({ controlId: 'BENCH', at: new Date(0) }).bytes), ...er7('300 kB document', large)],
  }
}

function mapping(message: Uint8Array): Figure[] {
  const ours = rateOf(() => mapDocument({ bytes: message, receivedAt: new Date(0), environment: 'test', maxDocumentBytes: 25_000_000 }), SECONDS)
  const java = javaConverter(message)
  return [
    { name: 'HL7v2 → FHIR, messages', ours: ours.perSecond, baseline: java.perSecond, unit: '/s, LinuxForHealth', wanted: '≥ 20' },
    {
      name: 'HL7v2 → FHIR, messages per second of CPU',
      ours: 1 / ours.cpuSecondsEach,
      baseline: 1 / java.cpuSecondsEach,
      unit: '/s, LinuxForHealth',
      wanted: '≥ 20',
    },
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
