import type { Bundle, CareTeam, Consent, Observation, Patient, QuestionnaireResponse } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { AGGIR } from '../../profiles/tables/aggir.ts'
import { circleOf, entry, fresh, person, ROLE, stored } from '../support/care.ts'
import { professionalOf } from '../support/members.ts'
import { getJson, readSandbox, token } from '../support/sandbox.ts'
import { consent } from '../support/support-requests.ts'
import { type Answer, rulesIn, Vendor } from '../support/vendor.ts'

// Circle, consent and evaluation as two structures write them through the door of the running stack.

const sandbox = readSandbox()

/** Kinds of change of the events about a resource, in their order. */
async function told(resource: string): Promise<string[][]> {
  const operator = await token(sandbox, 'operator')
  const { events } = await getJson<{ events: { data: { resources: string[]; changes: string[] } }[] }>(
    `${sandbox.http}/monitor/api/events?resource=${resource}`,
    operator,
  )
  const version = (event: { data: { resources: string[] } }): number => Number(event.data.resources[0]?.split('/').at(-1))
  return events
    .filter(event => event.data.resources[0]?.startsWith(`${resource}/`))
    .sort((left, right) => version(left) - version(right))
    .map(event => event.data.changes)
}

const dac = await Vendor.of(sandbox, 'dac')
const practice = await Vendor.of(sandbox, 'gp-portal')
const patient = await person(dac)

describe('a care circle', () => {
  let first: Answer<CareTeam>
  let path: string
  let roles: string[]

  beforeAll(async () => {
    roles = [
      (await professionalOf(practice, { given: 'Jeanne', family: 'MODELE' })).role,
      (await professionalOf(practice, { given: 'Claire', family: 'EXEMPLE' })).role,
    ]
    stored(await dac.post(consent(patient, 'information', dac.structure)))
    first = await dac.post(circleOf(patient, dac.structure, [entry(roles[0] ?? '', ROLE.doctor), entry(practice.structure, ROLE.member)]))
    path = stored(first)
  })

  it('its médecin traitant is on the record of the person', async () => {
    expect((await dac.get<Patient>(patient)).body.generalPractitioner).toEqual([{ reference: roles[0] }])
  })

  it('a member may have two roles from the same day', async () => {
    const subject = await person(dac)
    const both = [entry(roles[0] ?? '', ROLE.doctor), entry(roles[0] ?? '', ROLE.member)]
    const made = await dac.post(circleOf(subject, dac.structure, both))
    expect([made.status, rulesIn(made)]).toEqual([201, []])
    expect((await dac.put({ ...made.body, name: 'Cercle' })).status).toBe(200)
  })

  it('a second active one of the same person is 409', async () => {
    const second = await dac.post(circleOf(patient, dac.structure, [entry(roles[1] ?? '', ROLE.member)]))
    expect([second.status, rulesIn(second)]).toEqual([409, ['circle.one-active at CareTeam.status']])
  })

  it('a member joins and leaves; an entry that is gone is refused', async () => {
    const joined = await dac.put({ ...first.body, participant: [...(first.body.participant ?? []), entry(roles[1] ?? '', ROLE.member)] })
    expect([joined.status, joined.version]).toEqual([200, '2'])
    const [doctor, structure, nurse] = joined.body.participant ?? []
    const removed = await practice.put({ ...joined.body, participant: joined.body.participant?.slice(0, 2) ?? [] })
    expect([removed.status, rulesIn(removed)]).toEqual([422, ['circle.entry-removed at CareTeam.participant']])
    const left = { ...nurse, period: { start: '2026-05-10', end: '2026-11-01' } }
    const closed = await practice.put({ ...joined.body, participant: [doctor, structure, left].filter(one => one !== undefined) })
    expect([closed.status, closed.version]).toEqual([200, '3'])
    expect(await told(path)).toEqual([['circle.created'], ['member.joined'], ['member.left']])
  })
})

