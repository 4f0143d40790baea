/*
  What became of the actions of a plan: who, what, when; each difference of an action is a change of its own.
*/
import type { CarePlanActivity, CarePlanActivityDetail } from 'fhir/r4.js'
import { ACTIVITY_STATUS, ELEMENT } from '../../profiles/tables/care-plan-words.ts'
import { type Change, change, keyOf, type Listed, listChanges, type NameOf, nameIn, type PlanVersion } from './change.ts'
import { textOfGoal } from './goal-changes.ts'
import { matchActivities, nameOfActivity, textOf } from './match-activities.ts'
import { changedElements } from './same.ts'
import { readSchedule, type Schedule } from './schedule.ts'
import { behind, from, listInWords, of, quoted, to } from './words.ts'

export function activityChanges(before: PlanVersion, after: PlanVersion, nameOf: NameOf): Change[] {
  return matchActivities(before.plan.activity ?? [], after.plan.activity ?? []).flatMap(pair => {
    if (pair.after === undefined) return pair.before === undefined ? [] : [removed(pair.before, nameOf)]
    return pair.before === undefined ? [added(pair.after, nameOf)] : compared({ before, after, nameOf }, pair.before.item, pair.after)
  })
}

const pathOf = (index: number): string => `CarePlan.activity[${index}]`

const action = (detail: CarePlanActivityDetail | undefined): string => (detail?.doNotPerform === true ? 'L’action à ne pas faire' : 'L’action')

/** `L’action « Visite »` */
function named(activity: CarePlanActivity, nameOf: NameOf): string {
  return `${action(activity.detail)} ${quoted(nameOfActivity(activity, nameOf) || 'sans titre')}`
}

function added({ item, index }: Listed<CarePlanActivity>, nameOf: NameOf): Change {
  const who = performers(item.detail, nameOf)
  const when = item.detail === undefined ? undefined : readSchedule(item.detail)?.words
  const more = [who === undefined ? '' : `, assurée par ${who}`, when === undefined ? '' : `, prévue ${when}`].join('')
  const isExpected = /^(?:not-started|scheduled|in-progress)$/.test(item.detail?.status ?? 'scheduled')
  const sentence = `${named(item, nameOf)}${more}${more === '' ? '' : ','} est ajoutée au plan${isExpected ? '' : behind(statusInWords(item.detail))}.`
  return change({ kind: 'activity.added', path: pathOf(index), to: textOf(item) || undefined, sentence })
}

const reasonOf = ({ statusReason }: CarePlanActivityDetail): string | undefined => statusReason?.text ?? statusReason?.coding?.[0]?.display

/** `annulée : Hospitalisation` */
export const statusInWords = (detail: CarePlanActivityDetail | undefined): string =>
  detail === undefined ? '' : [ACTIVITY_STATUS[detail.status], reasonOf(detail)].filter(words => words !== undefined).join(' : ')

function removed({ item, index }: Listed<CarePlanActivity>, nameOf: NameOf): Change {
  return change({ kind: 'activity.removed', path: pathOf(index), from: textOf(item) || undefined, sentence: `${named(item, nameOf)} est retirée du plan.` })
}

const performers = (detail: CarePlanActivityDetail | undefined, nameOf: NameOf): string | undefined =>
  detail?.performer === undefined ? undefined : listInWords(detail.performer.map(one => nameIn(nameOf, one)))

interface Scene {
  before: PlanVersion
  after: PlanVersion
  nameOf: NameOf
}

interface Both {
  scene: Scene
  before: CarePlanActivityDetail
  after: CarePlanActivityDetail
  /** `L’action « Visite »` */
  name: string
  path: string
}

function compared(scene: Scene, before: CarePlanActivity, { item: after, index }: Listed<CarePlanActivity>): Change[] {
  const path = pathOf(index)
  const name = named(after, scene.nameOf)
  const otherwise = (place: string, element: string): Change =>
    change({ kind: 'activity.changed', path: place, sentence: `${name} est modifiée (${ELEMENT[element] ?? element}).` })
  const [old, young] = [before.detail, after.detail]
  const above = changedElements(before, after, new Set(['id', ...(old === undefined || young === undefined ? [] : ['detail'])]))
  if (old === undefined || young === undefined) return above.map(element => otherwise(`${path}.${element}`, element))
  const both: Both = { scene, before: old, after: young, name, path: `${path}.detail` }
  const within = changedElements(old, young, new Set(['id', ...(old.status === young.status ? [] : ['statusReason'])]))
  return [
    ...above.map(element => otherwise(`${path}.${element}`, element)),
    ...within.flatMap(element => {
      const found = DETAIL[element]?.(both) ?? []
      return found.length > 0 ? found : [otherwise(`${path}.detail.${element}`, element)]
    }),
  ]
}

