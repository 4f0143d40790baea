import type { FhirResource, ServiceRequest, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CARE_REQUEST } from '../../../../gateway/flows/requests/care-request.ts'
import { CARE_TASK } from '../../../../gateway/flows/requests/care-task.ts'
import { qualifiedPatient, matricule } from '../../../support/persons.ts'
import { draftOf, type RecordedWrite, recordedWrite, type Situation } from '../../../support/recorded-write.ts'
import {
  businessStatus,
  circle,
  consent,
  dac,
  homeIn,
  hubCode,
  role,
  searchRequest,
  supportRequest,
  supportTask,
  territory,
  unscheduledRequest,
  unscheduledTask,
} from '../../../support/support-requests.ts'

const now = new Date('2026-06-01T08:00:00Z')
const PARTIES = { patient: 'Patient/p1', requester: 'PractitionerRole/ide', performer: 'Organization/dac-54', at: '2026-06-01T07:50:00Z' }
const person = { ...qualifiedPatient(matricule(1)), id: 'p1', ...homeIn('54395') }
const informed = { ...consent('Patient/p1', 'information', 'Organization/dac-54'), id: 'c1' }
const DAC = dac('dac-54', '54395', '54547')
const CPTS = { ...dac('cpts', '54395'), type: [{ coding: [{ ...DAC.type?.[0]?.coding?.[0], code: '604' }] }] }
const MT = role('mt', 'Practitioner/dr', 'Organization/cabinet')
const IDE = role('ide', 'Practitioner/ide', 'Organization/cabinet')
const team = { ...circle('Patient/p1', 'Organization/dac-54', [{ member: 'PractitionerRole/mt', role: 'PCP' }, { member: 'PractitionerRole/ide' }]), id: 'ct' }
const HOUSE: FhirResource[] = [person, informed, DAC, CPTS, MT, IDE, team]

/** Judges every draft, as the door does. */
async function judge(
  resources: FhirResource[],
  { stored = HOUSE, ...more }: Partial<Situation> = {},
  before: Record<string, FhirResource> = {},
): Promise<RecordedWrite> {
  const drafts = resources.map(resource => {
    const earlier = before[`${resource.resourceType}/${resource.id}`]
    return draftOf(resource, earlier === undefined ? {} : { before: earlier })
  })
  const write = recordedWrite({ drafts: [...drafts], stored, now, ...more })
  for (const draft of drafts) {
    if (draft.type === 'ServiceRequest') await CARE_REQUEST.judge(write, draft)
    if (draft.type === 'Task') await CARE_TASK.judge(write, draft)
  }
  return write
}

const appui = (more: Partial<ServiceRequest> = {}): ServiceRequest => ({ ...supportRequest(PARTIES, more), id: 'sr' })
const itsTask = (more: Partial<Task> = {}): Task => ({ ...supportTask(PARTIES, { focus: 'ServiceRequest/sr', accord: 'Consent/c1' }, more), id: 't' })
const rules = (write: RecordedWrite): string[] => write.refused.map(one => `${one.rule} at ${one.element}`)
const tasks = (write: RecordedWrite, kind: string): Task[] =>
  write
    .drafts()
    .flatMap(({ resource }) => (resource.resourceType === 'Task' && JSON.stringify(resource.code) === JSON.stringify(hubCode(kind)) ? [resource] : []))
const written = (write: RecordedWrite, reference: string): FhirResource | undefined =>
  write.drafts().find(draft => `${draft.type}/${draft.id}` === reference)?.resource

