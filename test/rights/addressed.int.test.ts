/*
  Whom a Task is addressed to: he reads it, what it is about and who the person is, and nothing else (fhir-fr.md 4.3.5b).
*/
import type { Bundle } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { readSandbox } from '../support/sandbox.ts'
import { unscheduledRequest, unscheduledTask } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'
import { type Caller, ownCallers, sharedCallers } from './callers.ts'
import { consentNamed, namedIn } from './consents.ts'
import { idOf } from './fishers.ts'
import { type Person, personIn, type Setting, settingOf } from './setting.ts'

const sandbox = readSandbox()
let setting: Setting
let person: Person
let cpts: Caller
let stranger: Caller
let himself: Caller
let request: string
let task: string

beforeAll(async () => {
  setting = await settingOf(sandbox)
  person = await personIn(setting, { circle: 'active', consents: ['information'] })
  const callers = await sharedCallers(sandbox, setting)
  cpts = callers.cpt
  stranger = callers.str
  himself = (await ownCallers(sandbox, person)).per
  const desk = await Vendor.of(sandbox, 'cpts')
  const parties = { patient: person.patient, requester: setting.dac.structure, performer: desk.structure, at: new Date().toISOString() }
  const fullUrl = `urn:uuid:${crypto.randomUUID()}`
  const { status, body } = await setting.dac.transact([{ resource: unscheduledRequest(parties), fullUrl }, { resource: unscheduledTask(parties, fullUrl) }])
  expect(status, JSON.stringify(body)).toBe(200)
  const written = ((body as Bundle).entry ?? []).map(({ response }) => /(\w+\/[\w.-]+)\/_history/.exec(response?.location ?? '')?.[1] ?? '')
  request = written[0] ?? ''
  task = written[1] ?? ''
}, 120_000)

const status = async (caller: Caller, path: string): Promise<number> => (await caller.ask('GET', path)).status
const found = async (caller: Caller, query: string): Promise<string[]> =>
  ((await caller.ask('GET', query)).body?.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [`${resource.resourceType}/${resource.id}`]))

describe('the structure that a Task is addressed to', () => {
  it('reads it, the request it is about, and who the person is', async () => {
    expect(await status(cpts, task)).toBe(200)
    expect(await status(cpts, request)).toBe(200)
    expect(await status(cpts, person.patient)).toBe(200)
  })

  it('finds them', async () => {
    expect(await found(cpts, `Task?patient=${person.patient}&_include=Task:focus`)).toEqual(expect.arrayContaining([task, request]))
    expect(await found(cpts, `Patient?_id=${idOf(person.patient)}`)).toEqual([person.patient])
  })

  it('reads no consent for it but the one it names', async () => {
    expect(await found(cpts, `Consent?patient=${person.patient}`)).toEqual([])
    expect(await status(cpts, person.wrote['information'] ?? '')).toBe(404)
  })

  it('is the only one outside the circle', async () => {
    for (const path of [task, request, person.patient]) expect(await status(stranger, path), path).toBe(404)
    expect(await found(stranger, `Task?patient=${person.patient}`)).toEqual([])
  })

  it('reads nothing of it any more once the person has objected to it; the person does', async () => {
    const desk = await Vendor.of(sandbox, 'cpts')
    await setting.dac.create(consentNamed('deny:practice', { ...namedIn(setting, person.patient), practice: desk.structure }))
    for (const path of [task, request, person.patient]) expect(await status(cpts, path), path).toBe(404)
    expect(await found(cpts, `Task?patient=${person.patient}`)).toEqual([])
    expect(await status(himself, task)).toBe(200)
  })
})
