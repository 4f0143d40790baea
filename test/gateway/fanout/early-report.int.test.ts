import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createBreakers } from '../../../gateway/breaker.ts'
import { executeDelivery } from '../../../gateway/fanout/routes/deliver.ts'
import type { Deposit } from '../../../gateway/fanout/deposit.ts'
import { createPlanner } from '../../../gateway/fanout/plan.ts'
import { executeReceipt } from '../../../gateway/flows/documents/receipt.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { createChains } from '../../../gateway/ledger/audit/audit.ts'
import { closedMailboxes } from '../../../gateway/ledger/deliveries/closed-mailboxes.ts'
import { type Delivery, readDelivery, settleDelivery } from '../../../gateway/ledger/deliveries/deliveries.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { claimLanes, type LaneClaim, parkLane, postponeLane } from '../../../gateway/ledger/lanes/lanes.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { createLog } from '../../../gateway/log.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import type { HubParts } from '../../../gateway/parts.ts'
import { createWorkers } from '../../../gateway/workers/pool.ts'
import { HubError } from '../../../profiles/errors.ts'
import { message, one, only, useLedger } from '../ledger/support.ts'

// The operator has taken the mail, and its answer was lost: the report is here before the delivery knows that it was sent. On the real ledger.

const ADDRESS = 'dr.a@test.mssante.fr'
const { db } = await useLedger()
const acceptor = createAcceptor(db)
const { signal } = new AbortController()
const lost = new HubError('mssante.deferred', { reply: '451' })
const common = { identity: 'qualifiee', masquePs: false, invisiblePatient: false, invisibleRepLegaux: false, isMinor: false } as const

interface House {
  parts: HubParts
  delivery: Delivery
  /** What the store was told of the Communication, last. */
  told(): string | undefined
}

/** A document with one mailbox, whose sender asks for a Z02; it is attempted once, and `answer` comes back. */
async function attempted(answer: () => Promise<never>, settled: (claim: LaneClaim) => Promise<void>): Promise<House> {
  const communications: { status: string }[] = []
  const readReport = createWorkers({ threads: 1 })
  const parts = {
    db,
    chains: createChains('test'),
    outcomes: shareLedger(db),
    breakers: createBreakers(),
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => Buffer.from(value).toString('hex') },
    workers: { run: async (name: string, input: never) => (name === 'renderMail' ? {} : readReport.run('readReport', input)) },
    transactions: { put: async ({ entries }: { entries: { json: Buffer }[] }) => communications.push(JSON.parse(String(entries[0]?.json))) },
    connectors: { mssante: { send: answer } },
    config: {
      connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@pfi.mssante.fr', displayName: 'Hub' } },
      product: {},
      limits: {},
      partners: [{ id: 'ch-1', acks: { host: '127.0.0.1', port: 1 } }],
      clients: [],
    },
  } as unknown as HubParts
  const { id: cause } = await acceptor.accept(message())
  await db.query('delete from lane_entry')
  await db.query("update lane set state = 'idle'")
  const documentId = randomUUID()
  const patient = `Patient/${randomUUID()}`
  const facts = { ...common, recipient: 'professional', isNamed: true, isRequested: true, isOwnAddress: false } as const
  const detail: Deposit = {
    messageId: cause,
    sender: 'ch-1',
    documentId,
    documentType: '11490-0',
    document: `DocumentReference/${documentId}`,
    destDmp: false,
    ackReception: true,
    mailboxes: [{ party: { address: ADDRESS }, facts }],
    facts: common,
  }
  const event = { cause, type: 'document.depose', n: 1, person: patient, patient, resources: [], changes: [], detail, channels: ['mssante'], traceparent: 't' }
  const { id } = await db.tx(tx => recordEvent(tx, { ...event, at: new Date() }))
  await createPlanner(parts)('mssante', id)
  const claim = await claimed()
  await expect(executeDelivery(parts, claim, signal)).rejects.toBe(lost)
  await settled(claim)
  return { parts, delivery: await readDelivery(db, claim.entryId), told: () => communications.at(-1)?.status }
}

const claimed = async (): Promise<LaneClaim> => only(await claimLanes(db, { kind: 'delivery', holder: 'test', leaseMs: 60_000, limit: 10 }))

