/*
  The monitor at millions of flows, asked over HTTP as its page asks: searches and the overview at p95, how far the live stream is behind, and what a viewer costs the message path.
  `load-flows` puts the flows there first: FLOWS, five millions unless said.
*/
import pg from 'pg'
import { type SandboxFile, token } from '../support/sandbox.ts'
import { cpuSeconds } from './hub-process.ts'
import { closedLoop, median, newMessage, openLine, requireAck } from './load.ts'
import { LOADED_DAYS, loadFlows } from './load-flows.ts'
import { measurePage } from './page.bench.ts'
import { daysAgo, SEARCHES, share } from './questions.ts'
import type { Figure, Report } from './report.ts'

const FLOWS = Number(process.env['FLOWS'] ?? 5_000_000)
/** Loading is a matter of minutes: what a million may take. */
const SECONDS_A_MILLION = 120
const ROUNDS = Number(process.env['HUB_BENCH_ROUNDS'] ?? 5)
const ROUND_MS = Number(process.env['HUB_BENCH_SECONDS'] ?? 4) * 1000
const ASKED_TIMES = Number(process.env['HUB_BENCH_ASKED'] ?? 40)
const SEARCH_MS = 300
const OVERVIEW_MS = 200
const LIVE_MS = 1000

const RANGES = [1 / 96, 1, 7, 30, LOADED_DAYS]

export async function measureLoad(sandbox: SandboxFile): Promise<Report> {
  const [client, rollups] = [sandbox.postgres, sandbox.postgres].map(connectionString => new pg.Client({ connectionString })) as [pg.Client, pg.Client]
  await Promise.all([client.connect(), rollups.connect()])
  try {
    const began = performance.now()
    const loaded = await loadFlows({ rows: client, rollups }, FLOWS, month =>
      process.stdout.write(`  ${month} ${((performance.now() - began) / 1000).toFixed(0)} s\n`),
    )
    for (const table of ['message', 'flow_term', 'event', 'delivery', 'decision', 'receipt', 'rollup', 'rollup_latency'])
      await client.query(`vacuum (analyze) ${table}`)
    await client.query('delete from service_counted')
    const seconds = (performance.now() - began) / 1000
    const figure = { name: `${loaded} flows over ${LOADED_DAYS} days`, ours: seconds, baseline: (SECONDS_A_MILLION * FLOWS) / 1_000_000, unit: 's', wanted: '' }
    return { title: 'flows loaded, with events, decisions, deliveries, receipts, roll-ups and terms', figures: [figure] }
  } finally {
    await Promise.all([client.end(), rollups.end()])
  }
}

export async function measureMonitor(sandbox: SandboxFile): Promise<Report> {
  const bearer = await token(sandbox, 'operator')
  const get = (path: string): Promise<Response> => fetch(`${sandbox.http}/monitor/api/${path}`, { headers: { authorization: `Bearer ${bearer}` } })
  const figures: Figure[] = []
  const timed = async (name: string, paths: (n: number) => string, allowed: number): Promise<number[]> => {
    const times = await timesOf(n => get(paths(n)), ASKED_TIMES)
    figures.push({ name: `${name} (p50 ${share(times, 0.5).toFixed(0)} ms)`, ours: share(times, 0.95), baseline: allowed, unit: 'ms at p95', wanted: '≤ 1' })
    return times
  }
  const all: number[] = []
  for (const [name, question] of Object.entries(SEARCHES)) all.push(...(await timed(`search ${name}`, n => `flows?${question(n)}`, SEARCH_MS)))
  figures.push({ name: 'all these searches', ours: share(all, 0.95), baseline: SEARCH_MS, unit: 'ms at p95', wanted: '≤ 1' })
  for (const days of RANGES) await timed(`overview of ${days < 1 ? '15 minutes' : `${days} days`}`, () => `overview?from=${daysAgo(days)}`, OVERVIEW_MS)
  figures.push(
    { name: 'live stream behind', ours: await liveLag(sandbox, get), baseline: LIVE_MS, unit: 'ms, median', wanted: '≤ 1' },
    ...(await measurePage(sandbox, SEARCHES)),
    // Last: what it sends is still on its way for minutes.
    await costOf(sandbox, get),
  )
  return { title: `the monitor over ${await countOf(sandbox)} flows`, figures }
}

async function timesOf(ask: (n: number) => Promise<Response>, times: number): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < times; n += 1) {
    const began = performance.now()
    const answer = await ask(n)
    await answer.text()
    if (!answer.ok) throw new Error(`the monitor answers ${answer.status}`)
    taken.push(performance.now() - began)
  }
  // The first look warms what the second finds.
  return taken.slice(1)
}

type Get = (path: string) => Promise<Response>

/** From the acknowledgement of a message to the event that counts it. */
async function liveLag(sandbox: SandboxFile, get: Get): Promise<number> {
  const line = await openLine(sandbox.mllp)
  const reader = (await get('live')).body?.getReader()
  const lags: number[] = []
  try {
    await reader?.read()
    for (let round = 0; round < ROUNDS; round += 1) {
      requireAck(await line.send(newMessage().bytes))
      const sent = performance.now()
      let text = ''
      while (!text.includes('event: live')) text += new TextDecoder().decode((await reader?.read())?.value)
      lags.push(performance.now() - sent)
    }
    return median(lags)
  } finally {
    await reader?.cancel()
    line.close()
  }
}

/** CPU of the hub for a message, with somebody at the overview and with nobody, in turns. */
async function costOf(sandbox: SandboxFile, get: Get): Promise<Figure> {
  const line = await openLine(sandbox.mllp)
  const send = async (): Promise<void> => requireAck(await line.send(newMessage().bytes))
  const cpuOfOne = async (): Promise<number> => {
    const before = cpuSeconds(sandbox.pids['hub'] ?? 0)
    const perSecond = await closedLoop([send], ROUND_MS)
    return ((cpuSeconds(sandbox.pids['hub'] ?? 0) - before) * 1000) / ((perSecond * ROUND_MS) / 1000)
  }
  const watched = async (): Promise<number> => {
    const stream = (await get('live')).body?.getReader()
    const read = (async () => {
      while ((await stream?.read())?.done === false);
    })()
    await (await get('overview')).text()
    const cpu = await cpuOfOne()
    await stream?.cancel()
    await read
    return cpu
  }
  const rounds: { ours: number; baseline: number }[] = []
  try {
    await cpuOfOne()
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each leaves work to the other: by turns who is first.
      const first = round % 2 === 0 ? await cpuOfOne() : undefined
      const ours = await watched()
      rounds.push({ ours, baseline: first ?? (await cpuOfOne()) })
    }
  } finally {
    line.close()
  }
  const of = (side: 'ours' | 'baseline'): number => median(rounds.map(round => round[side]))
  return { name: 'CPU of the hub for a message, watched', ours: of('ours'), baseline: of('baseline'), unit: 'ms, nobody looking', wanted: '≤ 1.05' }
}

async function countOf(sandbox: SandboxFile): Promise<string> {
  const client = new pg.Client({ connectionString: sandbox.postgres })
  await client.connect()
  const { rows } = await client.query<{ n: string }>('select coalesce(sum(reltuples), 0)::bigint as n from pg_class where relkind = $1 and relname ~ $2', [
    'r',
    '^message_\\d',
  ])
  await client.end()
  return rows[0]?.n ?? '0'
}
