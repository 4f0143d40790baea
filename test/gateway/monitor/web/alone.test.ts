import { expect, it } from 'vitest'
import { aloneIn } from '../../../../gateway/monitor/web/src/views/overview/alone.ts'

it.each<[string, (number | null)[], number[]]>([
  ['nothing is there', [null, null], []],
  ['neighbours make a line', [1, 2, null], []],
  ['a value between gaps', [null, 3, null, 4, 5], [1]],
  ['the first and the last', [0, null, 7], [0, 2]],
  ['the only one', [2], [0]],
])('%s: what is drawn as points', (_, values, places) => {
  expect(aloneIn(values)).toEqual(places)
})
