/*
  The movements of a stay in the order of time, as all accepted messages make them, in whatever order these arrived. Pure.
    insert => the movement stands      update => it says something else      cancel => it is gone      insert after a cancel => it stands again
  Messages count in the order in which the sender recorded them (EVN-2); a pre-admission stands before everything, whenever it was planned for.
*/
import type { ErrorCode } from '../../../profiles/errors.ts'
import { UPDATE_EVENT } from '../../../profiles/hl7v2/adt-events.ts'
import type { Movement, StayContent } from './movement.ts'

/** An accepted message about a movement. */
export interface Recorded extends Movement {
  messageId: string
  /** An insertion of what stood already: it changes nothing. */
  isRepeat: boolean
}

/** A movement that stands. */
export interface Standing {
  ids: string[]
  trigger: string
  startsAt: string
  isHistoric: boolean
  recordedAt: string
  content: StayContent
  /** The message that says what it says now. */
  messageId: string
}

interface Track {
  ids: Set<string>
  records: Recorded[]
}

const RANK = { insert: 0, update: 1, cancel: 2 } as const
/** Announced only: where the person is does not change. */
const PENDING = ['A14', 'A15', 'A16']
const BEFORE_ALL = ['A05', 'A14']
const PHASES = ['A05', 'A14', 'A01', 'A04', 'A06', 'A07', 'A02', 'A54', 'A21', 'A22', 'A15', 'A16', 'A03']

/** Out: what stands, in the order of time; the same for any order of `records`. */
export function timelineOf(records: readonly Recorded[]): Standing[] {
  return tracksOf(records)
    .flatMap(track => standing(track) ?? [])
    .sort(byTime)
}

/**
 * What the accepted movements say against another one.
 * Out: movement.unknown where no movement of its name stands; movement.not_current where a later one stood when it was recorded; movement.incoherent where it
 *      is about another event than the one that stands.
 */
export function objectionTo(
  movement: Movement,
  records: readonly Recorded[],
): Extract<ErrorCode, `movement.${'unknown' | 'not_current' | 'incoherent'}`> | undefined {
  if (movement.kind === 'insert') return undefined
  const isSame = (ids: Iterable<string>): boolean => [...ids].some(id => movement.ids.includes(id))
  if (!records.some(({ ids }) => isSame(ids))) return 'movement.unknown'
  // What arrived before it may have been recorded after it: another order of arrival must not change the answer.
  const then = timelineOf(records.filter(({ recordedAt }) => recordedAt <= movement.recordedAt))
  const timeline = then.some(({ ids }) => isSame(ids)) ? then : timelineOf(records)
  const target = timeline.find(({ ids }) => isSame(ids))
  if (target === undefined) return movement.kind === 'update' ? 'movement.unknown' : 'movement.not_current'
  const rivals = timeline.filter(one => !one.isHistoric && (PENDING.includes(target.trigger) || !PENDING.includes(one.trigger)))
  if (movement.kind === 'cancel' && rivals.some(one => byTime(one, target) > 0)) return 'movement.not_current'
  // Whoever writes A08 for Z99 may name no event.
  return [target.trigger, UPDATE_EVENT].includes(movement.trigger) ? undefined : 'movement.incoherent'
}

/** Does a movement of one of these names stand? */
export function isStanding(ids: readonly string[], records: readonly Recorded[]): boolean {
  return timelineOf(records).some(one => one.ids.some(id => ids.includes(id)))
}

function tracksOf(records: readonly Recorded[]): Track[] {
  const tracks: Track[] = []
  for (const record of [...records].sort(byRecord)) {
    const known = tracks.filter(({ ids }) => record.ids.some(id => ids.has(id)))
    const [first, ...others] = known
    if (first === undefined) {
      tracks.push({ ids: new Set(record.ids), records: [record] })
      continue
    }
    for (const other of others) {
      tracks.splice(tracks.indexOf(other), 1)
      first.records.push(...other.records)
      for (const id of other.ids) first.ids.add(id)
    }
    first.records.push(record)
    first.records.sort(byRecord)
    for (const id of record.ids) first.ids.add(id)
  }
  return tracks
}

function standing({ ids, records }: Track): Standing | undefined {
  let now: Recorded | undefined
  for (const record of insertedFirst(records)) {
    if (record.kind === 'cancel') now = undefined
    else if (record.kind === 'insert') now = now === undefined || !record.isRepeat ? record : now
    else if (now !== undefined) now = { ...record, trigger: now.trigger }
  }
  if (now === undefined) return undefined
  const { trigger, startsAt, isHistoric, recordedAt, content, messageId } = now
  return { ids: [...ids].sort(), trigger, startsAt, isHistoric, recordedAt, content, messageId }
}

/** By a clock that is wrong, a movement may be changed before it is inserted. */
function insertedFirst(records: readonly Recorded[]): Recorded[] {
  const first = records.findIndex(({ kind }) => kind === 'insert')
  const insertion = records[first]
  return insertion === undefined ? [] : [insertion, ...records.filter(record => record !== insertion)]
}

function byRecord(left: Recorded, right: Recorded): number {
  return (
    compare(left.recordedAt, right.recordedAt) ||
    RANK[left.kind] - RANK[right.kind] ||
    Number(left.isRepeat) - Number(right.isRepeat) ||
    compare(textOf(left.content), textOf(right.content)) ||
    compare(left.messageId, right.messageId)
  )
}

function byTime(left: Standing, right: Standing): number {
  return (
    Number(BEFORE_ALL.includes(right.trigger)) - Number(BEFORE_ALL.includes(left.trigger)) ||
    compare(left.startsAt, right.startsAt) ||
    compare(left.recordedAt, right.recordedAt) ||
    PHASES.indexOf(left.trigger) - PHASES.indexOf(right.trigger) ||
    compare(left.ids[0] ?? '', right.ids[0] ?? '')
  )
}

/** The same for the same content, in whatever order its parts were written. */
export function textOf(content: unknown): string {
  if (Array.isArray(content)) return `[${content.map(textOf).join()}]`
  if (typeof content !== 'object' || content === null) return JSON.stringify(content) ?? ''
  const parts = Object.entries(content).sort(([left], [right]) => compare(left, right))
  return `{${parts.map(([name, value]) => `${name}:${textOf(value)}`).join()}}`
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