async function reported({ parts, delivery }: House, action: string): Promise<void> {
  const lines = [
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    `Original-Envelope-Id: ${delivery.reference}`,
    '',
    `Final-Recipient: rfc822; ${ADDRESS}`,
    `Action: ${action}`,
    `Status: ${action === 'failed' ? '5.1.1' : '2.0.0'}`,
    '--b--',
    '',
  ]
  await acceptor.accept(message({ format: 'mail', door: 'mail', text: lines.join('\r\n') }))
  await executeReceipt(parts, only(await claimLanes(db, { kind: 'inbound', holder: 'test', leaseMs: 60_000, limit: 10 })))
}

const acksOf = async ({ delivery }: House): Promise<number> =>
  (await one<{ n: number }>(db, "select count(*)::int as n from delivery where action = 'Z02' and what like '%' || $1", [delivery.id])).n

const postponed = (claim: LaneClaim): Promise<void> => db.tx(tx => postponeLane(tx, claim, { delayMs: 300_000, reason: lost.code, countAttempt: true }))
const parked = (claim: LaneClaim): Promise<void> => db.tx(tx => parkLane(tx, claim, { code: lost.code }))

describe('a report on a mail whose answer was lost', () => {
  it.each([
    ['delivered', 'waits', postponed, 'completed'],
    ['delivered', 'is parked', parked, 'completed'],
    ['failed', 'waits', postponed, 'not-done'],
  ] as const)(
    '%s, while its delivery %s: that is what became of it, its sender is told, and its lane goes on without sending again',
    async (action, _, settled, status) => {
      let sendings = 0
      const house = await attempted(async () => {
        sendings += 1
        throw lost
      }, settled)
      await reported(house, action)
      expect(await readDelivery(db, house.delivery.id)).toMatchObject({ status: action })
      expect(await acksOf(house)).toBe(1)
      expect(house.told()).toBe(status)
      const lanes = await claimLanes(db, { kind: 'delivery', holder: 'test', leaseMs: 60_000, limit: 10 })
      const own = lanes.find(({ entryId }) => entryId === house.delivery.id)
      if (own === undefined) throw new Error('its lane is not looked at')
      await executeDelivery(house.parts, own, signal)
      expect([sendings, house.told()]).toEqual([1, status])
      expect(await readDelivery(db, house.delivery.id)).toMatchObject({ status: action, recordedAt: expect.any(Date) })
    },
  )

  it('that comes while it is attempted again: a refusal of the second copy undoes nothing', async () => {
    let answer: () => Promise<never> = () => Promise.reject(lost)
    const house = await attempted(() => answer(), postponed)
    await db.query("update lane set due_at = clock_timestamp() where state = 'ready'")
    answer = async () => {
      await db.tx(tx => settleDelivery(tx, house.delivery.id, { status: 'delivered' }))
      throw new HubError('mssante.refused', { reply: '550' })
    }
    await executeDelivery(house.parts, await claimed(), signal)
    expect(await readDelivery(db, house.delivery.id)).toMatchObject({ status: 'delivered' })
    expect([house.told(), await acksOf(house)]).toEqual(['completed', 1])
  })

  it('that it arrived, after a refusal or another report said no: it has arrived, in the store and the Z02 that is not yet sent, and its mailbox is not closed', async () => {
    await db.query('delete from receipt')
    let answer: () => Promise<never> = () => Promise.reject(lost)
    const house = await attempted(() => answer(), postponed)
    await db.query("update lane set due_at = clock_timestamp() where state = 'ready'")
    answer = () => Promise.reject(new HubError('mssante.refused', { reply: '550' }))
    await executeDelivery(house.parts, await claimed(), signal)
    await reported(house, 'failed')
    expect([house.told(), await closedMailboxes(db, [ADDRESS])]).toEqual(['not-done', new Set([ADDRESS])])
    await reported(house, 'delivered')
    expect(await readDelivery(db, house.delivery.id)).toMatchObject({ status: 'delivered' })
    expect([house.told(), await acksOf(house), await closedMailboxes(db, [ADDRESS])]).toEqual(['completed', 1, new Set()])
    await reported(house, 'failed')
    expect([(await readDelivery(db, house.delivery.id)).status, await acksOf(house), await closedMailboxes(db, [ADDRESS])]).toEqual(['delivered', 1, new Set()])
  })

  it('is waited for by nobody where nothing was attempted: the first attempt comes first', async () => {
    const house = await attempted(() => Promise.reject(lost), postponed)
    await db.query('update delivery set attempts = 0 where id = $1', [house.delivery.id])
    await expect(reported(house, 'delivered')).rejects.toMatchObject({ dependency: 'delivery' })
  })
})
