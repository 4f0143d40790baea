/*
  The entries of a circle from one version to the next: they are closed or added; none is taken away or written anew.
    an entry is known by its member and the day it began; its level of access may change, and an end that lies ahead
*/
import type { CareTeam, CareTeamParticipant, Extension } from 'fhir/r4.js'
import { canonical, pairBy } from '../../../mappers/care-plan-diff/same.ts'
import { EXTENSION } from '../../../profiles/canonicals.ts'
import type { CircleChange } from '../../../profiles/tables/circle-changes.ts'
import type { Objection } from '../care-flow.ts'
import { isRunning } from '../period.ts'
import { targetOf } from '../person.ts'

interface Entry {
  before?: CareTeamParticipant
  after?: CareTeamParticipant
  /** Place in the later version, of one that is gone in the earlier. */
  index: number
}

const keyOf = ({ member, period }: CareTeamParticipant): string => `${targetOf(member) ?? ''} ${period?.start ?? ''}`

/** The same content first, then the same member and beginning. */
export function entriesOf(before: CareTeam, after: CareTeam): Entry[] {
  const [left, right] = [before.participant ?? [], after.participant ?? []]
  const same = pairBy(left, right, canonical)
  const taken = new Set(same.values())
  const known = pairBy(
    left.filter(one => !taken.has(one)),
    right.filter(one => !same.has(one)),
    keyOf,
  )
  const kept = new Set([...taken, ...known.values()])
  const matched = right.map((entry, index): Entry => {
    const old = same.get(entry) ?? known.get(entry)
    return old === undefined ? { after: entry, index } : { before: old, after: entry, index }
  })
  return [...matched, ...left.flatMap((one, index) => (kept.has(one) ? [] : [{ before: one, index }]))]
}

/** What may not become of this entry; undefined when all is well. */
export function objectionTo({ before, after, index }: Entry, now: Date): Objection | undefined {
  const element = `participant[${index}]`
  if (before === undefined) return undefined
  if (after === undefined)
    return objection('circle.entry-removed', 'participant', {
      en: 'A member who leaves is given an end; his entry stays.',
      fr: 'Un membre qui part reçoit une date de fin ; son entrée reste dans le cercle.',
    })
  const [end, newEnd] = [before.period?.end, after.period?.end]
  const hasLeft = end !== undefined && Date.parse(end) <= now.getTime()
  if (hasLeft && end !== newEnd)
    return objection('circle.entry-reopened', `${element}.period.end`, {
      en: 'Who comes back gets a new entry.',
      fr: 'Un membre qui revient reçoit une nouvelle entrée.',
    })
  if (canonical(fixed(before)) === canonical(fixed(after))) return undefined
  return objection('circle.entry-rewritten', element, {
    en: 'An entry is closed, and a new one added; it is not written anew.',
    fr: 'Une entrée se ferme et une autre s’ajoute ; elle ne se réécrit pas.',
  })
}

const objection = (rule: string, element: string, text: Objection['text']): Objection => ({ rule, element, text })

const isLevel = ({ url }: Extension): boolean => url === EXTENSION.accessLevel

/** All but the end, the level and the element id. */
function fixed({ id: _id, period, extension, ...entry }: CareTeamParticipant): object {
  const { end: _end, ...rest } = period ?? {}
  return { ...entry, period: rest, extension: extension?.filter(one => !isLevel(one)) ?? [] }
}

/** Kinds of change, each once. */
export function entryChanges(entries: readonly Entry[], now: Date): CircleChange[] {
  const left = entries.filter(({ before, after }) => isRunning(before?.period, now) && before !== undefined && !isRunning(after?.period, now))
  const joined = entries.filter(({ before, after }) => before === undefined && after !== undefined)
  const leaving = new Set(left.map(({ before }) => targetOf(before?.member)))
  const stayed = joined.filter(({ after }) => leaving.has(targetOf(after?.member)))
  const levels = entries.some(({ before, after }) => before !== undefined && after !== undefined && levelOf(before) !== levelOf(after))
  const kinds: (CircleChange | false)[] = [
    joined.length > stayed.length && 'member.joined',
    left.length > stayed.length && 'member.left',
    stayed.length > 0 && 'role.changed',
    levels && 'member.level',
  ]
  return kinds.filter(kind => kind !== false)
}

const levelOf = ({ extension }: CareTeamParticipant): string | undefined => extension?.find(isLevel)?.valueCode
