import { randomUUID } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { createChains } from '../../../gateway/ledger/audit/audit.ts'
import { executeDelivery } from '../../../gateway/fanout/routes/deliver.ts'
import type { Deposit } from '../../../gateway/fanout/deposit.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import { type Delivery, readDelivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { claimLanes } from '../../../gateway/ledger/lanes/lanes.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { consent } from '../../support/support-requests.ts'
import { useLedger } from '../ledger/support.ts'

// The sender of a document names two mailboxes; the person opposes. On the real ledger; the mail operator must never be asked.

const CLINIC = 'Organization/clinic'
const { db } = await useLedger()

const common = { identity: 'qualifiee', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const
const mailbox = (address: string, reference?: string): Deposit['mailboxes'][number] => ({
  party: { address, ...(reference === undefined ? {} : { reference }) },
  facts: { ...common, recipient: 'professional', isNamed: true, isRequested: true, isOwnAddress: false },
})
const otherOf = (documentId: string): string => `other-of-${documentId}`
const deposit = (documentId: string): Deposit => ({
  messageId: randomUUID(),
  sender: 'ch-1',
  documentId,
  documentType: '11490-0',
  document: `DocumentReference/${documentId}`,
  others: [{ documentId: otherOf(documentId), document: `DocumentReference/${otherOf(documentId)}` }],
  destDmp: false,
  ackReception: false,
  mailboxes: [mailbox('clinique@test.mssante.fr', CLINIC), mailbox('dr.a@test.mssante.fr')],
  facts: common,
})

const parts = (): HubParts =>
  ({
    db,
    chains: createChains('test'),
    outcomes: shareLedger(db),
    store: { read: async () => undefined },
    transactions: { put: async () => [] },
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    connectors: {
      mssante: {
        send: async () => {
          throw new Error('a mail left')
        },
      },
    },
    config: {
      http: { host: '127.0.0.1', port: 8080 },
      connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@pfi.mssante.fr', displayName: 'Hub' } },
      partners: [],
      clients: [],
    },
  }) as unknown as HubParts

/** Out: its deliveries, planned: those of the mailboxes if not said otherwise. */
async function deposited(patient: string, channel: 'mssante' | 'platform' = 'mssante'): Promise<Delivery[]> {
  const documentId = randomUUID()
  const event = {
    cause: newMessageId(),
    type: 'document.depose',
    n: 1,
    person: patient,
    patient,
    resources: [`DocumentReference/${documentId}/_history/1`],
    changes: [],
  }
  const { id } = await db.tx(tx => recordEvent(tx, { ...event, detail: deposit(documentId), channels: [channel], traceparent: 't', at: new Date() }))
  await createPlanner(parts())(channel, id)
  const { rows } = await db.query<{ id: string }>('select id from delivery where event_id = $1 order by recipient', [id])
  return Promise.all(rows.map(row => readDelivery(db, row.id)))
}

const opposes = (patient: string, actor?: string): Promise<void> => {
  const made = { ...consent(patient, 'opposition', CLINIC), id: randomUUID() }
  const actors = actor === undefined ? {} : { actor: [{ role: { coding: [{ code: 'IRCP' }] }, reference: { reference: actor } }] }
  return db.tx(tx => projectAccess(tx, [{ ...made, provision: { ...made.provision, ...actors } }]))
}

const outcomes = (deliveries: Delivery[]): string[][] => deliveries.map(({ recipient, level, rule }) => [recipient, level, rule])

/** Two deliveries are queued, then something comes between. Out: what became of them. */
async function afterQueueing(between: (patient: string, card: string) => Promise<void>, channel?: 'platform'): Promise<string[][]> {
  const patient = `Patient/${randomUUID()}`
  await db.query('delete from lane_entry')
  await db.query("update lane set state = 'idle'")
  const queued = await deposited(patient, channel)
  await between(patient, queued[0]?.what ?? '')
  for (const _ of queued) {
    const claims = await claimLanes(db, { kind: 'delivery', holder: 'test', leaseMs: 60_000, limit: 10 })
    for (const claim of claims) await executeDelivery(parts(), claim, new AbortController().signal)
    await db.query("update lane set holder = null, due_at = clock_timestamp() where state = 'ready'")
  }
  const settled = await Promise.all(queued.map(({ id }) => readDelivery(db, id)))
  return settled.map(({ status, rule }) => [status, rule])
}

describe('a mailbox that the sender names', () => {
  it('gets the document while nobody opposes', async () => {
    expect(outcomes(await deposited(`Patient/${randomUUID()}`))).toEqual([
      ['clinique@test.mssante.fr', 'complet', 'sender.named'],
      ['dr.a@test.mssante.fr', 'complet', 'sender.named'],
    ])
  })

  it('of a structure that the person refuses gets nothing; the other one does', async () => {
    const patient = `Patient/${randomUUID()}`
    await opposes(patient, CLINIC)
    expect(outcomes(await deposited(patient))).toEqual([
      ['clinique@test.mssante.fr', 'aucun', 'consent.opposed'],
      ['dr.a@test.mssante.fr', 'complet', 'sender.named'],
    ])
  })

  it('gets nothing of a person who refuses everyone', async () => {
    const patient = `Patient/${randomUUID()}`
    await opposes(patient)
    expect(outcomes(await deposited(patient)).map(([, level, rule]) => [level, rule])).toEqual([
      ['aucun', 'consent.opposed'],
      ['aucun', 'consent.opposed'],
    ])
  })

  it('gets nothing either of what was queued before', async () => {
    expect(await afterQueueing(patient => opposes(patient))).toEqual([
      ['stopped', 'consent.opposed'],
      ['stopped', 'consent.opposed'],
    ])
  })

  it.each([
    ['its card', (id: string) => id],
    ['the card of the other format that goes with it', otherOf],
  ])('nor once %s is hidden from professionals', async (_, hidden) => {
    const mask = (patient: string, card: string): Promise<void> => {
      const made = { resourceType: 'DocumentReference', id: hidden(card), status: 'current', content: [], subject: { reference: patient } }
      return projectAccess(db, [{ ...made, securityLabel: [{ coding: [{ code: 'MASQUE_PS' }] }] } as FhirResource])
    }
    expect(await afterQueueing(mask)).toEqual([
      ['stopped', 'flag.masked'],
      ['stopped', 'flag.masked'],
    ])
  })
})

describe('the regional platform', () => {
  const rules = (deliveries: Delivery[]): string[][] => outcomes(deliveries).filter(([recipient = '']) => recipient.includes('region'))

  it('is told of a person who refuses nobody, or somebody else', async () => {
    const patient = `Patient/${randomUUID()}`
    const told = [
      ['hub.partner.region', 'complet', 'platform.declared'],
      ['region', 'complet', 'platform.declared'],
    ]
    expect(rules(await deposited(patient, 'platform'))).toEqual(told)
    await opposes(patient, CLINIC)
    expect(rules(await deposited(patient, 'platform'))).toEqual(told)
  })

  it('is not told of one who refuses everyone, neither by REST nor on its topic', async () => {
    const patient = `Patient/${randomUUID()}`
    await opposes(patient)
    expect(rules(await deposited(patient, 'platform')).map(([, level, rule]) => [level, rule])).toEqual([
      ['aucun', 'consent.opposed'],
      ['aucun', 'consent.opposed'],
    ])
  })

  it('nor of what was queued before she refused, nor of an event of care', async () => {
    expect(await afterQueueing(patient => opposes(patient), 'platform')).toContainEqual(['stopped', 'consent.opposed'])
    const patient = `Patient/${randomUUID()}`
    await opposes(patient)
    const event = { cause: newMessageId(), type: 'pps.publie', n: 1, person: patient, patient, resources: ['CarePlan/c1/_history/2'], changes: [] }
    const { id } = await db.tx(tx => recordEvent(tx, { ...event, detail: null, channels: ['platform'], traceparent: 't', at: new Date() }))
    await createPlanner(parts())('platform', id)
    const { rows } = await db.query<{ rule: string }>('select rule from delivery where event_id = $1', [id])
    expect(rows).toEqual([{ rule: 'consent.opposed' }])
  })
})
