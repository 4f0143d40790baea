/*
  Reads, searches and writes through the FHIR door beside the same asked of HAPI directly, on a store that holds many persons.
    a write => POST of an Observation with X-Provenance      HAPI => $validate of the Observation, then a transaction of both
*/
import { randomUUID } from 'node:crypto'
import { checkForm } from '../../gateway/fhir/validate/form.ts'
import { projectAccess } from '../../gateway/ledger/rights/access.ts'
import { openLedger } from '../../gateway/ledger/db.ts'
import { createLog } from '../../gateway/log.ts'
import { type SandboxFile, token } from '../support/sandbox.ts'
import { type Connection, connectTo, type Load, type Loaded, loadPersons, observationOf, PLANS_EACH, planOf, transactionOf } from './fhir-load.ts'
import { cpuSeconds } from './hub-process.ts'
import { closedLoop, median, openLoop } from './load.ts'
import { rateOf } from './rate.ts'
import type { Figure, Report } from './report.ts'

const PERSONS = Number(process.env['HUB_BENCH_PERSONS'] ?? 2000)
const SENDERS = 16
const ROUNDS = Number(process.env['HUB_BENCH_ROUNDS'] ?? 3)
const ROUND_MS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5) * 1000
const LATENCY_ALLOWED_MS = 6
const FORM_ALLOWED_MS = 0.3

interface Sides {
  hapi: () => Promise<void>
  hub: () => Promise<void>
}

export async function measureFhirDoor(sandbox: SandboxFile): Promise<Report> {
  let bearer = await token(sandbox, 'dac')
  // Tokens live five minutes.
  const renewal = setInterval(() => void token(sandbox, 'dac').then(fresh => (bearer = fresh)), 120_000)
  const hapi = connectTo(sandbox.hapi, SENDERS)
  const hub = connectTo(sandbox.fhir, SENDERS, () => `Bearer ${bearer}`)
  const ledger = await openLedger({ url: sandbox.postgres, log: createLog({ level: 'silent' }), max: 4 })
  try {
    const run = `bench-${randomUUID().slice(0, 8)}`
    process.stdout.write(`loading ${PERSONS} persons with 30 resources each\n`)
    const structure = await structureOf(sandbox, hapi)
    const project: Load['project'] = resources => ledger.tx(tx => projectAccess(tx, resources))
    const loaded = await loadPersons(hapi, { run, count: PERSONS, structure, project })
    return { title: `FHIR door beside HAPI, ${PERSONS} persons, ${SENDERS} senders`, figures: await figuresOf(sandbox, { hapi, hub, loaded, run }) }
  } finally {
    clearInterval(renewal)
    await Promise.all([hapi.close(), hub.close(), ledger.close()])
  }
}

interface Scene {
  hapi: Connection
  hub: Connection
  loaded: Loaded
  run: string
}

async function figuresOf(sandbox: SandboxFile, scene: Scene): Promise<Figure[]> {
  const reading = readsOf(scene)
  const reads = await saturated(sandbox, reading)
  return [
    ...rateFigures('read by id', reads, '≥ 0.65'),
    await latencyFigure(reading, reads.hapi / 2),
    ...rateFigures(`search of ${PLANS_EACH} CarePlans`, await saturated(sandbox, searchesOf(scene)), '≥ 0.8'),
    ...rateFigures('write with validation', await saturated(sandbox, await writesOf(sandbox, scene)), '≥ 0.8'),
    formFigure(),
  ]
}

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T

function readsOf({ hapi, hub, loaded }: Scene): Sides {
  const path = (): string => `/CarePlan/${loaded.planOf(pick(loaded.persons), Math.floor(Math.random() * PLANS_EACH))}`
  return { hapi: () => hapi.get(path()), hub: () => hub.get(path()) }
}

function searchesOf({ hapi, hub, loaded }: Scene): Sides {
  const path = (): string => `/CarePlan?patient=Patient/${pick(loaded.persons)}&_count=${PLANS_EACH}`
  return { hapi: () => hapi.get(path()), hub: () => hub.get(path()) }
}