describe('demande d’appui: one Task', () => {
  it('the hub makes it where the client sent none, with the accord of the request', async () => {
    const write = await judge([appui({ supportingInfo: [{ reference: 'Consent/c9' }] })])
    const [made] = tasks(write, 'DEM-APPUI')
    expect(rules(write)).toEqual([])
    expect(made).toMatchObject({
      status: 'requested',
      owner: { reference: 'Organization/dac-54' },
      focus: { reference: 'ServiceRequest/sr' },
      extension: [territory('54395')],
    })
    expect(made?.input).toContainEqual({ type: hubCode('accord'), valueReference: { reference: 'Consent/c9' } })
    expect(write.announced).toEqual([
      { type: 'appui.statut', patient: 'Patient/p1', about: `Task/${made?.id}`, changes: ['task.requested', 'task.attente-mt'] },
    ])
  })

  it('the client’s own of the same transaction is taken, in whatever order; a second one is refused, also later', async () => {
    for (const resources of [
      [appui(), itsTask()],
      [itsTask(), appui()],
    ]) {
      const write = await judge(resources)
      expect([rules(write), tasks(write, 'DEM-APPUI').map(({ id }) => id), write.announced.length]).toEqual([[], ['t'], 1])
    }
    expect(rules(await judge([appui(), itsTask(), { ...itsTask(), id: 't2' }]))).toEqual(['request.one-task at focus'])
    expect(rules(await judge([{ ...itsTask(), id: 't2' }], { stored: [...HOUSE, appui(), itsTask()] }))).toEqual(['request.one-task at focus'])
  })

  it('a draft is delivered when it becomes active, or when its Task is sent', async () => {
    const [request, task] = [appui({ status: 'draft' }), itsTask({ status: 'draft' })]
    expect((await judge([request, task])).announced).toEqual([])
    const stored = [...HOUSE, request, task]
    const activated = await judge([{ ...request, status: 'active' }], { stored }, { 'ServiceRequest/sr': request })
    expect([rules(activated), written(activated, 'Task/t')]).toMatchObject([[], { status: 'requested', businessStatus: businessStatus('attente-mt') }])
    const sent = await judge([{ ...task, status: 'requested' }], { stored }, { 'Task/t': task })
    expect([rules(sent), written(sent, 'ServiceRequest/sr')]).toMatchObject([[], { status: 'active' }])
    for (const write of [activated, sent]) expect(write.announced.map(({ about }) => about)).toEqual(['Task/t'])
  })

  it('a Task begins as draft or requested; only its owner records what has gone further', async () => {
    const received = itsTask({ status: 'received', businessStatus: businessStatus('attente-mt') })
    expect(rules(await judge([appui(), received], { actsFor: () => false }))).toEqual(['task.move at status'])
    expect(rules(await judge([appui(), received]))).toEqual([])
    expect(rules(await judge([appui(), itsTask({ status: 'accepted', businessStatus: businessStatus('evaluation') })]))).toEqual(['task.attente-mt at status'])
  })

  it('is about the person of its request', async () => {
    expect(rules(await judge([appui(), itsTask({ for: { reference: 'Patient/p2' } })]))).toEqual(['task.person at for'])
  })
})

describe('demande d’appui: who asks', () => {
  it('a professional, the person for himself, a relative for his own', async () => {
    const relative = (patient: string): FhirResource => ({ resourceType: 'RelatedPerson', id: 'fille', patient: { reference: patient } })
    const asking = async (requester: string, of = 'Patient/p1') =>
      rules(await judge([appui({ requester: { reference: requester } })], { stored: [...HOUSE, relative(of)] }))
    for (const requester of ['PractitionerRole/ide', 'Organization/cabinet', 'Patient/p1', 'RelatedPerson/fille']) expect(await asking(requester)).toEqual([])
    expect(await asking('Patient/p2')).toEqual(['request.requester at requester'])
    expect(await asking('RelatedPerson/fille', 'Patient/p2')).toEqual(['request.requester at requester'])
  })

  it('its Task is of its kind', async () => {
    expect(rules(await judge([appui({ status: 'draft' }), { ...unscheduledTask(PARTIES, 'ServiceRequest/sr'), id: 't' }]))).toEqual(['task.focus at focus'])
  })
})

