import type { Communication, FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { MESSAGE } from '../../../../gateway/flows/circle/message.ts'
import { draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'
import { circle, circleMessage, hubCode, role, supportTask } from '../../../support/support-requests.ts'

const now = new Date('2026-06-01T08:00:00Z')
const ORGANIZATION = 'Organization/dac-54'
const team = {
  ...circle('Patient/p1', ORGANIZATION, [
    { member: 'PractitionerRole/mt', role: 'PCP' },
    { member: 'PractitionerRole/ide' },
    { member: 'RelatedPerson/fille' },
    { member: 'Organization/ssiad' },
    { member: 'PractitionerRole/parti', end: '2026-05-20' },
  ]),
  id: 'ct',
}
const STORED: FhirResource[] = [team, role('as', 'Practitioner/as', 'Organization/ssiad'), role('kine', 'Practitioner/kine', 'Organization/cabinet')]

interface Case {
  as?: readonly string[]
  before?: Communication
  stored?: FhirResource[]
}

async function judge(message: Communication, { as = [ORGANIZATION], before, stored = STORED }: Case = {}): Promise<RecordedWrite> {
  const draft = draftOf({ ...message, id: 'm' }, before === undefined ? {} : { before: { ...before, id: 'm' } })
  const write = recordedWrite({ drafts: [draft], stored, actsFor: reference => as.includes(reference ?? ''), now })
  await MESSAGE.judge(write, draft)
  return write
}

const to = (recipients: string[], more: Partial<Communication> = {}): Communication =>
  circleMessage({ patient: 'Patient/p1', sender: ORGANIZATION, recipients }, more)
const rules = (write: RecordedWrite): string[] => write.refused.map(one => `${one.rule} at ${one.element}`)
const children = (write: RecordedWrite): Communication[] => write.added.flatMap(one => (one.resourceType === 'Communication' ? [one] : []))

describe('who writes to whom', () => {
  it('current members, those who work for a member structure, the structure that runs the circle, and the person', async () => {
    const met = ['PractitionerRole/mt', 'RelatedPerson/fille', 'Organization/ssiad', 'PractitionerRole/as', 'Organization/dac-54', 'Patient/p1']
    for (const recipient of met) expect(rules(await judge(to([recipient])))).toEqual([])
    for (const recipient of ['PractitionerRole/parti', 'PractitionerRole/kine', 'Organization/cabinet', 'Patient/p2']) {
      expect(rules(await judge(to(['PractitionerRole/mt', recipient])))).toEqual(['message.recipient at recipient[1]'])
    }
  })

  it('the sender is the caller, and a member', async () => {
    expect(rules(await judge(to(['PractitionerRole/mt']), { as: ['PractitionerRole/ide'] }))).toEqual(['message.sender at sender'])
    const stranger = { ...to(['PractitionerRole/mt']), sender: { reference: 'PractitionerRole/kine' } }
    expect(rules(await judge(stranger, { as: ['PractitionerRole/kine'] }))).toEqual(['message.sender-member at sender'])
  })

  it('a message to the person from outside the circle is no message between members', async () => {
    const slot = to(['Patient/p1'], { category: [hubCode('INFO-PERSONNE')], sender: { reference: 'Organization/cpts' } })
    expect(rules(await judge(slot, { as: ['Organization/cpts'] }))).toEqual([])
  })

  it('before there is a circle, the parties of a request may write to each other', async () => {
    expect(rules(await judge(to(['PractitionerRole/kine']), { stored: [] }))).toEqual([])
  })

  it('a CareTeam is that of the person', async () => {
    const other = { ...team, id: 'ct2', subject: { reference: 'Patient/p2' } }
    expect(rules(await judge(to(['CareTeam/ct2']), { stored: [...STORED, other] }))).toEqual(['message.recipient at recipient[0]'])
  })

  it('a thread and what a message is about stay with one person', async () => {
    const other = { ...circleMessage({ patient: 'Patient/p2', sender: ORGANIZATION, recipients: [ORGANIZATION] }), id: 'm0' }
    const parties = { patient: 'Patient/p2', requester: ORGANIZATION, at: '2026-06-01T08:00:00Z' }
    const task = { ...supportTask(parties, { focus: 'ServiceRequest/x', accord: 'Consent/x' }), id: 't' }
    const message = to(['PractitionerRole/mt'], { inResponseTo: [{ reference: 'Communication/m0' }], about: [{ reference: 'Task/t' }] })
    expect(rules(await judge(message, { stored: [...STORED, other, task] }))).toEqual([
      'reference.other-person at inResponseTo[0]',
      'reference.other-person at about[0]',
    ])
  })
})

describe('one child for each', () => {
  it('a CareTeam is expanded into its current members when the message is sent, with content, thread and attachments, without the identifier', async () => {
    const payload = [{ contentString: 'Bonjour' }, { contentReference: { reference: 'DocumentReference/d1' } }]
    const write = await judge(to(['CareTeam/ct'], { identifier: [{ system: 'urn:oid:1.2.250.1.999.7', value: 'M-1' }], payload }))
    expect(children(write).map(({ recipient }) => recipient?.map(one => one.reference))).toEqual([
      ['PractitionerRole/mt'],
      ['PractitionerRole/ide'],
      ['RelatedPerson/fille'],
      ['Organization/ssiad'],
    ])
    for (const child of children(write))
      expect(child).toMatchObject({ status: 'in-progress', partOf: [{ reference: 'Communication/m' }], payload, subject: { reference: 'Patient/p1' } })
    expect(children(write).filter(child => child.identifier !== undefined || child.id !== undefined)).toEqual([])
  })

  it('each is met once; one recipient needs no child; a message in preparation has none', async () => {
    expect(children(await judge(to(['CareTeam/ct', 'PractitionerRole/mt', 'Patient/p1']))).length).toBe(5)
    expect(children(await judge(to(['PractitionerRole/mt'])))).toEqual([])
    const draft = to(['CareTeam/ct'], { status: 'preparation' })
    expect(children(await judge(draft))).toEqual([])
    expect(children(await judge({ ...draft, status: 'completed' }, { before: draft })).length).toBe(4)
  })
})

describe('once it is sent', () => {
  const before = to(['PractitionerRole/mt'], { status: 'in-progress' })
  const read = { ...before, received: '2026-06-01T10:00:00+02:00' }

  it('the recipient alone marks it as read, which completes it', async () => {
    const write = await judge(read, { before, as: ['PractitionerRole/mt'] })
    expect([rules(write), write.drafts()[0]?.resource]).toMatchObject([[], { status: 'completed' }])
    expect(rules(await judge(read, { before }))).toEqual(['message.received at received'])
    expect(rules(await judge(before, { before: read, as: ['PractitionerRole/mt'] }))).toEqual(['message.received at received'])
  })

  it('nobody changes what it says', async () => {
    expect(rules(await judge({ ...before, payload: [{ contentString: 'Autre' }], topic: { text: 'Autre' } }, { before }))).toEqual([
      'message.sent at payload',
      'message.sent at topic',
    ])
  })

  it('the sender takes it back from everyone, the recipient may not', async () => {
    const child = { ...to(['PractitionerRole/mt'], { status: 'in-progress', partOf: [{ reference: 'Communication/m' }] }), id: 'child' }
    const team_ = to(['CareTeam/ct'], { status: 'completed' })
    const write = await judge({ ...team_, status: 'entered-in-error' }, { before: team_, stored: [...STORED, child] })
    expect(write.drafts().find(({ id }) => id === 'child')?.resource).toMatchObject({ status: 'entered-in-error' })
    expect(rules(await judge({ ...before, status: 'stopped' }, { before, as: ['PractitionerRole/mt'] }))).toEqual(['message.status at status'])
    expect(rules(await judge({ ...before, status: 'completed' }, { before, as: ['PractitionerRole/kine'] }))).toEqual(['message.sender at sender'])
  })
})
