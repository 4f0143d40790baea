import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { deadlineOf } from '../../connectors/deadline.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const ends = (signal: AbortSignal): Promise<unknown> => new Promise(resolve => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }))

it('a deadline comes, also where garbage is collected before', async () => {
  const asker = new AbortController()
  const ended = Array.from({ length: 20 }, () => ends(deadlineOf(asker.signal, 300)))
  // What was made in this turn outlives it.
  await pause(50)
  collectGarbage()
  expect(await Promise.all(ended)).toEqual(ended.map(() => expect.objectContaining({ name: 'TimeoutError' })))
})

it('whoever asked may end it sooner', async () => {
  const asker = new AbortController()
  const ended = ends(deadlineOf(asker.signal, 60_000))
  asker.abort('stopped')
  expect(await ended).toBe('stopped')
})
