import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { NEGATION } from '../../../../mappers/statements/values/negation.ts'
import { getJson, readSandbox } from '../../../support/sandbox.ts'
import { consent } from '../../../support/support-requests.ts'
import { personOf, type Reply, searchBeforeCreate, weightText, writerOf } from '../../../support/writing.ts'

interface Bundle {
  entry?: { resource?: Record<string, unknown>; response?: { status: string; location?: string; outcome?: Outcome } }[]
}
interface Outcome {
  issue: { severity: string; code: string; diagnostics?: string; expression?: string[] }[]
}

const sandbox = readSandbox()
const run = `${Date.now()}`
let last = 0
const fresh = (): string => `${run}-${++last}`

const dac = await writerOf(sandbox, 'dac')
const patient = await newPatient()

const weight = (identifier: string, kilograms = '71.00', about = patient): string => weightText({ patient: about, identifier, kilograms })
const post = (body: string, headers = dac.signed() as Record<string, string>) => dac.call('POST', '/Observation', { body, headers })
const put = (id: string, body: string, headers: Record<string, string>) =>
  dac.call('PUT', `/Observation/${id}`, { body, headers: { ...dac.signed(), ...headers } })
const codes = (reply: Reply): string[] => (reply.json as unknown as Outcome).issue.filter(issue => issue.severity === 'error').map(issue => issue.code)
const inStore = (query: string): Promise<Bundle & { total?: number }> => getJson(`${sandbox.hapi}/${query}`)
const storedWith = async (identifier: string): Promise<number> =>
  (await inStore(`Observation?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.999.8|${identifier}`)}`)).entry?.length ?? 0

async function newPatient(): Promise<string> {
  const number = fresh()
  const reply = await dac.call<{ id: string }>('POST', '/Patient', { body: personOf(number), headers: searchBeforeCreate(number) })
  expect(reply.status, reply.text).toBe(201)
  return `Patient/${reply.json.id}`
}

async function written(): Promise<{ id: string; text: string }> {
  const reply = await post(weight(fresh()))
  expect(reply.status, reply.text).toBe(201)
  return { id: String(reply.json['id']), text: reply.text }
}

describe('a creation', () => {
  it('is answered 201 with ETag, Location and what was written, decimals as they were; its Provenance names the version', async () => {
    const reply = await post(weight(fresh()))
    expect(reply.status, reply.text).toBe(201)
    expect(reply.headers.get('etag')).toBe('W/"1"')
    expect(reply.headers.get('location')).toBe(`${sandbox.fhir}/Observation/${reply.json['id']}/_history/1`)
    expect(reply.headers.get('last-modified')).toMatch(/GMT$/)
    expect(reply.text).toContain('"value":71.00')
    expect((await dac.call('GET', `/Observation/${reply.json['id']}`)).text).toContain('"value":71.00')
    const { entry } = await inStore(`Provenance?target=Observation/${reply.json['id']}`)
    expect(entry?.map(one => one.resource?.['target'])).toEqual([[{ reference: `Observation/${reply.json['id']}/_history/1` }]])
  })

  it('that denies what it says is taken, and can be written back', async () => {
    const reply = await post(JSON.stringify({ ...JSON.parse(weight(fresh())), modifierExtension: [NEGATION] }))
    expect(reply.status, reply.text).toBe(201)
    const again = await put(String(reply.json['id']), JSON.stringify({ ...reply.json, note: [{ text: 'Relu' }] }), { 'If-Match': 'W/"1"' })
    expect([again.status, again.json['modifierExtension']]).toEqual([200, [NEGATION]])
  })

  it('sent again is answered the same and not done again; with other bytes it is 409', async () => {
    const identifier = fresh()
    const first = await post(weight(identifier))
    const again = await post(weight(identifier))
    expect([again.status, again.text]).toEqual([201, first.text])
    const other = await post(weight(identifier, '72.00'))
    expect([other.status, codes(other)]).toEqual([409, ['duplicate']])
    expect(await storedWith(identifier)).toBe(1)
  })

  it('sent eight times at once is done once', async () => {
    const identifier = fresh()
    const replies = await Promise.all(Array.from({ length: 8 }, () => post(weight(identifier))))
    expect(replies.every(reply => reply.status === 201 || reply.status === 503)).toBe(true)
    expect(replies.filter(reply => reply.status === 503).every(reply => reply.headers.get('retry-after') !== null)).toBe(true)
    expect(await storedWith(identifier)).toBe(1)
  })

  it('of a person needs If-None-Exist, and meets who is there already', async () => {
    const number = fresh()
    const missing = await dac.call('POST', '/Patient', { body: personOf(number) })
    expect([missing.status, codes(missing)]).toEqual([400, ['required']])
    const first = await dac.call('POST', '/Patient', { body: personOf(number), headers: searchBeforeCreate(number) })
    const second = await dac.call('POST', '/Patient', { body: personOf(number), headers: searchBeforeCreate(number) })
    expect([first.status, second.status, second.json['id']]).toEqual([201, 200, first.json['id']])
  })

  it('without an identifier says that it is not idempotent', async () => {
    const body = JSON.parse(weight(fresh())) as Record<string, unknown>
    delete body['identifier']
    const reply = await post(JSON.stringify(body), { ...dac.signed(), Prefer: 'return=OperationOutcome' })
    expect([reply.status, reply.headers.get('x-hub-idempotent')]).toEqual([201, 'false'])
    expect(reply.text).toContain('write.not-idempotent')
  })

  it.each([
    ['without a Provenance', () => ({}), 'required'],
    [
      'with a Provenance for another structure',
      () => ({ 'X-Provenance': JSON.stringify(dac.provenance()).replaceAll(dac.structure, patient) }),
      'business-rule',
    ],
  ])('%s is refused', async (_, headers, code) => {
    const identifier = fresh()
    const reply = await post(weight(identifier), headers())
    expect([reply.status, codes(reply)]).toEqual([422, expect.arrayContaining([code])])
    expect(await storedWith(identifier)).toBe(0)
  })

  it('that refers to nobody is 422 not-found at that element', async () => {
    const reply = await post(weight(fresh(), '71.00', 'Patient/00000000-0000-4000-8000-000000000000'))
    expect([reply.status, codes(reply)]).toEqual([422, ['not-found']])
    expect((reply.json as unknown as Outcome).issue[0]?.expression).toEqual(['Observation.subject'])
  })

  it.each([
    ['application/fhir+xml', '<Observation/>', 415],
    ['application/fhir+json', '{"resourceType":"Observation",', 400],
    ['application/fhir+json', '{"resourceType":"Goal"}', 400],
    ['application/fhir+json', '{"resourceType":"Observation","status":"final","status":"final"}', 400],
  ])('of content type %s with the body %s is %i', async (type, body, status) => {
    const reply = await dac.call('POST', '/Observation', { body, headers: { ...dac.signed(), 'content-type': type } })
    expect([reply.status, codes(reply)]).toEqual([status, ['invalid']])
  })
})

describe('what the ledger could not keep', () => {
  it('an identifier longer than any index is refused where it stands, and holds nobody up', async () => {
    const [refused, next] = [await post(weight(randomBytes(2000).toString('hex'))), await post(weight(fresh()))]
    expect([refused.status, codes(refused), next.status]).toEqual([422, ['value'], 201])
  })

  it('a Task whose dates are months is kept like any other', async () => {
    const task = {
      resourceType: 'Task',
      identifier: [{ system: 'urn:oid:1.2.250.1.999.5', value: fresh() }],
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: SYSTEM.hub, code: 'ACCES-MT' }] },
      for: { reference: patient },
      authoredOn: '2026-06',
      lastModified: '2026-06',
      restriction: { period: { end: '2026-12' } },
    }
    const made = await dac.call('POST', '/Task', { body: task, headers: dac.signed() })
    expect([made.status, (await post(weight(fresh()))).status]).toEqual([201, 201])
  })
})

describe('an update', () => {
  it('makes a new version whose Provenance names the one before', async () => {
    const { id, text } = await written()
    const reply = await put(id, text.replace('71.00', '70.50'), { 'If-Match': 'W/"1"' })
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, 'W/"2"'])
    const { entry } = await inStore(`Provenance?target=Observation/${id}&_sort=-_lastUpdated`)
    expect(entry?.[0]?.resource).toMatchObject({ entity: [{ role: 'revision', what: { reference: `Observation/${id}/_history/1` } }] })
  })

  it('with the same content makes no new version', async () => {
    const { id, text } = await written()
    const reply = await put(id, text, {})
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, 'W/"1"'])
    expect((await inStore(`Observation/${id}/_history`)).entry).toHaveLength(1)
  })

  it('sent again is given the stored answer, and 412 with the current version when it is another one', async () => {
    const { id, text } = await written()
    const change = text.replace('71.00', '70.50')
    const first = await put(id, change, { 'If-Match': 'W/"1"' })
    const again = await put(id, change, { 'If-Match': 'W/"1"' })
    expect([again.status, again.headers.get('etag'), again.text]).toEqual([200, 'W/"2"', first.text])
    const stale = await put(id, text.replace('71.00', '69.00'), { 'If-Match': 'W/"1"' })
    expect([stale.status, codes(stale), stale.headers.get('etag')]).toEqual([412, ['conflict'], 'W/"2"'])
    expect(stale.text).toContain('current version W/\\"2\\"')
  })

  it('of two at once on one version only one is done', async () => {
    const { id, text } = await written()
    const replies = await Promise.all(['70.10', '70.20'].map(kilograms => put(id, text.replace('71.00', kilograms), { 'If-Match': 'W/"1"' })))
    expect(replies.map(reply => reply.status).sort()).toEqual([200, 412])
  })

  it('of an id that does not exist is 404, of another id than the address 400', async () => {
    const { id, text } = await written()
    const nobody = '00000000-0000-4000-8000-000000000000'
    expect((await put(nobody, text.replace(id, nobody), {})).status).toBe(404)
    expect((await put(id, text.replace(id, nobody), {})).status).toBe(400)
  })

  it('by a condition creates what is not there, and changes what is', async () => {
    const identifier = fresh()
    const path = `/Observation?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.999.8|${identifier}`)}`
    const first = await dac.call('PUT', path, { body: weight(identifier), headers: dac.signed() })
    const second = await dac.call('PUT', path, { body: weight(identifier, '70.00'), headers: dac.signed() })
    expect([first.status, second.status, second.headers.get('etag')]).toEqual([201, 200, 'W/"2"'])
    // With the id of another one it is of neither.
    const other = await dac.call('PUT', path, { body: { ...second.json, id: (await written()).id }, headers: dac.signed() })
    expect([other.status, codes(other)]).toEqual([400, ['invalid']])
    const nowhere = `/Observation?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.999.8|${fresh()}`)}`
    const created = await dac.call('PUT', nowhere, { body: { ...JSON.parse(weight(fresh())), id: 'a' }, headers: dac.signed() })
    expect([created.status, codes(created)]).toEqual([400, ['invalid']])
  })

  it('by a condition that would see a part of what is met, or count it, is not done', async () => {
    const identifier = fresh()
    const path = `/Observation?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.999.8|${identifier}`)}`
    expect((await dac.call('PUT', path, { body: weight(identifier), headers: dac.signed() })).status).toBe(201)
    for (const shape of ['_elements=id', '_summary=text', '_summary=count', '_count=0']) {
      const reply = await dac.call('PUT', `${path}&${shape}`, { body: weight(fresh()), headers: dac.signed() })
      expect([reply.status, codes(reply)], shape).toEqual([400, ['not-supported']])
    }
    expect(await storedWith(identifier)).toBe(1)
  })

  it('with If-None-Match is not done to what stands there: by an id, by a condition, in a bundle', async () => {
    const [{ id, text }, number] = [await written(), fresh()]
    const onlyNew = { ...dac.signed(), 'If-None-Match': '*' }
    const path = `/Observation?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.999.8|${number}`)}`
    expect((await put(id, text.replace('71.00', '70.00'), { 'If-None-Match': 'W/"2"' })).headers.get('etag')).toBe('W/"2"')
    for (const versions of ['*', 'W/"2"']) expect((await put(id, text, { 'If-None-Match': versions })).status, versions).toBe(412)
    const replies = [201, 412].map(async () => (await dac.call('PUT', path, { body: weight(number), headers: onlyNew })).status)
    expect((await Promise.all(replies)).sort()).toEqual([201, 412])
    const request = { method: 'PUT', url: `Observation/${id}`, ifNoneMatch: '*' }
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":${text},"request":${JSON.stringify(request)}}]}`
    expect((await dac.call('POST', '', { body: bundle, headers: dac.signed() })).status).toBe(412)
    expect((await dac.call('GET', `/Observation/${id}`)).headers.get('etag')).toBe('W/"2"')
  })

  it('by a condition asks for If-Match where there is a version to have read', async () => {
    const informed = consent(patient, 'information', dac.structure)
    const path = `/Consent?patient=${patient}&identifier=${informed.identifier?.[0]?.value}`
    const change = (headers: Record<string, string>, dateTime: string) =>
      dac.call('PUT', path, { body: { ...informed, dateTime }, headers: { ...dac.signed(), ...headers } })
    expect((await change({}, '2026-06-20')).status).toBe(201)
    const blind = await change({}, '2026-06-21')
    expect([blind.status, codes(blind)]).toEqual([400, ['required']])
    expect((await change({ 'If-Match': 'W/"1"' }, '2026-06-21')).headers.get('etag')).toBe('W/"2"')
  })

  it('has its id or a condition, and nothing else behind its address', async () => {
    const { id, text } = await written()
    const request = { method: 'PUT', url: `Observation/${id}?status=final` }
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":${text.replace('71.00', '1.00')},"request":${JSON.stringify(request)}}]}`
    for (const reply of [await put(`${id}?status=final`, text, {}), await dac.call('POST', '', { body: bundle, headers: dac.signed() })])
      expect(reply.status).toBe(400)
  })

  it('of a Task needs If-Match; DELETE is 405', async () => {
    const body = { resourceType: 'Task', id: 'x', status: 'requested', intent: 'order' }
    const reply = await dac.call('PUT', '/Task/x', { body, headers: dac.signed() })
    expect([reply.status, codes(reply)]).toEqual([400, ['required']])
    const gone = await dac.call('DELETE', '/Task/x')
    expect([gone.status, gone.headers.get('allow')]).toEqual([405, expect.stringContaining('PUT')])
  })
})

