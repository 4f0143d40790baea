import type { Bundle } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { shareTransactions } from '../../../gateway/store/shared.ts'
import type { Store } from '../../../gateway/store/store.ts'
import { HubError } from '../../../profiles/errors.ts'

const entry = (id: string, text = '') => ({ type: 'Basic', id, json: Buffer.from(JSON.stringify({ resourceType: 'Basic', id, text })) })
const put = (...ids: string[]) => ({ entries: ids.map(id => entry(id)), traceparent: '' })
const stored = (id: string) => ({ type: 'Basic', id, versionId: '1', status: 201 })

/** Refuses what holds one of these resources; says what each transaction held. */
function storeRefusing(refused: Record<string, HubError> = {}) {
  const transactions: string[][] = []
  const store: Pick<Store, 'transaction'> = {
    async transaction(bytes) {
      const ids = ((JSON.parse(Buffer.from(bytes).toString()) as Bundle).entry ?? []).map(one => one.resource?.id ?? '')
      transactions.push(ids)
      await new Promise(setImmediate)
      const fault = ids.map(id => refused[id]).find(one => one !== undefined)
      if (fault !== undefined) throw fault
      return { entries: ids.map(stored) }
    },
  }
  return { transactions, shared: shareTransactions(store, { concurrency: 1, maxItems: 3, maxBytes: 10_000 }) }
}

describe('transactions of the store that messages share', () => {
  it('what arrives together is put together, and each is told what became of its own entries in their order', async () => {
    const { transactions, shared } = storeRefusing()
    const answers = await Promise.all([put('a'), put('b', 'c'), put('d'), put('e')].map(one => shared.put(one)))
    expect(transactions).toEqual([['a', 'b', 'c', 'd'], ['e']])
    expect(answers).toEqual([[stored('a')], [stored('b'), stored('c')], [stored('d')], [stored('e')]])
  })

  it('a resource that several put with the same content is put once', async () => {
    const { transactions, shared } = storeRefusing()
    const answers = await Promise.all([put('shared', 'a'), put('b', 'shared')].map(one => shared.put(one)))
    expect(transactions).toEqual([['shared', 'a', 'b']])
    expect(answers).toEqual([
      [stored('shared'), stored('a')],
      [stored('b'), stored('shared')],
    ])
  })

  it('of two contents of one resource each is put by itself', async () => {
    const { transactions, shared } = storeRefusing()
    await Promise.all(['one', 'other'].map(text => shared.put({ entries: [entry('a', text)], traceparent: '' })))
    expect(transactions).toEqual([['a'], ['a']])
  })

  it.each(['store.refused', 'store.conflict', 'store.unavailable'] as const)('%s of one message is the answer of that one alone', async code => {
    const { transactions, shared } = storeRefusing({ bad: new HubError(code) })
    const answers = await Promise.allSettled([put('a'), put('bad'), put('b')].map(one => shared.put(one)))
    expect(answers.map(one => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(transactions).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']])
  })

  it('whose lane is no longer his is asked as it is sent, and sends nothing; the others go', async () => {
    const { transactions, shared } = storeRefusing()
    const isHeld = { b: true }
    const requireHeld = async (): Promise<void> => {
      if (!isHeld.b) throw new HubError('ledger.lease_lost')
    }
    const putting = [put('a'), { ...put('b'), requireHeld }, put('c')].map(one => shared.put(one))
    isHeld.b = false
    const answers = await Promise.allSettled(putting)
    expect(answers.map(one => (one.status === 'rejected' ? (one.reason as HubError).code : one.status))).toEqual([
      'fulfilled',
      'ledger.lease_lost',
      'fulfilled',
    ])
    expect(transactions.flat().sort()).toEqual(['a', 'c'])
  })

  it('a store that is away is asked once for all', async () => {
    const { transactions, shared } = storeRefusing({ a: new HubError('store.unavailable', { dependency: 'hapi' }) })
    const answers = await Promise.allSettled([put('a'), put('b')].map(one => shared.put(one)))
    expect(answers.map(one => one.status)).toEqual(['rejected', 'rejected'])
    expect(transactions).toEqual([['a', 'b']])
  })

  it('what has failed before goes alone', async () => {
    const { transactions, shared } = storeRefusing()
    await Promise.all([put('a'), { ...put('b'), isAlone: true }, put('c')].map(one => shared.put(one)))
    expect(transactions).toContainEqual(['b'])
    expect(transactions).toContainEqual(['a', 'c'])
  })
})