async function writesOf(sandbox: SandboxFile, { hapi, hub, loaded }: Scene): Promise<Sides> {
  const organization = await structureOf(sandbox, hapi)
  const agent = [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] },
      who: { reference: organization },
      onBehalfOf: { reference: organization },
    },
  ]
  const activity = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'CREATE' }] }
  const provenance = { resourceType: 'Provenance' as const, recorded: '2026-06-05T08:00:00+02:00', activity, agent }
  return {
    hub: async () => {
      await hub.post('/Observation', JSON.stringify(observationOf(pick(loaded.persons))), { 'x-provenance': JSON.stringify(provenance) })
    },
    hapi: async () => {
      const observation = observationOf(pick(loaded.persons))
      await hapi.post(`/Observation/$validate?profile=${encodeURIComponent(observation.meta?.profile?.[0] ?? '')}`, JSON.stringify(observation))
      const id = randomUUID()
      const written = [
        { ...observation, id },
        { ...provenance, id: randomUUID(), target: [{ reference: `Observation/${id}` }] },
      ]
      await hapi.post('', transactionOf(written))
    },
  }
}

/** The caller's own structure, as the hub published it. */
async function structureOf(sandbox: SandboxFile, hapi: Connection): Promise<string> {
  const finess = sandbox.clients.find(client => client.kind === 'dac')?.structure ?? ''
  const found = JSON.parse(await hapi.post('/Organization/_search', `identifier=${finess}`, { 'content-type': 'application/x-www-form-urlencoded' })) as {
    entry: { resource: { id: string } }[]
  }
  return `Organization/${found.entry[0]?.resource.id}`
}

interface Saturated {
  hapi: number
  hub: number
  /** CPU of each process for one request, ms. */
  cpuMs: { hub: number; hapi: number }
}

async function saturated({ pids }: SandboxFile, sides: Sides): Promise<Saturated> {
  const rounds: Saturated[] = []
  const loop = (side: () => Promise<void>): Promise<number> =>
    closedLoop(
      Array.from({ length: SENDERS }, () => side),
      ROUND_MS,
    )
  await loop(sides.hapi)
  await loop(sides.hub)
  const cpu = (part: string): number => cpuSeconds(pids[part] ?? 0)
  for (let round = 0; round < ROUNDS; round += 1) {
    const idleFrom = cpu('hub')
    const hapi = await loop(sides.hapi)
    // What the hub does without being asked anything, in as much time.
    const idle = cpu('hub') - idleFrom
    const before = { hub: cpu('hub') + idle, hapi: cpu('hapi') }
    const hub = await loop(sides.hub)
    const requests = (hub * ROUND_MS) / 1000
    const each = (part: 'hub' | 'hapi'): number => ((cpu(part) - before[part]) * 1000) / requests
    rounds.push({ hapi, hub, cpuMs: { hub: each('hub'), hapi: each('hapi') } })
  }
  const of = (figure: (round: Saturated) => number): number => median(rounds.map(figure))
  return { hapi: of(one => one.hapi), hub: of(one => one.hub), cpuMs: { hub: of(one => one.cpuMs.hub), hapi: of(one => one.cpuMs.hapi) } }
}

function rateFigures(name: string, { hub, hapi, cpuMs }: Saturated, wanted: string): Figure[] {
  return [
    { name, ours: hub, baseline: hapi, unit: '/s, HAPI asked directly', wanted },
    { name: `${name}: CPU the hub adds`, ours: cpuMs.hub, baseline: cpuMs.hapi, unit: "ms each, HAPI's own for it", wanted: '' },
  ]
}

async function latencyFigure(sides: Sides, perSecond: number): Promise<Figure> {
  const p99 = async (side: () => Promise<void>): Promise<number> => (await openLoop([side], { perSecond, forMs: ROUND_MS })).p99
  const added: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) added.push(-(await p99(sides.hapi)) + (await p99(sides.hub)))
  return {
    name: `read by id at ${perSecond.toFixed(0)}/s: p99 added`,
    ours: Math.max(0, median(added)),
    baseline: LATENCY_ALLOWED_MS,
    unit: 'ms allowed',
    wanted: '≤ 1',
  }
}

/** The first tier alone. */
function formFigure(): Figure {
  const plan = planOf('person', 0, { reference: 'Organization/one' })
  const { cpuSecondsEach } = rateOf(() => void checkForm(plan, 'CarePlan'), Math.min(2, ROUND_MS / 1000))
  return { name: 'first tier, a CarePlan: CPU', ours: cpuSecondsEach * 1000, baseline: FORM_ALLOWED_MS, unit: 'ms allowed', wanted: '≤ 1' }
}
