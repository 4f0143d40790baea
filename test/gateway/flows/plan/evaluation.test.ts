import type { FhirResource, Observation, QuestionnaireResponse } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { EVALUATION } from '../../../../gateway/flows/plan/evaluation.ts'
import { AGGIR } from '../../../../profiles/tables/aggir.ts'
import { changedIn, draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'

const response = (answer: string | undefined, more: Partial<QuestionnaireResponse> = {}): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  id: 'q1',
  identifier: { system: 'https://identifiant-medicosocial-evaluation.esante.gouv.fr', value: '3540002102/12-EVAL-1' },
  questionnaire: AGGIR.questionnaire,
  status: 'completed',
  subject: { reference: 'Patient/p1' },
  authored: '2026-05-30',
  item: [
    {
      linkId: 'grille',
      item: [{ linkId: 'resultat-eval', ...(answer === undefined ? {} : { answer: [{ valueCoding: { system: AGGIR.system, code: answer } }] }) }],
    },
  ],
  ...more,
})

async function judged(after: QuestionnaireResponse, before?: QuestionnaireResponse, stored: FhirResource[] = []): Promise<RecordedWrite> {
  const draft = draftOf(after, before === undefined ? {} : { before })
  const write = recordedWrite({ drafts: [draft], stored })
  await EVALUATION.judge(write, draft)
  return write
}

const rulesOf = ({ refused }: RecordedWrite): string[] => refused.map(({ rule, element }) => `${rule} at ${element ?? ''}`)
const gir3: Observation = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: {},
  valueCodeableConcept: { coding: [{ system: AGGIR.system, code: 'MED-341', display: 'GIR-3' }] },
}

describe('an AGGIR evaluation', () => {
  it('a completed one gives an Observation of its GIR, derived from it', async () => {
    const write = await judged(response('MED-341'))
    expect(write.refused).toEqual([])
    expect(write.added).toMatchObject([
      {
        resourceType: 'Observation',
        status: 'final',
        code: { coding: [{ code: 'MED-1293' }] },
        subject: { reference: 'Patient/p1' },
        effectiveDateTime: '2026-05-30',
        valueCodeableConcept: { coding: [{ code: 'MED-341', display: 'GIR-3' }] },
        derivedFrom: [{ reference: 'QuestionnaireResponse/q1' }],
      },
    ])
  })

  it('one in progress gives none yet', async () => {
    const write = await judged(response(undefined, { status: 'in-progress' }))
    expect([...write.refused, ...write.added]).toEqual([])
  })

  it('another result corrects the Observation, the same one leaves it, an error takes it back', async () => {
    const before = response('MED-341')
    const changed = async (after: QuestionnaireResponse) => changedIn(await judged(after, before, [gir3]))
    expect(await changed(response('MED-342', { status: 'amended' }))).toMatchObject([
      { id: 'o1', status: 'corrected', valueCodeableConcept: { coding: [{ code: 'MED-342' }] } },
    ])
    expect(await changed(response('MED-341', { status: 'amended' }))).toEqual([])
    expect(await changed(response('MED-341', { status: 'entered-in-error' }))).toMatchObject([{ id: 'o1', status: 'entered-in-error' }])
  })

  it.each<[string, QuestionnaireResponse]>([
    ['no result', response(undefined)],
    ['a result that is no GIR', response('MED-345')],
    [
      'a GIR of another code system',
      response(undefined, { item: [{ linkId: 'resultat-eval', answer: [{ valueCoding: { system: 'urn:oid:1.2.3', code: 'MED-341' } }] }] }),
    ],
    [
      'two results',
      response(undefined, {
        item: [{ linkId: 'resultat-eval', answer: ['MED-341', 'MED-342'].map(code => ({ valueCoding: { system: AGGIR.system, code } })) }],
      }),
    ],
    ['a wrong result while in progress', response('x', { status: 'in-progress' })],
  ])('%s is refused', async (_case, after) => {
    const write = await judged(after)
    expect(rulesOf(write)).toEqual(['evaluation.gir at item'])
    expect(write.added).toEqual([])
  })

  it('another questionnaire is not judged by the GIR', async () => {
    const write = await judged(response(undefined, { questionnaire: 'https://example.org/Questionnaire/x' }))
    expect([...write.refused, ...write.added]).toEqual([])
  })
})

describe('the states of an evaluation', () => {
  it('goes forward only: TERMINE, APPROUVE, VALIDE', async () => {
    const move = async (from: QuestionnaireResponse['status'], to: QuestionnaireResponse['status']) =>
      rulesOf(await judged(response('MED-341', { status: to }), response('MED-341', { status: from })))
    expect(await move('in-progress', 'completed')).toEqual([])
    expect(await move('completed', 'amended')).toEqual([])
    expect(await move('completed', 'in-progress')).toEqual(['evaluation.move at status'])
    expect(await move('amended', 'completed')).toEqual(['evaluation.move at status'])
  })
})
