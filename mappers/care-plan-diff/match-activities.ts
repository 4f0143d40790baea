/*
  Which activity of the later version is which of the earlier one: the same content, else the same reference, else the most alike; the place in the list decides between equals only.
    likeness => words of the text (0.6) + element id (0.45) + intervener (0.15) + schedule (0.15) + goal (0.1); from 0.5 on it is the same activity
*/
import type { CarePlanActivity, Reference } from 'fhir/r4.js'
import { keyOf, type Listed, type NameOf, nameIn } from './change.ts'
import { canonical, isSame, pairBy } from './same.ts'
import { readSchedule } from './schedule.ts'

export interface Pair {
  before?: Listed<CarePlanActivity>
  after?: Listed<CarePlanActivity>
}

const ALIKE = 0.5
/** Above this number of comparisons only equal texts are paired: a plan of thousands of rewritten activities must not hold the hub. */
const MOST_COMPARISONS = 40_000

/** In the order of the later version, what was taken away behind. */
export function matchActivities(before: readonly CarePlanActivity[], after: readonly CarePlanActivity[]): Pair[] {
  const left: Listed<CarePlanActivity>[] = before.map((item, index) => ({ item, index }))
  const right: Listed<CarePlanActivity>[] = after.map((item, index) => ({ item, index }))
  const partner: Partners = new Map()
  const open = (): Open => {
    const taken = new Set(partner.values())
    return { left: left.filter(one => !taken.has(one)), right: right.filter(one => !partner.has(one)) }
  }
  const pairEqual = (key: (activity: CarePlanActivity) => string | undefined): void => {
    const still = open()
    for (const [after, before] of pairBy(still.left, still.right, ({ item }) => key(item))) partner.set(after, before)
  }
  pairEqual(({ id: _id, ...content }) => canonical(content))
  pairEqual(({ reference }) => (reference === undefined ? undefined : keyOf(reference)))
  const rest = open()
  if (rest.left.length * rest.right.length > MOST_COMPARISONS) pairEqual(activity => textOf(activity) || undefined)
  else pairAlike(rest, partner)
  return [...right.map(one => pairOf(partner.get(one), one)), ...open().left.map(one => ({ before: one }))]
}

const pairOf = (before: Listed<CarePlanActivity> | undefined, after: Listed<CarePlanActivity>): Pair => (before === undefined ? { after } : { before, after })

type Open = { left: Listed<CarePlanActivity>[]; right: Listed<CarePlanActivity>[] }
type Partners = Map<Listed<CarePlanActivity>, Listed<CarePlanActivity>>

function pairAlike({ left, right }: Open, partner: Partners): void {
  const pairs = left.flatMap(before => right.map(after => ({ before, after, alike: likeness(before.item, after.item) }))).filter(({ alike }) => alike >= ALIKE)
  const distance = ({ before, after }: { before: Listed<CarePlanActivity>; after: Listed<CarePlanActivity> }): number => Math.abs(before.index - after.index)
  pairs.sort((a, b) => b.alike - a.alike || distance(a) - distance(b))
  const taken = new Set<Listed<CarePlanActivity>>()
  for (const { before, after } of pairs) {
    if (taken.has(before) || partner.has(after)) continue
    taken.add(before)
    partner.set(after, before)
  }
}

function likeness(before: CarePlanActivity, after: CarePlanActivity): number {
  const id = before.id !== undefined && before.id === after.id ? 0.45 : 0
  const [old, young] = [before.detail, after.detail]
  if (old === undefined || young === undefined) return id
  const schedule = isSame(readSchedule(old), readSchedule(young)) && readSchedule(old) !== undefined ? 0.15 : 0
  return (
    id +
    0.6 * shared(wordsOf(before), wordsOf(after)) +
    schedule +
    (haveCommon(old.performer, young.performer) ? 0.15 : 0) +
    (haveCommon(old.goal, young.goal) ? 0.1 : 0)
  )
}

/** The text by which people know an activity. */
export function textOf({ detail, reference }: CarePlanActivity): string {
  const coded = detail?.code?.text ?? detail?.code?.coding?.find(coding => coding.display !== undefined)?.display
  return detail?.description ?? coded ?? reference?.display ?? ''
}

/** As it is named today, with what became of it: whoever wrote a reference may have given it a name long ago. */
export const nameOfActivity = (activity: CarePlanActivity, nameOf: NameOf): string =>
  activity.reference === undefined ? textOf(activity) : nameIn(nameOf, activity.reference)

/** Words of three letters and more, without accents. */
function wordsOf(activity: CarePlanActivity): Set<string> {
  const plain = textOf(activity).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return new Set(plain.match(/[\p{L}\d]{3,}/gu) ?? [])
}

/** Dice: twice what is common over all there is. */
function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter(word => b.has(word)).length
  return a.size + b.size === 0 ? 0 : (2 * common) / (a.size + b.size)
}

function haveCommon(a: readonly Reference[] = [], b: readonly Reference[] = []): boolean {
  const keys = new Set(a.map(keyOf))
  return b.some(one => keys.has(keyOf(one)))
}
