import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { createHapiStore } from '../../../gateway/store/hapi.ts'

// What the answers of the store mean to the hub. The answers were taken from HAPI 8.8.0; the store itself is asked in hapi.int.test.ts.

let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void = () => {}
const server = http.createServer((request, response) => {
  request.resume()
  request.on('end', () => answer(request, response))
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
const store = createHapiStore({ url })
const bundle = Buffer.from('{"resourceType":"Bundle","type":"transaction"}')

afterAll(async () => {
  await store.close()
  server.close()
  server.closeAllConnections()
})

function reply(status: number, body: unknown, healthStatus = 200) {
  answer = (request, response) => {
    const isHealth = request.url === '/health'
    response
      .writeHead(isHealth ? healthStatus : status, { 'content-type': 'application/fhir+json' })
      .end(isHealth ? '{}' : typeof body === 'string' ? body : JSON.stringify(body))
  }
}

const outcome = (diagnostics: string, expression?: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'processing', diagnostics, ...(expression === undefined ? {} : { expression: [expression] }) }],
})

describe('the answers of the store', () => {
  it('a transaction tells what became of each entry, in order', async () => {
    const entry = (status: string, location: string) => ({ response: { status, location } })
    reply(200, {
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [entry('201 Created', 'Patient/p-1/_history/1'), entry('200 OK', `${url}/DocumentReference/d.2/_history/7`)],
    })
    await expect(store.transaction(bundle)).resolves.toEqual({
      entries: [
        { type: 'Patient', id: 'p-1', versionId: '1', status: 201 },
        { type: 'DocumentReference', id: 'd.2', versionId: '7', status: 200 },
      ],
    })
  })

  it.each([
    ['a racing create', 409, outcome('HAPI-0550: HAPI-0825: …'), 200, { code: 'store.conflict', reply: 'HAPI-0550', dependency: undefined }],
    ['a deadlock', 500, outcome('HAPI-0389: deadlock detected'), 200, { code: 'store.conflict', dependency: undefined }],
    [
      'a resource that is not right',
      422,
      outcome('HAPI-0574: wrong', 'Bundle.entry[2].resource'),
      200,
      { code: 'store.refused', path: 'Bundle.entry[2].resource', kind: 'defect' },
    ],
    ['a reference to nothing', 400, outcome('HAPI-1094: Resource Patient/x not found'), 200, { code: 'store.refused', reply: 'HAPI-1094' }],
    ['a store without its database', 500, outcome('HAPI-0389: Unable to acquire JDBC Connection'), 200, { code: 'store.unavailable', dependency: 'hapi' }],
    ['an ill store', 500, 'oops', 503, { code: 'store.unavailable', dependency: 'hapi' }],
    [
      'a request that breaks a healthy store',
      500,
      outcome('HAPI-0389: NullPointerException'),
      200,
      { code: 'store.unavailable', dependency: undefined, kind: 'retry' },
    ],
    ['a store that stops', 503, '', 503, { code: 'store.unavailable', dependency: 'hapi' }],
    ['a page that is no FHIR', 404, '<html>', 200, { code: 'store.unavailable', dependency: 'hapi' }],
    ['a guard that does not know us', 401, '<html>', 200, { code: 'store.unavailable', dependency: 'hapi' }],
    ['a guard that turns us away', 403, outcome('HAPI-0333: Access denied'), 200, { code: 'store.unavailable', dependency: 'hapi' }],
    ['a transaction too large for a proxy', 413, '<html>', 200, { code: 'store.refused', dependency: undefined }],
  ])('%s: %i', async (_case, status, body, health, expected) => {
    reply(status, body, health)
    await expect(store.transaction(bundle)).rejects.toMatchObject(expected)
  })

  it('a place of an error that could hold a value is not told', async () => {
    reply(422, outcome('HAPI-1: x', 'Patient.name.where(family="DUPONT")'))
    await expect(store.transaction(bundle)).rejects.toMatchObject({ code: 'store.refused', path: undefined })
  })

  it('a store that does not answer in time is away', async () => {
    answer = () => {}
    const hasty = createHapiStore({ url, timeoutMs: 400 })
    await expect(hasty.transaction(bundle)).rejects.toMatchObject({ code: 'store.unavailable', dependency: 'hapi' })
    await expect(hasty.read('Patient', 'x')).rejects.toMatchObject({ code: 'store.unavailable', dependency: 'hapi' })
    await expect(hasty.health()).rejects.toMatchObject({ code: 'store.unavailable', dependency: 'hapi' })
    await hasty.close()
  })

  it('an answer that breaks off is no answer', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '500' })
      response.write('{"resourceType"')
      response.destroy()
    }
    await expect(store.transaction(bundle)).rejects.toMatchObject({ code: 'store.unavailable', dependency: 'hapi' })
  })

  it.each([
    ['a page of somebody else', '<html>please log in</html>'],
    ['JSON of somebody else', '{"status":"UP"}'],
    ['nothing', ''],
  ])('%s in the place of an answer is no answer', async (_case, body) => {
    reply(200, body)
    const away = { code: 'store.unavailable', dependency: 'hapi' }
    await expect(store.transaction(bundle)).rejects.toMatchObject(away)
    await expect(store.read('Patient', 'x')).rejects.toMatchObject(away)
    await expect(store.search('Patient', { identifier: 'x' })).rejects.toMatchObject(away)
    await expect(store.validate({ type: 'Patient', text: '{}' })).rejects.toMatchObject(away)
    await expect(store.put({ resourceType: 'Patient', id: 'x' })).rejects.toMatchObject(away)
    await expect(store.putBinary({ id: 'b', contentType: 'text/plain', bytes: Buffer.from('x') })).rejects.toMatchObject(away)
  })

  it.each([
    [200, 'text/html'],
    [200, 'application/json'],
    [302, 'text/html'],
  ])('what was asked for as FHIR and comes as something else is passed to nobody: %i %s', async (status, type) => {
    answer = (_request, response) => response.writeHead(status, { 'content-type': type, location: '/login' }).end('{}')
    const asked = { method: 'GET' as const, path: 'Task/_history?_count=100&_offset=100' }
    await expect(store.forward({ ...asked, headers: { accept: 'application/fhir+json' } })).rejects.toMatchObject({
      code: 'store.unavailable',
      dependency: 'hapi',
    })
    const content = await store.forward({ ...asked, headers: { accept: 'application/octet-stream' } })
    content.body.resume()
    expect(content.status).toBe(status)
  })

  it('what is not there is undefined, also once it is deleted', async () => {
    reply(404, outcome('HAPI-2001: not known'))
    await expect(store.read('Patient', 'x')).resolves.toBeUndefined()
    reply(410, outcome('HAPI-0250: deleted'))
    await expect(store.read('Patient', 'x')).resolves.toBeUndefined()
  })

  it('a stale If-Match, which the store answers with 409, is a version conflict', async () => {
    reply(409, outcome('HAPI-0974: …'))
    await expect(store.put({ resourceType: 'Patient', id: 'p' }, { ifMatch: '3' })).rejects.toMatchObject({ code: 'store.version_conflict' })
    await expect(store.put({ resourceType: 'Patient', id: 'p' })).rejects.toMatchObject({ code: 'store.conflict' })
  })

  it('the trace goes along with every call', async () => {
    const traces: unknown[] = []
    answer = (request, response) => {
      traces.push(request.headers['traceparent'])
      response.writeHead(200, { 'content-type': 'application/fhir+json', etag: 'W/"1"' }).end('{"resourceType":"Bundle"}')
    }
    const options = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }
    await store.transaction(bundle, options)
    await store.search('Patient', { _id: 'x' }, options)
    await store.read('Bundle', 'x', options)
    await store.putBinary({ id: 'b', contentType: 'text/plain', bytes: Buffer.from('x') }, options)
    const forwarded = await store.forward({ method: 'GET', path: 'Patient/x', headers: {} }, options)
    forwarded.body.resume()
    expect(traces).toEqual(Array.from({ length: 5 }, () => options.traceparent))
  })
})

