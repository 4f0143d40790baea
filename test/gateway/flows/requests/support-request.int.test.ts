import type { Bundle, Communication, Organization, ServiceRequest, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { careHouse, newPerson } from '../../../support/care-house.ts'
import { careEvents, readSandbox } from '../../../support/sandbox.ts'
import { businessStatus, consent, decision, hubCode, reason, supportRequest, supportTask } from '../../../support/support-requests.ts'
import { refusals, type Vendor } from '../../../support/vendor.ts'

// The worked flow (b) of fhir-fr.md 7 against the running stack, and what it refuses.

const sandbox = readSandbox()

const house = await careHouse(sandbox)

const status = (task: Task): string => `${task.status}, ${task.businessStatus?.coding?.[0]?.code ?? '–'}`

interface Asked {
  patient: string
  request: string
  task: string
}

/** One transaction of the GP portal: person, consent, request, Task, Provenance. */
async function ask(requester: string, { mt, isTaskSent = true }: { mt?: string; isTaskSent?: boolean } = {}): Promise<Asked> {
  const { patient, ifNoneExist } = newPerson(mt === undefined ? {} : { generalPractitioner: [{ reference: mt }] })
  const [person, accord, request, task] = [1, 2, 3, 4].map(() => `urn:uuid:${crypto.randomUUID()}`) as [string, string, string, string]
  const parties = { patient: person, requester, performer: house.dac.structure, at: new Date().toISOString() }
  const answer = await house.gp.transact([
    { fullUrl: person, resource: patient, ifNoneExist },
    { fullUrl: accord, resource: consent(person, 'information', house.gp.structure) },
    { fullUrl: request, resource: supportRequest(parties, { supportingInfo: [{ reference: accord }] }) },
    ...(isTaskSent ? [{ fullUrl: task, resource: supportTask(parties, { focus: request, accord }) }] : []),
  ])
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const places = (answer.body as Bundle).entry?.map(({ response }) => response?.location?.match(/(\w+\/[^/]+)\/_history\//)?.[1] ?? '') ?? []
  const [found] = await house.gp.search<Task>(`Task?focus=${places[2]}&code=DEM-APPUI`)
  return { patient: places[0] ?? '', request: places[2] ?? '', task: `Task/${found?.id}` }
}

/** As a DAC does: it reads, and writes what it read with another status. */
async function move(vendor: Vendor, reference: string, change: Partial<Task>) {
  return vendor.put({ ...(await vendor.read<Task>(reference)), ...change, lastModified: new Date().toISOString() })
}

const validationOf = async (asked: Asked): Promise<Task & { id: string }> => {
  const [found] = await house.gp.search<Task & { id: string }>(`Task?part-of=${asked.task}&code=VALIDATION-MT`)
  if (found === undefined) throw new Error('no VALIDATION-MT')
  return found
}

describe('a demande d’appui from a GP portal', () => {
  it('requester = médecin traitant: requested, received when the DAC first reads it, then accepted, worked on, completed; requester told, one event a move', async () => {
    const asked = await ask(house.mt, { mt: house.mt })
    expect(status(await house.gp.read<Task>(asked.task))).toBe('requested, –')
    const received = await house.dac.read<Task>(asked.task)
    expect([status(received), received.meta?.versionId]).toEqual(['received, mt-valide', '2'])

    expect((await move(house.dac, asked.task, { status: 'accepted' })).status).toBe(200)
    expect(status((await move(house.dac, asked.task, { status: 'in-progress' })).body as Task)).toBe('in-progress, evaluation')
    expect((await move(house.dac, asked.task, { businessStatus: businessStatus('ppcs-en-cours') })).status).toBe(200)
    const done = await move(house.dac, asked.task, { status: 'completed', output: [{ type: hubCode('orientation'), valueString: 'Service social' }] })
    expect(status(done.body as Task)).toBe('completed, cloture')
    expect((await house.gp.read<ServiceRequest>(asked.request)).status).toBe('completed')

    const told = await house.gp.search<Communication>(`Communication?subject=${asked.patient}&recipient=${house.mt}`)
    expect(told.map(({ topic }) => topic?.text).sort()).toEqual(['Demande reçue', 'Demande terminée'])
    const events = await careEvents(sandbox, 'appui.statut', asked.task)
    expect(events.map(({ data }) => data.changes)).toEqual([
      ['task.requested'],
      ['task.received', 'task.mt-valide'],
      ['task.accepted'],
      ['task.in-progress', 'task.evaluation'],
      ['task.ppcs-en-cours'],
      ['task.completed', 'task.cloture'],
    ])
    expect(events.map(({ data }) => data.resources[0])).toEqual([1, 2, 3, 4, 5, 6].map(version => `${asked.task}/_history/${version}`))
  })

  it('requester ≠ médecin traitant: he is told and asked; accepted is blocked until he agrees', async () => {
    const asked = await ask(house.nurse, { mt: house.mt })
    const validation = await validationOf(asked)
    expect(validation).toMatchObject({ status: 'requested', owner: { reference: house.mt }, requester: { reference: house.dac.structure } })
    const told = await house.gp.search<Communication>(`Communication?subject=${asked.patient}&category=INFO-MT`)
    expect(told.map(({ recipient }) => recipient?.[0]?.reference)).toEqual([house.mt])

    expect(status(await house.dac.read<Task>(asked.task))).toBe('received, attente-mt')
    expect(refusals(await move(house.dac, asked.task, { status: 'accepted' }))).toEqual(['422 business-rule at Task.status'])
    // The médecin traitant answers without having read first.
    const answered = await house.gp.put<Task>({ ...validation, status: 'completed', output: [decision('mt-valide')] })
    expect(answered.status, JSON.stringify(answered.body)).toBe(200)
    expect(status(await house.dac.read<Task>(asked.task))).toBe('received, mt-valide')
    expect((await move(house.dac, asked.task, { status: 'accepted' })).status).toBe(200)
  })

  it('his refusal ends the demande, with its reason, and revokes the request', async () => {
    const asked = await ask(house.nurse, { mt: house.mt })
    const validation = await validationOf(asked)
    // The DAC is not asked, and does not see the question.
    expect(refusals(await house.dac.put<Task>({ ...validation, status: 'completed', output: [decision('mt-valide')] }))).toEqual(['404 not-found at Task'])
    const answered = await house.gp.put<Task>({ ...validation, status: 'completed', output: [decision('mt-refuse')], note: [{ text: 'Déjà suivie' }] })
    expect(answered.status, JSON.stringify(answered.body)).toBe(200)
    const task = await house.dac.read<Task>(asked.task)
    expect([status(task), task.statusReason]).toEqual(['rejected, mt-refuse', reason('refus-mt')])
    expect((await house.gp.read<ServiceRequest>(asked.request)).status).toBe('revoked')
    const events = await careEvents(sandbox, 'appui.statut', asked.task)
    expect(events.map(({ data }) => data.changes)).toEqual([
      ['task.requested', 'task.attente-mt'],
      ['task.rejected', 'task.mt-refuse'],
    ])
  })

  it('no médecin traitant known: sans-mt, and the CPTS is asked to find one; the hub makes the Task the client left out', async () => {
    const asked = await ask(house.nurse, { isTaskSent: false })
    const task = await house.dac.read<Task>(asked.task)
    expect([status(task), task.owner?.reference]).toEqual(['received, sans-mt', house.dac.structure])
    const [search] = await house.gp.search<ServiceRequest>(`ServiceRequest?patient=${asked.patient}&code=ACCES-MT`)
    expect(search).toMatchObject({ status: 'active', priority: 'routine', performer: [{ reference: house.cpts.structure }] })
    const [found] = await house.cpts.search<Task>(`Task?focus=ServiceRequest/${search?.id}`)
    expect([found?.status, found?.owner?.reference]).toEqual(['requested', house.cpts.structure])
    expect((await move(house.dac, asked.task, { status: 'accepted' })).status).toBe(200)
    // What the hub writes keeps the profiles that a vendor's resources are judged by.
    for (const made of [search, found, task]) {
      const verdict = await house.gp.send('POST', '$validate', { body: made })
      expect(refusals(verdict)).toEqual([])
    }
  })

  it('mt-sans-reponse: only with a note, only once the working days have gone by', async () => {
    const asked = await ask(house.nurse, { mt: house.mt })
    const early = await move(house.dac, asked.task, { businessStatus: businessStatus('mt-sans-reponse') })
    expect(refusals(early).sort()).toEqual(['422 business-rule at Task.businessStatus', '422 business-rule at Task.note'])
  })

  it('refusal and invariant of one write are answered together', async () => {
    const asked = await ask(house.mt, { mt: house.mt })
    const answer = await move(house.gp, asked.task, { status: 'rejected', businessStatus: businessStatus('mt-valide') })
    expect(refusals(answer).sort()).toEqual(['422 business-rule at Task.status', '422 invariant at Task'].sort())
    expect(JSON.stringify(answer.body)).toContain('hub-task-1')
  })

  it('a second Task, a change of what was asked, a vital emergency, a person who was not informed: refused, nothing is stored', async () => {
    const asked = await ask(house.mt, { mt: house.mt })
    const request = await house.gp.read<ServiceRequest>(asked.request)
    const parties = { patient: asked.patient, requester: house.mt, performer: house.dac.structure, at: new Date().toISOString() }
    const accord = request.supportingInfo?.[0]?.reference ?? ''
    expect(refusals(await house.gp.send('POST', 'Task', { body: supportTask(parties, { focus: asked.request, accord }) }))).toEqual([
      '422 business-rule at Task.focus',
    ])
    expect(refusals(await house.gp.put<ServiceRequest>({ ...request, priority: 'urgent' }))).toEqual(['422 business-rule at ServiceRequest.priority'])
    const vital = await house.gp.send('POST', 'ServiceRequest', { body: { ...supportRequest(parties), priority: 'stat' } })
    expect([vital.status, JSON.stringify(vital.body).includes('urgence-vitale')]).toEqual([422, true])

    const stranger = await house.person({ generalPractitioner: [{ reference: house.mt }] })
    const uninformed = await house.gp.send('POST', 'ServiceRequest', { body: supportRequest({ ...parties, patient: stranger }) })
    expect(refusals(uninformed)).toEqual(['422 business-rule at ServiceRequest.supportingInfo'])
    expect(await house.gp.search(`ServiceRequest?patient=${stranger}`)).toEqual([])
  })

  it('goes to the DAC of the person’s commune, whoever was named; nowhere where there is none', async () => {
    const [other] = (await house.gp.search<Organization & { id: string }>('Organization?type=606')).filter(
      ({ id }) => `Organization/${id}` !== house.dac.structure,
    )
    const patient = await house.person({ generalPractitioner: [{ reference: house.mt }] })
    await house.gp.create(consent(patient, 'accord', house.gp.structure))
    const parties = { patient, requester: house.mt, performer: `Organization/${other?.id}`, at: new Date().toISOString() }
    const routed = await house.gp.create<ServiceRequest>(supportRequest(parties))
    expect(routed.performer).toEqual([{ reference: house.dac.structure }])
  })

  it('the requester withdraws it before it is accepted, not after; the Task is cancelled', async () => {
    const asked = await ask(house.mt, { mt: house.mt })
    const request = await house.gp.read<ServiceRequest>(asked.request)
    const withdrawn = await house.gp.put<ServiceRequest>({ ...request, status: 'revoked', note: [{ text: 'La personne y renonce' }] })
    expect(withdrawn.status, JSON.stringify(withdrawn.body)).toBe(200)
    expect((await house.gp.read<Task>(asked.task)).status).toBe('cancelled')

    const taken = await ask(house.mt, { mt: house.mt })
    await move(house.dac, taken.task, { status: 'accepted' })
    expect(refusals(await move(house.gp, taken.task, { status: 'cancelled', statusReason: reason('autre') }))).toEqual(['422 business-rule at Task.status'])
  })

  it('a PATCH moves a Task like a PUT; what PATCH may not change is 405', async () => {
    const asked = await ask(house.mt, { mt: house.mt })
    const accepted = await house.dac.patch<Task>(asked.task, [{ op: 'replace', path: '/status', value: 'accepted' }])
    expect([accepted.status, status(accepted.body)]).toEqual([200, 'accepted, mt-valide'])
    expect(refusals(await house.dac.patch(asked.task, [{ op: 'replace', path: '/status', value: 'completed' }]))).toContain('422 business-rule at Task.status')
    expect((await house.dac.patch(asked.task, [{ op: 'replace', path: '/priority', value: 'urgent' }])).status).toBe(405)
  })

  it('two who write at once: one moves, the other is told the version is stale', async () => {
    const asked = await ask(house.mt, { mt: house.mt })
    const task = await house.dac.read<Task>(asked.task)
    const answers = await Promise.all([
      house.dac.put<Task>({ ...task, status: 'accepted' }),
      house.dac.put<Task>({ ...task, status: 'rejected', statusReason: reason('hors-perimetre') }),
    ])
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 412])
  })
})
