/*
  A multidimensional evaluation, and what it feeds: the GIR of an AGGIR grid becomes an Observation that care plans can rest on.
    in-progress (TERMINE) => completed (APPROUVE) => amended (VALIDE)        in-progress => stopped        any => entered-in-error
    resultat-eval => CISIS MED-339 … MED-344 = GIR-1 … GIR-6
  Spec: fhir-fr.md 1.8, 2.7.
*/
import type { Coding, Observation, QuestionnaireResponse, QuestionnaireResponseItem } from 'fhir/r4.js'
import { isSame } from '../../../mappers/care-plan-diff/same.ts'
import { PROFILE } from '../../../profiles/canonicals.ts'
import { AGGIR, type Gir, GIR } from '../../../profiles/tables/aggir.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { type Moves, refuseMove } from '../moves.ts'
import { refuse } from '../objections.ts'
import { placeOf } from '../person.ts'
import { personOf, refuseAnotherIdentity } from '../same-person.ts'

const MOVES: Moves = { 'in-progress': ['completed', 'amended', 'stopped'], completed: ['amended'], stopped: ['in-progress'] }

export const EVALUATION: CareFlow = {
  name: 'evaluation',
  types: ['QuestionnaireResponse'],
  async judge(write, draft) {
    const response = draft.resource as QuestionnaireResponse
    refuseMove(write, draft, { noun: 'evaluation', moves: MOVES, final: [] })
    refuseAnotherIdentity(write, draft, 'evaluation')
    if (response.questionnaire?.split('|')[0] !== AGGIR.questionnaire) return
    const gir = girOf(response)
    const isResult = response.status === 'completed' || response.status === 'amended'
    if (gir === undefined && (isResult || hasResult(response))) refuse(write, draft, 'evaluation.gir')
    await keepObservation(write, draft, isResult ? gir : undefined)
  },
}

function* itemsOf(items: readonly QuestionnaireResponseItem[] = []): Generator<QuestionnaireResponseItem> {
  for (const item of items) {
    yield item
    yield* itemsOf(item.item)
    for (const answer of item.answer ?? []) yield* itemsOf(answer.item)
  }
}

const results = (response: QuestionnaireResponse): (Coding | undefined)[] =>
  [...itemsOf(response.item)].filter(({ linkId }) => linkId === AGGIR.result).flatMap(({ answer = [] }) => answer.map(({ valueCoding }) => valueCoding))

const hasResult = (response: QuestionnaireResponse): boolean => results(response).length > 0

/** One answer, and that a GIR. */
function girOf(response: QuestionnaireResponse): Gir | undefined {
  const [only, ...others] = results(response)
  return others.length > 0 ? undefined : GIR.find(({ code }) => only?.system === AGGIR.system && only.code === code)
}

/** The Observation follows the response: written with its result, corrected with it, in error when there is none any more. */
async function keepObservation(write: Write, draft: Draft, gir: Gir | undefined): Promise<void> {
  const known =
    draft.before === undefined ? [] : await write.search<Observation>('Observation', { 'derived-from': placeOf(draft), code: `${AGGIR.system}|${AGGIR.code}` })
  const current = known.find(({ status }) => status !== 'entered-in-error')
  if (gir === undefined) {
    if (current !== undefined) await write.change(`Observation/${current.id ?? ''}`, { status: 'entered-in-error' })
    return
  }
  const value = { coding: [{ system: AGGIR.system, ...gir }] }
  if (current === undefined) write.add(observationOf(write, draft, value))
  else if (!isSame(current.valueCodeableConcept, value))
    await write.change(`Observation/${current.id ?? ''}`, { status: 'corrected', valueCodeableConcept: value })
}

function observationOf({ now }: Write, draft: Draft, valueCodeableConcept: Observation['valueCodeableConcept']): Observation {
  const { authored } = draft.resource as QuestionnaireResponse
  return {
    resourceType: 'Observation',
    meta: { profile: [PROFILE.observation] },
    status: 'final',
    category: [{ coding: [{ system: AGGIR.category, code: 'survey' }] }],
    code: { coding: [{ system: AGGIR.system, code: AGGIR.code, display: AGGIR.display }] },
    subject: { reference: personOf(draft.resource) ?? '' },
    effectiveDateTime: authored ?? now.toISOString(),
    ...(valueCodeableConcept === undefined ? {} : { valueCodeableConcept }),
    derivedFrom: [{ reference: placeOf(draft) }],
  }
}