describe('demande d’appui: whom it goes to', () => {
  const elsewhere = dac('dac-88', '88160')

  it('to the DAC of the commune of the home address, whoever was named, with a warning', async () => {
    const write = await judge([appui({ performer: [{ reference: 'Organization/dac-88' }] }), itsTask({ owner: { reference: 'Organization/dac-88' } })], {
      stored: [...HOUSE, elsewhere],
    })
    expect(written(write, 'ServiceRequest/sr')).toMatchObject({ performer: [{ reference: 'Organization/dac-54' }] })
    expect(written(write, 'Task/t')).toMatchObject({ owner: { reference: 'Organization/dac-54' } })
    expect(write.warned.map(({ rule }) => rule)).toContain('request.routed')
  })

  it('a département covers its communes; without a known home the territoire of the Task tells', async () => {
    const [homeless, wide] = [{ ...person, address: [] }, dac('dac-54', '54')]
    const stored = [homeless, informed, wide, MT, team]
    expect(rules(await judge([appui(), itsTask({ extension: [territory('54395')] })], { stored }))).toEqual([])
    expect(rules(await judge([appui(), itsTask({ extension: [territory('88160')] })], { stored }))).toEqual(['request.territory at performer'])
  })

  it('no DAC on the commune: refused; two: 409; commune unknown: the named DAC, with a warning', async () => {
    expect(rules(await judge([appui()], { stored: [person, informed, elsewhere] }))).toEqual(['request.territory at performer'])
    await expect(judge([appui()], { stored: [...HOUSE, dac('dac-x', '54395')] })).rejects.toMatchObject({
      code: 'fhir.conflict',
      issues: [{ rule: 'request.two-dacs', expression: 'ServiceRequest.performer' }],
    })
    const retired = { ...dac('dac-x', '54395'), active: false }
    expect(rules(await judge([appui()], { stored: [...HOUSE, retired] }))).toEqual([])
    const write = await judge([appui()], { stored: [{ ...person, address: [] }, informed, DAC, MT, team] })
    expect([rules(write), write.warned.map(({ rule }) => rule)]).toEqual([[], ['request.commune']])
  })
})

describe('demande d’appui: the person', () => {
  const without = HOUSE.filter(one => one !== informed)

  it('must have been informed: an active Consent of nature information or accord, stored or of the same write', async () => {
    expect(rules(await judge([appui()], { stored: without }))).toEqual(['request.informed at supportingInfo'])
    for (const nature of ['information', 'accord']) {
      expect(rules(await judge([appui(), { ...consent('Patient/p1', nature, 'Organization/dac-54'), id: 'c2' }], { stored: without }))).toEqual([])
    }
  })

  it('is not informed by a consent of another person, another nature, withdrawn or over', async () => {
    const none = [
      consent('Patient/p2', 'information', 'Organization/dac-54'),
      consent('Patient/p1', 'partage', 'Organization/dac-54'),
      { ...informed, status: 'inactive' as const },
      { ...informed, provision: { ...informed.provision, period: { start: '2026-01-01', end: '2026-05-20' } } },
    ]
    for (const one of none)
      expect(rules(await judge([appui()], { stored: [...without, { ...one, id: 'c3' }] }))).toEqual(['request.informed at supportingInfo'])
    expect(rules(await judge([appui(), { ...informed, status: 'inactive' }], {}, { 'Consent/c1': informed }))).toEqual(['request.informed at supportingInfo'])
  })

  it('in a vital emergency is sent to the SAMU', async () => {
    for (const request of [
      appui({ priority: 'stat' }),
      { ...unscheduledRequest({ ...PARTIES, performer: 'Organization/cpts' }, { priority: 'stat' }), id: 'sr' },
    ]) {
      expect(rules(await judge([request]))).toEqual(['urgence-vitale at priority'])
    }
  })
})

