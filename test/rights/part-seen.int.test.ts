/*
  What somebody sees in part stays in part, whichever way he asks: by the answer to a write, a condition, a patch, or by leaving out the elements that decide.
*/
import type { AuditEvent, Bundle, CareTeam, Consent, FhirResource, Patient, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { COMMUNE } from '../support/care-house.ts'
import { circleOf, entry, fresh, planOf, ROLE, visit } from '../support/care.ts'
import { INS_TEST, matricule, qualifiedPatient } from '../support/persons.ts'
import { readSandbox } from '../support/sandbox.ts'
import { consent } from '../support/support-requests.ts'
import { type Answer, refusals, Vendor } from '../support/vendor.ts'
import { example } from '../support/writing.ts'
import { type Caller, ownCallers, sharedCallers } from './callers.ts'
import { documentOf, LETTER, personIn, settingOf } from './setting.ts'

const sandbox = readSandbox()
const ins = matricule(fresh())
const sent: Patient = { ...qualifiedPatient(ins), address: [{ use: 'home', city: 'Metz' }] }
const byIns = `identifier=${INS_TEST}|${ins}`
const NOTE = 'Appeler la voisine'

const actionOf = (more: Partial<Task>): Task => {
  const task = example('hub-task-action-ppcs') as unknown as Task
  const identifier = [{ system: 'urn:oid:1.2.250.1.999.5', value: crypto.randomUUID() }]
  return { ...task, identifier, basedOn: [{ reference: plan }], for: { reference: patient }, ...more }
}

const practice = await Vendor.of(sandbox, 'gp-portal')
const hospital = await Vendor.of(sandbox, 'hospital')
/** A member who sees `minimal`. */
const desk = await Vendor.of(sandbox, 'cpts')
const patient = `Patient/${(await practice.create(sent, byIns)).id}`
const inPart = { ...entry(desk.structure, ROLE.member), extension: [{ url: EXTENSION.accessLevel, valueCode: 'minimal' }] }
const members = [entry(practice.structure, ROLE.coordinator), inPart]
const circle = await practice.create<CareTeam>(circleOf(patient, practice.structure, members))
await practice.create<Consent>(consent(patient, 'information', practice.structure))
const [author, careTeam] = [{ reference: practice.structure }, [{ reference: `CareTeam/${circle.id}` }]]
const plan = `CarePlan/${(await practice.create(planOf(patient, { author, careTeam, activity: [visit('mon', practice.structure)] }))).id}`
await hospital.create(sent, byIns)

const without = ({ meta: _meta, ...rest }: FhirResource): object => rest

describe('a write of who sees in part', () => {
  it('a creation that meets a person is answered what a read shows of him', async () => {
    const read = await desk.send<Patient>('GET', patient)
    expect([read.status, read.body.address, read.body.meta?.tag?.map(({ code }) => code)]).toEqual([200, undefined, ['SUBSETTED']])
    const met = await desk.send<Patient>('POST', 'Patient', { body: sent, headers: { 'if-none-exist': byIns } })
    expect([met.status, met.body.meta?.tag]).toEqual([200, read.body.meta?.tag])
    expect(without(met.body)).toEqual(without(read.body))
  })

  it('a patch is refused whatever it asks about what stands there', async () => {
    const task = await practice.create(actionOf({ requester: { reference: desk.structure }, owner: { reference: practice.structure }, note: [{ text: NOTE }] }))
    const read = await desk.send<Task>('GET', `Task/${task.id}`)
    expect([read.status, read.body.note]).toEqual([200, undefined])
    const patch = (value: string): Promise<Answer<FhirResource>> =>
      desk.send('PATCH', `Task/${task.id}`, {
        body: [
          { op: 'test', path: '/note/0/text', value },
          { op: 'replace', path: '/note/0/text', value },
        ],
        headers: { 'if-match': `W/"${task.meta?.versionId}"` },
      })
    expect(refusals(await patch('Autre chose'))).toEqual(refusals(await patch(NOTE)))
    expect((await patch('Autre chose')).status).toBe(403)
  })

  it('a condition on what he does not see of it finds nothing', async () => {
    const task = await practice.create(actionOf({ requester: { reference: desk.structure }, owner: { reference: practice.structure } }))
    const create = (condition: string): Promise<Answer<FhirResource>> =>
      desk.send('POST', 'Task', { body: actionOf({ for: { reference: 'Patient/nobody' } }), headers: { 'if-none-exist': `_id=${task.id}&${condition}` } })
    expect((await create('status=on-hold')).status).toBe(200)
    for (const profile of task.meta?.profile ?? ['none']) expect((await create(`_profile=${profile}`)).status).toBe(422)
    const { body: audit } = await desk.send<Bundle<AuditEvent>>('GET', `AuditEvent?date=ge2020-01-01&patient=${patient}&subtype=create`)
    expect(JSON.stringify(audit.entry ?? []), 'the answer showed the Task of a person').toContain(`Task/${task.id}`)
  })
})

describe('a search of who sees in part', () => {
  it('finds none of his Tasks by a territory that is not shown, whichever it is', async () => {
    const extension = [{ url: EXTENSION.territoire, valueCoding: { system: tre('R13-CommuneOM'), code: COMMUNE } }]
    const task = await practice.create(actionOf({ requester: { reference: desk.structure }, owner: { reference: practice.structure }, extension }))
    const found = async (query: string): Promise<boolean> => {
      const { body } = await desk.send<Bundle>('GET', `Task?requester=${desk.structure}&_count=200${query}`)
      return (body.entry ?? []).some(({ resource }) => resource?.id === task.id)
    }
    expect([await found(''), await found('&territoire=00000'), await found(`&territoire=${COMMUNE}`)]).toEqual([true, false, false])
  })
})

describe('a list of documents', () => {
  it('is not there for who does not see each of them', async () => {
    const [open, masked] = [
      await hospital.create(documentOf(patient, hospital.structure)),
      await hospital.create(documentOf(patient, hospital.structure, 'MASQUE_PS')),
    ]
    // Deposits by ITI-65 bring such lists; no client of the sandbox writes one.
    const listing = async (...ids: string[]): Promise<string> => {
      const id = crypto.randomUUID()
      const entry = ids.map(one => ({ item: { reference: `DocumentReference/${one}` } }))
      const list = { resourceType: 'List', id, status: 'current', mode: 'working', subject: { reference: patient }, entry }
      const body = JSON.stringify(list)
      const { status } = await fetch(`${sandbox.hapi}/List/${id}`, { method: 'PUT', headers: { 'content-type': 'application/fhir+json' }, body })
      expect(status).toBe(201)
      return id
    }
    const [shown, hidden] = [await listing(open.id), await listing(open.id, masked.id)]
    expect([(await practice.send('GET', `List/${shown}`)).status, (await practice.send('GET', `List/${hidden}`)).status]).toEqual([200, 404])
    const { body } = await practice.send<Bundle>('GET', `List?patient=${patient}`)
    expect([body.total, body.entry?.map(({ resource }) => resource?.id)]).toEqual([1, [shown]])
  })
})

describe('what a search brings along', () => {
  it('is decided whole, also where elements are left out', async () => {
    const letter = await hospital.create(documentOf(patient, hospital.structure))
    const focus = { reference: `DocumentReference/${letter.id}` }
    const task = await practice.create(actionOf({ requester: { reference: practice.structure }, owner: { reference: practice.structure }, focus }))
    const parted = '_elements=Task.status,DocumentReference.subject,DocumentReference.content'
    const found = async (query: string): Promise<string[]> => {
      const { body } = await practice.send<Bundle>('GET', `Task?${query}`)
      return (body.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`)
    }
    const asked = [`_id=${task.id}&_include=Task:focus`, `patient=${patient}&_id=${task.id}&_include=Task:focus`]
    for (const query of asked) expect(await found(`${query}&${parted}`), query).toEqual([`Task/${task.id}`, focus.reference])
    const refused = consent(patient, 'opposition', practice.structure)
    const provision = { ...refused.provision, actor: [namedIn(practice.structure)], code: [{ coding: [{ system: 'http://loinc.org', code: LETTER }] }] }
    await practice.create<Consent>({ ...refused, provision })
    for (const query of asked)
      for (const shape of ['', `&${parted}`, '&_elements=status']) expect(await found(`${query}${shape}`), query).toEqual([`Task/${task.id}`])
  })
})

describe('who is around a person', () => {
  it('is told by no inclusion and no $everything to whom the circle is not shown, nor how much there is that he does not see', async () => {
    const setting = await settingOf(sandbox)
    const watched = await personIn(setting, { circle: 'active', consents: ['information'] })
    const [{ car }, { doc }] = await Promise.all([ownCallers(sandbox, watched), sharedCallers(sandbox, setting)])
    const unseen = [setting.doctor.role, setting.social]
    const referent = setting.dac.structure
    const included = 'CareTeam?_include=CareTeam:participant&_include:iterate=PractitionerRole:practitioner'
    expect(await foundBy(doc, `${included}&patient=${watched.patient}`)).toEqual(expect.arrayContaining([...unseen, referent]))
    expect(await foundBy(car, included)).toEqual([watched.wrote['CareTeam'], referent])
    const all = await foundBy(car, `${watched.patient}/$everything?_count=1`)
    expect(all).toEqual(expect.arrayContaining([watched.patient, watched.wrote['CarePlan'], referent]))
    expect(all.filter(one => unseen.includes(one) || one.startsWith('Practitioner/'))).toEqual([])
    expect(await foundBy(doc, `${watched.patient}/$everything?_count=3`)).toEqual(expect.arrayContaining([...unseen, referent]))
  })
})

/** Of all pages; each holds as many as were asked for, but the last. */
async function foundBy(caller: Caller, query: string): Promise<string[]> {
  const found: string[] = []
  const asked = Number(/_count=(\d+)/.exec(query)?.[1] ?? Number.POSITIVE_INFINITY)
  for (let at: string | undefined = query; at !== undefined; ) {
    const { body, text } = await caller.ask('GET', at)
    at = body?.link?.find(({ relation }) => relation === 'next')?.url
    if (at !== undefined) expect(body?.entry?.length, text).toBe(asked)
    found.push(...(body?.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`))
    if (at === undefined && Number.isFinite(asked)) expect(body?.total).toBe(found.length)
  }
  return found
}

const namedIn = (reference: string) => ({
  role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] },
  reference: { reference },
})
