import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Deposit } from '../../../../gateway/fanout/deposit.ts'
import { createPlanner } from '../../../../gateway/fanout/plan.ts'
import { releaseHeld } from '../../../../gateway/flows/documents/release-held.ts'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { createChains } from '../../../../gateway/ledger/audit/audit.ts'
import { recordEvent, unplannedEvents } from '../../../../gateway/ledger/deliveries/events.ts'
import { createMetrics } from '../../../../gateway/metrics.ts'
import type { HubParts } from '../../../../gateway/parts.ts'
import { message, useLedger } from '../../ledger/support.ts'

// A quarantine that is lifted while the planners are behind (Kafka is away, many messages wait): on the real ledger, with the real planner.

const ADDRESS = 'dr.a@test.mssante.fr'
const { db } = await useLedger()
const keys = { pseudonym: (value: string) => value, reference: (value: string) => Buffer.from(value).toString('hex') }
const parts = {
  db,
  keys,
  chains: createChains('test'),
  metrics: createMetrics(),
  config: {
    connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@pfi.mssante.fr', displayName: 'Hub' } },
    product: {},
    limits: {},
    partners: [{ id: 'ch-1' }],
    clients: [],
  },
} as unknown as HubParts
const plan = createPlanner(parts)

/** A document with one mailbox, of a person whose identity is in conflict or sure. Out: `Patient/<id>`. */
async function deposited(identity: 'conflit' | 'qualifiee'): Promise<string> {
  const [id, documentId] = [randomUUID(), randomUUID()]
  await db.query("insert into identified (id, type, state, creation) values ($1, 'Patient', 'settled', '')", [id])
  await db.query("insert into person (id, traits, tag, is_quarantined, is_conflict) values ($1, '{}', 'qualifiee', $2, $2)", [id, identity === 'conflit'])
  const { id: cause } = await createAcceptor(db).accept(message())
  const common = { identity, masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const
  const facts = { ...common, recipient: 'professional', isNamed: true, isRequested: true, isOwnAddress: false } as const
  const document = { documentId, documentType: '11490-0', document: `DocumentReference/${documentId}` }
  const mailboxes = [{ party: { address: ADDRESS }, facts }]
  const detail: Deposit = { messageId: cause, sender: 'ch-1', ...document, destDmp: false, ackReception: false, mailboxes, facts: common }
  const patient = `Patient/${id}`
  const event = { cause, type: identity === 'conflit' ? 'identite.conflit' : 'document.depose', n: 1, person: patient, patient, resources: [], changes: [] }
  await db.tx(tx => recordEvent(tx, { ...event, detail, channels: ['mssante'], traceparent: 't', at: new Date() }))
  return patient
}

const lifted = async (patient: string): Promise<void> => {
  await db.query('update person set is_conflict = false, is_quarantined = false where id = $1', [patient.slice('Patient/'.length)])
  await db.tx(tx => releaseHeld(tx, keys as HubParts['keys'], { patients: [patient], at: new Date() }))
}

async function planned(patient: string): Promise<string[]> {
  for (const id of await unplannedEvents(db, 'mssante', 0)) await plan('mssante', id)
  const { rows } = await db.query<{ status: string }>('select d.status from delivery d join event e on e.id = d.event_id where e.patient = $1', [patient])
  return rows.map(({ status }) => status)
}

const eventsOf = async (patient: string): Promise<number> => (await db.query('select from event where patient = $1', [patient])).rowCount

it('tells what was planned while it held, and what was not planned yet, once each', async () => {
  const [held, behind] = [await deposited('conflit'), await deposited('conflit')]
  for (const id of await unplannedEvents(db, 'mssante', 0)) if ((await patientOf(id)) === held) await plan('mssante', id)
  for (const patient of [held, behind, behind]) await lifted(patient)
  expect([await eventsOf(held), await eventsOf(behind)]).toEqual([2, 2])
  expect([await planned(held), await planned(behind)]).toEqual([['planned'], ['planned']])
  for (const patient of [held, behind]) await lifted(patient)
  expect([await eventsOf(held), await eventsOf(behind)]).toEqual([2, 2])
})

it('tells nothing twice of a person who was sure', async () => {
  const patient = await deposited('qualifiee')
  await lifted(patient)
  expect([await eventsOf(patient), await planned(patient)]).toEqual([1, ['planned']])
})

const patientOf = async (event: string): Promise<string | undefined> =>
  (await db.query<{ patient: string }>('select patient from event where id = $1', [event])).rows[0]?.patient
