import type { Bundle, CareTeam, Consent, OperationOutcome, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { circleOf, entry, goalOf, ROLE } from '../../../support/care.ts'
import { COMMUNE, careHouse, newPerson } from '../../../support/care-house.ts'
import { readSandbox } from '../../../support/sandbox.ts'
import { consent, unscheduledRequest, unscheduledTask } from '../../../support/support-requests.ts'
import { Vendor } from '../../../support/vendor.ts'

// Searches about a population, as three structures of the started stack see them: totals, pages and inclusions hold what each may see.

const sandbox = readSandbox()

async function personIn(circle: readonly string[], by: Vendor): Promise<string> {
  const { patient, ifNoneExist } = newPerson()
  const subject = `Patient/${(await by.create(patient, ifNoneExist)).id}`
  const { body } = await by.transact([
    {
      resource: circleOf(
        subject,
        by.structure,
        circle.map(member => entry(member, ROLE.coordinator)),
      ),
    },
    { resource: consent(subject, 'information', by.structure) },
  ])
  expect(body.resourceType, JSON.stringify(body)).toBe('Bundle')
  return subject
}

const house = await careHouse(sandbox)
const gp = house.gp
const dac = house.dac
const mt = house.mt
const stranger = await Vendor.of(sandbox, 'dac-2')
const seen: string[] = []
for (let n = 0; n < 3; n += 1) seen.push(await personIn([dac.structure], gp))
const opposed = await personIn([dac.structure], gp)
const denial: Consent = consent(opposed, 'opposition', gp.structure)
await gp.create({ ...denial, provision: { ...denial.provision, actor: [{ role: { coding: [{ code: 'IRCP' }] }, reference: { reference: dac.structure } }] } })

async function page(by: Vendor, query: string): Promise<{ ids: string[]; total: number | undefined; next: string | undefined }> {
  const { status, body } = await by.send<Bundle>('GET', query)
  expect(status, JSON.stringify(body)).toBe(200)
  const ids = (body.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`)
  return { ids, total: body.total, next: body.link?.find(({ relation }) => relation === 'next')?.url }
}

describe('a DAC asks for its persons', () => {
  it('finds those of its circles, and neither one who opposes it nor one of others', async () => {
    const { ids, total } = await page(dac, 'Patient?_count=200')
    for (const person of seen) expect(ids).toContain(person)
    expect(ids).not.toContain(opposed)
    expect(total).toBe(ids.length)
    expect((await page(stranger, 'Patient?_count=200')).ids).not.toContain(seen[0])
  })

  it('follows its pages to the end, each person once, the total that of the first page', async () => {
    const all: string[] = []
    let at: string | undefined = 'Patient?_count=2'
    let total: number | undefined
    while (at !== undefined) {
      const one: { ids: string[]; total: number | undefined; next: string | undefined } = await page(dac, at.replace(`${sandbox.fhir}`, ''))
      total ??= one.total
      expect(one.total).toBe(total)
      all.push(...one.ids)
      at = one.next
    }
    expect([new Set(all).size, all.length]).toEqual([total, total])
  })

  it('counts only what it may see', async () => {
    const { total } = await page(dac, 'Patient?_summary=count')
    expect(total).toBe((await page(dac, 'Patient?_count=200')).total)
  })

  it('finds those who are said to be active where it asks for them, and nobody else', async () => {
    const person = await personIn([dac.structure], gp)
    const found = async (active?: boolean): Promise<boolean> => {
      expect((await gp.put({ ...(await gp.read<Patient>(person)), active })).status).toBe(200)
      const { ids, total } = await page(dac, 'Patient?active=true&_count=200')
      expect(total).toBe(ids.length)
      return ids.includes(person)
    }
    expect([await found(true), await found(false), await found()]).toEqual([true, false, false])
    expect((await page(dac, 'Patient?_count=200')).ids).toContain(person)
  })

  it('finds its circles by its own place in them, with what they include', async () => {
    const { ids } = await page(dac, `CareTeam?participant=${dac.structure}&status=active&_count=200&_include=CareTeam:participant`)
    expect(ids).toContain(dac.structure)
    const circles = await dac.search<CareTeam>(`CareTeam?participant=${dac.structure}&status=active&_count=200`)
    expect(circles.map(({ subject }) => subject?.reference)).toEqual(expect.arrayContaining(seen))
    expect(circles.some(({ subject }) => subject?.reference === opposed)).toBe(false)
  })
})

describe('what happens between two pages', () => {
  const pages = async (by: Vendor, query: string, meanwhile: (ids: string[]) => Promise<unknown>): Promise<string[]> => {
    const first = await page(by, query)
    await meanwhile(first.ids)
    const further = first.next === undefined ? [] : await pages(by, first.next.replace(sandbox.fhir, ''), async () => undefined)
    return [...first.ids, ...further]
  }

  it('takes nothing away: requests that are received as they are read leave the list, the others are found', async () => {
    const parties = { patient: seen[1] ?? '', requester: mt, performer: house.cpts.structure, at: new Date().toISOString() }
    const requests = await Promise.all([1, 2, 3].map(() => gp.create(unscheduledRequest(parties))))
    const tasks = await Promise.all(requests.map(async ({ id }) => (await gp.search(`Task?focus=ServiceRequest/${id}`)).map(task => `Task/${task.id}`)))
    const found = await pages(house.cpts, `Task?owner=${house.cpts.structure}&status=requested&_count=2`, ids =>
      Promise.all(ids.map(id => house.cpts.read(id))),
    )
    expect(found).toEqual(expect.arrayContaining(tasks.flat()))
  })

  it('repeats nothing: what is new stands before, the next page goes on where the last one ended', async () => {
    const person = seen[2] ?? ''
    for (const text of ['un', 'deux', 'trois']) await dac.create(goalOf(person, text))
    const found = await pages(dac, `Goal?patient=${person}&_sort=-_lastUpdated&_count=2`, () => dac.create(goalOf(person, 'quatre')))
    expect([found.length, new Set(found).size]).toEqual([3, 3])
  })
})

describe('an unscheduled request in the territory of a CPTS', () => {
  it('is found by its owner, by state and territory, and by nobody it does not concern', async () => {
    const cpts = await Vendor.of(sandbox, 'cpts')
    const parties = { patient: seen[0] ?? '', requester: mt, performer: cpts.structure, at: new Date().toISOString() }
    const request = `urn:uuid:${crypto.randomUUID()}`
    const asked = await gp.transact([{ fullUrl: request, resource: unscheduledRequest(parties) }, { resource: unscheduledTask(parties, request) }])
    expect(asked.status, JSON.stringify(asked.body)).toBe(200)
    const reference = asked.body.entry?.map(one => /Task\/[^/]+/.exec(one.response?.location ?? '')?.[0]).find(one => one !== undefined)
    const code = 'code=https://hub.e-parcours.example/fhir/CodeSystem/hub-cs|SNP'
    for (const query of [
      `owner=${cpts.structure}`,
      `${code}&status=requested,received&territoire=${COMMUNE}`,
      `territoire=${COMMUNE}&priority:missing=true`,
      `code=SNP&owner=${cpts.structure}&_sort=echeance`,
    ]) {
      expect((await page(cpts, `Task?${query}&_count=200`)).ids, query).toContain(reference)
    }
    expect((await page(cpts, `Task?owner=${cpts.structure}&status=completed&_count=200`)).ids).not.toContain(reference)
    // Of the territory, whoever owns it: a condition that the ledger does not know takes away, and never all that is not one's own.
    const ofTerritory = async (more: string): Promise<string[]> => (await page(gp, `Task?territoire=${COMMUNE}${more}&_count=200`)).ids
    const [all, ordered, planned] = [await ofTerritory(''), await ofTerritory('&intent=order'), await ofTerritory('&intent=plan')]
    expect(ordered).toContain(reference)
    expect(planned).not.toContain(reference)
    expect([...ordered, ...planned].sort()).toEqual([...all].sort())
    expect((await page(stranger, `Task?owner=${cpts.structure}&_count=200`)).ids).not.toContain(reference)
  })
})

describe('a search that is about everybody', () => {
  it.each([
    'Observation?status=final',
    'CarePlan',
    'Condition?code=x',
    'Consent?status=active',
    'DocumentReference?status=current',
    'Observation?identifier=urn:x|',
  ])('%s is refused with the parameters to add', async query => {
    const { status, body } = await stranger.send<OperationOutcome>('GET', query)
    expect([status, body.issue[0]?.code, body.issue[0]?.diagnostics]).toEqual([403, 'forbidden', expect.stringMatching(/: add one of .*patient/)])
  })
})