describe('validations, of which the first ones of a store take its processors for seconds', () => {
  const sound = { resourceType: 'OperationOutcome', issue: [] }

  it('go four at a time, each once, and each gets its own answer', async () => {
    const open: http.ServerResponse[] = []
    const ids = Array.from({ length: 9 }, (_, id) => String(id))
    answer = (_request, response) => open.push(response)
    const asked = Array.from({ length: 9 }, () => store.validate({ type: 'Patient', text: '{}' }))
    const given = ids[Symbol.iterator]()
    for (const expected of [4, 4, 1]) {
      await expect.poll(() => open.length).toBe(expected)
      for (const response of open.splice(0)) response.writeHead(200).end(JSON.stringify({ ...sound, id: given.next().value }))
    }
    expect((await Promise.all(asked)).map(({ id }) => id).sort()).toEqual(ids)
  })

  it('one that had no turn in twice the time a call may take is told so; nobody asks for it later', async () => {
    answer = () => undefined
    const hasty = createHapiStore({ url, timeoutMs: 300 })
    const ask = (): Promise<unknown> => hasty.validate({ type: 'Patient', text: '{}' })
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, ask))
    expect(outcomes.map(one => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual(Array(9).fill('store.unavailable'))
    let [again, late] = [0, 0]
    answer = (_request, response) => {
      late += 1
      response.writeHead(200).end(JSON.stringify(sound))
    }
    const once = async (): Promise<unknown> => {
      again += 1
      return ask().catch(() => undefined)
    }
    await expect.poll(once, { timeout: 10_000 }).toEqual(sound)
    expect(late).toBeLessThanOrEqual(again)
    await hasty.close()
  })
})

describe('an absent store', () => {
  it('is away at once, for every call', async () => {
    const absent = createHapiStore({ url: 'http://127.0.0.1:1/fhir' })
    const away = { code: 'store.unavailable', dependency: 'hapi' }
    await expect(absent.transaction(bundle)).rejects.toMatchObject(away)
    await expect(absent.search('Patient', {})).rejects.toMatchObject(away)
    await expect(absent.health()).rejects.toMatchObject(away)
    await absent.close()
  })
})
