import type { FhirResource, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CARE_TASK } from '../../../../gateway/flows/requests/care-task.ts'
import { draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'
import { businessStatus, dac, decision, hubCode, reason, supportRequest, supportTask, territory, unscheduledTask } from '../../../support/support-requests.ts'

const PARTIES = { patient: 'Patient/p1', requester: 'PractitionerRole/ide', performer: 'Organization/dac-54', at: '2026-05-28T08:00:00Z' }
const REQUEST = { ...supportRequest(PARTIES), id: 'sr' }
const now = new Date('2026-06-01T08:00:00Z')

const appui = (more: Partial<Task>): Task => ({ ...supportTask(PARTIES, { focus: 'ServiceRequest/sr', accord: 'Consent/c' }), id: 't', ...more })
const validation = (more: Partial<Task>): Task => ({
  ...appui({}),
  id: 'v',
  code: hubCode('VALIDATION-MT'),
  partOf: [{ reference: 'Task/t' }],
  requester: { reference: 'Organization/dac-54' },
  owner: { reference: 'PractitionerRole/mt' },
  ...more,
})

interface Change {
  before: Task
  after: Task
  as: readonly string[]
  stored?: FhirResource[]
}

async function change({ before, after, as, stored = [] }: Change): Promise<RecordedWrite> {
  const draft = draftOf(after, { before })
  const write = recordedWrite({ drafts: [draft], stored: [REQUEST, before, ...stored], actsFor: reference => as.includes(reference ?? ''), now })
  await CARE_TASK.judge(write, draft)
  return write
}

const OWNER = ['Organization/dac-54']
const REQUESTER = ['PractitionerRole/ide']
const refusals = (write: RecordedWrite): string[] => write.refused.map(one => `${one.rule} at ${one.element}`)
const written = (write: RecordedWrite, reference: string): FhirResource | undefined =>
  write.drafts().find(draft => `${draft.type}/${draft.id}` === reference)?.resource

describe('a Task moves as the specification says', () => {
  const STATUSES = [
    'draft',
    'requested',
    'received',
    'accepted',
    'rejected',
    'in-progress',
    'on-hold',
    'completed',
    'failed',
    'cancelled',
    'entered-in-error',
  ] as const
  const OWNERS = [
    'received → accepted',
    'received → rejected',
    'accepted → in-progress',
    'accepted → on-hold',
    'in-progress → on-hold',
    'on-hold → accepted',
    'on-hold → in-progress',
    'in-progress → completed',
    'in-progress → failed',
    'draft → cancelled',
    'requested → cancelled',
    'received → cancelled',
    'accepted → cancelled',
    'in-progress → cancelled',
    'on-hold → cancelled',
  ]
  const REQUESTERS = [
    'draft → requested',
    'draft → cancelled',
    'requested → cancelled',
    'received → cancelled',
    ...STATUSES.map(from => `${from} → entered-in-error`),
  ]

  const pairs = STATUSES.flatMap(from => STATUSES.filter(to => to !== from).map(to => [from, to] as const))
  for (const [who, as, allowed] of [
    ['owner', OWNER, OWNERS],
    ['requester, who is its author', REQUESTER, REQUESTERS],
    ['stranger', [], []],
  ] as const) {
    it(`by its ${who}: exactly the rows of the table`, async () => {
      const moved: string[] = []
      for (const [from, to] of pairs) {
        const fields = { businessStatus: businessStatus('evaluation'), statusReason: reason('autre'), output: [{ type: hubCode('reponse'), valueString: 'x' }] }
        const write = await change({
          before: appui({ ...fields, status: from }),
          after: appui({ ...fields, status: to }),
          as,
          stored: [dac('dac-54', '54395')],
        })
        if (!refusals(write).includes('task.move at status')) moved.push(`${from} → ${to}`)
      }
      expect(moved.sort()).toEqual([...new Set<string>(allowed)].filter(move => move !== 'entered-in-error → entered-in-error').sort())
    })
  }

  it('whoever is refused is told where he may move it', async () => {
    const hintFor = async (as: readonly string[]) =>
      (await change({ before: appui({ status: 'received' }), after: appui({ status: 'in-progress' }), as })).refused.map(({ hint }) => hint)
    expect(await hintFor(OWNER)).toEqual(['from received the caller may go to accepted, rejected, cancelled'])
    expect(await hintFor(REQUESTER)).toEqual(['from received the caller may go to cancelled, entered-in-error'])
  })

  it('a VALIDATION-MT goes from requested or received straight to completed, by the médecin traitant only', async () => {
    const outcome = async (from: Task['status'], to: Task['status'], as: string) =>
      refusals(
        await change({
          before: validation({ status: from }),
          after: validation({ status: to, output: [decision('mt-valide')] }),
          as: [as],
          stored: [appui({})],
        }),
      )
    expect(await outcome('requested', 'completed', 'PractitionerRole/mt')).toEqual([])
    expect(await outcome('received', 'completed', 'PractitionerRole/mt')).toEqual([])
    expect(await outcome('received', 'completed', 'Organization/dac-54')).toEqual(['task.move at status'])
    expect(await outcome('received', 'accepted', 'PractitionerRole/mt')).toEqual(['task.move at status'])
    expect(await outcome('received', 'rejected', 'PractitionerRole/mt')).toEqual(['task.move at status'])
  })
})

describe('what follows a move', () => {
  const at = (status: Task['status'], business: string, more: Partial<Task> = {}): Task => appui({ status, businessStatus: businessStatus(business), ...more })

  it('in-progress brings evaluation, completed brings cloture and completes the request; requester is told; one event each', async () => {
    const started = await change({ before: at('accepted', 'mt-valide'), after: at('in-progress', 'mt-valide'), as: OWNER })
    expect(written(started, 'Task/t')).toMatchObject({ businessStatus: businessStatus('evaluation') })
    expect(started.announced).toEqual([{ type: 'appui.statut', patient: 'Patient/p1', about: 'Task/t', changes: ['task.in-progress', 'task.evaluation'] }])

    const done = await change({ before: at('in-progress', 'suivi'), after: at('completed', 'suivi'), as: OWNER })
    expect(written(done, 'Task/t')).toMatchObject({ businessStatus: businessStatus('cloture') })
    expect(written(done, 'ServiceRequest/sr')).toMatchObject({ status: 'completed' })
    expect(done.added).toMatchObject([{ resourceType: 'Communication', recipient: [{ reference: 'PractitionerRole/ide' }], about: [{ reference: 'Task/t' }] }])
    expect(done.announced.map(({ changes }) => changes)).toEqual([['task.completed', 'task.cloture']])
  })

  it('rejected revokes the request, with a note that says so', async () => {
    const write = await change({
      before: at('received', 'mt-valide'),
      after: at('rejected', 'mt-valide', { statusReason: reason('hors-perimetre') }),
      as: OWNER,
    })
    expect(refusals(write)).toEqual([])
    expect(written(write, 'ServiceRequest/sr')).toMatchObject({ status: 'revoked', note: [{ text: 'Demande refusée' }] })
  })

  it('the business status goes forward only, and only by the owner', async () => {
    const move = async (from: string, to: string, as: readonly string[]) =>
      refusals(await change({ before: at('in-progress', from), after: at('in-progress', to), as }))
    expect(await move('evaluation', 'ppcs-en-cours', OWNER)).toEqual([])
    expect(await move('ppcs-en-cours', 'suivi', OWNER)).toEqual([])
    expect(await move('suivi', 'evaluation', OWNER)).toEqual(['task.business-status at businessStatus'])
    expect(await move('evaluation', 'hors-delai', OWNER)).toEqual(['task.business-status at businessStatus'])
    expect(await move('evaluation', 'suivi', REQUESTER)).toEqual(['task.business-status at businessStatus'])
  })

  it('what a Task is about never changes', async () => {
    const write = await change({ before: at('accepted', 'mt-valide'), after: at('accepted', 'mt-valide', { for: { reference: 'Patient/p2' } }), as: OWNER })
    expect(refusals(write)).toEqual(['task.frozen at for'])
  })

  it('a Task that comes back as it was changes nothing', async () => {
    const task = at('accepted', 'mt-valide')
    const write = await change({ before: { ...task, meta: { versionId: '3' } }, after: task, as: [] })
    expect([write.refused, write.announced, write.added]).toEqual([[], [], []])
  })

  it('the territory stays on the Task when the owner leaves it out', async () => {
    const write = await change({ before: at('accepted', 'mt-valide', { extension: [territory('54395')] }), after: at('in-progress', 'mt-valide'), as: OWNER })
    expect(written(write, 'Task/t')).toMatchObject({ extension: [territory('54395')] })
  })
})

describe('re-orientation', () => {
  const other = dac('dac-55', '55000')
  const before = appui({ status: 'received', businessStatus: businessStatus('mt-valide') })
  const handedTo = (more: Partial<Task>): Task => ({ ...before, owner: { reference: 'Organization/dac-55' }, ...more })

  it('needs a reason and a DAC; the request follows, both sides are told', async () => {
    expect(refusals(await change({ before, after: handedTo({}), as: OWNER, stored: [other] }))).toEqual(['task.reorientation at statusReason'])
    expect(refusals(await change({ before, after: handedTo({ statusReason: reason('hors-territoire') }), as: OWNER }))).toEqual(['task.owner at owner'])
    const write = await change({ before, after: handedTo({ statusReason: reason('hors-territoire') }), as: OWNER, stored: [other] })
    expect(refusals(write)).toEqual([])
    expect(written(write, 'ServiceRequest/sr')).toMatchObject({ performer: [{ reference: 'Organization/dac-55' }] })
    expect(write.added).toMatchObject([{ recipient: [{ reference: 'Organization/dac-55' }] }, { recipient: [{ reference: 'PractitionerRole/ide' }] }])
    expect(write.announced.map(({ changes }) => changes)).toEqual([['task.owner']])
  })

  it('is the owner’s alone', async () => {
    const write = await change({ before, after: handedTo({ statusReason: reason('hors-territoire') }), as: REQUESTER, stored: [other] })
    expect(refusals(write)).toContain('task.owner-move at owner')
  })
})

describe('the médecin traitant', () => {
  const waiting = (more: Partial<Task> = {}): Task => appui({ status: 'received', businessStatus: businessStatus('attente-mt'), ...more })

  it('accepted is blocked while his answer is awaited', async () => {
    expect(refusals(await change({ before: waiting(), after: waiting({ status: 'accepted' }), as: OWNER }))).toEqual(['task.attente-mt at status'])
    const evaded = waiting({ status: 'accepted', businessStatus: businessStatus('evaluation') })
    expect(refusals(await change({ before: waiting(), after: evaded, as: OWNER }))).toEqual(['task.business-status at businessStatus'])
    const forged = waiting({ businessStatus: businessStatus('mt-valide') })
    expect(refusals(await change({ before: waiting(), after: forged, as: OWNER }))).toEqual(['task.business-status at businessStatus'])
  })

  it('the DAC goes on without him after three working days, with a note', async () => {
    const gone = (authoredOn: string, note?: string): Change => {
      const fields: Partial<Task> = { authoredOn, status: 'accepted', businessStatus: businessStatus('mt-sans-reponse') }
      return { before: waiting({ authoredOn }), after: waiting({ ...fields, ...(note === undefined ? {} : { note: [{ text: note }] }) }), as: OWNER }
    }
    // Monday 1 June 2026, 10:00 in Paris: since Wednesday morning three working days have gone by, since Thursday two.
    expect(refusals(await change(gone('2026-05-27T07:00:00Z', 'Relancé deux fois')))).toEqual([])
    expect(refusals(await change(gone('2026-05-28T07:00:00Z', 'Relancé deux fois')))).toEqual(['task.mt-wait at businessStatus'])
    expect(refusals(await change(gone('2026-05-27T07:00:00Z')))).toEqual(['task.mt-note at note'])
  })

  it('his consent is written into the demande d’appui, his refusal ends it and its request', async () => {
    const answer = (code: 'mt-valide' | 'mt-refuse'): Change => ({
      before: validation({ status: 'received' }),
      after: validation({ status: 'completed', output: [decision(code)] }),
      as: ['PractitionerRole/mt'],
      stored: [waiting()],
    })
    const yes = await change(answer('mt-valide'))
    expect(written(yes, 'Task/t')).toMatchObject({ status: 'received', businessStatus: businessStatus('mt-valide') })
    expect(yes.announced).toEqual([{ type: 'appui.statut', patient: 'Patient/p1', about: 'Task/t', changes: ['task.mt-valide'] }])
    const no = await change(answer('mt-refuse'))
    expect(written(no, 'Task/t')).toMatchObject({ status: 'rejected', statusReason: reason('refus-mt'), businessStatus: businessStatus('mt-refuse') })
    expect(written(no, 'ServiceRequest/sr')).toMatchObject({ status: 'revoked' })
    expect(no.added).toMatchObject([{ resourceType: 'Communication', recipient: [{ reference: 'PractitionerRole/ide' }] }])
    expect(no.announced.map(({ changes }) => changes)).toEqual([['task.rejected', 'task.mt-refuse']])
  })

  it('an answer that is neither is refused at the output', async () => {
    const other = { type: hubCode('decision'), valueCodeableConcept: businessStatus('suivi') }
    const write = await change({
      before: validation({}),
      after: validation({ status: 'completed', output: [other] }),
      as: ['PractitionerRole/mt'],
      stored: [waiting()],
    })
    expect(refusals(write)).toEqual(['task.decision at output'])
  })
})

describe('first read', () => {
  const read = async (task: Task, as: readonly string[]): Promise<RecordedWrite> => {
    const write = recordedWrite({ drafts: [], stored: [task], actsFor: reference => as.includes(reference ?? ''), now })
    await CARE_TASK.firstRead?.(write, task)
    return write
  }

  it('by the owner sets received, with a business status, and tells the requester; anybody else changes nothing', async () => {
    const byOwner = await read(appui({}), OWNER)
    expect(written(byOwner, 'Task/t')).toMatchObject({ status: 'received', businessStatus: businessStatus('mt-valide') })
    expect(byOwner.added).toMatchObject([{ recipient: [{ reference: 'PractitionerRole/ide' }] }])
    expect(byOwner.announced.map(({ changes }) => changes)).toEqual([['task.received', 'task.mt-valide']])
    for (const write of [await read(appui({}), REQUESTER), await read(appui({ status: 'accepted' }), OWNER)])
      expect([write.drafts(), write.announced]).toEqual([[], []])
  })

  it('of a task that nobody owns yet is that of who asks for it, so that it can go on', async () => {
    const { owner: _owner, ...unowned } = appui({ code: hubCode('ACTION') })
    expect(written(await read(unowned, REQUESTER), 'Task/t')).toMatchObject({ status: 'received' })
    expect((await read(unowned, OWNER)).drafts()).toEqual([])
  })

  it('of an unscheduled request leaves it to be directed (a-orienter), and what the médecin traitant owes stays', async () => {
    const snp = { ...unscheduledTask({ ...PARTIES, performer: 'Organization/cpts' }, 'ServiceRequest/sr'), id: 's' }
    expect(written(await read(snp, ['Organization/cpts']), 'Task/s')).toMatchObject({ businessStatus: businessStatus('a-orienter') })
    expect(written(await read(appui({ businessStatus: businessStatus('attente-mt') }), OWNER), 'Task/t')).toMatchObject({
      businessStatus: businessStatus('attente-mt'),
    })
  })
})

describe('the deadline of a Task', () => {
  const snp = (end: string, more: Partial<Task> = {}): Task => ({
    ...unscheduledTask(PARTIES, 'ServiceRequest/sr', { restriction: { period: { end } }, ...more }),
    id: 't',
  })
  const made = async (task: Task): Promise<string[]> => {
    const draft = draftOf(task)
    const write = recordedWrite({ drafts: [draft], stored: [REQUEST], now })
    await CARE_TASK.judge(write, draft)
    return refusals(write).filter(one => one.startsWith('task.deadline'))
  }

  it.each([
    ['lies before it was authored', '2026-05-28T07:59:59Z', ['task.deadline at restriction.period.end']],
    ['is the day before', '2026-05-27', ['task.deadline at restriction.period.end']],
    ['is the same moment in another zone', '2026-05-28T10:00:00+02:00', []],
    ['is the same day', '2026-05-28', []],
  ])('%s', async (_name, end, expected) => {
    expect(await made(snp(end))).toEqual(expected)
  })

  it.each([
    ['the day before, in France', '2026-05-28', '2026-05-28T22:30:00Z', true],
    ['the same day, in France', '2026-05-29', '2026-05-28T22:30:00Z', false],
    ['the same day, in France, of one written far in the east', '2026-05-28', '2026-05-29T03:30:00+08:00', false],
    ['an hour of the day that is told as a day', '2026-05-27T22:30:00Z', '2026-05-28', false],
    ['an hour of the day before', '2026-05-27T21:30:00Z', '2026-05-28', true],
    ['the same month', '2026-05', '2026-05-31T21:30:00Z', false],
    ['the month before, in France', '2026-05', '2026-05-31T22:30:00Z', true],
  ])('is %s', async (_name, end, authoredOn, isRefused) => {
    expect(await made(snp(end, { authoredOn }))).toEqual(isRefused ? ['task.deadline at restriction.period.end'] : [])
  })

  it('is not moved before it either; one that stands already does not keep the Task from going on', async () => {
    const [wrong, right] = [snp('2026-05-27T08:00:00Z', { status: 'received' }), snp('2026-05-29T08:00:00Z', { status: 'received' })]
    const moved = await change({ before: right, after: { ...right, restriction: wrong.restriction ?? {} }, as: OWNER })
    expect(refusals(moved)).toContain('task.deadline at restriction.period.end')
    const accepted = { ...wrong, status: 'accepted' as const, businessStatus: businessStatus('creneau-propose') }
    expect(refusals(await change({ before: wrong, after: accepted, as: OWNER }))).toEqual([])
  })
})
