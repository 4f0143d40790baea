import { describe, expect, it } from 'vitest'
import { continueTrace, newTraceparent } from '../../gateway/trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

describe('trace context', () => {
  it('a sound traceparent keeps its trace and its flags, under a span of our own', () => {
    const continued = continueTrace(`00-${TRACE}-00f067aa0ba902b7-00`)
    expect(continued).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))
    expect(continued).not.toContain('00f067aa0ba902b7')
  })

  it.each([
    undefined,
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `00-${TRACE}-00f067aa0ba902b7-01-more`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
  ])('%s starts a new trace', received => {
    const started = continueTrace(received)
    expect(started).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(started).not.toContain(TRACE)
  })

  it('two traces are not the same', () => expect(newTraceparent()).not.toBe(newTraceparent()))
})
