import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFailure } from '../../../../gateway/ledger/lanes/runner.ts'
import { ERRORS, type ErrorCode, HubError } from '../../../../profiles/errors.ts'

const codes = Object.keys(ERRORS) as ErrorCode[]
const UNTIL_TAKEN: readonly ErrorCode[] = codes.filter(code => code === 'hospital.deferred' || code.startsWith('subscription.'))

describe('what a failure means for its lane', () => {
  it('a dependency that is away never parks, is never counted, and waits at most 5 s', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.nat(1000), (code, attempts) => {
        const verdict = judgeFailure(new HubError(code, { dependency: 'hapi' }), attempts, { maxAttempts: 3 })
        expect(verdict).toMatchObject({ park: false, countAttempt: false })
        expect(verdict.park ? 0 : verdict.delayMs).toBeLessThanOrEqual(5000)
      }),
    )
  })
  it('what the same bytes may pass later is tried again, up to 5 min apart, until its attempts are used up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...codes.filter(code => ERRORS[code].kind === 'retry' && !UNTIL_TAKEN.includes(code) && code !== 'partner.paused')),
        fc.nat(20),
        (code, attempts) => {
          const verdict = judgeFailure(new HubError(code), attempts, { maxAttempts: 12 })
          if (attempts >= 11) {
            expect(verdict).toEqual({ park: true })
            return
          }
          expect(verdict).toMatchObject({ park: false, countAttempt: true })
          expect(verdict.park ? 0 : verdict.delayMs).toBeLessThanOrEqual(300_000)
        },
      ),
    )
  })
  it('a hospital that answers AR is asked again for ever', () => {
    fc.assert(
      fc.property(fc.nat(5000), attempts => {
        const verdict = judgeFailure(new HubError('hospital.deferred', { reply: 'AR' }), attempts, { maxAttempts: 12 })
        expect(verdict).toMatchObject({ park: false, countAttempt: true })
        expect(verdict.park ? 0 : verdict.delayMs).toBeLessThanOrEqual(300_000)
      }),
    )
  })
  it('a subscriber that is away is tried from a second to an hour apart, and its lane is never parked', () => {
    fc.assert(
      fc.property(fc.nat(5000), attempts => {
        const verdict = judgeFailure(new HubError('subscription.deferred'), attempts, {
          maxAttempts: 12,
          longestPauseMs: { 'subscription.deferred': 3_600_000 },
        })
        expect(verdict).toMatchObject({ park: false, countAttempt: true })
        const delayMs = verdict.park ? 0 : verdict.delayMs
        expect(delayMs).toBeLessThanOrEqual(Math.min(1000 * 2 ** attempts, 3_600_000))
        expect(delayMs).toBeGreaterThanOrEqual(0.8 * Math.min(1000 * 2 ** attempts, 3_600_000))
      }),
    )
  })
  it('whoever asked for time gets it, up to the longest pause', () => {
    const judged = (retryAfterMs: number) =>
      judgeFailure(new HubError('subscription.throttled', { retryAfterMs }), 0, { maxAttempts: 12, longestPauseMs: { 'subscription.throttled': 3_600_000 } })
    expect(judged(120_000)).toEqual({ park: false, delayMs: 120_000, countAttempt: true })
    expect(judged(86_400_000)).toEqual({ park: false, delayMs: 3_600_000, countAttempt: true })
  })
  it('what is for a partner that is held waits for it, uncounted, and is never parked', () => {
    fc.assert(
      fc.property(fc.nat(5000), attempts => {
        expect(judgeFailure(new HubError('partner.paused'), attempts, { maxAttempts: 3 })).toMatchObject({ park: false, countAttempt: false })
      }),
    )
  })
  it('what somebody must change is parked at once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes.filter(code => ERRORS[code].kind !== 'retry')), code => {
        expect(judgeFailure(new HubError(code), 0, { maxAttempts: 12 })).toEqual({ park: true })
      }),
    )
  })
})
