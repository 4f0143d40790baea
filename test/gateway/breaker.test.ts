import { describe, expect, it } from 'vitest'
import { createBreakers } from '../../gateway/breaker.ts'
import { HubError } from '../../profiles/errors.ts'

const away = async (): Promise<never> => {
  throw new HubError('store.unavailable', { dependency: 'hapi' })
}
const refused = async (): Promise<never> => {
  throw new HubError('store.refused')
}
const fine = async (): Promise<string> => 'fine'

function at(start = 0) {
  let now = start
  const changes: string[] = []
  const breakers = createBreakers({ clock: () => now, onChange: (name, state) => changes.push(`${name} ${state}`) })
  return {
    breakers,
    changes,
    pass: (ms: number) => {
      now += ms
    },
  }
}

describe('a breaker', () => {
  it('opens on a dependency error and answers at once with that error, without calling', async () => {
    const { breakers, changes } = at()
    await expect(breakers.of('hapi').run(away)).rejects.toMatchObject({ code: 'store.unavailable' })
    let isCalled = false
    await expect(
      breakers.of('hapi').run(async () => {
        isCalled = true
      }),
    ).rejects.toMatchObject({ code: 'store.unavailable', dependency: 'hapi' })
    expect(isCalled).toBe(false)
    expect(changes).toEqual(['hapi open'])
  })

  it('stays closed when the dependency answers, even with a refusal', async () => {
    const { breakers } = at()
    await expect(breakers.of('hapi').run(refused)).rejects.toMatchObject({ code: 'store.refused' })
    expect(breakers.of('hapi').state()).toBe('closed')
  })

  it('lets one probe through after its pause and closes on success', async () => {
    const { breakers, pass, changes } = at()
    await expect(breakers.of('mail').run(away)).rejects.toThrow()
    pass(500)
    let release = (): void => {}
    const probe = breakers.of('mail').run(
      () =>
        new Promise<void>(resolve => {
          release = resolve
        }),
    )
    await expect(breakers.of('mail').run(fine)).rejects.toMatchObject({ code: 'mssante.unreachable' })
    release()
    await probe
    await expect(breakers.of('mail').run(fine)).resolves.toBe('fine')
    expect(changes).toEqual(['mail open', 'mail closed'])
  })

  it('says before any work whether the dependency is known to be away', async () => {
    const { breakers, pass } = at()
    breakers.of('hapi').requireUp()
    await expect(breakers.of('hapi').run(away)).rejects.toThrow()
    expect(() => breakers.of('hapi').requireUp()).toThrow(expect.objectContaining({ dependency: 'hapi' }))
    pass(500)
    expect(() => breakers.of('hapi').requireUp()).not.toThrow()
  })

  it('tells whoever it refuses when to look again, one after the other, and begins anew once it was closed', async () => {
    const { breakers, pass } = at()
    const refused = async (): Promise<number[]> => {
      await expect(breakers.of('mail').run(away)).rejects.toThrow()
      const errors = Array.from({ length: 1000 }, () => {
        try {
          return breakers.of('mail').requireUp()
        } catch (error) {
          return error as HubError
        }
      })
      expect(errors[0]).toMatchObject({ path: 'dependencies.mail', dependency: 'mail' })
      return errors.map(error => error?.retryAfterMs ?? 0)
    }
    const times = await refused()
    expect(times.slice(0, 3)).toEqual([500, 550, 600])
    expect(times.at(-1)).toBe(500 + 999 * 50)
    pass(5000)
    await breakers.of('mail').run(fine)
    expect(await refused()).toEqual(times)
  })

  it('tells nobody to look again later than in an hour, however many ask', async () => {
    const { breakers } = at()
    await expect(breakers.of('directory').run(away)).rejects.toThrow()
    const askedInVain = () =>
      breakers
        .of('directory')
        .run(fine)
        .catch((error: unknown) => error)
    for (let plans = 0; plans < 80_000; plans += 1) await askedInVain()
    expect(await askedInVain()).toMatchObject({ retryAfterMs: 3_600_000 })
  })

  it('never pauses longer than 5 s, so that everything resumes by itself', async () => {
    const { breakers, pass } = at()
    for (let failure = 0; failure < 20; failure += 1) {
      await expect(breakers.of('hapi').run(away)).rejects.toThrow()
      pass(5000)
    }
    await expect(breakers.of('hapi').run(fine)).resolves.toBe('fine')
  })

  it('keeps one hospital apart from another', async () => {
    const { breakers } = at()
    await expect(breakers.of('hospital:a').run(away)).rejects.toThrow()
    await expect(breakers.of('hospital:b').run(fine)).resolves.toBe('fine')
    await expect(breakers.of('hospital:a').run(fine)).rejects.toMatchObject({ code: 'hospital.unreachable' })
    expect(breakers.states()).toEqual({ 'hospital:a': 'open', 'hospital:b': 'closed' })
  })

  it('with a health check tells one call that fails from a dependency that is away', async () => {
    const { breakers, pass } = at()
    let isHealthy = true
    const check = async (): Promise<void> => (isHealthy ? undefined : away())
    breakers.probe('hapi', check)
    const own = await breakers
      .of('hapi')
      .run(away)
      .then(
        () => undefined,
        (error: unknown) => error as HubError,
      )
    expect(own).toMatchObject({ code: 'store.unavailable', kind: 'retry' })
    expect(own?.dependency).toBeUndefined()
    expect(breakers.of('hapi').state()).toBe('closed')

    isHealthy = false
    await expect(breakers.of('hapi').run(away)).rejects.toMatchObject({ dependency: 'hapi' })
    expect(breakers.of('hapi').state()).toBe('open')
    isHealthy = true
    pass(500)
    await expect(breakers.of('hapi').run(fine)).resolves.toBe('fine')
  })

  it('with a health check passes on what another dependency said in its midst, and asks nothing', async () => {
    const { breakers } = at()
    const asked: number[] = []
    breakers.probe('hapi', async () => void asked.push(1))
    const ledgerAway = (): Promise<never> => Promise.reject(new HubError('ledger.unavailable', { dependency: 'postgres' }))
    await expect(breakers.of('hapi').run(ledgerAway)).rejects.toMatchObject({ code: 'ledger.unavailable', dependency: 'postgres' })
    expect([asked, breakers.of('hapi').state()]).toEqual([[], 'closed'])
  })

  it('with a health check lets no call through until the check has passed', async () => {
    const { breakers, pass } = at()
    breakers.probe('hapi', away)
    await expect(breakers.of('hapi').run(away)).rejects.toThrow()
    pass(5000)
    let isCalled = false
    const call = async (): Promise<void> => {
      isCalled = true
    }
    await expect(breakers.of('hapi').run(call)).rejects.toMatchObject({ dependency: 'hapi' })
    expect(isCalled).toBe(false)
  })
})
