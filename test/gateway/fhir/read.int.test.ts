import type { Bundle, Observation, OperationOutcome } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readSandbox } from '../../support/sandbox.ts'
import { personOf, searchBeforeCreate, weightText, writerOf } from '../../support/writing.ts'

// Reading, as two clients of the started stack see it.

const sandbox = readSandbox()
const run = `${Date.now()}`
let last = 0

const dac = await writerOf(sandbox, 'dac')
const other = await writerOf(sandbox, 'gp-portal')
const reply = await dac.call<{ id: string }>('POST', '/Patient', { body: personOf(run), headers: searchBeforeCreate(run) })
const patient = `Patient/${reply.json.id}`

async function weighed(kilograms = '71.00'): Promise<string> {
  last += 1
  const body = weightText({ patient, identifier: `${run}-${last}`, kilograms })
  const reply = await dac.call<{ id: string }>('POST', '/Observation', { body, headers: dac.signed() })
  expect(reply.status, reply.text).toBe(201)
  return reply.json.id
}

const get = <T>(address: string, headers = {}, who = dac) => who.call<T>('GET', address, { headers })
const below = (url: string | undefined): string => (url ?? '').replace(sandbox.fhir, '')
const linkOf = (bundle: Bundle, relation: string): string => below(bundle.link?.find(link => link.relation === relation)?.url)
const issueOf = (reply: { json: unknown }) => (reply.json as OperationOutcome).issue[0]

