import { randomUUID } from 'node:crypto'
import type { Bundle, Patient } from 'fhir/r4.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHapiStore } from '../../../gateway/store/hapi.ts'
import { hapiAddress } from '../../support/doors.ts'
import { openReadDoor, type ReadDoor } from '../../support/read-door.ts'

describe.skipIf(hapiAddress === undefined)('the FHIR door on HAPI', () => {
  const store = createHapiStore({ url: hapiAddress ?? '', timeoutMs: 60_000 })
  const system = `urn:oid:2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`
  const documentId = randomUUID()
  const content = Buffer.from('<ClinicalDocument>é</ClinicalDocument>')
  const ids = Array.from({ length: 5 }, () => randomUUID())
  let door: ReadDoor

  beforeAll(async () => {
    door = await openReadDoor(store, 'system/Patient.rs system/Observation.rs system/Binary.rs')
    const patients = ids.map((id, n): Patient => ({ resourceType: 'Patient', id, identifier: [{ system, value: `${n}` }], name: [{ family: 'EXEMPLE' }] }))
    const entries = patients.map(one => ({ resource: one, request: { method: 'PUT' as const, url: `Patient/${one.id}` } }))
    await store.transaction(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entries } satisfies Bundle)))
    const observation = `{"resourceType":"Observation","id":"${documentId}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/${patients[0]?.id}"},"valueQuantity":{"value":1.00}}`
    await store.transaction(
      Buffer.from(
        `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":${observation},"request":{"method":"PUT","url":"Observation/${documentId}"}}]}`,
      ),
    )
    await store.putBinary({ id: documentId, contentType: 'text/xml', bytes: content })
    const card = {
      resourceType: 'DocumentReference' as const,
      id: documentId,
      status: 'current' as const,
      subject: { reference: `Patient/${patients[0]?.id}` },
      content: [{ attachment: { contentType: 'text/xml', url: `Binary/${documentId}` } }],
    }
    const put = { resource: card, request: { method: 'PUT' as const, url: `DocumentReference/${documentId}` } }
    await store.transaction(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [put] } satisfies Bundle)))
  }, 120_000)
  afterAll(async () => {
    door.close()
    await store.close()
  })

  const ask: ReadDoor['ask'] = (address, init) => door.ask(address, init)
  const bundleOf = async (response: Response): Promise<Bundle> => (await response.json()) as Bundle

  it.each(['GET', 'POST'])('a search by %s is followed to its end over links of the hub alone', async method => {
    const query = `_id=${ids.join(',')}&_count=2&_sort=_id`
    const seen: string[] = []
    let response = method === 'GET' ? await ask(`/Patient?${query}`) : await ask('/Patient/_search', { method, body: new URLSearchParams(query) })
    for (let page = 1; page <= 3; page += 1) {
      expect(response.status).toBe(200)
      const text = await response.text()
      expect(text).not.toContain(new URL(hapiAddress ?? '').host)
      const bundle = JSON.parse(text) as Bundle
      for (const entry of bundle.entry ?? []) {
        expect(entry.fullUrl).toBe(`${door.base}/Patient/${entry.resource?.id}`)
        seen.push(entry.resource?.id ?? '')
      }
      const next = bundle.link?.find(link => link.relation === 'next')?.url
      if (next === undefined) break
      response = await ask(next)
    }
    expect(new Set(seen).size).toBe(5)
  })

  it('a read has its version, its date, and 304 for who has it already', async () => {
    const response = await ask(`/Observation/${documentId}`)
    expect(await response.text()).toContain('"value":1.00')
    const etag = response.headers.get('etag') ?? ''
    expect([response.status, etag]).toEqual([200, 'W/"1"'])
    expect(response.headers.get('last-modified')).toMatch(/GMT$/)
    expect((await ask(`/Observation/${documentId}`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await ask(`/Observation/${documentId}/_history/1`)).status).toBe(200)
    expect((await ask(`/Observation/${documentId}/_history/9`)).status).toBe(404)
    expect((await ask(`/Observation/${randomUUID()}`)).status).toBe(404)
  })

  it('what a search includes without scope is left out; decimals stay as written', async () => {
    const response = await ask(`/Observation?_id=${documentId}&_revinclude=Provenance:target`)
    const text = await response.text()
    expect(text).toContain('"value":1.00')
    expect((JSON.parse(text) as Bundle).entry?.map(entry => entry.resource?.resourceType).sort()).toEqual(['Observation'])
  })

  it('the content of a Binary comes raw, byte for byte, whatever Accept says but FHIR', async () => {
    for (const accept of ['*/*', 'text/xml', 'application/pdf']) {
      const response = await ask(`/Binary/${documentId}`, { headers: { accept } })
      expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, 'text/xml'])
      expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true)
    }
    const resource = (await (await ask(`/Binary/${documentId}`, { headers: { accept: 'application/fhir+json' } })).json()) as { data: string }
    expect(Buffer.from(resource.data, 'base64').equals(content)).toBe(true)
  })

  it('content that no document refers to is nobody’s, as if it did not exist', async () => {
    const loose = randomUUID()
    await store.putBinary({ id: loose, contentType: 'text/xml', bytes: content })
    const [existing, absent] = await Promise.all([ask(`/Binary/${loose}`), ask(`/Binary/${randomUUID()}`)])
    expect([existing.status, absent.status]).toEqual([404, 404])
    expect([...existing.headers.keys()]).toEqual([...absent.headers.keys()])
  })

  it.each([
    ['/Patient?unknown=x', 400, 'unknown'],
    ['/Patient?birthdate=someday', 400, 'birthdate'],
  ])('%s: %i', async (path, status, expression) => {
    const response = await ask(path)
    const outcome = (await response.json()) as { issue: { expression?: string[] }[] }
    expect([response.status, outcome.issue[0]?.expression?.[0]]).toEqual([status, expression])
  })

  it('an empty search is an empty bundle', async () => {
    const bundle = await bundleOf(await ask(`/Patient?identifier=${encodeURIComponent(`${system}|none`)}`))
    expect([bundle.type, bundle.total, bundle.entry]).toEqual(['searchset', 0, undefined])
  })
})
