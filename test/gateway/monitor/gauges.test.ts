import { expect, it } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import { watchDependencies } from '../../../gateway/monitor/gauges.ts'
import { HubError } from '../../../profiles/errors.ts'

it('a breaker is told to be open while a dependency is known to be away, and not for as long as nobody asks any more', async () => {
  let now = 0
  const breakers = createBreakers({ clock: () => now })
  const metrics = createMetrics()
  watchDependencies(metrics, breakers, async () => ({ isReady: true, parts: {} }))
  const told = async (): Promise<string | undefined> => /^hub_breaker_open\{dependency="directory"\} (\d)$/m.exec((await metrics.page()).text)?.[1]
  const away = new HubError('directory.unreachable', { dependency: 'directory' })

  await expect(breakers.of('directory').run(() => Promise.reject(away))).rejects.toBe(away)
  expect(await told()).toBe('1')
  now = 60_000
  expect(await told()).toBe('0')
  let fail = (_: Error): void => undefined
  const probe = breakers.of('directory').run(
    () =>
      new Promise((_, reject) => {
        fail = reject
      }),
  )
  expect(await told()).toBe('1')
  fail(away)
  await expect(probe).rejects.toBe(away)
  expect(await told()).toBe('1')
})