describe('demande d’appui: the médecin traitant', () => {
  it('who asks himself is asked nothing: his role, another role of his, his practice', async () => {
    const second = role('mt2', 'Practitioner/dr', 'Organization/hopital')
    for (const requester of ['PractitionerRole/mt', 'Practitioner/dr', 'PractitionerRole/mt2', 'Organization/cabinet']) {
      const write = await judge([appui({ requester: { reference: requester } })], { stored: [...HOUSE, second] })
      expect([tasks(write, 'VALIDATION-MT'), tasks(write, 'DEM-APPUI')[0]?.businessStatus]).toEqual([[], undefined])
    }
  })

  it('who did not ask is told and asked, by the DAC, whoever opened the request', async () => {
    for (const requester of ['PractitionerRole/ide', 'Patient/p1', 'RelatedPerson/fille']) {
      const write = await judge([appui({ requester: { reference: requester } })])
      const [task] = tasks(write, 'DEM-APPUI')
      expect(task).toMatchObject({ businessStatus: businessStatus('attente-mt') })
      expect(tasks(write, 'VALIDATION-MT')).toMatchObject([
        {
          status: 'requested',
          owner: { reference: 'PractitionerRole/mt' },
          requester: { reference: 'Organization/dac-54' },
          partOf: [{ reference: `Task/${task?.id}` }],
        },
      ])
      expect(write.added.filter(one => one.resourceType === 'Communication')).toMatchObject([
        { category: [hubCode('INFO-MT')], recipient: [{ reference: 'PractitionerRole/mt' }] },
      ])
    }
  })

  it('is, in this order, the one the Task names, the PCP of the circle, the general practitioner of the Patient', async () => {
    const others = [role('m1', 'Practitioner/m1', 'Organization/a'), role('m3', 'Practitioner/m3', 'Organization/c')]
    const known = { ...person, generalPractitioner: [{ reference: 'PractitionerRole/m3' }] }
    const stored = [...HOUSE.filter(one => one !== person), known, ...others]
    const asked = async (resources: FhirResource[], at = stored) => tasks(await judge(resources, { stored: at }), 'VALIDATION-MT')[0]?.owner?.reference
    const naming = itsTask({ input: [...(itsTask().input ?? []), { type: hubCode('mt'), valueReference: { reference: 'PractitionerRole/m1' } }] })
    expect(await asked([appui(), naming])).toBe('PractitionerRole/m1')
    expect(await asked([appui()])).toBe('PractitionerRole/mt')
    expect(
      await asked(
        [appui()],
        stored.filter(one => one !== team),
      ),
    ).toBe('PractitionerRole/m3')
  })

  it('who is not known is searched for by the CPTS, once', async () => {
    const stored = HOUSE.filter(one => one !== team)
    const write = await judge([appui({ priority: 'urgent' })], { stored })
    expect(tasks(write, 'DEM-APPUI')).toMatchObject([{ businessStatus: businessStatus('sans-mt') }])
    expect(write.added.filter(one => one.resourceType === 'ServiceRequest')).toMatchObject([
      { code: hubCode('ACCES-MT'), priority: 'urgent', performer: [{ reference: 'Organization/cpts' }] },
    ])
    expect(tasks(write, 'ACCES-MT')).toMatchObject([{ status: 'requested', owner: { reference: 'Organization/cpts' }, priority: 'urgent' }])
    const running = { ...searchRequest(PARTIES), id: 'search' }
    expect(tasks(await judge([appui()], { stored: [...stored, running] }), 'ACCES-MT')).toEqual([])
  })
})

