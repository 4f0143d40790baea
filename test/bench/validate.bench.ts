/*
  Tier 1 of the FHIR door on one thread: the CPU that one resource costs, from its bytes to its findings, beside what a resource may cost; over the examples of the hub's profiles.
*/
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readBody } from '../../gateway/fhir/body.ts'
import { checkForm } from '../../gateway/fhir/validate/form.ts'
import { rateOf } from './rate.ts'
import type { Figure, Report } from './report.ts'

const SECONDS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5)
const BUDGET_MS = 0.3
const EXAMPLES = resolve(import.meta.dirname, '../../profiles/fhir/examples')

export function measureValidation(): Report {
  const bodies = readdirSync(EXAMPLES).map(file => Buffer.from(JSON.stringify(JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')))))
  const bytes = bodies.reduce((sum, body) => sum + body.byteLength, 0) / bodies.length
  const parsed = bodies.map(body => readBody(body).resource)
  return {
    title: `validation in process, ${bodies.length} examples of ${Math.round(bytes)} bytes on average`,
    figures: [
      figure('form of a resource (ajv), ms of CPU', () => void parsed.forEach(resource => void checkForm(resource)), bodies.length),
      figure('strict JSON and form, ms of CPU', () => void bodies.forEach(body => void checkForm(readBody(body).resource)), bodies.length),
    ],
  }
}

function figure(name: string, all: () => void, count: number): Figure {
  return { name, ours: (rateOf(all, SECONDS).cpuSecondsEach * 1000) / count, baseline: BUDGET_MS, unit: 'ms, what one may cost', wanted: '≤ 1' }
}
