import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { createChains } from '../../../gateway/ledger/audit/audit.ts'
import type { BusMessage } from '../../../gateway/bus/bus.ts'
import { executeDelivery } from '../../../gateway/fanout/routes/deliver.ts'
import type { Deposit } from '../../../gateway/fanout/deposit.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import { createFallback } from '../../../gateway/fanout/unplanned.ts'
import { type Delivery, readDelivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import { recordEvent, unplannedEvents } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { advanceOf, claimLanes } from '../../../gateway/ledger/lanes/lanes.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { createLog } from '../../../gateway/log.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { count, useOwnLedger } from '../ledger/support.ts'

const TOPIC = 'hub.partner.region'

const { db, postgres } = await useOwnLedger()

/** The parts a delivery to the platform's topic needs; everything else is absent. */
function partsWith(publish: (records: readonly BusMessage[]) => Promise<void>): HubParts {
  return {
    db,
    chains: createChains('test'),
    outcomes: shareLedger(db),
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    bus: { publish },
    config: { http: { host: '127.0.0.1', port: 8080 }, connectors: { platform: { partner: 'region', topic: TOPIC } }, partners: [] },
  } as unknown as HubParts
}

function deposit(documentId: string): Deposit {
  const facts = { identity: 'qualifiee', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const
  return {
    messageId: 'm',
    sender: 'ch-1',
    documentId,
    documentType: '11490-0',
    document: 'DocumentReference/d',
    destDmp: false,
    ackReception: false,
    mailboxes: [],
    facts,
  }
}

async function happened(person: string, type: string, { detail = null, patient = 'Patient/1' }: { detail?: unknown; patient?: string }): Promise<string> {
  const event = { cause: newMessageId(), type, n: 1, person, patient, resources: ['DocumentReference/d/_history/1'], changes: ['create'] }
  const { id } = await db.tx(tx => recordEvent(tx, { ...event, detail, channels: ['platform'], traceparent: 't', at: new Date() }))
  return id
}

interface Standing {
  tag: string
  isQuarantined?: boolean
  isConflict?: boolean
}

/** A person of the ledger. Out: `Patient/<id>`. */
async function person({ tag, isQuarantined = false, isConflict = false }: Standing): Promise<string> {
  const id = randomUUID()
  await db.query("insert into identified (id, type, state) values ($1, 'Patient', 'settled')", [id])
  await db.query("insert into person (id, traits, tag, is_quarantined, is_conflict) values ($1, '{}', $2, $3, $4)", [id, tag, isQuarantined, isConflict])
  return `Patient/${id}`
}

async function deliveriesOf(eventId: string): Promise<Delivery[]> {
  const { rows } = await db.query<{ id: string }>('select id from delivery where event_id = $1', [eventId])
  return Promise.all(rows.map(row => readDelivery(db, row.id)))
}

/** Everything that waits in a lane, in its order. */
async function deliverAll(parts: HubParts): Promise<void> {
  const claims = await claimLanes(db, { kind: 'delivery', holder: 'test', leaseMs: 60_000, limit: 100 })
  for (let claim of claims) {
    for (let entryId: string | undefined = claim.entryId; entryId !== undefined; entryId = advanceOf(claim)?.entryId) {
      claim = { ...claim, entryId }
      await executeDelivery(parts, claim, new AbortController().signal)
    }
  }
}

describe('an event of care', () => {
  it.each<[Standing, string, string]>([
    [{ tag: 'qualifiee' }, 'complet', 'platform.topic'],
    [{ tag: 'validee' }, 'complet', 'platform.topic'],
    [{ tag: 'provisoire', isQuarantined: true }, 'aucun', 'identity.quarantined'],
    [{ tag: 'recuperee', isQuarantined: true }, 'aucun', 'identity.quarantined'],
    [{ tag: 'validee', isQuarantined: true }, 'aucun', 'identity.quarantined'],
    [{ tag: 'qualifiee', isQuarantined: true, isConflict: true }, 'aucun', 'identity.quarantined'],
  ])('of a person %j has one decision for the topic of the platform: %s by %s', async (standing, level, rule) => {
    const event = await happened(randomUUID(), 'pps.publie', { patient: await person(standing) })
    await createPlanner(partsWith(async () => undefined))('platform', event)
    expect(await deliveriesOf(event)).toMatchObject([{ recipient: TOPIC, action: 'pps.publie', level, rule }])
  })

  it('of somebody the ledger does not know goes nowhere', async () => {
    const event = await happened(randomUUID(), 'cercle.modifie', {})
    await createPlanner(partsWith(async () => undefined))('platform', event)
    expect(await deliveriesOf(event)).toMatchObject([{ level: 'aucun', rule: 'identity.quarantined' }])
  })

  it('reaches the topic once, in the order of the person, between documents', async () => {
    const told: string[] = []
    const name = randomUUID()
    const parts = partsWith(async records => void told.push(...records.filter(one => one.key === name).map(one => JSON.parse(String(one.value)).type)))
    const patient = await person({ tag: 'qualifiee' })
    const events = [
      await happened(name, 'appui.statut', { patient }),
      await happened(name, 'document.depose', { patient, detail: deposit(randomUUID()) }),
      await happened(name, 'pps.publie', { patient }),
    ]
    await createPlanner(parts)('platform', events[2] ?? '')
    await createPlanner(parts)('platform', events[0] ?? '')
    await db.query("update delivery set status = 'stopped' where recipient = 'region'")
    await deliverAll(parts)
    expect(told).toEqual(['fr.e-parcours.appui.statut.v1', 'fr.e-parcours.document.depose.v1', 'fr.e-parcours.pps.publie.v1'])
  })

  it('is decided upon again when it is sent: who fell into conflict meanwhile is told of to nobody', async () => {
    const told: unknown[] = []
    const parts = partsWith(async records => void told.push(...records))
    const patient = await person({ tag: 'qualifiee' })
    const event = await happened(randomUUID(), 'pps.publie', { patient })
    await createPlanner(parts)('platform', event)
    await db.query('update person set is_conflict = true, is_quarantined = true where id = $1', [patient.slice('Patient/'.length)])
    await deliverAll(parts)
    expect(told).toEqual([])
    expect(await deliveriesOf(event)).toMatchObject([{ status: 'stopped', rule: 'identity.quarantined' }])
  })

  it('identity conflict of a write through the door has no document behind it and is planned all the same', async () => {
    const event = await happened(randomUUID(), 'identite.conflit', { patient: await person({ tag: 'qualifiee', isQuarantined: true, isConflict: true }) })
    await createPlanner(partsWith(async () => undefined))('platform', event)
    expect(await deliveriesOf(event)).toMatchObject([{ recipient: TOPIC, level: 'aucun', rule: 'identity.quarantined' }])
  })
})

describe('fan-out', () => {
  it('an event of a kind that is not fanned out is planned with nobody, and holds nothing behind it', async () => {
    const parts = partsWith(async () => undefined)
    const strange = await happened('p-strange', 'something.new', { detail: { anything: true } })
    const later = await happened('p-strange', 'document.depose', { detail: deposit('doc-strange') })
    await createPlanner(parts)('platform', later)
    expect(await unplannedEvents(db, 'platform', 0)).toEqual([])
    expect(await count(db, 'decision where event_id = $1', [strange])).toBe(0)
    expect(await count(db, 'decision where event_id = $1', [later])).toBe(2)
  })

  it('two hundred events that cannot be planned hold back no other behind Kafka, and are tried again', async () => {
    await db.query('update planning set planned_at = clock_timestamp() where planned_at is null')
    const failing = new Set<string>()
    for (let n = 0; n < 200; n += 1) failing.add(await happened(`p-failing-${n}`, 'pps.publie', {}))
    const other = await happened('p-behind', 'pps.publie', {})
    const tried: string[] = []
    const parts = {
      ...partsWith(async () => undefined),
      log: createLog({ level: 'silent' }),
      rightOfWay: { turn: async () => undefined },
    } as unknown as HubParts
    Object.assign(parts.config, { limits: { fanoutFallbackMs: 0 } })
    const planner = createPlanner(parts)
    const look = createFallback(
      parts,
      async (channel, eventId) => {
        tried.push(eventId)
        if (failing.has(eventId)) throw new Error('never')
        await planner(channel, eventId)
      },
      new AbortController().signal,
    )
    await look()
    await look()
    expect(await unplannedEvents(db, 'platform', 0, { limit: 1000 })).not.toContain(other)
    await look()
    expect(tried.filter(id => failing.has(id)).length).toBe(400)
  })

  it('what the partner has taken is not sent again when PostgreSQL is killed before the ledger knows', async () => {
    let published = 0
    let restarted = Promise.resolve()
    const parts = partsWith(async () => {
      published += 1
      await postgres.kill()
      restarted = new Promise(resolve => setTimeout(resolve, 600)).then(() => postgres.restart())
    })
    await createPlanner(parts)('platform', await happened('p-killed', 'document.depose', { detail: deposit('doc-killed') }))
    const { rows } = await db.query<{ id: string }>('select id from delivery where what = $1 and recipient = $2', ['doc-killed', TOPIC])
    const [id = ''] = rows.map(row => row.id)
    const claims = await claimLanes(db, { kind: 'delivery', holder: 'one', leaseMs: 60_000, limit: 10 })
    const claim = claims.find(one => one.entryId === id)
    if (claim === undefined) throw new Error('no claim')
    await executeDelivery(parts, claim, new AbortController().signal)
    await restarted
    expect(published).toBe(1)
    expect(await readDelivery(db, id)).toMatchObject({ status: 'delivered', attempts: 1 })
    expect(await claimLanes(db, { kind: 'delivery', holder: 'two', leaseMs: 1000, limit: 10 })).toEqual([])
  })
})
