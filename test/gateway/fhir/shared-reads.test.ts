import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { shareReads } from '../../../gateway/fhir/shared-reads.ts'
import type { ForwardRequest, ForwardResponse, Store } from '../../../gateway/store/store.ts'
import { HubError, toHubError } from '../../../profiles/errors.ts'

const LAST_UPDATED = '2026-06-01T08:00:00.123+02:00'
const textOf = (type: string, id: string): string =>
  `{"resourceType":"${type}","id":"${id}","meta":{"versionId":"3","lastUpdated":"${LAST_UPDATED}"},"valueQuantity":{"value":71.00}}`
const OUTCOME = '{"resourceType":"OperationOutcome","issue":[{"diagnostics":"HAPI"}]}'

const answer = (status: number, text: string, headers = {}): ForwardResponse => ({
  status,
  headers: { 'content-type': 'application/fhir+json;charset=UTF-8', ...headers },
  body: Readable.from([Buffer.from(text)]),
})

/** Holds `there`; had `deleted`; refuses a search for `bad` with `status`, and is away for one of `away`. Says what was asked, and holds answers back until `release`. */
function storeOf({ there, deleted = [], isHeld = false, status = 400 }: { there: string[]; deleted?: string[]; isHeld?: boolean; status?: number }) {
  const asked: string[] = []
  const held: (() => void)[] = []
  const one = (type: string, id: string): ForwardResponse => {
    if (deleted.includes(id)) return answer(410, OUTCOME)
    return there.includes(id) ? answer(200, textOf(type, id), { etag: 'W/"3"' }) : answer(404, OUTCOME)
  }
  const store: Pick<Store, 'forward'> = {
    async forward({ path, headers }: ForwardRequest) {
      asked.push(path)
      if (isHeld) await new Promise<void>(resolve => held.push(resolve))
      const [type = '', ids] = path.split(/[?/]_?(?:id=)?/)
      if (!path.includes('?')) return one(type, ids ?? '')
      expect(headers['cache-control']).toBe('no-store')
      const wanted = (ids ?? '').replace(/&.*/, '').split(',')
      if (wanted.includes('bad')) return answer(status, OUTCOME)
      if (wanted.includes('away')) throw new HubError('store.unavailable', { dependency: 'hapi' })
      const entry = wanted.filter(id => there.includes(id)).map(id => `{"fullUrl":"x","resource":${textOf(type, id)},"search":{"mode":"match"}}`)
      return answer(200, `{"resourceType":"Bundle","type":"searchset","entry":[${entry.reverse().join(',')}]}`)
    },
  }
  return { asked, release: () => held.splice(0).forEach(go => void go()), ...shareReads(store, { concurrency: 1, maxItems: 3 }) }
}

const observation = (id: string) => ({ type: 'Observation' as const, id, traceparent: '' })

describe('reads that callers share', () => {
  it('one alone is a plain read', async () => {
    const { asked, read } = storeOf({ there: ['a'] })
    const { bytes, headers } = await read(observation('a'))
    expect([bytes.toString(), headers['etag'], asked]).toEqual([textOf('Observation', 'a'), 'W/"3"', ['Observation/a']])
  })

  it('those of the same moment are one search, each told its own bytes as they are, its version and its time', async () => {
    const { asked, read } = storeOf({ there: ['a', 'b'] })
    const answers = await Promise.all(['a', 'b', 'a'].map(id => read(observation(id))))
    expect(asked).toEqual(['Observation?_id=a,b&_count=2'])
    expect(answers.map(({ bytes }) => bytes.toString())).toEqual(['a', 'b', 'a'].map(id => textOf('Observation', id)))
    expect(answers[1]?.headers).toEqual({ etag: 'W/"3"', 'last-modified': 'Mon, 01 Jun 2026 06:00:00 GMT' })
  })

  it('whoever asks while one is on its way goes with the next, as many as one search holds', async () => {
    const { asked, read, release } = storeOf({ there: ['a', 'b', 'c', 'd', 'e'], isHeld: true })
    const first = read(observation('a'))
    while (asked.length === 0) await new Promise(setImmediate)
    const others = ['b', 'c', 'd', 'e'].map(id => read(observation(id)))
    await new Promise(setImmediate)
    expect(asked).toEqual(['Observation/a'])
    const releasing = setInterval(release)
    await Promise.all([first, ...others])
    clearInterval(releasing)
    expect(asked).toEqual(['Observation/a', 'Observation?_id=b,c,d&_count=3', 'Observation/e'])
  })

  it('types do not wait for each other, and what may be large goes by itself', async () => {
    const { asked, read } = storeOf({ there: ['a', 'b'] })
    await Promise.all([
      read(observation('a')),
      read({ ...observation('b'), type: 'Task' }),
      ...['a', 'b'].map(id => read({ ...observation(id), type: 'Composition' })),
    ])
    expect(asked.sort()).toEqual(['Composition/a', 'Composition/b', 'Observation/a', 'Task/b'])
  })

  it('what was deleted or never was is told to who asked for it alone', async () => {
    const { read } = storeOf({ there: ['a'], deleted: ['gone'] })
    const answers = await Promise.allSettled(['gone', 'a', 'never'].map(id => read(observation(id))))
    expect(answers.map(one => (one.status === 'fulfilled' ? 'read' : toHubError(one.reason).code))).toEqual(['fhir.deleted', 'read', 'store.not_found'])
  })

  it.each([400, 500])('a search that the store answers with %s is asked one by one', async status => {
    const { asked, read } = storeOf({ there: ['a'], deleted: ['bad'], status })
    const answers = await Promise.allSettled(['a', 'bad'].map(id => read(observation(id))))
    expect(answers.map(one => (one.status === 'fulfilled' ? 'read' : toHubError(one.reason).code))).toEqual(['read', 'fhir.deleted'])
    expect(asked).toEqual(['Observation?_id=a,bad&_count=2', 'Observation/a', 'Observation/bad'])
  })

  it('a store that is away is asked once for all of them', async () => {
    const { asked, read } = storeOf({ there: ['a'] })
    const answers = await Promise.allSettled(['a', 'away'].map(id => read(observation(id))))
    expect(answers.map(one => one.status === 'rejected' && toHubError(one.reason).code)).toEqual(['store.unavailable', 'store.unavailable'])
    expect(asked).toEqual(['Observation?_id=a,away&_count=2'])
  })
})
