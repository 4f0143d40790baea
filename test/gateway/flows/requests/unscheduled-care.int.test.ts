import type { Communication, ServiceRequest, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { COMMUNE, careHouse } from '../../../support/care-house.ts'
import { careEvents, eventually, readSandbox } from '../../../support/sandbox.ts'
import { businessStatus, circleMessage, hubCode, searchRequest, unscheduledRequest, unscheduledTask } from '../../../support/support-requests.ts'
import { refusals } from '../../../support/vendor.ts'

// The worked flow (d) of fhir-fr.md 7 against the running stack. Time is brought by Tasks whose authoredOn lies in the past.

const sandbox = readSandbox()

const house = await careHouse(sandbox)

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()
const status = (task: Task): string => `${task.status}, ${task.businessStatus?.coding?.[0]?.code ?? '–'}`

/** The practice asks, so many hours ago. Out: `Task/<id>` as the hub or the client made it. */
async function ask(hours: number, { isTaskSent = true }: { isTaskSent?: boolean } = {}): Promise<{ patient: string; request: string; task: string }> {
  const patient = await house.person()
  const parties = { patient, requester: house.mt, performer: house.cpts.structure, at: hoursAgo(hours) }
  const [request, task] = [`urn:uuid:${crypto.randomUUID()}`, `urn:uuid:${crypto.randomUUID()}`]
  const answer = await house.gp.transact([
    { fullUrl: request, resource: unscheduledRequest(parties) },
    ...(isTaskSent ? [{ fullUrl: task, resource: unscheduledTask(parties, request) }] : []),
  ])
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const place = answer.body.entry?.[0]?.response?.location?.match(/(\w+\/[^/]+)\/_history\//)?.[1] ?? ''
  const [found] = await house.gp.search<Task>(`Task?focus=${place}`)
  return { patient, request: place, task: `Task/${found?.id}` }
}

/** As their recipient sees them. */
const remindersOf = (patient: string): Promise<Communication[]> => house.cpts.search<Communication>(`Communication?subject=${patient}&category=ALERTE`)

describe('soins non programmés', () => {
  it('the desk of the CPTS finds it, proposes a slot, takes it, tells the person, completes it; one event a move', async () => {
    const { patient, request, task } = await ask(0, { isTaskSent: false })
    const desk = await house.cpts.search<Task>(`Task?code=SNP&status=requested&territoire=${COMMUNE}&patient=${patient}`)
    expect(desk.map(({ id }) => `Task/${id}`)).toEqual([task])
    expect(Date.parse(desk[0]?.restriction?.period?.end ?? '') - Date.parse(desk[0]?.authoredOn ?? '')).toBe(48 * 3_600_000)

    const received = await house.cpts.read<Task>(task)
    expect(status(received)).toBe('received, a-orienter')
    const accepted = await house.cpts.put<Task>({ ...received, status: 'accepted', businessStatus: businessStatus('creneau-propose') })
    expect(accepted.status, JSON.stringify(accepted.body)).toBe(200)
    const slot = { type: hubCode('creneau'), valuePeriod: { start: '2026-06-03T14:00:00+02:00', end: '2026-06-03T14:20:00+02:00' } }
    const taken = await house.cpts.put<Task>({ ...accepted.body, status: 'in-progress', businessStatus: businessStatus('creneau-pris'), output: [slot] })
    expect(taken.status, JSON.stringify(taken.body)).toBe(200)
    const told = circleMessage(
      { patient, sender: house.cpts.structure, recipients: [patient] },
      { category: [hubCode('INFO-PERSONNE')], about: [{ reference: task }] },
    )
    await house.cpts.create(told)
    const done = await house.cpts.put<Task>({ ...taken.body, status: 'completed' })
    expect(status(done.body)).toBe('completed, cloture')
    expect((await house.gp.read<ServiceRequest>(request)).status).toBe('completed')
    const events = await careEvents(sandbox, 'snp.statut', task)
    expect(events.map(({ data }) => data.changes)).toEqual([
      ['task.requested'],
      ['task.received', 'task.a-orienter'],
      ['task.accepted', 'task.creneau-propose'],
      ['task.in-progress', 'task.creneau-pris'],
      ['task.completed', 'task.cloture'],
    ])
  })

  it('a deadline beyond 48 hours is refused by hub-task-5, a vital emergency by urgence-vitale', async () => {
    const patient = await house.person()
    const parties = { patient, requester: house.mt, performer: house.cpts.structure, at: hoursAgo(0) }
    const request = `urn:uuid:${crypto.randomUUID()}`
    const late = unscheduledTask(parties, request, { restriction: { period: { end: new Date(Date.now() + 49 * 3_600_000).toISOString() } } })
    const answer = await house.gp.transact([{ fullUrl: request, resource: unscheduledRequest(parties) }, { resource: late }])
    expect([answer.status, JSON.stringify(answer.body).includes('hub-task-5')]).toEqual([422, true])
    const vital = await house.gp.send('POST', 'ServiceRequest', { body: unscheduledRequest(parties, { priority: 'stat' }) })
    expect([vital.status, JSON.stringify(vital.body).includes('urgence-vitale'), JSON.stringify(vital.body).includes('hub-sr-1')]).toEqual([422, true, true])
  })

  it('nobody else than the CPTS takes it', async () => {
    const { task } = await ask(0)
    await house.cpts.read<Task>(task)
    const seen = await house.gp.read<Task>(task)
    expect(refusals(await house.gp.put<Task>({ ...seen, status: 'accepted' }))).toEqual(['422 business-rule at Task.status'])
    const strangers = await Promise.all([house.dac.send('GET', task), house.dac.put<Task>({ ...seen, status: 'accepted' })])
    expect(strangers.map(({ status: answered }) => answered)).toEqual([404, 404])
  })
})

describe('the clock of soins non programmés', () => {
  it('after 24 hours one reminder to the owner about the Task, no event; after 48 hours hors-delai, one event; each once', async () => {
    const [half, late, answered] = [await ask(25), await ask(49), await ask(25)]
    const taken = await house.cpts.read<Task>(answered.task)
    await house.cpts.put<Task>({ ...taken, status: 'accepted', businessStatus: businessStatus('creneau-propose') })

    const overdue = await eventually('hors-delai', async () => {
      const task = await house.gp.read<Task>(late.task)
      return task.businessStatus?.coding?.[0]?.code === 'hors-delai' ? task : undefined
    })
    expect(overdue.status).toBe('requested')
    const [reminder] = await eventually('the reminder', async () => {
      const found = await remindersOf(half.patient)
      return found.length > 0 ? found : undefined
    })
    expect(reminder).toMatchObject({ recipient: [{ reference: house.cpts.structure }], about: [{ reference: half.task }] })

    // Another request that comes due later shows that the clock has gone round again.
    const next = await ask(49)
    await eventually('the next round', async () => ((await careEvents(sandbox, 'snp.statut', next.task)).length > 1 ? true : undefined))
    expect((await remindersOf(half.patient)).length).toBe(1)
    expect((await careEvents(sandbox, 'snp.statut', half.task)).map(({ data }) => data.changes)).toEqual([['task.requested']])
    expect((await careEvents(sandbox, 'snp.statut', late.task)).map(({ data }) => data.changes)).toEqual([['task.requested'], ['task.hors-delai']])
    const metrics = await (await fetch(`${sandbox.http}/metrics`)).text()
    expect(metrics).toMatch(/^hub_care_changes_total\{[^}]*change="task.hors-delai"[^}]*\} [1-9]/m)
  })

  it('requests near their limit are found by echeance', async () => {
    const { patient, task } = await ask(40)
    const limit = encodeURIComponent(new Date(Date.now() + 9 * 3_600_000).toISOString())
    const near = await house.cpts.search<Task>(`Task?echeance=lt${limit}&territoire=${COMMUNE}&code=SNP&patient=${patient}`)
    expect(near.map(({ id }) => `Task/${id}`)).toEqual([task])
    const nearer = encodeURIComponent(new Date(Date.now() + 7 * 3_600_000).toISOString())
    expect(await house.cpts.search<Task>(`Task?echeance=lt${nearer}&territoire=${COMMUNE}&code=SNP&patient=${patient}`)).toEqual([])
  })
})

describe('recherche de médecin traitant', () => {
  it('has a priority, goes to the CPTS, and knows no 48 hours', async () => {
    const patient = await house.person()
    const parties = { patient, requester: house.nurse, at: hoursAgo(60) }
    const { priority: _, ...urgencyUnsaid } = searchRequest(parties)
    expect(refusals(await house.gp.send('POST', 'ServiceRequest', { body: urgencyUnsaid }))).toEqual(['422 required at ServiceRequest.priority'])
    const request = await house.gp.create<ServiceRequest>(searchRequest(parties, { priority: 'asap' }))
    const [task] = await house.cpts.search<Task>(`Task?focus=ServiceRequest/${request.id}`)
    expect([task?.status, task?.priority, task?.owner?.reference, task?.restriction]).toEqual(['requested', 'asap', house.cpts.structure, undefined])
  })
})
