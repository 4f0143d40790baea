import { describe, expect, it } from 'vitest'
import type { FlowStep } from '../../../../gateway/ledger/flows/flows.ts'
import { timeLine } from '../../../../gateway/monitor/flow/time-line.ts'

const at = (second: number): Date => new Date(Date.UTC(2026, 5, 2, 12, 0, second))
const step = (name: FlowStep['step'], second: number, rest: Partial<FlowStep> = {}): FlowStep => ({ step: name, at: at(second), outcome: 'ok', ...rest })

describe('the time line of a flow', () => {
  it('each step took the time since the one it follows, not since the one before it on the line', () => {
    const line = timeLine([step('received', 0), step('acknowledged', 1), step('mapped', 3), step('stored', 6), step('announced', 10)])
    expect(line.map(({ durationMs }) => durationMs)).toEqual([null, 1000, 2000, 3000, 4000])
  })

  it('what was sent to a recipient follows the decision about him, his receipt what was sent to him', () => {
    const [one, other] = [{ recipient: 'a@x.mssante.fr' }, { recipient: 'b@x.mssante.fr' }]
    const line = timeLine([
      step('stored', 0),
      step('decided', 1, one),
      step('decided', 2, other),
      step('sent', 5, other),
      step('sent', 6, one),
      step('receipt', 9, one),
    ])
    expect(line.map(({ durationMs }) => durationMs)).toEqual([null, 1000, 2000, 3000, 5000, 3000])
  })

  it('an error is said in a sentence of both languages, with the place where it is', () => {
    const [refused] = timeLine([step('acknowledged', 0, { outcome: 'AE', code: 'hl7v2.table_value at OBX-11' })])
    expect(refused).toMatchObject({ path: 'OBX-11', sentence: { en: expect.stringMatching(/table/), fr: expect.stringMatching(/table/) } })
    expect(refused?.sentence?.fr).not.toBe(refused?.sentence?.en)
  })

  it('a decision that gives nothing says why and what to do; one that gives says nothing more', () => {
    const [no, yes] = timeLine([
      step('decided', 0, { outcome: 'aucun', code: 'consent.opposed' }),
      step('decided', 0, { outcome: 'complet', code: 'sender.named' }),
    ])
    expect(no?.sentence?.fr).toMatch(/oppose/)
    expect(yes?.sentence).toBeUndefined()
  })
})
