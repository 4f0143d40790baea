import { expect, it } from 'vitest'
import { partnerSequence } from '../../../../gateway/ledger/deliveries/partner-sequence.ts'
import { useLedger } from '../support.ts'

const { db } = await useLedger()

it('a topic numbers what it is told of a person one by one, and a delivery that is sent again keeps its number', async () => {
  const [first, second, third] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  const asked: [string, string, string, number][] = [
    ['one', 'p', first, 1],
    ['one', 'p', first, 1],
    ['one', 'p', second, 2],
    ['one', 'q', third, 1],
    ['other', 'p', third, 1],
    ['one', 'p', second, 2],
    ['one', 'p', third, 3],
  ]
  for (const [topic, person, deliveryId, number] of asked) expect(await partnerSequence(db, { topic, person, deliveryId })).toBe(number)
})
