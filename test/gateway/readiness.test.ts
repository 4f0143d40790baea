import { describe, expect, it } from 'vitest'
import { askedOnce } from '../../gateway/asked-once.ts'
import { checkReadiness } from '../../gateway/readiness.ts'
import { HubError } from '../../profiles/errors.ts'

describe('readiness', () => {
  it('is given when every part gives it', async () => {
    expect(await checkReadiness({ ledger: async () => {}, store: async () => {} })).toEqual({
      isReady: true,
      parts: { ledger: { ready: true }, store: { ready: true } },
    })
  })

  it('names each part that is not ready, with its reason', async () => {
    const away = new HubError('store.unavailable', { dependency: 'hapi' })
    const readiness = await checkReadiness({ ledger: async () => {}, store: () => Promise.reject(away) })
    expect(readiness).toEqual({ isReady: false, parts: { ledger: { ready: true }, store: { ready: false, code: 'store.unavailable', reason: away.message } } })
  })

  it('a defect of a part says nothing of what it met', async () => {
    const { parts } = await checkReadiness({ store: () => Promise.reject(new Error('secret 279035121518989')) })
    expect(JSON.stringify(parts)).not.toContain('279035121518989')
  })

  it('is found out once for all who ask meanwhile, and anew for whoever comes later', async () => {
    let asked = 0
    const ledger = async (): Promise<void> => {
      asked += 1
      await Promise.resolve()
    }
    const readiness = askedOnce(() => checkReadiness({ ledger }))
    const answers = await Promise.all(Array.from({ length: 400 }, readiness))
    expect([asked, new Set(answers.map(one => one.isReady))]).toEqual([1, new Set([true])])
    await readiness()
    expect(asked).toBe(2)
  })
})
