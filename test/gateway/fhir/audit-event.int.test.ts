import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { AuditEvent, Bundle, Observation } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { fetchToken } from '../../../gateway/commands/token.ts'
import { type CareHouse, careHouse, newPerson } from '../../support/care-house.ts'
import { eventually, readSandbox, token } from '../../support/sandbox.ts'
import { weightText } from '../../support/writing.ts'

const run = promisify(execFile)

const sandbox = readSandbox()

const weight = (patient: string): Observation => JSON.parse(weightText({ patient, identifier: crypto.randomUUID(), kilograms: '71.5' }))

describe('the audit, as FHIR', () => {
  let house: CareHouse
  let patient: string
  let ins: string
  const tokens: Record<string, string> = {}

  beforeAll(async () => {
    house = await careHouse(sandbox)
    const { patient: sent, ifNoneExist } = newPerson()
    ins = ifNoneExist.split('|')[1] ?? ''
    patient = `Patient/${(await house.gp.create(sent, ifNoneExist)).id}`
    for (const name of ['gp-portal', 'dac', 'dac-2', 'social', 'operator']) tokens[name] = await token(sandbox, name)
    tokens['person'] = await fetchToken(sandbox, 'citizen-portal', { person: ins })
  })

  const get = (who: string, path: string, requestId?: string): Promise<Response> =>
    fetch(`${sandbox.fhir}/${path}`, { headers: { authorization: `Bearer ${tokens[who]}`, ...(requestId === undefined ? {} : { 'x-request-id': requestId }) } })
  const send = (who: string, method: string, path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${sandbox.fhir}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[who]}`,
        'content-type': 'application/fhir+json',
        'x-provenance': JSON.stringify(house.dac.provenance()),
        ...headers,
      },
      body: JSON.stringify(body),
    })
  const day = new Date().toISOString().slice(0, 10)
  const eventsOf = async (who: string, query = ''): Promise<AuditEvent[]> => {
    const bundle = (await (await get(who, `AuditEvent?date=ge${day}&patient=${patient}&_count=200${query}`)).json()) as Bundle<AuditEvent>
    return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? [])
  }
  const requestOf = ({ entity = [] }: AuditEvent): string | undefined =>
    entity.find(({ what }) => what?.identifier?.system?.endsWith('request-id') === true)?.what?.identifier?.value

  it('a read is there as soon as it is answered: who, what, when, why, whose, and under which request', async () => {
    const id = `audit-${crypto.randomUUID()}`
    expect((await get('gp-portal', patient, id)).status).toBe(200)
    const found = (await eventsOf('person')).find(event => requestOf(event) === id)
    expect(found).toMatchObject({
      outcome: '0',
      action: 'R',
      subtype: [{ code: 'read' }],
      purposeOfEvent: [{ coding: [{ code: 'TREAT' }] }],
      agent: [{ requestor: true, altId: 'sandbox-gp-portal', who: { identifier: { value: '540990033' } }, network: { address: '127.0.0.1' } }],
      entity: expect.arrayContaining([expect.objectContaining({ what: { reference: patient } })]),
    })
    expect(found?.period?.start).toBeDefined()
  })

  it('a refused read is there too, with its outcome', async () => {
    const id = `audit-${crypto.randomUUID()}`
    expect((await get('dac-2', patient, id)).status).toBe(404)
    const found = (await eventsOf('person')).find(event => requestOf(event) === id)
    expect([found?.outcome, found?.outcomeDesc, found?.agent[0]?.altId]).toEqual(['4', 'store.not_found', 'sandbox-dac-2'])
  })

  it('a refused write names whom it was about, and in a batch what was asked', async () => {
    const own = await house.gp.create<Observation>(weight(patient))
    const reference = `Observation/${own.id}`
    const put = { request: { method: 'PUT', url: reference }, resource: own }
    const get404 = { request: { method: 'GET', url: reference } }
    const asked = {
      'unseen, changed': (id: string) => send('dac-2', 'PUT', reference, own, { 'x-request-id': id }),
      'unseen, named': (id: string) => send('dac-2', 'POST', 'Observation', weight(patient), { 'x-request-id': id }),
      'not as the profile asks': (id: string) => send('gp-portal', 'PUT', reference, { ...own, valueQuantity: undefined }, { 'x-request-id': id }),
      'in a batch': (id: string) => send('dac-2', 'POST', '', { resourceType: 'Bundle', type: 'batch', entry: [put, get404] }, { 'x-request-id': id }),
    }
    for (const [name, ask] of Object.entries(asked)) {
      const id = `audit-${crypto.randomUUID()}`
      await (await ask(id)).text()
      const found = (await eventsOf('person')).filter(event => requestOf(event) === id)
      expect([name, found.map(({ outcome }) => outcome)]).toEqual([name, name === 'in a batch' ? ['4', '4'] : ['4']])
      if (name === 'in a batch') expect(found.every(({ entity }) => JSON.stringify(entity).includes(reference))).toBe(true)
    }
  })

  it('a search that is refused for its scope is noted for whom it names, wherever and however it names him', async () => {
    const bundle = (type: string, method = 'GET', url = `Observation?patient=${patient}`): object => ({
      resourceType: 'Bundle',
      type,
      entry: [{ request: { method, url }, ...(method === 'POST' ? { resource: { resourceType: 'Goal' } } : {}) }],
    })
    const asked: Record<string, (id: string) => Promise<Response>> = {
      'by its address': id => get('social', `Observation?patient=${sandbox.fhir}/${patient}`, id),
      'by another parameter': id => get('social', `Provenance?target=${patient}`, id),
      'in a batch': id => send('social', 'POST', '', bundle('batch'), { 'x-request-id': id }),
      'in a transaction': id => send('social', 'POST', '', bundle('transaction'), { 'x-request-id': id }),
    }
    for (const [name, ask] of Object.entries(asked)) {
      const id = `audit-${crypto.randomUUID()}`
      await (await ask(id)).text()
      const found = (await eventsOf('person')).filter(event => requestOf(event) === id)
      expect([name, found.map(({ outcomeDesc }) => outcomeDesc)]).toEqual([name, ['fhir.scope']])
    }
    const id = `audit-${crypto.randomUUID()}`
    await (await send('social', 'POST', '', bundle('batch', 'POST', 'Goal'), { 'x-request-id': id })).text()
    const all = (await (await get('operator', `AuditEvent?date=ge${day}&entity=Goal&_count=200`)).json()) as Bundle<AuditEvent>
    expect((all.entry ?? []).map(({ resource }) => requestOf(resource as AuditEvent))).toContain(id)
  })

  it('who comes without a token, or with one that is none, is turned away and noted, also for the person he asked about', async () => {
    const ids = [`audit-${crypto.randomUUID()}`, `audit-${crypto.randomUUID()}`]
    const ask = (id: string, headers: Record<string, string>) => fetch(`${sandbox.fhir}/${patient}`, { headers: { ...headers, 'x-request-id': id } })
    expect((await ask(ids[0] ?? '', {})).status).toBe(401)
    expect((await ask(ids[1] ?? '', { authorization: 'Bearer nothing.of.ours' })).status).toBe(401)
    const events = (await eventsOf('person')).filter(event => ids.includes(requestOf(event) ?? ''))
    expect(events.map(({ outcome, outcomeDesc }) => `${outcome} ${outcomeDesc}`).sort()).toEqual(['4 fhir.no_token', '4 fhir.token_invalid'])
  })

  it('is searched by its type, the role and name of who acted, the start of its period and the identifier of the person', async () => {
    const count = async (query: string): Promise<number> => (await eventsOf('operator', query)).length
    const all = await count('')
    expect(all).toBeGreaterThan(0)
    expect(await count('&type=rest')).toBeLessThan(all)
    expect(await count('&agent-name=sandbox-gp-portal')).toBeGreaterThan(0)
    expect(await count('&agent-name=sandbox-gp-portal&agent-role=humanuser')).toBe(0)
    expect(await count('&agent-role=dataprocessor')).toBeGreaterThanOrEqual(all)
    expect(await count(`&period-start=ge${day}`)).toBeGreaterThanOrEqual(all)
    expect(await count('&period-start=lt2020-01-01')).toBe(0)
    expect(await count(`&patient.identifier=urn:oid:1.2.250.1.213.1.4.10|${ins}`)).toBeGreaterThanOrEqual(all)
    expect(await count('&patient.identifier=urn:oid:1.2.250.1.213.1.4.10|none')).toBe(0)
    expect((await get('operator', `AuditEvent?date=ge${day}&patient.identifier=${ins}`)).status).toBe(400)
  })

  it('of alternatives with commas one is enough, and a day may be left out', async () => {
    const count = async (query: string): Promise<number> => (await eventsOf('operator', query)).length
    const [reads, creations] = [await count('&subtype=read'), await count('&subtype=create')]
    expect([reads > 0, creations > 0]).toEqual([true, true])
    expect(await count('&subtype=read,create')).toBe(reads + creations)
    expect(await count('&subtype=read,create&type=rest,nothing')).toBe(reads + creations)
    expect(await count('&subtype=read,create&agent-name=nobody,sandbox-gp-portal')).toBe(await count('&subtype=read,create&agent-name=sandbox-gp-portal'))
    expect([await count(`&subtype=read&date=ne${day}`), await count('&subtype=read&date=ne2020')]).toEqual([0, reads])
  })

  it('a structure sees what it did itself, the privacy officer all, nobody without a date', async () => {
    await get('gp-portal', patient)
    expect(new Set((await eventsOf('gp-portal')).map(event => event.agent[0]?.altId))).toEqual(new Set(['sandbox-gp-portal']))
    expect((await eventsOf('operator')).length).toBeGreaterThan((await eventsOf('gp-portal')).length)
    expect((await get('person', `AuditEvent?patient=${patient}`)).status).toBe(400)
  })

  it('who was told that somebody does not exist learns nothing else from the audit', async () => {
    await get('dac-2', patient)
    expect(await eventsOf('dac-2')).toEqual([])
  })

  it('by id: to whom it concerns; to others it does not exist', async () => {
    const [event] = await eventsOf('person', '&subtype=read')
    const seen = await Promise.all(['person', 'operator', 'dac'].map(async who => (await get(who, `AuditEvent/${event?.id}`)).status))
    expect(seen).toEqual([200, 200, 404])
  })

  it('is sorted by date either way, and counted', async () => {
    // Before this millisecond: what is asked here is noted too.
    const until = `&date=lt${new Date().toISOString()}`
    const ids = async (query: string): Promise<(string | undefined)[]> => (await eventsOf('person', `${until}${query}`)).map(({ id }) => id)
    const newest = await ids('')
    expect([await ids('&_sort=-date'), (await ids('&_sort=date')).reverse()]).toEqual([newest, newest])
    expect(await ids('&_summary=count')).toEqual([])
    expect((await get('person', `AuditEvent?date=ge${day}&_sort=agent`)).status).toBe(400)
  })

  it.each(['', '&_sort=date'])('pages lead on, each entry once%s', async order => {
    const seen: string[] = []
    let url: string | undefined = `${sandbox.fhir}/AuditEvent?date=ge${day}&patient=${patient}&_count=2${order}`
    while (url !== undefined && seen.length < 12) {
      const bundle: Bundle<AuditEvent> = (await (await fetch(url, { headers: { authorization: `Bearer ${tokens['person']}` } })).json()) as Bundle<AuditEvent>
      seen.push(...(bundle.entry ?? []).map(({ resource }) => resource?.id ?? ''))
      url = bundle.link?.find(({ relation }) => relation === 'next')?.url
    }
    expect(seen.length).toBeGreaterThan(4)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('no name, no INS', async () => {
    const text = JSON.stringify(await eventsOf('operator'))
    expect(text).not.toContain(ins)
    expect(text).not.toMatch(/"family"|"given"/)
  })

  it('kill -9 of the hub right after an answer loses no entry; hub audit verify finds the whole sound', async () => {
    const id = `audit-${crypto.randomUUID()}`
    expect((await get('gp-portal', patient, id)).status).toBe(200)
    const { pids } = readSandbox()
    process.kill(pids['hub'] ?? 0, 'SIGKILL')
    await eventually(
      'the hub is back',
      async () => ((await fetch(`${sandbox.http}/ready`).catch(() => undefined))?.ok === true && readSandbox().pids['hub'] !== pids['hub'] ? true : undefined),
      60_000,
    )
    expect((await eventsOf('person')).map(requestOf)).toContain(id)
    const { stdout } = await run(process.execPath, ['docker/embedded/hub.mjs', 'audit', 'verify'], { env: process.env })
    expect(stdout).toMatch(/^sound: \d+ entries/m)
  })
})