/** Elements that have words of their own; an empty answer leaves the element to `activity.changed`. */
const DETAIL: Readonly<Record<string, (both: Both) => Change[]>> = {
  status: ({ before, after, name, path }) => {
    const [from, to] = [ACTIVITY_STATUS[before.status], ACTIVITY_STATUS[after.status]]
    if (from === undefined || to === undefined) return []
    const sentence = `${name}, jusqu’ici ${from}, est maintenant ${to}${behind(reasonOf(after))}.`
    return [change({ kind: 'activity.status', path: `${path}.status`, from, to, sentence })]
  },
  description: ({ before, after, path }) => {
    const [from, to] = [before.description, after.description]
    if (from === undefined || to === undefined || from === to) return []
    return [
      change({ kind: 'activity.description', path: `${path}.description`, from, to, sentence: `${action(after)} ${quoted(from)} devient ${quoted(to)}.` }),
    ]
  },
  doNotPerform: ({ before, after, name, path }) => {
    const sentence = after.doNotPerform === true ? `${name} était à faire jusqu’ici.` : `${name}, jusqu’ici à ne pas faire, est à faire.`
    return after.doNotPerform === (before.doNotPerform ?? false) ? [] : [change({ kind: 'activity.changed', path: `${path}.doNotPerform`, sentence })]
  },
  scheduled: moved,
  performer: intervener,
  goal: ({ scene, before, after, name, path }) => {
    const { added, removed } = listChanges(before.goal ?? [], after.goal ?? [], keyOf)
    const about = (end: 'from' | 'to', text: string, verb: string): Change =>
      change({ kind: 'activity.goal', path: `${path}.goal`, [end]: text, sentence: `${name} ${verb} l’objectif ${quoted(text)}.` })
    return [
      ...added.map(({ item }) => about('to', textOfGoal(scene.after, item), 'sert maintenant')),
      ...removed.map(({ item }) => about('from', textOfGoal(scene.before, item), 'ne sert plus')),
    ]
  },
}

function moved({ scene, before, after, name, path }: Both): Change[] {
  const [old, young] = [readSchedule(before), readSchedule(after)]
  const who = performers(after, scene.nameOf)
  const whose = who === undefined ? name : `${name}, assurée par ${who},`
  return [change({ kind: 'activity.moved', path: `${path}.scheduled`, from: old?.words, to: young?.words, sentence: movedSentence(whose, old, young) })]
}

function movedSentence(whose: string, old: Schedule | undefined, young: Schedule | undefined): string {
  if (young === undefined) return `${whose} n’a plus de date prévue.`
  if (old === undefined) return `${whose} est maintenant prévue ${young.words}.`
  if (old.words === young.words) return `${whose} est programmée autrement : ${young.words}.`
  const [left, joined] = [old.days.filter(day => !young.days.includes(day)), young.days.filter(day => !old.days.includes(day))]
  if (old.rest !== young.rest || left.length === 0 || joined.length === 0) return `${whose} est maintenant prévue ${young.words}, au lieu de : ${old.words}.`
  return `${whose} passe ${listInWords(left.map(from))} ${listInWords(joined.map(to))}.`
}

function intervener({ scene, before, after, name, path }: Both): Change[] {
  const changed = listChanges(before.performer ?? [], after.performer ?? [], keyOf)
  const [joined, left] = [changed.added, changed.removed].map(list => list.map(({ item }) => nameIn(scene.nameOf, item)))
  if (joined === undefined || left === undefined || joined.length + left.length === 0) return []
  const verb = (who: string[], one: string, many: string): string => (who.length > 1 ? many : one)
  const place = name.replace(/^L/, 'Pour l')
  const sentence =
    joined.length === 0
      ? `${place}, ${listInWords(left)} ${verb(left, 'n’intervient', 'n’interviennent')} plus.`
      : left.length === 0
        ? `${place}, ${listInWords(joined)} ${verb(joined, 'intervient', 'interviennent')} désormais.`
        : `${place}, ${listInWords(joined)} ${verb(joined, 'intervient', 'interviennent')} désormais à la place ${of(listInWords(left))}.`
  const words = (who: string[]): string | undefined => (who.length === 0 ? undefined : listInWords(who))
  return [change({ kind: 'activity.performer', path: `${path}.performer`, from: words(left), to: words(joined), sentence })]
}
