/*
  Messages of the circle (hub-communication-cercle): who may write to whom, threads, what was sent, read marks.
    a message to a CareTeam or to several    one child (partOf) for each, with its own status and its own read mark
    received                                 set by the recipient alone; the message is completed by it
  A trace of a secure mail (hub-communication-mssante) is none of this file's.
  Spec: fhir-fr.md 2.6.
*/
import type { CareTeam, Communication, PractitionerRole, Reference } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { messageMovers, SENT } from '../../../profiles/tables/message-moves.ts'
import { actsForAny } from '../authorship.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { refuse } from '../objections.ts'
import { changedMembers, circleOf, currentOf, hasCode, isSameContent, membersOf, placeOf, referenceTo, targetOf } from '../person.ts'
import { refuseOtherPersons } from '../same-person.ts'

const MAIL = 'MSSANTE'

export const MESSAGE: CareFlow = {
  name: 'message',
  types: ['Communication'],
  async judge(write, draft) {
    const written = draft.resource as Communication
    const before = draft.before as Communication | undefined
    if (written.medium?.some(({ coding }) => coding?.some(({ code }) => code === MAIL)) || written.subject === undefined) return
    if (before !== undefined && isSameContent(before, written)) return
    if (before !== undefined && before.status !== 'preparation') return judgeSent(write, draft, [before, written])
    if (!(await write.actsFor(targetOf((before ?? written).sender)))) return refuse(write, draft, 'message.sender')
    await judgeContent(write, draft, written)
    if (SENT.includes(written.status)) await sendToEach(write, draft, written)
  },
}

async function judgeContent(write: Write, draft: Draft, written: Communication): Promise<void> {
  const patient = targetOf(written.subject) ?? ''
  await refuseOtherPersons(write, draft, { inResponseTo: written.inResponseTo, about: written.about, partOf: written.partOf })
  const circle = await circleOf(write, patient)
  const isBetweenMembers = circle !== undefined && hasCode(written.category, SYSTEM.hub, 'MESSAGE')
  if (isBetweenMembers && !(await isInCircle(write, circle, written.sender))) refuse(write, draft, 'message.sender-member')
  for (const [place, recipient] of (written.recipient ?? []).entries()) {
    const target = targetOf(recipient)
    const isTeam = target?.startsWith('CareTeam/') === true
    const isMet = isTeam ? await isTeamOf(write, target, patient) : !isBetweenMembers || (await isInCircle(write, circle, recipient))
    if (!isMet) refuse(write, draft, 'message.recipient', `recipient[${place}]`)
  }
}

async function isTeamOf(write: Write, team: string | undefined, patient: string): Promise<boolean> {
  return targetOf((await write.read<CareTeam>(team ?? ''))?.subject) === patient
}

/** The person, a current member, who works for a structure that is one, or the structure that runs the circle. */
async function isInCircle(write: Write, circle: CareTeam, reference: Reference | undefined): Promise<boolean> {
  const target = targetOf(reference)
  const members = [circle.subject, ...membersOf(circle, write.now).map(({ member }) => member), ...(circle.managingOrganization ?? [])].map(targetOf)
  if (target === undefined || members.includes(target)) return target !== undefined
  if (!target.startsWith('PractitionerRole/')) return false
  const organization = targetOf((await write.read<PractitionerRole>(target))?.organization)
  return organization !== undefined && members.includes(organization)
}

/** A message to one recipient is his own; of any other each gets a child. */
async function sendToEach(write: Write, draft: Draft, written: Communication): Promise<void> {
  const recipients = new Set<string>()
  for (const target of (written.recipient ?? []).map(targetOf)) {
    const team = target?.startsWith('CareTeam/') ? await write.read<CareTeam>(target) : undefined
    const met = team === undefined ? [target] : membersOf(team, write.now).map(({ member }) => targetOf(member))
    for (const one of met) if (one !== undefined) recipients.add(one)
  }
  const isOwn = written.recipient?.length === 1 && !targetOf(written.recipient[0])?.startsWith('CareTeam/')
  if (isOwn) return
  const { id, identifier, meta, text, received, ...content } = written
  const profile = meta?.profile === undefined ? {} : { meta: { profile: meta.profile } }
  for (const reference of recipients) {
    write.add({ ...content, ...profile, status: 'in-progress', partOf: [{ reference: placeOf(draft) }], recipient: [{ reference }] })
  }
}

const MOVING = new Set(['resourceType', 'id', 'meta', 'status', 'statusReason', 'received', 'note'])

async function judgeSent(write: Write, draft: Draft, [before, written]: [Communication, Communication]): Promise<void> {
  for (const member of changedMembers(before, written)) if (!MOVING.has(member)) refuse(write, draft, 'message.sent', member)
  const isSender = await write.actsFor(targetOf(before.sender))
  const isRecipient = await actsForAny(write, before.recipient)
  const isMarked = before.received !== written.received
  if (isMarked && (!isRecipient || written.received === undefined)) refuse(write, draft, 'message.received')
  if (!isSender && !isRecipient) return refuse(write, draft, 'message.sender')
  if (before.status !== written.status) {
    const movers = messageMovers(before.status, written.status)
    if (!(isSender && movers.includes('sender')) && !(isRecipient && movers.includes('recipient'))) return refuse(write, draft, 'message.status')
    if (/^(stopped|entered-in-error)$/.test(written.status)) await stopChildren(write, draft, written.status)
  } else if (isMarked && written.status === 'in-progress') {
    await write.change(placeOf(draft), { status: 'completed' })
  }
}

/** What is taken back is taken back from everyone. */
async function stopChildren(write: Write, draft: Draft, status: Communication['status']): Promise<void> {
  const parent = placeOf(draft)
  const children = await currentOf<Communication>(write, 'Communication', {
    parameters: { 'part-of': parent },
    isMeant: one => targetOf(one.partOf?.[0]) === parent && one.status !== status,
  })
  for (const child of children) await write.change(referenceTo(child), { status })
}
