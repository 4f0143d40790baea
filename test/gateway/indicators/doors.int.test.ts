import type { Bundle, MeasureReport, OperationOutcome, Task } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { rebuildAccess } from '../../../gateway/access/rights/rebuild.ts'
import { daysOf, monthOf } from '../../../gateway/indicators/months.ts'
import { openLedger, type Tx } from '../../../gateway/ledger/db.ts'
import type { IndicatorAnswer } from '../../../gateway/monitor/indicators.ts'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import { careHouse, type CareHouse, COMMUNE, newPerson } from '../../support/care-house.ts'
import { startPostgres } from '../../support/postgres.ts'
import { getJson, readSandbox, token } from '../../support/sandbox.ts'
import { consent, supportRequest, supportTask } from '../../support/support-requests.ts'
import { freshLedger, quiet } from '../ledger/support.ts'

// FHIR, JSON and CSV tell the same numbers, and they are those of the store.

const sandbox = readSandbox()
const month = monthOf(new Date())
/** Midnight in Paris; a day alone the store would read in its own time zone. */
const begins = [2, 1]
  .map(hours => new Date(Date.parse(daysOf(month).start) - hours * 3_600_000))
  .find(at => monthOf(at) === month)
  ?.toISOString()
const ASKED = 12

describe('indicators through three doors', () => {
  let house: CareHouse
  let observatory: string
  let operator: string
  const asked: string[] = []

  beforeAll(async () => {
    ;[house, observatory, operator] = await Promise.all([careHouse(sandbox), token(sandbox, 'observatory'), token(sandbox, 'operator')])
    for (let n = 0; n < ASKED; n += 1) {
      const task = await ask()
      await accepted(task)
      asked.push(task)
    }
  })

  /** One transaction of the GP portal: person, consent, request, Task. */
  async function ask(): Promise<string> {
    const { patient, ifNoneExist } = newPerson({ generalPractitioner: [{ reference: house.mt }] })
    const [person, accord, request, task] = [1, 2, 3, 4].map(() => `urn:uuid:${crypto.randomUUID()}`) as [string, string, string, string]
    const parties = { patient: person, requester: house.mt, performer: house.dac.structure, at: new Date().toISOString() }
    const answer = await house.gp.transact([
      { fullUrl: person, resource: patient, ifNoneExist },
      { fullUrl: accord, resource: consent(person, 'information', house.gp.structure) },
      { fullUrl: request, resource: supportRequest(parties, { supportingInfo: [{ reference: accord }] }) },
      { fullUrl: task, resource: supportTask(parties, { focus: request, accord }) },
    ])
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return (answer.body as Bundle).entry?.[3]?.response?.location?.match(/(Task\/[^/]+)\/_history\//)?.[1] ?? ''
  }

  async function accepted(reference: string): Promise<void> {
    const task = await house.dac.read<Task>(reference)
    expect((await house.dac.put({ ...task, status: 'accepted', lastModified: new Date().toISOString() })).status).toBe(200)
  }

  const fhir = (bearer: string, query = `periode=${month}`, organization = house.dac.structure): Promise<Response> =>
    fetch(`${sandbox.fhir}/${organization}/$indicateurs?${query}`, { headers: { authorization: `Bearer ${bearer}` } })
  const report = async (): Promise<MeasureReport> => (await (await fhir(observatory)).json()) as MeasureReport
  const inJson = () => getJson<IndicatorAnswer>(`${sandbox.http}/monitor/api/indicators?from=${month}&to=${month}&territory=${COMMUNE}`, operator)
  const storeCount = async (query: string): Promise<number> =>
    (await getJson<{ total: number }>(`${sandbox.hapi}/Task?_summary=count&code=DEM-APPUI&owner=${house.dac.structure}&${query}`)).total

  it('the three are the same, and as many as the store holds', async () => {
    const [measured, { items }, csv] = await Promise.all([
      report(),
      inJson(),
      fetch(`${sandbox.http}/monitor/api/indicators.csv?from=${month}&territory=${COMMUNE}`, { headers: { authorization: `Bearer ${operator}` } }),
    ])
    const said = items.map(({ indicator, structure, support, value }) => [indicator, structure, support, value])
    const groups = (measured.group ?? []).flatMap(({ code, measureScore, population = [], stratifier = [] }) => {
      const name = code?.coding?.[0]?.code
      const total = [name, null, null, population[0]?.count ?? measureScore?.value ?? null]
      const parts = stratifier.flatMap(({ code: by, stratum = [] }) =>
        stratum.map(({ value, population: counted = [] }) => {
          const kind = value?.coding?.[0]?.code ?? null
          const isStructure = by?.[0]?.coding?.[0]?.code === 'structure'
          return [name, isStructure ? kind : null, isStructure ? null : kind, counted[0]?.count ?? null]
        }),
      )
      return [total, ...parts]
    })
    expect(groups).toEqual(said)
    const bytes = new Uint8Array(await csv.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = new TextDecoder()
      .decode(bytes)
      .trim()
      .split('\r\n')
      .slice(1)
      .map(line => line.split(';'))
    expect(lines.map(([, , name, , , , value = '']) => [name, /^[\d,]+$/.test(value) ? Number(value.replace(',', '.')) : null])).toEqual(
      items.map(({ indicator, value }) => [indicator, value]),
    )
    const [received, takenUp] = [
      await storeCount(`authored-on=ge${begins}&status:not=draft`),
      await storeCount(`modified=ge${begins}&status=accepted,in-progress,on-hold,completed,failed`),
    ]
    const total = (indicator: string) => items.find(item => item.indicator === indicator && item.structure === null && item.support === null)?.value
    expect([total('demandes-recues'), total('demandes-acceptees')]).toEqual([received, takenUp])
    expect(received).toBeGreaterThanOrEqual(ASKED)
  })

  it('is a valid summary of the month, of the DAC and of nobody; no count under 11 stands in it', async () => {
    const measured = await report()
    expect(measured).toMatchObject({
      resourceType: 'MeasureReport',
      type: 'summary',
      status: 'pending',
      reporter: { reference: house.dac.structure },
      period: daysOf(month),
    })
    const text = JSON.stringify(measured)
    expect(text).not.toMatch(/(Patient|Practitioner|PractitionerRole|RelatedPerson)\//)
    expect([...text.matchAll(/"count":(\d+)/g)].map(([, n]) => Number(n)).filter(n => n < 11)).toEqual([])
    expect(text).toContain('"valueCode":"masked"')
    const judged = await fetch(`${sandbox.hapi}/MeasureReport/$validate`, { method: 'POST', headers: { 'content-type': 'application/fhir+json' }, body: text })
    const { issue } = (await judged.json()) as OperationOutcome
    expect(issue.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([])
  })

  it('the DAC reads its own; the other DAC learns nothing of it; without the scope nobody is answered', async () => {
    const statuses = async (...names: string[]): Promise<number[]> => Promise.all(names.map(async name => (await fhir(await token(sandbox, name))).status))
    expect(await statuses('dac', 'dac-2', 'operator', 'hospital')).toEqual([200, 404, 403, 403])
  })

  it.each([
    ['no month', '', 400],
    ['a month that does not exist', 'periode=2026-13', 400],
    ['a day', 'periode=2026-06-01', 400],
    ['a month that has not begun', 'periode=2999-01', 400],
    ['a parameter nobody knows', `periode=${month}&depuis=2026-01`, 400],
  ])('%s is refused', async (_case, query, status) => {
    expect((await fhir(observatory, query)).status).toBe(status)
  })

  it('a structure that is not there, and one that is neither DAC nor CPTS, has none', async () => {
    expect((await fhir(observatory, undefined, `Organization/${crypto.randomUUID()}`)).status).toBe(404)
    expect((await fhir(observatory, undefined, house.gp.structure)).status).toBe(404)
  })

  it('each month is a MeasureReport that is read by its id and found by structure and period, by the same who may', async () => {
    const measured = await report()
    const ask = (bearer: string, path: string): Promise<Response> => fetch(`${sandbox.fhir}/${path}`, { headers: { authorization: `Bearer ${bearer}` } })
    const same = ({ date: _, ...one }: MeasureReport): unknown => one
    const read = (await (await ask(observatory, `MeasureReport/${measured.id}`)).json()) as MeasureReport
    expect(same(read)).toEqual(same(measured))
    const search = async (query: string, bearer = observatory): Promise<Bundle<MeasureReport>> =>
      (await (await ask(bearer, `MeasureReport?${query}`)).json()) as Bundle<MeasureReport>
    const found = await search(`reporter=${house.dac.structure}&period=${month}`)
    expect([found.total, found.entry?.map(({ resource }) => resource?.id)]).toEqual([1, [measured.id]])
    const year = await search(`reporter=${house.dac.structure}&_count=5`)
    expect([year.total, year.entry?.length, year.entry?.[0]?.resource?.id]).toEqual([13, 5, measured.id])
    const next = year.link?.find(({ relation }) => relation === 'next')?.url ?? ''
    const second = (await (await fetch(next, { headers: { authorization: `Bearer ${observatory}` } })).json()) as Bundle<MeasureReport>
    expect(new Set([...(year.entry ?? []), ...(second.entry ?? [])].map(({ resource }) => resource?.period?.start)).size).toBe(10)
    const statuses = await Promise.all(
      ['dac', 'dac-2', 'operator'].map(async name => (await ask(await token(sandbox, name), `MeasureReport/${measured.id}`)).status),
    )
    expect(statuses).toEqual([200, 404, 403])
    expect((await search(`reporter=${house.dac.structure}`, await token(sandbox, 'dac-2'))).total).toBe(0)
    expect((await ask(observatory, 'MeasureReport?subject=Patient/1')).status).toBe(400)
    expect((await ask(observatory, 'MeasureReport?period=soon')).status).toBe(400)
    expect((await ask(observatory, `MeasureReport/${house.dac.structure.split('/')[1]}.2999-01`)).status).toBe(404)
  })

  // Of these persons alone: other tests write to the store behind the hub's back.
  it('made anew from every version in the store, the facts of care are the same', async () => {
    const postgres = await startPostgres()
    const store = createHapiStore({ url: sandbox.hapi, timeoutMs: 60_000 })
    const ledger = await openLedger({ url: sandbox.postgres, log: quiet, max: 1 })
    const { db } = await freshLedger(postgres)
    try {
      await rebuildAccess({ db, store })
      const [anew, kept] = await Promise.all([factsOf(db), factsOf(ledger)])
      expect(anew).toEqual(kept)
      expect(kept.filter(({ kind }) => kind === 'demand')).toHaveLength(ASKED)
    } finally {
      await db.close()
      await ledger.close()
      await store.close()
      await postgres.stop()
    }
  })

  async function factsOf(db: Tx): Promise<Record<string, unknown>[]> {
    const { rows } = await db.query<Record<string, unknown>>(
      `select reference, kind, patient, is_counted, structure, party, about, support, places, started_at, due_at, ended_at, accepted_at, refused_at, answered_at
       from care_fact where patient in (select patient from care_fact where reference = any($1)) order by reference`,
      [asked],
    )
    return rows
  }
})