it.each(['9', '0', 'x'])('a reference to version %s of what has one is 422 not-found at that element', async version => {
  const { id } = await written()
  const link = (n: string) => ({ ...JSON.parse(weight(fresh())), derivedFrom: [{ reference: `Observation/${id}/_history/${n}` }] }) as object
  const reply = await post(JSON.stringify(link(version)))
  expect([reply.status, codes(reply)]).toEqual([422, ['not-found']])
  expect((reply.json as unknown as Outcome).issue[0]?.expression).toEqual(['Observation.derivedFrom[0]'])
  expect((await post(JSON.stringify(link('1')))).status).toBe(201)
})

describe('a transaction', () => {
  const uuid = (n: number): string => `urn:uuid:00000000-0000-4000-8000-00000000000${n}`
  const bundle = (number: string, subject = uuid(1)): string =>
    `{"resourceType":"Bundle","type":"transaction","identifier":{"system":"urn:oid:1.2.250.1.999.11","value":"${number}"},"entry":[
      {"fullUrl":"${uuid(2)}","resource":${weight(number, '71.00', subject)},"request":{"method":"POST","url":"Observation"}},
      {"fullUrl":"${uuid(1)}","resource":${JSON.stringify(personOf(number))},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:oid:1.2.250.1.999.2|${number}"}},
      {"fullUrl":"${uuid(3)}","resource":${JSON.stringify({ ...dac.provenance(), target: [{ reference: uuid(2) }] })},"request":{"method":"POST","url":"Provenance"}}]}`
  const transact = (body: string) => dac.call<Bundle>('POST', '', { body })

  it('is done as a whole, its references lead to each other, its answers stand in its order', async () => {
    const reply = await transact(bundle(fresh()))
    expect(reply.status, reply.text).toBe(200)
    const [observation, person, provenance] = reply.json.entry ?? []
    expect([observation, person, provenance].map(one => [one?.resource?.['resourceType'], one?.response?.status])).toEqual([
      ['Observation', '201 Created'],
      ['Patient', '201 Created'],
      ['Provenance', '201 Created'],
    ])
    expect(observation?.resource?.['subject']).toEqual({ reference: `Patient/${person?.resource?.['id']}` })
    expect(provenance?.resource?.['target']).toEqual([{ reference: `Observation/${observation?.resource?.['id']}/_history/1` }])
  })

  it.each([
    ['performer[0]', (link: object) => ({ performer: [link] })],
    ['note[0].author', (link: object) => ({ note: [{ text: 'x', authorReference: link }] })],
  ])('whose %s is an entry of a type that does not belong there is refused at that element', async (element, more) => {
    const made = (identifier: string, further: object): object => ({ ...(JSON.parse(weight(identifier)) as object), ...further })
    const entry = [more({ reference: uuid(1) }), {}].map((further, n) => ({
      fullUrl: uuid(2 - n),
      resource: made(fresh(), further),
      request: { method: 'POST', url: 'Observation' },
    }))
    const reply = await dac.call('POST', '', { body: { resourceType: 'Bundle', type: 'transaction', entry }, headers: dac.signed() })
    expect([reply.status, (reply.json as unknown as Outcome).issue[0]?.expression]).toEqual([422, [`Bundle.entry[0].resource.${element}`]])
  })

  it('of entries that have addresses of another server: what is relative in them is an address there', async () => {
    const number = fresh()
    const there = 'http://exemple.test/fhir/'
    const named = bundle(number, 'Patient/p1')
      .replaceAll(uuid(1), `${there}Patient/p1`)
      .replace(`{"fullUrl":"${uuid(2)}"`, `{"fullUrl":"${there}Observation/o1"`)
    const reply = await transact(named.replace(uuid(2), 'Observation/o1').replace(uuid(3), `${there}Provenance/v1`))
    expect(reply.status, reply.text).toBe(200)
    const [observation, person, provenance] = reply.json.entry ?? []
    expect(observation?.resource?.['subject']).toEqual({ reference: `Patient/${person?.resource?.['id']}` })
    expect(provenance?.resource?.['target']).toEqual([{ reference: `Observation/${observation?.resource?.['id']}/_history/1` }])
  })

  it('is known again by its identifier: the same answer, nothing written; with other bytes it is 409', async () => {
    const number = fresh()
    const first = await transact(bundle(number))
    const again = await transact(bundle(number))
    expect(again.json.entry?.map(entry => entry.response?.location)).toEqual(first.json.entry?.map(entry => entry.response?.location))
    expect((await transact(bundle(number).replace('71.00', '72.00'))).status).toBe(409)
    expect(await storedWith(number)).toBe(1)
  })

  it('with one fault is not done at all, and says where', async () => {
    const number = fresh()
    const reply = await transact(bundle(number, uuid(9)))
    expect([reply.status, codes(reply as Reply)]).toEqual([422, ['not-found']])
    expect((reply.json as unknown as Outcome).issue[0]?.expression).toEqual(['Bundle.entry[0].resource.subject'])
    expect((await inStore(`Patient?identifier=${number}`)).entry ?? []).toEqual([])
  })

  it('reads after it has written, in its order; what may not be read refuses the whole', async () => {
    const [number, refused] = [fresh(), fresh()]
    const reading = (of: string, ...urls: string[]): string => {
      const reads = urls.map(url => `{"request":{"method":"GET","url":${JSON.stringify(url)}}}`)
      return bundle(of).replace('"entry":[', `"entry":[${reads.join(',')},`)
    }
    const found = `Observation?patient=${patient}&identifier=urn:oid:1.2.250.1.999.8|${number}`
    const reply = await transact(reading(number, patient, found).replace(`"reference":"${uuid(1)}"`, `"reference":"${patient}"`))
    expect(reply.status, reply.text).toBe(200)
    const [person, search, observation] = reply.json.entry ?? []
    expect([person?.response?.status, person?.resource?.['id'], observation?.response?.status]).toEqual(['200 OK', patient.slice(8), '201 Created'])
    expect((search?.resource as Bundle | undefined)?.entry?.map(one => one.resource?.['id'])).toEqual([observation?.resource?.['id']])
    const unseen = await transact(reading(refused, 'Patient/00000000-0000-4000-8000-000000000000'))
    expect([unseen.status, (unseen.json as unknown as Outcome).issue[0]?.expression]).toEqual([404, ['Bundle.entry[0].request.url']])
    expect(await storedWith(refused)).toBe(0)
  })

  it('that asks for what is not served, or is out of its scopes, says at which entry', async () => {
    for (const [resource, status] of [
      [{ resourceType: 'Person' }, 404],
      [{ resourceType: 'Device' }, 405],
      [{ resourceType: 'Condition', subject: { reference: patient } }, 403],
    ] as const) {
      const entry = { resource, request: { method: 'POST', url: resource.resourceType } }
      const first = `{"resource":${weight(fresh())},"request":{"method":"POST","url":"Observation"}}`
      const reply = await transact(`{"resourceType":"Bundle","type":"transaction","entry":[${first},${JSON.stringify(entry)}]}`)
      expect([reply.status, (reply.json as unknown as Outcome).issue[0]?.expression]).toEqual([status, ['Bundle.entry[1].request.url']])
    }
  })

  it('that changes one resource twice, whatever it calls it, is not done', async () => {
    const { id, text } = await written()
    const entry = (url: string, kilograms: string): string =>
      `{"fullUrl":"urn:uuid:${crypto.randomUUID()}","resource":${text.replace('71.00', kilograms)},"request":{"method":"PUT","url":${JSON.stringify(url)}}}`
    const named = `Observation?_id=${id}`
    for (const other of [`/Observation/${id}`, `${sandbox.fhir}/Observation/${id}`, named]) {
      const entries = [entry(`Observation/${id}`, '72.00'), entry(other, '73.00')].join(',')
      const reply = await dac.call('POST', '', { body: `{"resourceType":"Bundle","type":"transaction","entry":[${entries}]}`, headers: dac.signed() })
      expect([other, reply.status, codes(reply)]).toEqual([other, 422, ['invalid']])
    }
    expect((await dac.call('GET', `/Observation/${id}`)).headers.get('etag')).toBe('W/"1"')
  })

  it('as a batch does each entry by itself', async () => {
    const [good, bad] = [fresh(), fresh()]
    const body = `{"resourceType":"Bundle","type":"batch","entry":[
      {"resource":${weight(bad, '71.00', 'Patient/00000000-0000-4000-8000-000000000000')},"request":{"method":"POST","url":"Observation"}},
      {"resource":${weight(good)},"request":{"method":"POST","url":"Observation"}},
      {"request":{"method":"DELETE","url":"Observation/x"}},
      {"resource":{"resourceType":"Observation","unknown":1},"request":{"method":"POST","url":"Observation"}},
      {"resource":{"resourceType":"Nothing"},"request":{"method":"POST","url":"Nothing"}}]}`
    const reply = await dac.call<Bundle>('POST', '', { body, headers: dac.signed() })
    expect(reply.json.entry?.map(entry => entry.response?.status)).toEqual(['422', '201 Created', '405', '422', '404'])
    expect([await storedWith(good), await storedWith(bad)]).toEqual([1, 0])
  })
})
