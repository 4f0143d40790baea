import { createHash, randomUUID } from 'node:crypto'
import type { Bundle, FhirResource, Patient } from 'fhir/r4.js'
import { afterAll, describe, expect, it } from 'vitest'
import { readBytes } from '../../../gateway/fhir/ask-store.ts'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import { aboutPerson } from '../../../gateway/store/pages.ts'
import { hapiAddress } from '../../support/doors.ts'

describe.skipIf(hapiAddress === undefined)('the store on HAPI', () => {
  // The first validation of a young store reads the definitions, which takes long on a busy machine.
  const store = createHapiStore({ url: hapiAddress ?? '', timeoutMs: 60_000 })
  afterAll(() => store.close())

  const system = `urn:oid:2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`
  const patient = (id: string, value: string): Patient => ({
    resourceType: 'Patient',
    id,
    identifier: [{ system, value }],
    name: [{ family: 'EXEMPLE', given: ['Alix'] }],
  })
  const transaction = (...resources: FhirResource[]): Uint8Array => {
    const bundle: Bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: resources.map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } })),
    }
    return Buffer.from(JSON.stringify(bundle))
  }

  it('a transaction says where each entry is; a second run makes no new version', async () => {
    const [first, second] = [patient(randomUUID(), 'a'), patient(randomUUID(), 'b')]
    const bytes = transaction(first, second)
    const stored = (more: object) => [first, second].map(one => ({ type: 'Patient', id: one.id, versionId: '1', ...more }))
    const lastModified = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
    expect((await store.transaction(bytes)).entries).toEqual(stored({ status: 201, lastModified }))
    expect((await store.transaction(bytes)).entries).toEqual(stored({ status: 200 }))
  })

  it('the same transaction twenty times at once: done, or to be done again; one version in the end', async () => {
    const one = patient(randomUUID(), 'race')
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => store.transaction(transaction(one))))
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'store.conflict', kind: 'retry', dependency: undefined })
    expect(results.some(result => result.status === 'fulfilled')).toBe(true)
    expect((await store.read<Patient>('Patient', one.id ?? ''))?.meta?.versionId).toBe('1')
  })

  it('a transaction that is not right is refused with its code, and leaves nothing', async () => {
    const good = patient(randomUUID(), 'good')
    const dangling: FhirResource = {
      resourceType: 'Encounter',
      id: randomUUID(),
      status: 'finished',
      class: { code: 'IMP' },
      subject: { reference: 'Patient/does-not-exist' },
    }
    await expect(store.transaction(transaction(good, dangling))).rejects.toMatchObject({ code: 'store.refused', kind: 'defect', reply: 'HAPI-1094' })
    await expect(store.read('Patient', good.id ?? '')).resolves.toBeUndefined()
    await expect(
      store.transaction(Buffer.from('{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Nothing"}}]}')),
    ).rejects.toMatchObject({ code: 'store.refused' })
  })

  it('a put under its own id, then under the version it read, then under a stale one', async () => {
    const one = patient(randomUUID(), 'put')
    expect(await store.put(one)).toMatchObject({ type: 'Patient', id: one.id, versionId: '1', status: 201 })
    expect(await store.put(one)).toMatchObject({ versionId: '1', status: 200 })
    expect(await store.put({ ...one, gender: 'female' }, { ifMatch: '1' })).toMatchObject({ versionId: '2' })
    await expect(store.put({ ...one, gender: 'male' }, { ifMatch: '1' })).rejects.toMatchObject({ code: 'store.version_conflict' })
  })

  it('finds by search what it stored, right after', async () => {
    const one = patient(randomUUID(), `search é|,$ ${randomUUID()}`)
    await store.put(one)
    const value = (one.identifier?.[0]?.value ?? '').replace(/[\\$,|]/g, '\\$&')
    const found = await store.search('Patient', { identifier: `${system}|${value}` })
    expect(found.entry?.map(entry => entry.resource?.id)).toEqual([one.id])
    expect((await store.search('Patient', { identifier: `${system}|absent` })).entry ?? []).toEqual([])
    await expect(store.search('Patient', { unknown: 'x' })).rejects.toMatchObject({ code: 'store.refused' })
  })

  it('a document of 3 MB goes in as bytes and comes back the same', async () => {
    const bytes = Buffer.alloc(3 << 20, createHash('sha512').update(randomUUID()).digest())
    const id = randomUUID()
    expect(await store.putBinary({ id, contentType: 'text/xml', bytes })).toMatchObject({ type: 'Binary', id, versionId: '1', status: 201 })
    expect(await store.putBinary({ id, contentType: 'text/xml', bytes })).toMatchObject({ versionId: '1', status: 200 })
    const raw = await store.forward({ method: 'GET', path: `Binary/${id}`, headers: { accept: 'application/octet-stream' } })
    const chunks: Buffer[] = []
    for await (const chunk of raw.body) chunks.push(chunk as Buffer)
    expect(raw.headers['content-type']).toMatch(/^text\/xml/)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
  })

  it('decimals come back as they were written', async () => {
    const id = randomUUID()
    const bytes = `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}},"request":{"method":"PUT","url":"Observation/${id}"}}]}`
    await store.transaction(Buffer.from(bytes))
    const { body } = await store.forward({ method: 'GET', path: `Observation/${id}`, headers: { accept: 'application/fhir+json' } })
    expect((await readBytes(body)).toString()).toContain('"value":1.00')
  })

  it('says what is not right with a resource, and that nothing is', async () => {
    const wrong = await store.validate({ type: 'Task', text: '{"resourceType":"Task","status":"lost","intent":"order"}' })
    expect(wrong.issue.some(issue => issue.severity === 'error')).toBe(true)
    const right = await store.validate({ type: 'Patient', text: '{"resourceType":"Patient","name":[{"family":"EXEMPLE"}]}' })
    expect(right.issue.filter(issue => issue.severity === 'error' || issue.severity === 'fatal')).toEqual([])
  })

  it('what nobody stored is undefined', async () => {
    await expect(store.read('Patient', randomUUID())).resolves.toBeUndefined()
  })

  it('of a person it tells what there is, and nothing once he was deleted', async () => {
    const one = patient(randomUUID(), 'about')
    const flag = { resourceType: 'Flag', id: randomUUID(), status: 'active', code: { text: 'x' }, subject: { reference: `Patient/${one.id}` } } as const
    await store.transaction(transaction(one, flag))
    const person = `Patient/${one.id}`
    expect(await aboutPerson(store, person)).toEqual([person, `Flag/${flag.id}`])
    for (const gone of [`Flag/${flag.id}`, person]) expect((await fetch(`${hapiAddress}/${gone}`, { method: 'DELETE' })).status).toBe(200)
    expect(await aboutPerson(store, person)).toEqual([])
    expect(await aboutPerson(store, `Patient/${randomUUID()}`)).toEqual([])
  })

  it('is well', async () => {
    await expect(store.health()).resolves.toBeUndefined()
  })
})
