/*
  Population searches of a DAC whose circles hold 100 000 persons: its persons, its open Tasks, the requests of its territory. On a real ledger; the store is a stand-in that has every page at hand.
*/
import { Readable } from 'node:stream'
import type { Actor } from '../../gateway/access/callers/actor.ts'
import type { Party } from '../../gateway/access/rights/party.ts'
import { rightsIn } from '../../gateway/access/rights/rights-in.ts'
import { readPopulation } from '../../gateway/fhir/search/population.ts'
import { populationPage } from '../../gateway/fhir/search/population-page.ts'
import { visibility } from '../../gateway/fhir/visibility.ts'
import { openLedger, type Db } from '../../gateway/ledger/db.ts'
import { createLog } from '../../gateway/log.ts'
import { readScopes } from '../../gateway/access/callers/scopes.ts'
import { startPostgres } from '../support/postgres.ts'
import type { Figure, Report } from './report.ts'
import type { FhirParts } from '../../gateway/fhir/parts.ts'

const PERSONS = Number(process.env['HUB_BENCH_POPULATION'] ?? 100_000)
const ROUNDS = 40
const ALLOWED_MS = 300
const DAC = 'Organization/dac'

const ASKED = [
  ['Patient', '_count=20'],
  ['Task', 'status=requested&_count=20'],
  ['Task', 'code=SNP&status=requested&territoire=54395&_sort=echeance&_count=20'],
  ['CareTeam', `participant=${DAC}&status=active&_count=20`],
] as const

export async function measurePopulation(): Promise<Report> {
  const postgres = await startPostgres()
  const db = await openLedger({ url: await postgres.createDatabase(), log: createLog({ level: 'silent' }), max: 4 })
  try {
    await seed(db)
    const figures: Figure[] = []
    for (const [type, query] of ASKED)
      figures.push({
        name: `${type}?${query.replace(/=[^&]*/g, '')}`,
        ours: await p95(db, type, query),
        baseline: ALLOWED_MS,
        unit: 'ms at p95',
        wanted: '≤ 1',
      })
    return { title: `population searches, ${PERSONS} persons of one DAC`, figures }
  } finally {
    await db.close()
    await postgres.stop()
  }
}

async function seed(db: Db): Promise<void> {
  const member = `'{"status":"active","roles":["330"],"period":{"start":"2026-01-01"}}'::jsonb`
  const informed = `'{"nature":"information","isDeny":false,"period":{"start":"2026-01-01"},"purposes":[],"classes":[],"codes":[],"references":[],"collectedBy":[]}'::jsonb`
  await db.query(
    `insert into access (source, n, patient, kind, party, detail) select 'CareTeam/' || n, 0, 'Patient/' || n, 'member', '${DAC}', ${member} from generate_series(1, ${PERSONS}) n`,
  )
  await db.query(
    `insert into access (source, n, patient, kind, party, detail) select 'Consent/' || n, 0, 'Patient/' || n, 'consent', null, ${informed} from generate_series(1, ${PERSONS}) n`,
  )
  await db.query(
    `insert into worklist (reference, patient, owner, code, status, business_status, territory, authored, due)
     select 'Task/' || n, 'Patient/' || n, '${DAC}', array['SNP'], case n % 20 when 0 then 'requested' else 'completed' end, '{}', array['54395'], now() - n * interval '1 minute', now() + n * interval '1 minute'
     from generate_series(1, ${PERSONS}) n`,
  )
  await db.query('analyze access')
  await db.query('analyze worklist')
}

async function p95(db: Db, type: (typeof ASKED)[number][0], asked: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = performance.now()
    await ask(db, type, asked)
    times.push(performance.now() - from)
  }
  return times.sort((left, right) => left - right)[Math.floor(ROUNDS * 0.95)] ?? 0
}

const actor: Actor = { clientId: 'dac', kind: 'dac', structure: undefined, scopes: readScopes('system/Patient.rs system/Task.rs system/CareTeam.rs') }
const party: Party = { name: 'dac', kind: 'structure', references: [], structures: [DAC], sector: 'health' }

async function ask(db: Db, type: (typeof ASKED)[number][0], asked: string): Promise<void> {
  const parts = {
    rights: { ...rightsIn(db), partyOf: async () => party },
    store: { forward: atHand },
    audit: async () => undefined,
    baseUrl: () => 'http://hub/fhir',
    pageLinks: { seal: () => 'sealed' },
  } as unknown as FhirParts
  const query = new URLSearchParams(asked)
  const view = visibility({ parts, actor, type, interaction: 'search' })
  const population = readPopulation({ type, query }, party)
  if (population === undefined) throw new Error(`${type}?${asked} is no population search`)
  const caller = { actor, requestId: 'bench', traceparent: '', signal: new AbortController().signal, area: 'fhir' }
  const text = await populationPage(parts, caller, { type, query, view, self: '', offset: 0, object: '', population })
  if (!text.includes('"entry"')) throw new Error(`${type}?${asked} found nothing`)
}

/** Whatever is asked for by `_id`, about the person of the same number. */
async function atHand({ path, body }: { path: string; body?: Uint8Array }): Promise<unknown> {
  const type = path.split('/')[0] ?? ''
  const ids = new URLSearchParams(Buffer.from(body ?? '').toString()).get('_id')?.split(',') ?? []
  const entry = ids.map(id => {
    const subject = { reference: `Patient/${id}` }
    return {
      fullUrl: `http://store/${type}/${id}`,
      resource: { resourceType: type, id, ...(type === 'Task' ? { for: subject } : { subject }) },
      search: { mode: 'match' },
    }
  })
  return {
    status: 200,
    headers: { 'content-type': 'application/fhir+json' },
    body: Readable.from([Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', link: [], entry }))]),
  }
}
