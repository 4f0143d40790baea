import { describe, expect, it } from 'vitest'
import { editionIdentifier, mapEditionToDocumentReference } from '../../../mappers/care-plan-rendition/document-reference.ts'
import { renderCarePlan } from '../../../mappers/care-plan-rendition/rendition.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { goals, names, plan } from '../care-plan-diff/plans.ts'

const nameOf = (reference: string): string | undefined => names.get(reference)

describe('a plan as the person reads it', () => {
  it('says what for, what, who and when, and when it is looked at again', () => {
    const full = {
      ...plan,
      category: [...(plan.category ?? []), { coding: [{ system: SYSTEM.hub, code: 'sociale' }] }],
      note: [{ text: 'Relu avec la personne.' }],
      supportingInfo: [{ reference: 'QuestionnaireResponse/q1' }],
    }
    expect(renderCarePlan({ version: { plan: full, goals }, number: 3, date: '2026-06-05', nameOf })).toBe(
      `Plan de coordination
Version 3 du 5 juin 2026, plan en cours

Référent : Anne Durand
Période : à partir du 1er juin 2026
Prochaine réévaluation : 1er décembre 2026
Dimensions : sociale

Objectifs
- Rester chez soi en sécurité (en cours, échéance : 1er décembre 2026)

Actions
- Visite de l’infirmière : le lundi à 9 heures, assurée par Claire Exemple (programmée)
- Ménage et courses : tous les lundis (en cours)
- Installer une barre d’appui

Éléments d’appui
- Une évaluation

Notes
- Relu avec la personne.
`,
    )
  })

  it('says first of an action that it must not be done', () => {
    const forbidden = { ...plan, activity: [{ detail: { status: 'in-progress' as const, doNotPerform: true, description: 'Mobilisation du bras' } }] }
    expect(renderCarePlan({ version: { plan: forbidden, goals }, number: 3, date: '2026-06-05', nameOf })).toContain(
      '\n- À NE PAS FAIRE : Mobilisation du bras (en cours)\n',
    )
  })

  it('names an action that stands elsewhere as it is today, not as the plan once called it', () => {
    const asked = { ...plan, activity: [{ reference: { reference: 'ServiceRequest/r1', display: 'Mobilisation du bras' } }] }
    const today = (reference: string): string | undefined => (reference === 'ServiceRequest/r1' ? 'Mobilisation du bras (à ne pas faire)' : undefined)
    const text = renderCarePlan({ version: { plan: asked, goals }, number: 3, date: '2026-06-05', nameOf: today })
    expect(text).toContain('\n- Mobilisation du bras (à ne pas faire)\n')
    expect(renderCarePlan({ version: { plan: asked, goals }, number: 3, date: '2026-06-05', nameOf: () => undefined })).toContain('\n- Mobilisation du bras\n')
  })

  it('is a document 18776-5 that carries its text and stands in the place of the one before', () => {
    const edition = {
      plan: 'CarePlan/ppcs-1',
      number: 3,
      subject: { reference: 'Patient/p1' },
      title: 'Plan',
      author: { reference: 'PractitionerRole/coord-1' },
      custodian: { reference: 'Organization/dac-54' },
      date: new Date('2026-06-05T08:00:00Z'),
      text: 'Référent\n',
      replaces: { reference: 'DocumentReference/d2', identifier: editionIdentifier('CarePlan/ppcs-1', 2) },
    }
    const document = mapEditionToDocumentReference(edition)
    expect(document).toMatchObject({
      status: 'current',
      type: { coding: [{ code: '18776-5' }] },
      relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/d2' } }],
    })
    expect(Buffer.from(document.content[0]?.attachment.data ?? '', 'base64').toString('utf8')).toBe('Référent\n')
    expect(mapEditionToDocumentReference({ ...edition, text: 'x' }).masterIdentifier).toEqual(document.masterIdentifier)
    expect(mapEditionToDocumentReference({ ...edition, number: 4 }).masterIdentifier).not.toEqual(document.masterIdentifier)
  })
})