describe('a consent', () => {
  const opposition = (performer: string): Consent => ({
    resourceType: 'Consent',
    meta: { profile: [`${HUB}StructureDefinition/hub-consent`] },
    identifier: [{ system: 'urn:oid:1.2.250.1.999.6', value: `OPP-${fresh()}` }],
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }, { coding: [{ system: SYSTEM.hub, code: 'opposition' }] }],
    patient: { reference: patient },
    dateTime: '2026-06-20T11:00:00+02:00',
    performer: [{ reference: performer }],
    organization: [{ reference: dac.structure }],
    policyRule: { coding: [{ system: `${HUB}CodeSystem/hub-cs-regle`, code: 'dac' }] },
    provision: {
      type: 'deny',
      period: { start: '2026-06-20' },
      purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'TREAT' }],
      actor: [{ role: { coding: [{ system: SYSTEM.v3ParticipationType, code: 'IRCP' }] }, reference: { reference: practice.structure } }],
    },
  })

  it('is recorded, withdrawn by who collected it, and never edited by a third party', async () => {
    const recorded = await dac.post(opposition(patient))
    const path = stored(recorded)
    // Whom it names sees nothing of it.
    const foreign = await practice.put({ ...recorded.body, status: 'entered-in-error' })
    expect([foreign.status, rulesIn(foreign)]).toEqual([404, ['store.not_found at Consent']])
    const provision = { ...recorded.body.provision, period: { start: '2026-06-20', end: '2026-11-01' } }
    const withdrawn = await dac.put({ ...recorded.body, status: 'inactive', provision })
    expect([withdrawn.status, withdrawn.version]).toEqual([200, '2'])
    const again = await dac.put({ ...withdrawn.body, status: 'active' })
    expect([again.status, rulesIn(again)]).toEqual([422, ['consent.final at Consent.status']])
    // What stands there may be sent again, also once it is final.
    const same = await dac.put(withdrawn.body)
    expect([same.status, same.version, same.body]).toEqual([200, '2', withdrawn.body])
    expect(await told(path)).toEqual([['opposition.recorded'], ['opposition.withdrawn']])
  })

  it('of another person is refused, where the giver stands', async () => {
    const foreign = await dac.post(opposition(await person(dac)))
    expect([foreign.status, rulesIn(foreign)]).toEqual([422, ['consent.performer at Consent.performer[0]']])
  })
})

describe('an AGGIR evaluation', () => {
  const evaluation = (code: string): QuestionnaireResponse => ({
    resourceType: 'QuestionnaireResponse',
    identifier: { system: 'https://identifiant-medicosocial-evaluation.esante.gouv.fr', value: `3540990025/EVAL-${fresh()}` },
    questionnaire: AGGIR.questionnaire,
    status: 'completed',
    subject: { reference: patient },
    authored: '2026-05-30',
    item: [{ linkId: AGGIR.result, answer: [{ valueCoding: { system: AGGIR.system, code } }] }],
  })

  it('gives the GIR as an Observation, and corrects it with its next version', async () => {
    const first = await dac.post(evaluation('MED-341'))
    const path = stored(first)
    const gir = async (): Promise<Observation[]> =>
      ((await dac.get<Bundle<Observation>>(`Observation?patient=${patient}&code=${AGGIR.code}`)).body.entry ?? []).flatMap(({ resource }) => resource ?? [])
    expect(await gir()).toMatchObject([{ status: 'final', valueCodeableConcept: { coding: [{ code: 'MED-341' }] }, derivedFrom: [{ reference: path }] }])
    const validated = { ...evaluation('MED-342'), id: first.body.id ?? '', identifier: first.body.identifier ?? {}, status: 'amended' as const }
    expect((await dac.put(validated, 'W/"1"')).status).toBe(200)
    expect(await gir()).toMatchObject([{ status: 'corrected', valueCodeableConcept: { coding: [{ code: 'MED-342' }] } }])
  })

  it('without a GIR is refused', async () => {
    const wrong = await dac.post(evaluation('MED-999'))
    expect(wrong.status).toBe(422)
    expect(rulesIn(wrong)).toContain('evaluation.gir at QuestionnaireResponse.item')
  })
})
