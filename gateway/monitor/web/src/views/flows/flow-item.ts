/*
  A flow of the list, and what its row says of its steps.
*/
import type { Sent } from '../../../../sent.ts'
import type { Flow } from '../../../../../ledger/flows/flow.ts'

export type FlowItem = Sent<Flow>
export type FlowStep = FlowItem['steps'][number]

export interface FlowPage {
  items: FlowItem[]
  next: string | null
  total?: number
  totalIsExact?: boolean
}

export interface RecipientCounts {
  delivered: number
  failed: number
  open: number
}

const FAILED = new Set(['failed', 'parked', 'stopped', 'unconfirmed'])

/** How many were reached, by the last word of each sending. */
export function recipientsOf({ steps }: Pick<FlowItem, 'steps'>): RecipientCounts {
  const counts = { delivered: 0, failed: 0, open: 0 }
  for (const { step, outcome } of steps) {
    if (step !== 'sent') continue
    if (outcome === 'delivered') counts.delivered += 1
    else if (FAILED.has(outcome)) counts.failed += 1
    else counts.open += 1
  }
  return counts
}

/** Its status, and whether it is over with somebody who was not reached. */
export const stateOf = (flow: Pick<FlowItem, 'status' | 'steps'>): string =>
  flow.status === 'complete' && recipientsOf(flow).failed > 0 ? 'partial' : flow.status

const TROUBLED = new Set(['parked', 'waiting', 'failed', 'AE', 'AR'])

/** The error that explains the status: the last one. The code of what is announced is its kind. */
export const errorOf = ({ steps }: FlowItem): string | undefined =>
  steps.findLast(({ step, outcome, code }) => code !== undefined && step !== 'announced' && TROUBLED.has(outcome))?.code?.replace(' at ', ' · ')

/** From the first step to the last, in milliseconds. */
export function tookMs({ steps }: FlowItem): number | undefined {
  const times = steps.map(({ at }) => Date.parse(at)).filter(Number.isFinite)
  return times.length < 2 ? undefined : Math.max(...times) - Math.min(...times)
}
