import { describe, expect, it } from 'vitest'
import { warning } from '../../gateway/log.ts'
import { HubError } from '../../profiles/errors.ts'

describe('what is done again and again', () => {
  const told = (error: unknown): unknown[] => {
    const found: unknown[] = []
    warning({ warn: (...said) => found.push(said) }, 'deadlines.failed')(error)
    return found
  }

  it('tells a failure of its own, and not a part that is away: that says so itself', () => {
    expect(told(new HubError('store.unavailable', { dependency: 'hapi' }))).toEqual([])
    expect(told(new HubError('hub.defect'))).toEqual([['deadlines.failed', { code: 'hub.defect' }]])
  })
})