describe('reading', () => {
  it('a search sent after an answered write sees it, and its total is right', async () => {
    for (let n = 1; n <= 5; n += 1) {
      const id = await weighed()
      const found = await get<Bundle>(`/Observation?patient=${patient}&_count=1&_sort=-_lastUpdated`)
      expect([found.json.total, found.json.entry?.[0]?.resource?.id]).toEqual([n, id])
    }
  })

  it('who asks for no match is told how many there are, whomever he asks about', async () => {
    await weighed()
    for (const query of [`/Observation?patient=${patient}`, '/Patient?', '/Task?', '/Observation?identifier=urn:oid:1.2.250.1.999.8|nobody']) {
      const { json, status } = await get<Bundle>(`${query}&_count=0`)
      expect([query, status, json.link?.map(({ relation }) => relation), json.entry, typeof json.total]).toEqual([query, 200, ['self'], undefined, 'number'])
    }
  })

  it('a version is read with its ETag, answered 304 to who has it, and HEAD tells the same', async () => {
    const id = await weighed()
    const read = await get(`/Observation/${id}`)
    const version = await get(`/Observation/${id}/_history/1`)
    expect([read.status, version.text, read.headers.get('etag')]).toEqual([200, read.text, 'W/"1"'])
    expect((await get(`/Observation/${id}`, { 'if-none-match': 'W/"1"' })).status).toBe(304)
    expect((await get(`/Observation/${id}`, { 'if-modified-since': read.headers.get('last-modified') })).status).toBe(304)
    const head = await dac.call('HEAD', `/Observation/${id}`, {})
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', String(Buffer.byteLength(read.text))])
  })

  it('many reads of one moment are each answered as the store answers one', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => weighed('71.20')))
    const alone = await Promise.all(ids.map(id => fetch(`${sandbox.hapi}/Observation/${id}`)))
    const expected = await Promise.all(alone.map(async one => [200, await one.text(), one.headers.get('etag'), one.headers.get('last-modified')]))
    const replies = await Promise.all([...ids, 'never-was', ...ids].map(id => get(`/Observation/${id}`)))
    const seen = replies.map(({ status, text, headers }) => [status, text, headers.get('etag'), headers.get('last-modified')])
    expect(seen.filter(([status]) => status === 200)).toEqual([...expected, ...expected])
    expect([replies[6]?.status, expected[0]?.[1]]).toEqual([404, expect.stringContaining('71.20')])
  })

  it('some elements, and no others, are read and marked as a part', async () => {
    const { json } = await get<Record<string, unknown>>(`/Observation/${await weighed()}?_elements=status,code`)
    expect([json['status'], json['subject'], JSON.stringify(json['meta']).includes('SUBSETTED')]).toEqual(['final', undefined, true])
  })

  it('the history of a resource lists its versions, newest first, page by page', async () => {
    const id = await weighed('70.00')
    const put = await dac.call('PUT', `/Observation/${id}`, {
      body: (await get(`/Observation/${id}`)).text.replace('70.00', '70.50'),
      headers: { ...dac.signed(), 'if-match': 'W/"1"' },
    })
    expect(put.status, put.text).toBe(200)
    const first = await get<Bundle>(`/Observation/${id}/_history?_count=1`)
    const second = await get<Bundle>(linkOf(first.json, 'next'))
    expect([first.json.total, first.text.includes('70.50'), second.text.includes('70.00')]).toEqual([2, true, true])
    expect(first.json.entry?.[0]?.response?.etag).toBe('W/"2"')
  })

  it('pages are followed to the end by who searched, and by nobody else', async () => {
    const seen: (string | undefined)[] = []
    let page = await get<Bundle>(`/Observation?patient=${patient}&_count=3&_sort=_lastUpdated`)
    const [next, total] = [linkOf(page.json, 'next'), page.json.total]
    for (;;) {
      seen.push(...(page.json.entry ?? []).map(entry => entry.resource?.id))
      expect(page.json.total).toBe(total)
      const further = linkOf(page.json, 'next')
      if (further === '') break
      page = await get<Bundle>(further)
    }
    expect([new Set(seen).size, seen.length]).toEqual([total, total])
    const foreign = await get(next, {}, other)
    expect([foreign.status, issueOf(foreign)?.code]).toEqual([403, 'forbidden'])
    const altered = await get(`${next.slice(0, -1)}${next.endsWith('A') ? 'B' : 'A'}`)
    expect([altered.status, issueOf(altered)?.code]).toEqual([400, 'invalid'])
  })

  it('a batch reads as the door does, each entry by itself', async () => {
    const id = await weighed('69.00')
    const urls = [
      `Observation/${id}`,
      `Observation/${id}/_history/1`,
      `Observation?patient=${patient}&_count=2`,
      `Observation/${id}/_history`,
      'Observation/nobody',
      'Nothing',
      'Observation?foo=1',
    ]
    const entry = urls.map(url => ({ request: { method: 'GET', url } }))
    const reply = await dac.call<Bundle>('POST', '', { body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }), headers: {} })
    expect(reply.json.entry?.map(one => one.response?.status)).toEqual(['200 OK', '200 OK', '200 OK', '200 OK', '404', '404', '400'])
    expect(reply.json.entry?.[0]?.response?.etag).toBe('W/"1"')
    expect(reply.json.entry?.slice(0, 4).map(one => one.resource?.resourceType)).toEqual(['Observation', 'Observation', 'Bundle', 'Bundle'])
    expect(reply.text).toContain('69.00')
    const strange = ['Observation/%E0%A4', '///x:y', 'http://[', `AuditEvent?date=ge2020-01-01&patient=${patient}&_count=1`, 'AuditEvent?patient=x']
    const answers = await dac.call<Bundle>('POST', '', {
      body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry: strange.map(url => ({ request: { method: 'GET', url } })) }),
    })
    expect(answers.json.entry?.map(one => one.response?.status)).toEqual(['400', '404', '404', '200 OK', '400'])
    expect((answers.json.entry?.[3]?.resource as Bundle | undefined)?.entry).toHaveLength(1)
  })

  it('a batch calls operations by GET and by POST, with a Parameters resource or none', async () => {
    const everything = { resourceType: 'Parameters', parameter: [{ name: '_type', valueString: 'Patient' }] }
    const entry = [
      { request: { method: 'GET', url: `${patient}/$everything?_type=Patient` } },
      { request: { method: 'POST', url: `${patient}/$everything` }, resource: everything },
      { request: { method: 'POST', url: `${patient}/$everything?_type=Patient` } },
      { request: { method: 'POST', url: `${patient}/$everything` }, resource: { resourceType: 'Basic', code: { text: 'x' } } },
      { request: { method: 'POST', url: `${patient}/$match` }, resource: everything },
      { request: { method: 'POST', url: 'Patient/$match' }, resource: everything },
    ]
    for (const type of ['batch', 'transaction']) {
      const asked = type === 'batch' ? entry : entry.slice(0, 3)
      const { json } = await dac.call<Bundle>('POST', '', { body: { resourceType: 'Bundle', type, entry: asked } })
      const seen = json.entry?.map(({ response, resource }) => `${response?.status} ${(resource as Bundle | undefined)?.total}`)
      expect([type, seen]).toEqual([type, ['200 OK 1', '200 OK 1', '200 OK 1', '400 undefined', '404 undefined', '404 undefined'].slice(0, asked.length)])
    }
  })

  it('an entry of a bundle that reads is told 304 where the client has that version already', async () => {
    const id = await weighed('69.50')
    const url = `Observation/${id}`
    const { meta } = (await get<Observation>(`/${url}`)).json
    const entry = [
      { ifNoneMatch: 'W/"1"' },
      { ifNoneMatch: 'W/"2"' },
      { ifModifiedSince: meta?.lastUpdated },
      { ifModifiedSince: '2015-01-01T00:00:00Z' },
      { url: `Observation?_id=${id}`, ifNoneMatch: 'W/"1"' },
    ].map(asked => ({ request: { method: 'GET', url, ...asked } }))
    for (const type of ['batch', 'transaction']) {
      const { json } = await dac.call<Bundle>('POST', '', { body: JSON.stringify({ resourceType: 'Bundle', type, entry }), headers: {} })
      const seen = json.entry?.map(({ response, resource }) => `${response?.status} ${resource?.resourceType}`)
      expect([type, seen]).toEqual([
        type,
        ['304 Not Modified undefined', '200 OK Observation', '304 Not Modified undefined', '200 OK Observation', '200 OK Bundle'],
      ])
      expect(json.entry?.[0]?.response?.etag).toBe('W/"1"')
    }
  })

  it('the capability statement needs no token; what it does not claim is refused', async () => {
    expect((await fetch(`${sandbox.fhir}/metadata`)).status).toBe(200)
    for (const [method, path, status, allow] of [
      ['DELETE', `/Observation/x`, 405, 'GET, HEAD, PUT'],
      ['PATCH', '/Observation/x', 405, 'GET, HEAD, PUT'],
      ['GET', '/Observation/_history', 405, ''],
      ['GET', '/Basic', 404, null],
      ['POST', '/Patient/$match', 404, null],
    ] as const) {
      const reply = await dac.call(method, path, {})
      expect([method, path, reply.status, reply.headers.get('allow')]).toEqual([method, path, status, allow])
    }
  })
})
