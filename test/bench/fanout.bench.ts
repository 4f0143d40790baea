/*
  What it takes to plan one event for a circle of twenty members: rights, mailbox, decision, delivery and lane of each, committed. On a real ledger;
  the store is a stand-in that has every professional at hand.
*/
import { randomUUID } from 'node:crypto'
import type { CareTeam, Consent } from 'fhir/r4.js'
import { projectAccess } from '../../gateway/ledger/rights/access.ts'
import { createBreakers } from '../../gateway/breaker.ts'
import { createPlanner } from '../../gateway/fanout/plan.ts'
import { keepDefaultSubscriptions } from '../../gateway/flows/circle/default-subscriptions.ts'
import { type Db, openLedger } from '../../gateway/ledger/db.ts'
import { recordEvent } from '../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../gateway/ledger/ids.ts'
import { createLog } from '../../gateway/log.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import type { HubParts } from '../../gateway/parts.ts'
import { mailbox } from '../support/members.ts'
import { startPostgres } from '../support/postgres.ts'
import { circle, consent } from '../support/support-requests.ts'
import type { Report } from './report.ts'

const MEMBERS = 20
const ROUNDS = 60
const ALLOWED_MS = 20
const DAC = 'Organization/dac'

export async function measureFanout(): Promise<Report> {
  const postgres = await startPostgres()
  const db = await openLedger({ url: await postgres.createDatabase(), log: createLog({ level: 'silent' }), max: 4 })
  try {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const event = await published(db)
      const from = performance.now()
      await createPlanner(partsOf(db))('mssante', event)
      times.push(performance.now() - from)
    }
    const { rows } = await db.query<{ sent: string }>("select count(*) as sent from delivery where status = 'planned'")
    if (Number(rows[0]?.sent) !== MEMBERS * ROUNDS) throw new Error(`${rows[0]?.sent} deliveries were planned`)
    const median = times.sort((left, right) => left - right)[Math.floor(ROUNDS / 2)] ?? 0
    return {
      title: `fan-out of one event to ${MEMBERS} members`,
      figures: [{ name: 'planned and committed', ours: median, baseline: ALLOWED_MS, unit: 'ms, median', wanted: '≤ 1' }],
    }
  } finally {
    await db.close()
    await postgres.stop()
  }
}

/** A plan of somebody whose circle has that many members. Out: the event. */
async function published(db: Db): Promise<string> {
  const patient = `Patient/${randomUUID()}`
  const members = Array.from({ length: MEMBERS }, (_, n) => ({ member: `PractitionerRole/${n}` }))
  const team: CareTeam = { ...circle(patient, DAC, members), id: randomUUID() }
  const informed: Consent = { ...consent(patient, 'information', DAC), id: randomUUID() }
  const { id } = await db.tx(async tx => {
    await projectAccess(tx, [team, informed])
    await keepDefaultSubscriptions(tx, team, new Date())
    const about = { person: patient, patient, resources: [`CarePlan/${randomUUID()}/_history/1`], changes: [], detail: {} }
    return recordEvent(tx, { ...about, cause: newMessageId(), type: 'pps.publie', n: 1, channels: ['mssante'], traceparent: 't', at: new Date() })
  })
  return id
}

function partsOf(db: Db): HubParts {
  const stored = async (type: string, id: string) => {
    if (type === 'PractitionerRole')
      return { resourceType: type, id, practitioner: { reference: `Practitioner/${id}` }, organization: { reference: `Organization/${id}` } }
    return type === 'Practitioner' ? { resourceType: type, id, telecom: [mailbox(`dr.${id}@test.mssante.fr`)] } : { resourceType: type, id }
  }
  return {
    db,
    store: { read: stored },
    breakers: createBreakers(),
    metrics: createMetrics(),
    keys: { pseudonym: (value: string) => value, reference: (value: string) => value },
    connectors: {},
    config: {
      limits: { digestAt: '18:00' },
      connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@pfi.mssante.fr' } },
      partners: [],
      clients: [],
    },
  } as unknown as HubParts
}
