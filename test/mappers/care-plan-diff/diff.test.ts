import * as fc from 'fast-check'
import type { CarePlan, CarePlanActivity } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { diffCarePlans } from '../../../mappers/care-plan-diff/diff.ts'
import { canonical } from '../../../mappers/care-plan-diff/same.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import { PLAN_CHANGES } from '../../../profiles/tables/care-plan-changes.ts'
import { anyPlan, goals, names, nurseVisit, plan, withGoal } from './plans.ts'

const nameOf = (reference: string): string | undefined => names.get(reference)

const changesOf = (after: Partial<CarePlan>, later = goals) => diffCarePlans({ plan, goals }, { plan: { ...plan, ...after }, goals: later }, nameOf)

const activities = (first: CarePlanActivity): CarePlanActivity[] => [first, ...(plan.activity ?? []).slice(1)]
const visit = (detail: Partial<NonNullable<CarePlanActivity['detail']>>): CarePlanActivity => ({
  detail: { status: 'scheduled', ...nurseVisit.detail, ...detail },
})

describe('two versions of a plan', () => {
  const task: CarePlanActivity = { reference: { reference: 'Task/act-1' } }
  const meals: CarePlanActivity = {
    detail: { status: 'scheduled', description: 'Portage de repas', performer: [{ reference: 'Organization/o', display: 'Service Éclaircie' }] },
  }
  it.each<[string, Partial<CarePlan>, string, string, string]>([
    [
      'a goal is added',
      { goal: [{ reference: 'Goal/g1' }, { reference: 'Goal/g2' }] },
      'goal.added',
      'CarePlan.goal[1]',
      'L’objectif « Marcher chaque jour » est ajouté au plan.',
    ],
    [
      'a goal that was refused is added',
      { goal: [{ reference: 'Goal/g1' }, { reference: 'Goal/g3' }] },
      'goal.added',
      'CarePlan.goal[1]',
      'L’objectif « Entrer en établissement » est ajouté au plan (refusé).',
    ],
    ['a goal is removed', { goal: [] }, 'goal.removed', 'CarePlan.goal[0]', 'L’objectif « Rester chez soi en sécurité » est retiré du plan.'],
    [
      'the intervener is another one',
      { activity: activities(visit({ performer: [{ reference: 'PractitionerRole/ide-2' }] })) },
      'activity.performer',
      'CarePlan.activity[0].detail.performer',
      'Pour l’action « Visite de l’infirmière », Paul Martin intervient désormais à la place de Claire Exemple.',
    ],
    [
      'a visit moves from Monday to Tuesday',
      { activity: activities(visit({ scheduledTiming: { repeat: { ...nurseVisit.detail?.scheduledTiming?.repeat, dayOfWeek: ['tue'] } } })) },
      'activity.moved',
      'CarePlan.activity[0].detail.scheduled',
      'L’action « Visite de l’infirmière », assurée par Claire Exemple, passe du lundi au mardi.',
    ],
    [
      'an action is added before the others',
      { activity: [meals, ...(plan.activity ?? [])] },
      'activity.added',
      'CarePlan.activity[0]',
      'L’action « Portage de repas », assurée par Service Éclaircie, est ajoutée au plan.',
    ],
    [
      'a linked task is removed',
      { activity: (plan.activity ?? []).slice(0, 2) },
      'activity.removed',
      'CarePlan.activity[2]',
      'L’action « Installer une barre d’appui » est retirée du plan.',
    ],
    [
      'an action is cancelled with its reason',
      { activity: activities(visit({ status: 'cancelled', statusReason: { text: 'Hospitalisation' } })) },
      'activity.status',
      'CarePlan.activity[0].detail.status',
      'L’action « Visite de l’infirmière », jusqu’ici programmée, est maintenant annulée (Hospitalisation).',
    ],
    [
      'an action reads otherwise',
      { activity: activities(visit({ description: 'Visite de l’infirmier' })) },
      'activity.description',
      'CarePlan.activity[0].detail.description',
      'L’action « Visite de l’infirmière » devient « Visite de l’infirmier ».',
    ],
    [
      'an action is no longer to be done',
      { activity: activities(visit({ doNotPerform: true })) },
      'activity.changed',
      'CarePlan.activity[0].detail.doNotPerform',
      'L’action à ne pas faire « Visite de l’infirmière » était à faire jusqu’ici.',
    ],
    [
      'an action that must not be done is added',
      { activity: [...(plan.activity ?? []), { detail: { status: 'in-progress', doNotPerform: true, description: 'Mobilisation du bras' } }] },
      'activity.added',
      'CarePlan.activity[3]',
      'L’action à ne pas faire « Mobilisation du bras » est ajoutée au plan.',
    ],
    [
      'an action that is already cancelled is added',
      { activity: [...(plan.activity ?? []), { detail: { status: 'cancelled', statusReason: { text: 'Refus' }, description: 'Portage de repas' } }] },
      'activity.added',
      'CarePlan.activity[3]',
      'L’action « Portage de repas » est ajoutée au plan (annulée : Refus).',
    ],
    [
      'an element without words of its own changes',
      { activity: activities(visit({ location: { display: 'Domicile' } })) },
      'activity.changed',
      'CarePlan.activity[0].detail.location',
      'L’action « Visite de l’infirmière » est modifiée (lieu).',
    ],
    [
      'the référent changes',
      { author: { reference: 'PractitionerRole/ide-2' } },
      'author',
      'CarePlan.author',
      'Paul Martin devient le référent du plan à la place d’Anne Durand.',
    ],
    [
      'the plan ends',
      { period: { start: '2026-06-01', end: '2027-03-12' } },
      'period',
      'CarePlan.period.end',
      'La date de fin du plan est fixée au 12 mars 2027.',
    ],
    [
      'the title changes',
      { title: 'Plan de retour' },
      'title',
      'CarePlan.title',
      'Le plan s’intitule maintenant « Plan de retour », et non plus « Plan de coordination ».',
    ],
    ['the state changes', { status: 'on-hold' }, 'status', 'CarePlan.status', 'Le plan, jusqu’ici en cours, est maintenant suspendu.'],
    [
      'a dimension is added',
      { category: [...(plan.category ?? []), { coding: [{ system: SYSTEM.hub, code: 'sociale' }] }] },
      'category.added',
      'CarePlan.category[1]',
      'La dimension sociale est ajoutée au plan.',
    ],
    [
      'a circle joins',
      { careTeam: [{ reference: 'CareTeam/ct-1' }, { reference: 'CareTeam/ct-2' }] },
      'care-team.added',
      'CarePlan.careTeam[1]',
      'Le plan est maintenant suivi par le cercle de soins « Équipe du Parc ».',
    ],
    [
      'a document supports it',
      { supportingInfo: [{ reference: 'QuestionnaireResponse/q' }] },
      'supporting-info.added',
      'CarePlan.supportingInfo[0]',
      'Le plan s’appuie maintenant sur : une évaluation.',
    ],
    [
      'a note is added',
      { note: [{ text: 'Voir avec la famille' }] },
      'note.added',
      'CarePlan.note[0]',
      'Une note est ajoutée au plan : « Voir avec la famille ».',
    ],
    ['any other element changes', { language: 'fr' }, 'other', 'CarePlan.language', 'Un autre élément du plan change : langue.'],
    [
      'actions only change places',
      { activity: [task, ...(plan.activity ?? []).slice(0, 2)] },
      'other',
      'CarePlan.activity',
      'Un autre élément du plan change : actions.',
    ],
  ])('%s: one change, one sentence', (_case, after, kind, path, sentence) => {
    expect(changesOf(after)).toMatchObject([{ kind, path, sentence }])
  })

  it('the next re-assessment moves, in words', () => {
    expect(changesOf({ extension: [{ url: EXTENSION.nextReassessment, valueDate: '2027-01-15' }] })).toEqual([
      {
        kind: 'reassessment',
        path: `CarePlan.extension('${EXTENSION.nextReassessment}').value`,
        from: '1er décembre 2026',
        to: '15 janvier 2027',
        sentence: 'La date de la prochaine réévaluation passe du 1er décembre 2026 au 15 janvier 2027.',
      },
    ])
  })

  it('a goal that reads otherwise is a change of the plan, though the reference is the same', () => {
    expect(changesOf({}, withGoal('Goal/g1', { description: { text: 'Vivre chez soi' }, lifecycleStatus: 'completed' })).map(one => one.sentence)).toEqual([
      'L’objectif « Vivre chez soi », jusqu’ici en cours, est maintenant terminé.',
      'L’objectif « Rester chez soi en sécurité » devient « Vivre chez soi ».',
    ])
  })

  it('an action that moves, changes hands and changes place in the list stays the same action', () => {
    const [first, second, third] = plan.activity ?? []
    const moved = visit({ scheduledTiming: { repeat: { dayOfWeek: ['thu'] } }, performer: [{ reference: 'PractitionerRole/ide-2' }] })
    expect(first).toBe(nurseVisit)
    expect(changesOf({ activity: [second, third, moved].filter(one => one !== undefined) }).map(one => one.kind)).toEqual([
      'activity.moved',
      'activity.performer',
    ])
  })

  it('what the hub and the store write by themselves is no change', () => {
    const stored = { meta: { versionId: '2', lastUpdated: '2026-06-02T10:00:00Z', source: '#x' }, extension: plan.extension?.slice(0, 1) ?? [] }
    expect(changesOf(stored)).toEqual([])
    expect(changesOf({ meta: { tag: [{ code: 'x' }] } })).toMatchObject([{ kind: 'other', path: 'CarePlan.meta' }])
  })

  it('a text that is cut is never cut in the middle of a character: the ledger keeps no half of one', () => {
    const [changed] = changesOf({ title: `${'x'.repeat(159)}👩 Suivi` })
    expect(changed?.sentence).toContain(`« ${'x'.repeat(159)}… »`)
  })

  it('a plan of thousands of rewritten actions is compared without comparing each with each', () => {
    const many = (word: string): CarePlanActivity[] => Array.from({ length: 6000 }, (_, n) => visit({ description: `${word} ${n}` }))
    const changes = diffCarePlans({ plan: { ...plan, activity: many('avant') }, goals }, { plan: { ...plan, activity: many('après') }, goals }, nameOf)
    expect(changes).toHaveLength(12_000)
  })
})

