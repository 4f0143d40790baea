/*
  Who follows by subscription is not mailed as well; but he is where his software is told nothing of this event.
*/
import { randomUUID } from 'node:crypto'
import type { Organization, PractitionerRole } from 'fhir/r4.js'
import { beforeEach, expect, it } from 'vitest'
import type { Member } from '../../../gateway/fanout/members/members.ts'
import { recipientsOf } from '../../../gateway/fanout/plan.ts'
import { suitorsOf } from '../../../gateway/fanout/subscribers/subscribers.ts'
import { askStandings } from '../../../gateway/fanout/standing.ts'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import { recallEvent, recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { moveSubscription, writeSubscription } from '../../../gateway/ledger/deliveries/subscriptions.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { EVENT_CODES, type EventCode } from '../../../profiles/events/event-types.ts'
import { TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { circle, consent } from '../../support/support-requests.ts'
import { useLedger } from '../ledger/support.ts'

const { db } = await useLedger()
const [id, role] = [randomUUID(), 'PractitionerRole/doctor']
const practice = `Organization/${id}`
const [alone, together] = ['Patient/alone', 'Patient/together']
const organization: Organization = { resourceType: 'Organization', id, active: true }
const doctor: PractitionerRole = {
  resourceType: 'PractitionerRole',
  id: 'doctor',
  practitioner: { reference: 'Practitioner/d' },
  organization: { reference: practice },
}
const team = (patient: string, ...members: string[]) => [
  {
    ...circle(
      patient,
      practice,
      members.map(member => ({ member })),
    ),
    id: `ct-${patient.slice(8)}`,
  },
  { ...consent(patient, 'information', practice), id: `co-${patient.slice(8)}` },
]
await db.tx(tx => projectAccess(tx, [organization, doctor, ...team(alone, role), ...team(together, role, practice)]))
await db.query("insert into identity (type, system, value, id) values ('Organization', 'https://finess.esante.gouv.fr', '540990033', $1)", [id])

const parts = {
  db,
  keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
  config: {
    http: { host: '127.0.0.1', port: 8080 },
    clients: [{ clientId: 'practice-software', name: 'practice', kind: 'gp-portal', structure: '540990033', scopes: 'system/DocumentReference.rs' }],
    partners: [],
    connectors: { platform: { partner: 'region', topic: 'hub.partner.region' } },
    limits: { digestAt: '18:00' },
  },
} as unknown as HubParts

beforeEach(() => db.query("update subscription set status = 'off'"))

async function subscribe(criteria: string, events: readonly EventCode[]): Promise<void> {
  const channel = { type: 'rest-hook', endpoint: 'https://practice.example/told' }
  const resource = JSON.stringify({ resourceType: 'Subscription', status: 'requested', reason: 'Suivi', criteria, channel })
  const written = { id: randomUUID(), client: 'practice-software', holder: practice, status: 'requested', events: [...events], resource } as const
  await db.tx(async tx => {
    const stored = await writeSubscription(tx, { ...written, events: [...events] }, 0)
    await moveSubscription(tx, written.id, { from: ['requested'], to: 'active', version: stored?.version ?? 1 })
  })
}

/** A document of this person: who of the circle is mailed. */
async function mailed(patient: string): Promise<string[]> {
  const told = { type: 'document.depose', n: 1, person: patient, patient, resources: ['DocumentReference/d/_history/1'], changes: [] }
  const recorded = await db.tx(tx => recordEvent(tx, { ...told, cause: newMessageId(), detail: null, channels: ['mssante'], traceparent: 't', at: new Date() }))
  const event = await recallEvent(db, recorded.id)
  if (event === undefined) throw new Error('no event')
  const members: Member[] = [{ reference: role, isDaily: false, mailbox: { address: 'dr@test.mssante.fr', kind: 'PER', holder: 'PractitionerRole' } }]
  const standing = await askStandings(db)(event)
  const suitors = await suitorsOf(parts, event, standing)
  const planning = { channel: 'mssante', event, suitors, members, person: standing.person } as const
  return (await db.tx(tx => recipientsOf(parts, tx, planning))).map(({ recipient }) => recipient)
}

it('a member whose software asks for something else is mailed', async () => {
  await subscribe('Task?status=requested', EVENT_CODES)
  expect(await mailed(together)).toEqual(['dr@test.mssante.fr'])
})

it('a member of whose person his structure may know nothing is mailed, whatever it follows', async () => {
  await subscribe(`${TOPIC}document.depose`, ['document.depose'])
  expect(await mailed(alone)).toEqual(['dr@test.mssante.fr'])
})

it('a member whose structure is one too, and follows, is told there alone', async () => {
  await subscribe(`${TOPIC}document.depose`, ['document.depose'])
  expect(await mailed(together)).toEqual([])
})
