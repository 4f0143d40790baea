import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { executeDelivery } from '../../../gateway/fanout/deliver.ts'
import type { Deposit } from '../../../gateway/fanout/deposit.ts'
import { plan } from '../../../gateway/fanout/plan.ts'
import type { Db } from '../../../gateway/ledger/db.ts'
import { readDelivery } from '../../../gateway/ledger/deliveries.ts'
import { recordEvent, unplannedEvents } from '../../../gateway/ledger/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { claimLanes } from '../../../gateway/ledger/lanes.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { count, freshLedger } from '../ledger/support.ts'

const TOPIC = 'hub.partner.region'

let postgres: TestPostgres
let db: Db
beforeAll(async () => {
  postgres = await startPostgres()
  db = (await freshLedger(postgres)).db
})
afterAll(async () => {
  await db.close()
  await postgres.stop()
})

/** The parts a delivery to the platform's topic needs; everything else is absent. */
function partsWith(publish: () => Promise<void>): HubParts {
  return {
    db,
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    bus: { publish },
    config: { connectors: { platform: { partner: 'region', topic: TOPIC } }, partners: [] },
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

async function happened(person: string, type: string, detail: unknown): Promise<string> {
  const event = { cause: newMessageId(), type, n: 1, person, patient: 'Patient/1', resources: ['DocumentReference/d/_history/1'], changes: ['create'] }
  const { id } = await db.tx(tx => recordEvent(tx, { ...event, detail, channels: ['platform'], traceparent: 't', at: new Date() }))
  return id
}

describe('fan-out', () => {
  it('an event of a kind that is not fanned out is planned with nobody, and holds nothing behind it', async () => {
    const parts = partsWith(async () => undefined)
    const strange = await happened('p-strange', 'encounter.adm', { anything: true })
    const later = await happened('p-strange', 'document.depose', deposit('doc-strange'))
    await plan(parts, 'platform', later)
    expect(await unplannedEvents(db, 'platform', 0)).toEqual([])
    expect(await count(db, 'decision where event_id = $1', [strange])).toBe(0)
    expect(await count(db, 'decision where event_id = $1', [later])).toBe(2)
  })

  it('what the partner has taken is not sent again when PostgreSQL is killed before the ledger knows', async () => {
    let published = 0
    let restarted = Promise.resolve()
    const parts = partsWith(async () => {
      published += 1
      await postgres.kill()
      restarted = new Promise(resolve => setTimeout(resolve, 600)).then(() => postgres.restart())
    })
    await plan(parts, 'platform', await happened('p-killed', 'document.depose', deposit('doc-killed')))
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
