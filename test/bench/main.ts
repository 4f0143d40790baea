/*
  Runs the benchmarks one after the other and prints one table.
    npm run bench [-- mapping n3 validate population start memory store movements fhir-door accept]
    FLOWS=5000000 npm run bench -- load-flows monitor      on the stack that runs in HUB_DATA_DIR, else on one of its own; asked for by name only
*/
import { loadavg } from 'node:os'
import { measureAccept } from './accept.bench.ts'
import { measureDecision } from './decide.bench.ts'
import { measureFanout } from './fanout.bench.ts'
import { measureFhirDoor } from './fhir-door.bench.ts'
import { measureMapping } from './mapping.bench.ts'
import { measureMemory, measureMemoryAtRest } from './memory.bench.ts'
import { measureIndicators } from './indicators.bench.ts'
import { measureLoad, measureMonitor } from './monitor.bench.ts'
import { measureMovements } from './movements.bench.ts'
import { measureStructured } from './n3.bench.ts'
import { measurePopulation } from './population.bench.ts'
import { isReached, printReport, type Report } from './report.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { createStack, runningSandbox } from './stack.ts'
import { measureStart } from './start.bench.ts'
import { measureStore } from './store.bench.ts'
import { measureValidation } from './validate.bench.ts'

/** In this order: the store needs a ledger without work, and the acceptance leaves plenty. */
const NAMES = [
  'mapping',
  'n3',
  'validate',
  'decide',
  'fanout',
  'population',
  'start',
  'memory',
  'store',
  'movements',
  'fhir-door',
  'accept',
  'indicators',
  'load-flows',
  'monitor',
] as const
type Name = (typeof NAMES)[number]
/** Asked for by name only: they fill a ledger. */
const ON_MILLIONS: readonly Name[] = ['indicators', 'load-flows', 'monitor']
const WITHOUT_STACK: readonly Name[] = ['mapping', 'n3', 'validate', 'decide', 'fanout', 'population', 'indicators']

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !(NAMES as readonly string[]).includes(name))
if (unknown.length > 0) {
  process.stderr.write(`there is no benchmark ${unknown.join(', ')}: ${NAMES.join(', ')}\n`)
  process.exit(2)
}
const isAsked = (name: Name): boolean => (asked.length === 0 && !ON_MILLIONS.includes(name)) || asked.includes(name)

const reports: Report[] = []
const note = (report: Report): void => {
  reports.push(report)
  printReport(report)
}

const loadAtStart = loadavg()
if (isAsked('mapping')) note(await measureMapping())
if (isAsked('n3')) note(await measureStructured())
if (isAsked('validate')) note(measureValidation())
if (isAsked('decide')) note(measureDecision())
if (isAsked('fanout')) note(await measureFanout())
if (isAsked('population')) note(await measurePopulation())
if (isAsked('indicators')) note(await measureIndicators())
if (NAMES.some(name => !WITHOUT_STACK.includes(name) && isAsked(name)))
  await onStack().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'the benchmarks broke'}\n`)
    process.exitCode = 1
  })
const promised = reports.flatMap(report => report.figures.map(isReached)).filter(reached => reached !== undefined)
process.stdout.write(
  `\n${promised.filter(Boolean).length} of ${promised.length} figures reached. Load of the machine (1 min): ${loadAtStart[0]?.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after.\n`,
)

async function onStack(): Promise<void> {
  const running = NAMES.every(name => ON_MILLIONS.includes(name) || WITHOUT_STACK.includes(name) || !isAsked(name)) ? runningSandbox() : undefined
  if (running !== undefined) return onMillions(running)
  const stack = createStack()
  let isEnding = false
  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    await stack.end()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end().finally(() => process.exit(1)))
  try {
    if (isAsked('start')) note(await measureStart(stack))
    else await stack.start()
    const sandbox = stack.sandbox()
    const atRest = isAsked('memory') ? await measureMemoryAtRest(sandbox) : undefined
    if (isAsked('store')) note(await measureStore(sandbox))
    if (isAsked('movements')) note(await measureMovements(sandbox))
    if (isAsked('fhir-door')) note(await measureFhirDoor(sandbox))
    if (isAsked('accept')) note(await measureAccept(sandbox))
    if (atRest !== undefined) note(await measureMemory(sandbox, atRest))
    await onMillions(sandbox)
  } finally {
    await end()
  }
}

async function onMillions(sandbox: SandboxFile): Promise<void> {
  if (isAsked('load-flows')) note(await measureLoad(sandbox))
  if (isAsked('monitor')) note(await measureMonitor(sandbox))
}
