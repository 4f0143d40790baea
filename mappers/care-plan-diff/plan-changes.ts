/*
  What became of the plan itself, element by element: state, title, référent, dates, people and documents around it.
*/
import type { Annotation, CarePlan, CodeableConcept, Extension, Reference } from 'fhir/r4.js'
import { EXTENSION } from '../../profiles/canonicals.ts'
import type { PlanChange } from '../../profiles/tables/care-plan-changes.ts'
import { DIMENSION, ELEMENT, PLAN_STATUS } from '../../profiles/tables/care-plan-words.ts'
import { type Change, change, keyOf, listChanges, type NameOf, nameIn } from './change.ts'
import { canonical, isSame } from './same.ts'
import { capitalised, dateInWords, dateMoved, of, quoted } from './words.ts'

type Read = (before: CarePlan, after: CarePlan, nameOf: NameOf) => Change[]

/** Elements that have words of their own; an empty answer leaves the element to `other`. */
export const PLAN_ELEMENTS: Readonly<Record<string, Read>> = {
  status: (before, after) => {
    const [from, to] = [PLAN_STATUS[before.status], PLAN_STATUS[after.status]]
    return changedWords('status', 'CarePlan.status', { from, to }, `Le plan, jusqu’ici ${from}, est maintenant ${to}.`)
  },
  title: ({ title: from }, { title: to }) => {
    const was = from === undefined ? '' : `, et non plus ${quoted(from)}`
    return changedWords(
      'title',
      'CarePlan.title',
      { from, to },
      to === undefined ? 'Le plan n’a plus de titre.' : `Le plan s’intitule maintenant ${quoted(to)}${was}.`,
    )
  },
  description: ({ description: from }, { description: to }) =>
    changedWords(
      'description',
      'CarePlan.description',
      { from, to },
      to === undefined ? 'La description du plan est retirée.' : `La description du plan est maintenant : ${quoted(to)}.`,
    ),
  author: ({ author: old }, { author: young }, nameOf) => {
    if ((old && keyOf(old)) === (young && keyOf(young))) return []
    const [from, to] = [old, young].map(one => (one === undefined ? undefined : nameIn(nameOf, one)))
    const instead = from === undefined ? '' : ` à la place ${of(from)}`
    const sentence =
      to === undefined ? `${capitalised(from ?? '')} n’est plus le référent du plan.` : `${capitalised(to)} devient le référent du plan${instead}.`
    return [change({ kind: 'author', path: 'CarePlan.author', from, to, sentence })]
  },
  period: ({ period: old }, { period: young }) => [
    ...dateChange('period', 'CarePlan.period.start', { name: 'La date de début du plan', from: old?.start, to: young?.start }),
    ...dateChange('period', 'CarePlan.period.end', { name: 'La date de fin du plan', from: old?.end, to: young?.end }),
  ],
  extension: (before, after) => {
    const [from, to] = [reassessment(before), reassessment(after)]
    const path = `CarePlan.extension('${EXTENSION.nextReassessment}').value`
    const found = dateChange('reassessment', path, { name: 'La date de la prochaine réévaluation', from, to })
    return isSame(furtherExtensions(before), furtherExtensions(after)) ? found : [...found, otherChange('extension')]
  },
  category: (before, after) =>
    listOf<CodeableConcept>(
      { before: before.category, after: after.category, key: canonical, kinds: ['category.added', 'category.removed'], path: 'CarePlan.category' },
      (one, isAdded) => {
        const name = categoryName(one)
        return { name, sentence: `${capitalised(name)} ${isAdded ? 'est ajoutée au plan' : 'est retirée du plan'}.` }
      },
    ),
  careTeam: references('careTeam', ['care-team.added', 'care-team.removed'], (name, isAdded) =>
    isAdded ? `Le plan est maintenant suivi par le cercle de soins ${quoted(name)}.` : `Le plan n’est plus suivi par le cercle de soins ${quoted(name)}.`,
  ),
  contributor: references('contributor', ['contributor.added', 'contributor.removed'], (name, isAdded) =>
    isAdded ? `${capitalised(name)} contribue maintenant au plan.` : `${capitalised(name)} ne contribue plus au plan.`,
  ),
  addresses: references('addresses', ['problem.added', 'problem.removed'], (name, isAdded) =>
    isAdded ? `Le plan prend maintenant en compte : ${name}.` : `Le plan ne prend plus en compte : ${name}.`,
  ),
  supportingInfo: references('supportingInfo', ['supporting-info.added', 'supporting-info.removed'], (name, isAdded) =>
    isAdded ? `Le plan s’appuie maintenant sur : ${name}.` : `Le plan ne s’appuie plus sur : ${name}.`,
  ),
  note: (before, after) =>
    listOf<Annotation>(
      { before: before.note, after: after.note, key: canonical, kinds: ['note.added', 'note.removed'], path: 'CarePlan.note' },
      ({ text }, isAdded) => ({
        name: text,
        sentence: isAdded ? `Une note est ajoutée au plan : ${quoted(text)}.` : `Une note est retirée du plan : ${quoted(text)}.`,
      }),
    ),
}