describe('a request that is no longer a draft', () => {
  const before = appui()
  const stored = [...HOUSE, before, itsTask({ status: 'received' })]
  const change = (after: Partial<ServiceRequest>, more: Partial<Situation> = {}) =>
    judge([{ ...before, ...after }], { stored, ...more }, { 'ServiceRequest/sr': before })

  it('changes only by status, note and supportingInfo', async () => {
    expect(rules(await change({ note: [{ text: 'x' }], supportingInfo: [{ reference: 'Consent/c1' }] }))).toEqual([])
    expect(rules(await change({ priority: 'urgent', reasonCode: [{ text: 'autre' }] }))).toEqual(['request.frozen at priority', 'request.frozen at reasonCode'])
  })

  it('withdrawn by who may, cancels its Task with one event; completed only with it', async () => {
    const write = await change({ status: 'revoked', note: [{ text: 'La personne y renonce' }] })
    // Past `requested` a Task says where it stands (hub-task-2), also where nobody had said so yet.
    expect(written(write, 'Task/t')).toMatchObject({
      status: 'cancelled',
      statusReason: { coding: [{ code: 'autre' }] },
      businessStatus: businessStatus('cloture'),
    })
    expect(write.announced.map(({ changes }) => changes)).toEqual([['task.cancelled']])
    expect(rules(await change({ status: 'revoked' }, { actsFor: () => false }))).toEqual(['request.move at status'])
    expect(rules(await change({ status: 'completed' }))).toEqual(['request.move at status'])
  })
})

describe('soins non programmés', () => {
  const parties = { ...PARTIES, performer: 'Organization/cpts' }
  const snp = { ...unscheduledRequest(parties), id: 'sr' }

  it('the hub makes the Task: to the CPTS, due 48 hours after the request, in the commune of the person', async () => {
    const write = await judge([snp])
    expect(tasks(write, 'SNP')).toMatchObject([
      { owner: { reference: 'Organization/cpts' }, restriction: { period: { end: '2026-06-03T07:50:00.000Z' } }, extension: [territory('54395')] },
    ])
    expect(write.announced.map(({ type, changes }) => [type, changes])).toEqual([['snp.statut', ['task.requested']]])
  })

  it('the client’s own Task is taken, and gets the territory it left out', async () => {
    const write = await judge([snp, { ...unscheduledTask(parties, 'ServiceRequest/sr'), id: 't' }])
    expect([rules(write), tasks(write, 'SNP').length, written(write, 'Task/t')]).toMatchObject([[], 1, { extension: [territory('54395')] }])
  })
})

describe('an unscheduled request to a structure that is no CPTS', () => {
  const parties = { ...PARTIES, performer: 'Organization/cpts' }
  const owned = (reference: string): Task => ({ ...unscheduledTask(parties, 'ServiceRequest/sr', { owner: { reference } }), id: 't' })
  it.each([
    ['the DAC, by the request', { ...unscheduledRequest(PARTIES), id: 'sr' }, undefined, ['task.cpts at performer']],
    ['the DAC, by its Task', { ...unscheduledRequest(parties), id: 'sr' }, owned('Organization/dac-54'), ['task.cpts at owner']],
    ['not a professional', { ...unscheduledRequest(parties), id: 'sr' }, owned('PractitionerRole/ide'), []],
  ])('%s', async (_, request, task, expected) => {
    expect(rules(await judge(task === undefined ? [request] : [request, task]))).toEqual(expected)
  })

  it('nor is it handed on to one', async () => {
    const before = owned('Organization/cpts')
    const after: Task = { ...before, owner: { reference: 'Organization/dac-54' }, note: [{ text: 'Hors de notre ressort' }] }
    const request = { ...unscheduledRequest(parties), id: 'sr' }
    expect(rules(await judge([after], { stored: [...HOUSE, request, before] }, { 'Task/t': before }))).toEqual(['task.cpts at owner'])
  })
})

describe('recherche de médecin traitant', () => {
  it('has a priority and goes to the CPTS', async () => {
    const { priority, ...rest } = { ...searchRequest(PARTIES), id: 'sr' }
    expect(rules(await judge([{ ...rest, performer: [] }]))).toEqual(['request.priority at priority'])
    const write = await judge([{ ...rest, priority: 'asap', performer: [{ reference: 'Organization/cpts' }] }])
    expect(tasks(write, 'ACCES-MT')).toMatchObject([{ priority: 'asap', owner: { reference: 'Organization/cpts' } }])
    expect(write.announced.map(({ type, changes }) => [type, changes])).toEqual([['appui.statut', ['task.requested']]])
  })
})
