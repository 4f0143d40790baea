/*
  The identity cell's desk: who stands apart, what a merge would change, merge and split.
    GET  /monitor/api/identities
    POST /monitor/api/identities/merge   {survivor, loser, dryRun?, reason?}      POST /monitor/api/identities/split   {loser, dryRun?, reason?}
*/
import { json, type Request, type Response, type Router } from 'express'
import { HubError } from '../../profiles/errors.ts'
import { callerIn } from '../fhir/audit.ts'
import { type JoiningPlan, mergePersons, planMerge, planSplit, splitPersons } from '../flows/identity/merge.ts'
import { loadPersons } from '../ledger/rights/access.ts'
import type { Tx } from '../ledger/db.ts'
import { peopleApart } from '../ledger/identity/people-apart.ts'
import { recordRepair } from '../ledger/watch/repairs.ts'
import { actorOf, contextOf } from '../request.ts'
import { aboutPerson } from '../store/pages.ts'
import { membersOf } from './order.ts'
import { readListPage } from './parameters.ts'
import { readReason, repairBy } from './repairs.ts'
import { requirePerson, territoryOfPersons } from './territory.ts'
import { answer, viewerOf } from './viewer.ts'
import type { MonitorParts } from './parts.ts'

export type IdentityParts = Pick<MonitorParts, 'writes' | 'auditor'>

export function identityRoutes(router: Router, parts: IdentityParts): void {
  const { db, store } = parts.writes
  router.get('/api/identities', async (request, response) => {
    const { limit, after } = readListPage(new URL(request.url, 'http://hub').searchParams)
    const found = await peopleApart(db, { limit: limit + 1, after, territory: viewerOf(request).territory })
    const items = await Promise.all(found.slice(0, limit).map(async one => ({ ...one, resources: await aboutPerson(store, one.patient) })))
    await noted(parts, request, { action: 'monitor.identities', object: 'identities', outcome: 'done', patients: items.map(({ patient }) => patient) })
    answer(response, { items, next: found.length > limit ? (items.at(-1)?.patient.slice('Patient/'.length) ?? null) : null })
  })
  router.post('/api/identities/merge', json({ limit: '8kb' }), (request, response) => decide(parts, { request, response }, 'merge'))
  router.post('/api/identities/split', json({ limit: '8kb' }), (request, response) => decide(parts, { request, response }, 'split'))
}

/** Refused, done or only shown: each leaves its row in the audit. */
async function decide(parts: IdentityParts, { request, response }: { request: Request; response: Response }, way: 'merge' | 'split'): Promise<void> {
  const { survivor, loser, dryRun, reason } = readOrder(request, way)
  const patients = [survivor, loser].filter(one => one !== '')
  for (const patient of patients) await requirePerson(parts.writes.db, patient, viewerOf(request).territory)
  const audit = (outcome: string): Promise<void> =>
    noted(parts, request, { action: `monitor.identities.${way}`, object: patients.join(','), outcome, patients, detail: { reason, dryRun } })
  try {
    const plan = await planned(parts, request, { way, survivor, loser, dryRun })
    if (dryRun) await audit('done')
    else await parts.writes.db.tx(tx => repaired(tx, request, { way, patients, reason }))
    answer(response, await effectOf(parts, plan, dryRun))
  } catch (error) {
    await audit(error instanceof HubError ? error.code : 'hub.defect')
    throw error
  }
}

/** Two people from two territories: the repair is of neither. */
async function repaired(tx: Tx, request: Request, { way, patients, reason }: { way: 'merge' | 'split'; patients: string[]; reason: string }): Promise<void> {
  const territory = await territoryOfPersons(tx, patients)
  await recordRepair(tx, { ...repairBy(request), action: `identities.${way}`, object: patients.join(','), reason, outcome: 'done', territory })
}

interface Order {
  survivor: string
  loser: string
  dryRun: boolean
  reason: string
}

async function planned(
  { writes }: IdentityParts,
  request: Request,
  { way, survivor, loser, dryRun }: Omit<Order, 'reason'> & { way: 'merge' | 'split' },
): Promise<JoiningPlan> {
  const asked = { loser, actor: actorOf(request), traceparent: contextOf(request).traceparent }
  if (way === 'merge') return dryRun ? planMerge(writes, { survivor, loser }) : mergePersons(writes, { ...asked, survivor })
  return dryRun ? planSplit(writes, loser) : splitPersons(writes, asked)
}

/** Names what is concerned, never a value of it. */
async function effectOf({ writes: { db, store } }: IdentityParts, { merge, survivor, loser }: JoiningPlan, dryRun: boolean): Promise<object> {
  const changed = (members: object): string[] => Object.keys(members).sort()
  const [ofSurvivor, ofLoser] = await Promise.all([aboutPerson(store, merge.survivor), aboutPerson(store, merge.loser)])
  return {
    dryRun,
    survivor: merge.survivor,
    loser: merge.loser,
    changes: [
      { resource: merge.survivor, elements: changed(survivor) },
      { resource: merge.loser, elements: changed(loser) },
    ],
    resources: [...new Set([...ofSurvivor, ...ofLoser])],
    warnings: await warningsOf(db, [merge.survivor, merge.loser]),
  }
}

/** A merge closes no circle: of two that are active one is for its members to close, for one person has one. */
async function warningsOf(tx: Tx, patients: readonly string[]): Promise<{ code: string; resources: string[] }[]> {
  const rows = [...(await loadPersons(tx, patients)).values()].flatMap(person => person.rows)
  const active = rows.flatMap(row => (row.kind === 'member' && row.detail.status === 'active' ? [row.source] : []))
  const circles = [...new Set(active)].sort()
  return circles.length < 2 ? [] : [{ code: 'circle.two-active', resources: circles }]
}

function readOrder(request: Request, way: 'merge' | 'split'): Order {
  const sent = membersOf(request.body, ['loser', 'dryRun', 'reason', ...(way === 'merge' ? ['survivor'] : [])])
  const person = (name: string): string => {
    const value = sent[name]
    if (typeof value !== 'string' || !/^Patient\/[A-Za-z0-9.-]{1,64}$/.test(value)) throw new HubError('fhir.request', { path: name })
    return value
  }
  const { dryRun = false } = sent
  if (typeof dryRun !== 'boolean') throw new HubError('fhir.request', { path: 'dryRun' })
  const reason = dryRun ? '' : readReason(request, sent['reason'])
  return { survivor: way === 'merge' ? person('survivor') : '', loser: person('loser'), dryRun, reason }
}

interface Act {
  action: string
  object: string
  outcome: string
  patients: string[]
  detail?: unknown
}

function noted({ auditor }: IdentityParts, request: Request, act: Act): Promise<void> {
  const { requestId } = contextOf(request)
  return auditor.record({ ...callerIn(actorOf(request)), at: new Date(), requestId, ...act })
}
