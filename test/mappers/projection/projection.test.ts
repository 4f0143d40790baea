import fc from 'fast-check'
import type { Appointment, CarePlan, CareTeam, Communication, DocumentReference, Encounter, FhirResource, Patient, ServiceRequest, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { isProjection, project } from '../../../mappers/projection/projection.ts'
import { SHAPES } from '../../../profiles/tables/level-shapes.ts'
import { EXTENSION } from '../../../profiles/canonicals.ts'

const SOCIAL = 'PractitionerRole/as-1'
const view = { references: [SOCIAL, 'Organization/ssiad-1'] }
const SECRET = 'insuffisance cardiaque'

const plan: CarePlan = {
  resourceType: 'CarePlan',
  id: 'ppcs-1',
  meta: { versionId: '3', profile: ['https://hub.e-parcours.example/fhir/StructureDefinition/hub-careplan-ppcs'] },
  text: { status: 'generated', div: `<div>${SECRET}</div>` },
  contained: [{ resourceType: 'Condition', id: 'c', language: SECRET }],
  extension: [
    { url: EXTENSION.planVersion, valuePositiveInt: 3 },
    { url: 'https://elsewhere.example/diagnosis', valueString: SECRET },
  ],
  status: 'active',
  intent: 'plan',
  title: `Plan ${SECRET}`,
  description: SECRET,
  subject: { reference: 'Patient/p1', display: SECRET },
  goal: [{ reference: 'Goal/g1' }],
  addresses: [{ reference: 'Condition/c1' }],
  note: [{ text: SECRET }],
  activity: [
    { detail: { status: 'scheduled', description: 'Aide au lever', performer: [{ reference: SOCIAL, display: SECRET }], reasonCode: [{ text: SECRET }] } },
    { detail: { status: 'scheduled', description: `Pesée, ${SECRET}`, performer: [{ reference: 'PractitionerRole/ide-1' }] } },
    { reference: { reference: 'Task/act-1' } },
  ],
}

describe('what a level below complet shows', () => {
  it('minimal, a plan: own actions alone, no title, no goal, no reason', () => {
    const seen = project(plan, 'minimal', view) as CarePlan
    expect(seen.activity).toEqual([{ detail: { status: 'scheduled', description: 'Aide au lever', performer: [{ reference: SOCIAL }] } }])
    expect(Object.keys(seen).sort()).toEqual(['activity', 'extension', 'id', 'intent', 'meta', 'resourceType', 'status', 'subject'])
    expect(JSON.stringify(seen)).not.toContain(SECRET)
  })

  it('restreint, a plan: its title too', () => {
    expect((project({ ...plan, title: 'Plan de coordination' }, 'restreint', view) as CarePlan).title).toBe('Plan de coordination')
    expect(JSON.stringify(project({ ...plan, title: 'x' }, 'restreint', view))).not.toContain(SECRET)
  })

  it.each(['restreint', 'minimal'] as const)('%s, what must not be done: it says so', level => {
    const forbidden = {
      ...plan,
      activity: [{ detail: { status: 'in-progress' as const, doNotPerform: true, description: 'Lever seul', performer: [{ reference: SOCIAL }] } }],
    }
    expect((project(forbidden, level, view) as CarePlan).activity?.[0]?.detail?.doNotPerform).toBe(true)
    const request: ServiceRequest = {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      doNotPerform: true,
      subject: { reference: 'Patient/p1' },
      performer: [{ reference: SOCIAL }],
    }
    expect((project(request, level, view) as ServiceRequest).doNotPerform).toBe(true)
  })

  it.each(['restreint', 'minimal'] as const)('%s, modifiers of R4: a person who has died, a card that is not final', level => {
    const dead: Patient = { resourceType: 'Patient', active: false, deceasedDateTime: '2026-06-01' }
    const { active, deceasedDateTime } = project(dead, level, view) as Patient
    // At `minimal` the list of fhir-fr.md 4.4 is closed: name and telephone.
    expect([active, deceasedDateTime]).toEqual(level === 'minimal' ? [undefined, undefined] : [false, '2026-06-01'])
    const type = { coding: [{ system: 'http://loinc.org', code: '28653-4' }] }
    const draft: DocumentReference = { resourceType: 'DocumentReference', status: 'current', docStatus: 'preliminary', type, content: [{ attachment: {} }] }
    expect(project(draft, level, { ...view, isAddressed: true })).toMatchObject({ docStatus: 'preliminary' })
  })

  it('says that it is a part, and of which version; claims no profile', () => {
    const seen = project(plan, 'minimal', view) as CarePlan
    expect(seen.meta).toEqual({ versionId: '3', tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] })
    expect(isProjection(seen)).toBe(true)
    expect(isProjection(plan)).toBe(false)
  })

  it('minimal, a person: name and telephone; restreint: identity and contacts', () => {
    const patient: Patient = {
      resourceType: 'Patient',
      id: 'p1',
      identifier: [{ system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' }],
      name: [{ family: 'EXEMPLE', given: ['Jeanne'], _given: [{ extension: [{ url: 'https://elsewhere.example/x', valueString: SECRET }] }] }],
      telecom: [
        { system: 'phone', value: '0100000000' },
        { system: 'email', value: '279035121518989@patient.mssante.fr' },
      ],
      birthDate: '1979-03-28',
      address: [{ city: 'Nancy' }],
      photo: [{ title: SECRET }],
    }
    expect(Object.keys(project(patient, 'minimal', view) ?? {}).sort()).toEqual(['id', 'meta', 'name', 'resourceType', 'telecom'])
    expect((project(patient, 'minimal', view) as Patient).telecom, 'a citizen address is the INS').toEqual([{ system: 'phone', value: '0100000000' }])
    const known = project(patient, 'restreint', view) as Patient
    expect([known.birthDate, known.address, known.identifier]).toEqual([patient.birthDate, patient.address, patient.identifier])
    expect(JSON.stringify(known)).not.toContain(SECRET)
  })

  it('minimal, a circle: the reader himself and the référent', () => {
    const role = (code: string) => [{ coding: [{ system: 'https://mos.esante.gouv.fr/NOS/TRE_R85-RolePriseCharge/FHIR/TRE-R85-RolePriseCharge', code }] }]
    const circle: CareTeam = {
      resourceType: 'CareTeam',
      id: 'ct',
      status: 'active',
      name: SECRET,
      participant: [
        { role: role('330'), member: { reference: 'PractitionerRole/coord-1', display: 'Coordonnateur' } },
        { role: role('353'), member: { reference: 'PractitionerRole/oncologist' } },
        { role: role('353'), member: { reference: SOCIAL } },
      ],
    }
    const seen = project(circle, 'minimal', view) as CareTeam
    expect((seen.participant ?? []).map(({ member }) => member?.reference)).toEqual(['PractitionerRole/coord-1', SOCIAL])
    expect(seen.name).toBeUndefined()
  })

  it('a Task that is nobody’s concern here is not shown; an own one without its reason', () => {
    const task: Task = {
      resourceType: 'Task',
      id: 't',
      status: 'requested',
      intent: 'order',
      owner: { reference: SOCIAL },
      description: SECRET,
      reasonCode: { text: SECRET },
    }
    expect(JSON.stringify(project(task, 'minimal', view))).not.toContain(SECRET)
    expect(project({ ...task, owner: { reference: 'PractitionerRole/ide-1' } }, 'minimal', view)).toBeUndefined()
  })

  it('documents: only those addressed to the reader, at minimal only of the allowed types', () => {
    const letter = (code: string): DocumentReference => ({
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      type: { coding: [{ code }] },
      content: [{ attachment: { url: 'Binary/b' } }],
    })
    expect(project(letter('11490-0'), 'restreint', view)).toBeUndefined()
    expect(project(letter('11490-0'), 'restreint', { ...view, isAddressed: true })).toBeDefined()
    expect(project(letter('11490-0'), 'minimal', { ...view, isAddressed: true })).toBeUndefined()
    expect(project(letter('80788-3'), 'minimal', { ...view, isAddressed: true })).toBeDefined()
  })

  it('minimal, a message to the reader: a change happened, nothing of what it was', () => {
    const message: Communication = {
      resourceType: 'Communication',
      id: 'm',
      status: 'in-progress',
      sent: '2026-06-02T09:11:00+02:00',
      recipient: [{ reference: SOCIAL }],
      payload: [{ contentString: SECRET }],
      topic: { text: SECRET },
    }
    const seen = project(message, 'minimal', view) as Communication
    expect(seen.payload).toHaveLength(1)
    expect(JSON.stringify(seen)).not.toContain(SECRET)
  })

  it('an appointment: when, not what for or with whom', () => {
    const time = { start: '2026-06-02T09:10:00+02:00', end: '2026-06-02T09:30:00+02:00' }
    const person = { actor: { reference: 'Patient/p1' }, status: 'accepted' as const }
    const appointment: Appointment = {
      resourceType: 'Appointment',
      id: 'a',
      status: 'booked',
      ...time,
      serviceType: [{ text: SECRET }],
      description: SECRET,
      participant: [person, { actor: { reference: 'PractitionerRole/oncologist' }, status: 'accepted' }],
    }
    for (const level of ['restreint', 'minimal'] as const)
      expect(project(appointment, level, view)).toMatchObject({ id: 'a', status: 'booked', ...time, participant: [person] })
    expect(JSON.stringify(project(appointment, 'restreint', view))).not.toContain(SECRET)
  })

  it('restreint, a stay: without diagnosis and reason', () => {
    const stay: Encounter = {
      resourceType: 'Encounter',
      id: 'e',
      status: 'finished',
      class: { code: 'IMP' },
      reasonCode: [{ text: SECRET }],
      diagnosis: [{ condition: { reference: 'Condition/c' } }],
      period: { start: '2026-05-28' },
    }
    expect(Object.keys(project(stay, 'restreint', view) ?? {}).sort()).toEqual(['class', 'id', 'meta', 'period', 'resourceType', 'status'])
  })

  it.each(['Observation', 'Goal', 'Condition', 'QuestionnaireResponse', 'Consent', 'Composition', 'Provenance', 'List', 'Binary', 'AuditEvent'])(
    '%s is shown at neither',
    type => {
      const resource = { resourceType: type, id: 'x', status: 'final' } as unknown as FhirResource
      expect([project(resource, 'restreint', view), project(resource, 'minimal', view)]).toEqual([undefined, undefined])
    },
  )

  it('what means the contrary of what it says is not shown', () => {
    expect(project({ ...plan, modifierExtension: [{ url: 'https://elsewhere.example/not', valueBoolean: true }] }, 'restreint', view)).toBeUndefined()
  })

  it('whatever stands in a resource: nothing but the elements of the table, and no unknown extension, comes through', () => {
    const types = Object.keys(SHAPES.restreint)
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom('restreint' as const, 'minimal' as const),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (type, level, content) => {
          const marked = {
            ...content,
            resourceType: type,
            extension: [{ url: 'https://elsewhere.example/x', valueString: SECRET }],
            note: [{ text: SECRET }],
          } as unknown as FhirResource
          const seen = project(marked, level, { ...view, isAddressed: true })
          if (seen === undefined) return
          const allowed = new Set(['resourceType', 'meta', 'payload', ...Object.keys(SHAPES[level][type]?.shape ?? {})])
          expect(Object.keys(seen).every(name => allowed.has(name))).toBe(true)
          expect(JSON.stringify(seen)).not.toContain(SECRET)
        },
      ),
    )
  })
})
