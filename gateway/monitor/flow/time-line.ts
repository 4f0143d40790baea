/*
  The steps of a flow as a time line: how long each took since the one it followed, and what its code means.
    received < acknowledged < mapped < stored < announced     stored < decided < sent, returned < receipt (each of its own recipient)
*/
import { codeOfRule, NON_RECEIPT } from '../../../profiles/tables/non-receipt.ts'
import type { FlowStep } from '../../ledger/flows/flows.ts'
import { type Said, sentenceOfError } from '../sentences.ts'

export interface StepShown extends FlowStep {
  /** Since the step it followed; null for the first. */
  durationMs: number | null
  /** Where in the message the error is. */
  path?: string
  sentence?: Said
}

/** What a step follows, the nearest first. */
const FOLLOWS: Readonly<Record<FlowStep['step'], readonly FlowStep['step'][]>> = {
  received: [],
  acknowledged: ['received'],
  mapped: ['acknowledged', 'received'],
  stored: ['mapped', 'acknowledged', 'received'],
  announced: ['stored', 'acknowledged'],
  decided: ['stored', 'acknowledged'],
  sent: ['decided', 'stored'],
  returned: ['decided', 'stored', 'acknowledged'],
  receipt: ['sent', 'decided'],
}

/** These are about one recipient and follow what was about the same. */
const OF_RECIPIENT: ReadonlySet<FlowStep['step']> = new Set(['sent', 'returned', 'receipt'])

export function timeLine(steps: readonly FlowStep[]): StepShown[] {
  return steps.map(step => {
    const [code, path] = placed(step.code)
    const sentence = sentenceOf(step, code)
    return {
      ...step,
      durationMs: durationOf(step, steps),
      ...(path === undefined ? {} : { path }),
      ...(sentence === undefined ? {} : { sentence }),
    }
  })
}

function durationOf(step: FlowStep, steps: readonly FlowStep[]): number | null {
  for (const kind of FOLLOWS[step.step]) {
    const before = steps.filter(one => one.step === kind && one.at <= step.at && isAlike(one, step)).at(-1)
    if (before !== undefined) return step.at.getTime() - before.at.getTime()
  }
  return null
}

const isAlike = (before: FlowStep, step: FlowStep): boolean =>
  !OF_RECIPIENT.has(step.step) || before.recipient === undefined || before.recipient === step.recipient

/** `hl7v2.table_value at OBX-11` */
function placed(code: string | undefined): [string | undefined, string | undefined] {
  const [name, place] = code?.split(' at ') ?? []
  return [name, place]
}

function sentenceOf({ step, outcome }: FlowStep, code: string | undefined): Said | undefined {
  if (code === undefined) return undefined
  if (step === 'decided') return outcome === 'aucun' ? NON_RECEIPT[codeOfRule(code)] : undefined
  return sentenceOfError(code)
}
