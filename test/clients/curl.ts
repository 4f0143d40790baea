/*
  The scenario with curl alone, as a shell script would do it.
*/
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bundle, CarePlan } from 'fhir/r4.js'
import type { Outcome, Scenario } from './scenario.ts'

const run = promisify(execFile)

interface Answered {
  status: number
  headers: Map<string, string>
  body: unknown
}

export async function runCurl(scenario: Scenario): Promise<Outcome> {
  const call = (args: string[], address: string, body?: unknown) =>
    curl(scenario, [...args, ...(body === undefined ? [] : ['--data-binary', JSON.stringify(body)])], address)
  const create = () => call(['-X', 'POST', '-H', `If-None-Exist: ${scenario.condition}`], '/Patient', scenario.patient)
  const created = await create()
  const patient = /Patient\/([^/]+)/.exec(created.headers.get('location') ?? '')?.[1] ?? ''
  const again = await create()
  const of = (resource: object): unknown => JSON.parse(JSON.stringify(resource).replaceAll('PATIENT', patient))

  const answer = (await call(['-X', 'POST'], '', of(scenario.transaction))).body as Bundle
  const locations = answer.entry?.map(entry => entry.response?.location ?? '') ?? []
  const plan = /CarePlan\/([^/]+)/.exec(locations.join(' '))?.[1] ?? ''

  const provenance = ['-H', `X-Provenance: ${JSON.stringify(scenario.provenance)}`]
  const stored = await call([], `/CarePlan/${plan}`)
  const put = (title: string) =>
    call(['-X', 'PUT', '-H', `If-Match: ${stored.headers.get('etag')}`, ...provenance], `/CarePlan/${plan}`, { ...(stored.body as CarePlan), title })
  const updated = await put(scenario.title)
  const stale = await put('x')
  for (let n = 0; n < 3; n += 1) await call(['-X', 'POST', ...provenance], '/Observation', of(scenario.observation))
  const found = (await call(['-G', '--data-urlencode', `patient=Patient/${patient}`], '/CarePlan')).body as Bundle
  return {
    created: created.status,
    again: again.status,
    transacted: locations.map(location => /([A-Za-z]+)\/[^/]+\/_history/.exec(location)?.[1] ?? location),
    versionAfterUpdate: /"(.*)"/.exec(updated.headers.get('etag') ?? '')?.[1] ?? '',
    stale: stale.status,
    plansFound: found.total ?? 0,
    everything: ((await call([], `/Patient/${patient}/$everything?_type=Observation`)).body as Bundle).entry?.length ?? 0,
    ...(await paged(address => call([], address), `/Observation?patient=${patient}&_count=2`)),
  }
}

async function paged(get: (address: string) => Promise<Answered>, first: string): Promise<Pick<Outcome, 'total' | 'observationsPaged'>> {
  let page = (await get(first)).body as Bundle
  const total = page.total ?? 0
  let observationsPaged = 0
  for (;;) {
    observationsPaged += page.entry?.length ?? 0
    const next = page.link?.find(link => link.relation === 'next')?.url
    if (next === undefined) return { total, observationsPaged }
    page = (await get(next)).body as Bundle
  }
}

async function curl({ base, token }: Scenario, args: string[], address: string): Promise<Answered> {
  const headers = ['-H', `Authorization: Bearer ${token}`, '-H', 'Content-Type: application/fhir+json']
  const url = address.startsWith('http') ? address : `${base}${address}`
  const { stdout } = await run('curl', ['-s', '-i', ...headers, ...args, url], { maxBuffer: 16 << 20 })
  const [head = '', ...rest] = stdout.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const text = rest.join('\r\n\r\n')
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])),
    body: text === '' ? undefined : JSON.parse(text),
  }
}
