import { describe, expect, it } from 'vitest'
import { addressWith } from '../../../../gateway/monitor/web/src/router.ts'
import { routeOf } from '../../../../gateway/monitor/web/src/views.ts'
import { errorOf, type FlowItem, type FlowStep, recipientsOf, stateOf, tookMs } from '../../../../gateway/monitor/web/src/views/flows/flow-item.ts'
import { defaultStart, isReversed } from '../../../../gateway/monitor/web/src/views/flows/window.ts'

// What the list says of a flow, and its window of time.

const at = (second: number): string => new Date(Date.parse('2026-11-28T08:00:00Z') + second * 1000).toISOString()
const flow = (...steps: Omit<FlowStep, 'at'>[]): FlowItem => ({
  id: '1',
  controlId: 'C',
  sender: 'S',
  territory: null,
  documentType: null,
  documentId: null,
  status: 'running',
  steps: steps.map((step, second) => ({ ...step, at: at(second) })),
})

describe('a row', () => {
  it('counts who was reached, who was not, and who may still be', () => {
    const sent = ['delivered', 'failed', 'parked', 'stopped', 'unconfirmed', 'sending', 'waiting'].map(outcome => ({ step: 'sent' as const, outcome }))
    expect(recipientsOf(flow({ step: 'received', outcome: 'ok' }, ...sent))).toEqual({ delivered: 1, failed: 4, open: 2 })
  })

  it('that is complete is so to all only where everybody was reached', () => {
    const over = (outcome: string) => ({ ...flow({ step: 'sent', outcome: 'delivered' }, { step: 'sent', outcome }), status: 'complete' as const })
    expect(['delivered', 'failed', 'stopped', 'unconfirmed'].map(outcome => stateOf(over(outcome)))).toEqual(['complete', 'partial', 'partial', 'partial'])
    expect(stateOf({ ...over('failed'), status: 'parked' })).toBe('parked')
  })

  it('says the last error, and none of a flow that went well', () => {
    expect(errorOf(flow({ step: 'acknowledged', outcome: 'AE', code: 'hl7v2.table_value at OBX-11' }))).toBe('hl7v2.table_value · OBX-11')
    expect(errorOf(flow({ step: 'announced', outcome: 'waiting', code: 'document.depose' }))).toBeUndefined()
    expect(errorOf(flow({ step: 'mapped', outcome: 'ok', code: 'oru/3' }, { step: 'sent', outcome: 'delivered' }))).toBeUndefined()
  })

  it('took from its first step to its last; one step alone took no time', () => {
    expect(tookMs(flow({ step: 'received', outcome: 'ok' }, { step: 'stored', outcome: 'ok' }, { step: 'sent', outcome: 'delivered' }))).toBe(2000)
    expect(tookMs(flow({ step: 'received', outcome: 'ok' }))).toBeUndefined()
  })
})

describe('the window of time', () => {
  it('is 24 hours before its end, before now without one', () => {
    expect(defaultStart(new URLSearchParams(), Date.parse('2026-11-28T08:41:12Z'))).toBe('2026-11-27T08:41:00Z')
    expect(defaultStart(new URLSearchParams({ to: '2026-10-01T00:00:00Z' }), 0)).toBe('2026-09-30T00:00:00Z')
  })

  it('is reversed when it does not start before its end; an open one is not', () => {
    expect(isReversed(at(2), at(1))).toBe(true)
    expect(isReversed(at(1), at(1))).toBe(true)
    expect(isReversed(at(1), at(2))).toBe(false)
    expect(isReversed(at(1), '')).toBe(false)
  })
})

describe('the address of a view', () => {
  it('that cannot be read is the address of none', () => {
    expect(routeOf('/monitor/flows/a%20b')).toMatchObject({ name: 'flow', id: 'a b' })
    expect(routeOf('/monitor/flows/%E0%A4%A')).toBeUndefined()
  })

  const place = { path: '/monitor/flows', query: new URLSearchParams('status=parked&after=x') }

  it('keeps the other filters; an empty one is taken away', () => {
    expect(addressWith({ sender: 'DPI-1/CH-1', after: undefined }, place)).toBe('/monitor/flows?status=parked&sender=DPI-1%2FCH-1')
    expect(addressWith({ status: '', after: '' }, place)).toBe('/monitor/flows')
  })
})
