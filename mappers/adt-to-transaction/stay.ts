/*
  The state of a stay, as the movements that stand make it; pure, and the same in whatever order they were told.
    A05 A14 planned      A01 A04 A06 A07 in-progress      A02 A22 A54 in-progress, unless discharged      A21 onleave      A03 finished
    A15 A16 change nothing yet      nothing stands any more: cancelled
*/
import type { Encounter } from 'fhir/r4.js'
import type { Particulars, Place, StayContent } from '../hl7v2/adt/movement.ts'
import { type Recorded, type Standing, textOf, timelineOf } from '../hl7v2/adt/timeline.ts'

export type StayStatus = Extract<Encounter['status'], 'planned' | 'in-progress' | 'onleave' | 'finished' | 'cancelled'>

export interface Span {
  /** Instants. */
  start?: string
  end?: string
}

export interface Stay {
  status: StayStatus
  class: StayContent['class']
  period: Span
  /** What it was before, oldest first. */
  statuses: { status: StayStatus; period: Span }[]
  classes: { class: StayContent['class']; period: Span }[]
  /** One for each change of PV1-3, oldest first. */
  places: { place: Place; period: Span; isPlanned: boolean }[]
  /** What was last said, part by part. */
  content: StayContent
  timeline: Standing[]
}

type Act = 'plan' | 'admit' | 'move' | 'leave' | 'discharge' | 'announce'

const ACTS: Readonly<Record<string, Act>> = {
  A05: 'plan',
  A14: 'plan',
  A01: 'admit',
  A04: 'admit',
  A06: 'admit',
  A07: 'admit',
  A02: 'move',
  A22: 'move',
  A54: 'move',
  A21: 'leave',
  A03: 'discharge',
}

const actOf = ({ trigger }: Standing): Act => ACTS[trigger] ?? 'announce'

/** Undefined where no movement was ever inserted. */
export function stayOf(records: readonly Recorded[]): Stay | undefined {
  const timeline = timelineOf(records)
  if (timeline.length > 0) return stayAlong(timeline)
  const taken = timelineOf(records.filter(({ kind }) => kind !== 'cancel'))
  if (taken.length === 0) return undefined
  const { period, ...stay } = stayAlong(taken)
  const statuses = [...stay.statuses, { status: stay.status, period }]
  return { ...stay, status: 'cancelled', period: span(period.start, undefined), statuses, timeline }
}

function stayAlong(timeline: readonly Standing[]): Stay {
  const steps = stepsAlong(timeline)
  const status = steps.at(-1)?.status ?? 'planned'
  const real = timeline.filter(one => !['plan', 'announce'].includes(actOf(one)))
  const told = real.length > 0 ? real : timeline
  const content = contentOf(timeline)
  const statuses = runs(steps, step => step.status)
  const classes = runs(
    told.map(one => ({ at: one.startsAt, class: one.content.class })),
    one => one.class,
  )
  const start = (real.length > 0 ? (real.find(one => actOf(one) === 'admit')?.startsAt ?? content.admittedAt) : undefined) ?? told[0]?.startsAt
  const end = status === 'finished' ? timeline.findLast(one => actOf(one) === 'discharge')?.startsAt : undefined
  return {
    status,
    class: content.class,
    period: span(start, end),
    statuses: statuses.slice(0, -1).map(({ value, period }) => ({ status: value, period })),
    classes: classes.slice(0, -1).map(({ value, period }) => ({ class: value, period })),
    places: placesOf(told, { end, isPlanned: real.length === 0 }),
    content,
    timeline: [...timeline],
  }
}

interface Step {
  at: string
  status: StayStatus
}

function stepsAlong(timeline: readonly Standing[]): Step[] {
  const steps: Step[] = []
  for (const one of timeline) {
    const before = steps.at(-1)?.status
    const status = statusAfter(actOf(one), before)
    if (status !== undefined) steps.push({ at: status === 'planned' ? one.recordedAt : one.startsAt, status })
  }
  return steps
}

/** Whoever moved is there. */
const AFTER: Partial<Record<Act, StayStatus>> = { plan: 'planned', leave: 'onleave', discharge: 'finished', announce: 'planned' }

/** Undefined where it stays what it was: an announcement is no move, and who was discharged moves no more. */
function statusAfter(act: Act, before: StayStatus | undefined): StayStatus | undefined {
  const isIdle = act === 'announce' ? before !== undefined : before === 'finished' && (act === 'move' || act === 'leave')
  return isIdle ? undefined : (AFTER[act] ?? 'in-progress')
}

/** Equal neighbours are one; each ends where the next begins. */
function runs<T extends { at: string }, V>(steps: readonly T[], read: (step: T) => V): { value: V; period: Span }[] {
  const found: { value: V; at: string }[] = []
  for (const step of steps) {
    const value = read(step)
    if (found.length === 0 || textOf(found.at(-1)?.value) !== textOf(value)) found.push({ value, at: step.at })
  }
  return found.map(({ value, at }, index) => ({ value, period: span(at, found[index + 1]?.at) }))
}

function placesOf(told: readonly Standing[], { end, isPlanned }: { end: string | undefined; isPlanned: boolean }): Stay['places'] {
  const seen = told.flatMap(({ startsAt, content: { place } }) => (place === undefined ? [] : [{ at: startsAt, place }]))
  return runs(seen, one => one.place).map(({ value, period }, index, all) => ({
    place: value,
    period: index === all.length - 1 ? span(period.start, end) : period,
    isPlanned,
  }))
}

/** What the latest movement says; what it is silent about, the one before it. */
function contentOf(timeline: readonly Standing[]): StayContent {
  const contents = timeline.map(({ content }) => content)
  const particulars: Particulars = Object.assign({}, ...contents.map(one => one.particulars))
  return Object.assign({ class: 'N' }, ...contents, Object.keys(particulars).length === 0 ? {} : { particulars })
}

/** A start behind the end is no start: it was planned for later than it came. */
function span(start: string | undefined, end: string | undefined): Span {
  return { ...(start === undefined || (end !== undefined && start > end) ? {} : { start }), ...(end === undefined ? {} : { end }) }
}
