/*
  The mapping of a structured document of about 300 kB: every statement of it, on one thread, without I/O, with lineage; beside what one may cost.
  The document is the demo letter with its sections told again and again.
*/
import { letterOf } from '../support/letters.ts'
import { builtMappers } from './built.ts'
import { rateOf } from './rate.ts'
import type { Report } from './report.ts'

const SECONDS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5)
const BYTES = 300_000
/** CPU of one mapping. */
const MOST_SECONDS = 0.04

function longLetter(): Uint8Array {
  return letterOf({
    controlId: 'BENCH-N3',
    body: 'N3',
    at: new Date(0),
    edit: cda =>
      cda.replace(/(<structuredBody>)([\s\S]*)(<\/structuredBody>)/, (_, head: string, sections: string, tail: string) => {
        const times = Math.ceil((BYTES - cda.length) / sections.length) + 1
        return `${head}${sections.repeat(times)}${tail}`
      }),
  }).bytes
}

export async function measureStructured(): Promise<Report> {
  const { mapDocument } = await builtMappers()
  const message = longLetter()
  const map = () => mapDocument({ bytes: message, receivedAt: new Date(0), environment: 'test', maxDocumentBytes: 25_000_000 })
  const statements = map().entries.length
  const { cpuSecondsEach } = rateOf(map, SECONDS)
  return {
    title: `structured document, one thread, no I/O (message of ${Math.round(message.length / 1024)} kB, ${statements} resources)`,
    figures: [{ name: 'N3 → FHIR, ms of CPU each', ours: cpuSecondsEach * 1000, baseline: MOST_SECONDS * 1000, unit: 'ms', wanted: '≤ 1' }],
  }
}