interface FromTo {
  from: string | undefined
  to: string | undefined
}

function changedWords(kind: PlanChange, path: string, { from, to }: FromTo, sentence: string): Change[] {
  return from === to ? [] : [change({ kind, path, from, to, sentence })]
}

function dateChange(kind: PlanChange, path: string, { name, from, to }: FromTo & { name: string }): Change[] {
  if (from === to) return []
  const words = (date: string | undefined): string | undefined => (date === undefined ? undefined : dateInWords(date))
  return [change({ kind, path, from: words(from), to: words(to), sentence: dateMoved(name, from, to) })]
}

/** What has no words of its own is named at least. */
export function otherChange(element: string): Change {
  return change({ kind: 'other', path: `CarePlan.${element}`, sentence: `Un autre élément du plan change : ${ELEMENT[element] ?? element}.` })
}

const furtherExtensions = ({ extension = [] }: CarePlan): Extension[] => extension.filter(one => one.url !== EXTENSION.nextReassessment)

const reassessment = ({ extension }: CarePlan): string | undefined => extension?.find(one => one.url === EXTENSION.nextReassessment)?.valueDate

function categoryName({ coding = [], text }: CodeableConcept): string {
  const dimension = coding.map(one => DIMENSION[one.code ?? '']).find(words => words !== undefined)
  if (dimension !== undefined) return `la dimension ${dimension}`
  return `la catégorie ${quoted(text ?? coding[0]?.display ?? coding[0]?.code ?? '')}`
}

interface List<Item> {
  before: readonly Item[] | undefined
  after: readonly Item[] | undefined
  key(item: Item): string
  kinds: readonly [added: PlanChange, removed: PlanChange]
  path: string
}

function listOf<Item>(
  { before = [], after = [], key, kinds, path }: List<Item>,
  say: (item: Item, isAdded: boolean) => { name: string; sentence: string },
): Change[] {
  const { added, removed } = listChanges(before, after, key)
  return [
    ...added.map(({ item, index }) => {
      const { name, sentence } = say(item, true)
      return change({ kind: kinds[0], path: `${path}[${index}]`, to: name, sentence })
    }),
    ...removed.map(({ item, index }) => {
      const { name, sentence } = say(item, false)
      return change({ kind: kinds[1], path: `${path}[${index}]`, from: name, sentence })
    }),
  ]
}

function references(
  element: 'careTeam' | 'contributor' | 'addresses' | 'supportingInfo',
  kinds: readonly [PlanChange, PlanChange],
  say: (name: string, isAdded: boolean) => string,
): Read {
  return (before, after, nameOf) =>
    listOf<Reference>({ before: before[element], after: after[element], key: keyOf, kinds, path: `CarePlan.${element}` }, (one, isAdded) => {
      const name = nameIn(nameOf, one)
      return { name, sentence: say(name, isAdded) }
    })
}