describe('any two plans', () => {
  const content = (any: CarePlan): string => canonical({ ...any, activity: any.activity?.map(({ id: _id, ...rest }) => rest) })

  it('no change is found exactly where nothing was changed', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, after) => {
        expect(diffCarePlans(before, before, nameOf)).toEqual([])
        expect(diffCarePlans(before, after, nameOf).length > 0).toBe(content(before.plan) !== content(after.plan))
      }),
    )
  })

  it('every element that differs stands in the path of a change', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, after) => {
        const differing = (['status', 'title', 'description', 'period', 'author', 'careTeam', 'goal', 'note', 'basedOn', 'language'] as const).filter(
          name => canonical({ is: before.plan[name] }) !== canonical({ is: after.plan[name] }),
        )
        const paths = diffCarePlans(before, after, nameOf).map(one => one.path)
        for (const name of differing) expect(paths.some(path => path.startsWith(`CarePlan.${name}`))).toBe(true)
      }),
    )
  })

  it('each change has a kind of the closed table and one sentence, without a reference in it', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, after) => {
        for (const { kind, sentence } of diffCarePlans(before, after, nameOf)) {
          expect(PLAN_CHANGES).toContain(kind)
          expect(kind).toMatch(/^[a-z0-9.-]+$/)
          expect(sentence).toMatch(/^\p{Lu}.*\.$/u)
          expect(sentence).not.toMatch(/[A-Z][A-Za-z]+\/[A-Za-z0-9]|undefined/)
        }
      }),
    )
  })
})

describe('a schedule written as a text', () => {
  it.each([
    ['tous les jours sauf le dimanche', 'tous les jours sauf le samedi'],
    ['du lundi au vendredi', 'du lundi au jeudi'],
    ['le lundi, pas le mardi', 'le lundi, pas le jeudi'],
    ['un lundi sur deux', 'un mardi sur deux'],
  ])('“%s” and then “%s”: no day is said to be that of the action', (before, after) => {
    const written = (scheduledString: string) => ({
      plan: { ...plan, activity: [{ detail: { status: 'scheduled' as const, description: 'Aide au lever', scheduledString } }] },
      goals,
    })
    expect(diffCarePlans(written(before), written(after), nameOf).map(({ sentence }) => sentence)).toEqual([
      `L’action « Aide au lever » est maintenant prévue ${after}, au lieu de : ${before}.`,
    ])
  })
})
