import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { alerts } from '../../../gateway/monitor/incidents/config.ts'
import type { HubConfig } from '../../../gateway/config.ts'
import { alertSent, claimAlerts } from '../../../gateway/ledger/watch/alerts.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { findIncidents } from '../../../gateway/ledger/watch/incidents.ts'
import { CLOCK, forgetOutlook, tellOutlook, tellSightings } from '../../../gateway/ledger/watch/outlook.ts'
import { readConditions } from '../../../gateway/monitor/incidents/conditions.ts'
import type { Condition } from '../../../gateway/monitor/incidents/judge.ts'
import { readSlowConditions } from '../../../gateway/monitor/incidents/slow-conditions.ts'
import { applyVerdict } from '../../../gateway/monitor/incidents/watch.ts'
import { partnersSeen } from '../../../gateway/monitor/partners/overview.ts'
import { MAIL_IN_A_MINUTE } from '../../../gateway/partner-config.ts'
import { message, useLedger } from '../ledger/support.ts'

// Incidents against a real ledger: what is read of its state, and that nothing begins or ends twice.

const { db } = await useLedger()

const HOUR = 3_600_000
const settings = alerts.parse({
  endAfterSeconds: 0,
  partnerDownSeconds: 0,
  partNotReadySeconds: 0,
  laneParkedSeconds: 0,
  mail: [{ address: 'region@test.mssante.fr' }, { address: 'deux@test.mssante.fr', territory: '35238' }],
})
const partner = (id: string, territory: string) => ({
  id,
  kind: 'hospital',
  mshApplication: id,
  mshFacility: id,
  territory,
  serviceLevels: MAIL_IN_A_MINUTE,
  silence: 'learned',
})
const config = {
  alerts: settings,
  partners: [partner('ch-1', '54395'), partner('ch-2', '35238'), { ...partner('region', '54395'), kind: 'platform', mshApplication: undefined }],
  clients: [],
  organizations: [],
  connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@operateur.test' } },
} as unknown as HubConfig
const keys = { reference: (value: string) => value }

const verdict = (conditions: Condition[], now = new Date()): Promise<void> => db.tx(tx => applyVerdict(tx, { conditions, alerts: settings, keys, now }))
const about = async (subject: string, territory?: string) => (await findIncidents(db, { subject, territory, limit: 50 })).items

async function lane(sender: string, territory: string, rest: { state: string; code: string; since: Date }): Promise<void> {
  const laneKey = randomUUID()
  await createAcceptor(db).accept(message({ sender, territory, laneKey }))
  await db.query('update lane set state = $2, code = $3, moved_at = $4 where key = $1', [laneKey, rest.state, rest.code, rest.since])
}

describe('an incident in the ledger', () => {
  it('begins once and ends once although several processes judge at the same moment, and each end is told to those who were told of the beginning', async () => {
    const condition: Condition = { kind: 'partner.down', subject: 'ch-1', territory: '54395' }
    await Promise.all([verdict([condition]), verdict([condition]), verdict([condition])])
    await Promise.all([verdict([]), verdict([]), verdict([])])
    const [incident, ...others] = await about('ch-1')
    expect(others).toEqual([])
    expect(incident).toMatchObject({ state: 'closed', kind: 'partner.down' })
    expect(incident?.alerts.map(({ moment, way }) => `${moment} ${way}`)).toEqual(['start mail', 'end mail'])
  })

  it('of one territory is told to it and to the whole region, and seen by nobody of another; one of the hub itself is told and shown to all', async () => {
    await verdict([
      { kind: 'partner.down', subject: 'ch-2', territory: '35238' },
      { kind: 'part.not-ready', subject: 'store' },
    ])
    expect((await about('ch-2'))[0]?.alerts).toHaveLength(2)
    expect((await about('store'))[0]?.alerts).toHaveLength(2)
    expect(await about('ch-2', '54395')).toEqual([])
    expect(await about('ch-2', '35238')).toHaveLength(1)
    expect(await about('store', '54395')).toHaveLength(1)
    await verdict([])
  })

  it('is told of its end only after its beginning, and an alert that one process sends is nobody else’s', async () => {
    await db.query("update alert set state = 'sent'")
    await verdict([{ kind: 'partner.down', subject: 'ch-9' }])
    await verdict([])
    const [mine, theirs] = await Promise.all([claimAlerts(db, 10), claimAlerts(db, 10)])
    const claimed = [...mine, ...theirs]
    expect(claimed.map(({ moment, recipient }) => [moment, recipient]).sort()).toEqual([
      ['start', 'deux@test.mssante.fr'],
      ['start', 'region@test.mssante.fr'],
    ])
    expect(await claimAlerts(db, 10)).toEqual([])
    // Whoever claimed them was killed: they are claimed again, as the same alerts.
    await db.query("update alert set due_at = clock_timestamp() where state = 'waiting'")
    const again = await claimAlerts(db, 10)
    expect(again.map(({ reference, attempts }) => [reference, attempts]).sort()).toEqual(claimed.map(({ reference }) => [reference, 2]).sort())
    for (const alert of again) await alertSent(db, alert)
    expect((await claimAlerts(db, 10)).map(({ moment }) => moment)).toEqual(['end', 'end'])
  })
})

