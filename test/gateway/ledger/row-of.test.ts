import { expect, it } from 'vitest'
import { fromRow } from '../../../gateway/ledger/row-of.ts'

it('a row gives the fields that are named, in their own words; what is null is absent, what is empty or zero is not', () => {
  const row = { id: 'a', lane_key: 'in:1', attempts: 0, sent_at: null, code: '', further: 'not asked for' }
  const made = fromRow<{ id: string; laneKey: string; attempts: number; sentAt?: Date; code?: string }>(row, 'id laneKey attempts sentAt code')
  expect(made).toStrictEqual({ id: 'a', laneKey: 'in:1', attempts: 0, code: '' })
})