describe('what is wrong, read from the state of the hub', () => {
  const since = new Date(Date.now() - HOUR)
  const only = async (kind: string): Promise<Condition[]> => (await readConditions(config, db, new Date())).filter(one => one.kind === kind)

  it('parked lanes of one sender and one code are one cause, however many persons they stop; what somebody holds is none', async () => {
    for (let n = 0; n < 3; n += 1) await lane('ch-1', '54395', { state: 'parked', code: 'mapping.impossible', since })
    await lane('ch-2', '35238', { state: 'parked', code: 'mapping.impossible', since })
    await lane('ch-1', '54395', { state: 'parked', code: 'lane.held', since })
    expect((await only('lane.parked')).sort((a, b) => (a.subject < b.subject ? -1 : 1))).toEqual([
      { kind: 'lane.parked', subject: 'ch-1', code: 'mapping.impossible', territory: '54395', since, count: 3 },
      { kind: 'lane.parked', subject: 'ch-2', code: 'mapping.impossible', territory: '35238', since, count: 1 },
    ])
  })

  it('a part is away from the moment the first process saw it so; a full disk and a certificate that ends are told', async () => {
    const [early, late] = ['2026-01-01T08:00:00.000Z', '2026-01-01T08:00:05.000Z']
    await tellOutlook(db, { holder: 'one', freeDiskBytes: 10 ** 12, parts: [{ part: 'store', code: 'store.unavailable', since: late }] })
    await tellOutlook(db, { holder: 'two', freeDiskBytes: 5, parts: [{ part: 'store', code: 'store.unavailable', since: early }] })
    const day = 24 * HOUR
    await tellSightings(db, [
      { name: 'partners.ch-1', at: new Date(), endsAt: new Date(Date.now() + 3 * day) },
      { name: 'partners.ch-2', at: new Date(), endsAt: new Date(Date.now() - day) },
      { name: 'http.certFile', at: new Date(), endsAt: new Date(Date.now() + 300 * day) },
    ])
    expect(await only('part.not-ready')).toEqual([{ kind: 'part.not-ready', subject: 'store', since: new Date(early) }])
    expect(await only('disk.low')).toHaveLength(1)
    expect(await only('certificate.expiring')).toEqual([{ kind: 'certificate.expiring', subject: 'ch-1', territory: '54395' }])
    expect(await only('certificate.expired')).toEqual([{ kind: 'certificate.expired', subject: 'ch-2', territory: '35238' }])
  })

  it('a process whose clock is apart from PostgreSQL’s says so, and by how much', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 10 * 60_000 })
    try {
      const said = await tellOutlook(db, {
        holder: 'three',
        freeDiskBytes: 10 ** 12,
        parts: [{ part: CLOCK, code: 'ledger.clock', since: since.toISOString() }],
      })
      expect(Math.round(said / 60_000)).toBe(-10)
    } finally {
      vi.useRealTimers()
    }
    expect(await only('clock.apart')).toEqual([{ kind: 'clock.apart', subject: 'clock', since }])
    await forgetOutlook(db, 'three')
  })

  it('a clock that has leapt is told for as long as nothing is dropped because of it', async () => {
    const [now, week] = [Date.now(), 7 * 24 * HOUR]
    expect(await only('clock.leapt')).toEqual([])
    for (const [at, told] of [
      [now + HOUR, false],
      [now - week + HOUR, true],
      [now - week - HOUR, false],
    ] as const) {
      await db.query("insert into sighting (name, at) values ('retention.leapt', $1) on conflict (name) do update set at = excluded.at", [new Date(at)])
      expect(await only('clock.leapt')).toEqual(told ? [{ kind: 'clock.leapt', subject: 'retention', since: new Date(at) }] : [])
    }
  })

  it('a sender that spoke every hour of its last weeks and has not for some hours is silent; a sender that is refused too often is told', async () => {
    const hour = Math.floor(Date.now() / HOUR) * HOUR
    const last = new Date(hour - 5 * HOUR)
    await createAcceptor(db).accept(message({ sender: 'ch-3', id: newMessageId(last), receivedAt: last }))
    await db.query(
      `insert into rollup (step, at, direction, kind, partner, territory, outcome, flows)
       select 3600, at, 'in', 'document', 'ch-3', '54395', 'complete', 4 from generate_series($1::timestamptz, $2::timestamptz, '1 hour') at`,
      [new Date(hour - 5 * 168 * HOUR), last],
    )
    for (let n = 0; n < 12; n += 1) await createAcceptor(db).accept(message({ sender: 'ch-4', refusedWith: [{ code: 'hl7v2.field_missing', path: 'PID-3' }] }))
    const found = await readSlowConditions(config, db, new Date())
    expect(found.filter(({ kind }) => kind === 'feed.silent')).toEqual([expect.objectContaining({ subject: 'ch-3', since: last })])
    expect(found.filter(({ kind }) => kind === 'rejects.high')).toEqual([expect.objectContaining({ subject: 'ch-4', count: 12 })])
  })
})

describe('the partners a viewer sees', () => {
  const look = async (territory?: string) => {
    const window = { from: new Date(Date.now() - 24 * HOUR), to: new Date(Date.now() + 1000) }
    return partnersSeen({ config, tx: db, window, territory })
  }

  it('are all of them for whoever is bound to nothing: configured, seen, shared; with what they sent in the window', async () => {
    const all = await look()
    expect(all.map(({ id }) => id).sort()).toEqual(['ch-1', 'ch-2', 'ch-3', 'ch-4', 'mail-operator', 'region'])
    expect(all.find(({ id }) => id === 'ch-4')).toMatchObject({ received: { flows: 12, failures: 12 }, conformance: { messages: 12, refused: 12, share: 1 } })
    expect(all.find(({ id }) => id === 'ch-1')).toMatchObject({ certificate: { state: 'expiring' }, canPause: true, paused: null })
    expect(all.find(({ id }) => id === 'ch-3')?.silence).toMatchObject({ rule: 'learned', isSilent: true })
  })

  it('are those of his territory, and those that all share, for whoever is bound to one', async () => {
    expect((await look('35238')).map(({ id }) => id).sort()).toEqual(['ch-2', 'mail-operator'])
  })
})
