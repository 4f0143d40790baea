import { randomUUID } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { Router } from 'express'
import { afterAll, expect, it } from 'vitest'
import type { HubConfig } from '../../../gateway/config.ts'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import type { AuditEntry } from '../../../gateway/ledger/audit/audit.ts'
import { recordEvent } from '../../../gateway/ledger/deliveries/events.ts'
import { newMessageId } from '../../../gateway/ledger/ids.ts'
import { openIntent } from '../../../gateway/ledger/intents.ts'
import { repairLane } from '../../../gateway/ledger/lanes/lane-repairs.ts'
import { createReplay } from '../../../gateway/ledger/replays/replays.ts'
import { alerts } from '../../../gateway/monitor/incidents/config.ts'
import { laneRoutes } from '../../../gateway/monitor/lanes.ts'
import { partnerRoutes } from '../../../gateway/monitor/partners/routes.ts'
import { personRoutes } from '../../../gateway/monitor/person/routes.ts'
import { questionRoutes } from '../../../gateway/monitor/questions.ts'
import { askedOf } from '../../../gateway/monitor/asked.ts'
import { replayRoutes } from '../../../gateway/monitor/replays.ts'
import { type Role, seenBy } from '../../../gateway/monitor/viewer.ts'
import { contextOf, openContext } from '../../../gateway/request.ts'
import { message, useLedger } from '../ledger/support.ts'
import type { MonitorParts } from '../../../gateway/monitor/parts.ts'

// The routes as an operator meets them who is bound to a territory: what they tell and do is of it, and stands in the record.

const OURS = '54395'
const THEIRS = '35238'
const TRACEPARENT = '00-00000000000000000000000000000001-0000000000000001-01'
const REASON = { reason: 'suivi' }
let role: Role = 'operator'
const audited: AuditEntry[] = []
const { db } = await useLedger()

const config = {
  environment: 'test',
  alerts: alerts.parse({}),
  partners: [],
  clients: [],
  organizations: [],
  connectors: { platform: { partner: 'region', topic: 'hub.partner.region' }, mssante: { address: 'hub@operateur.test' } },
} as unknown as HubConfig

const server = http.createServer()
const keys = { pseudonym: (value: string) => value, reference: (value: string) => value }
const store = { search: async () => ({ entry: [] }), read: async () => undefined }
const auditor = { record: async (entry: AuditEntry) => void audited.push(entry) }
const parts = { db, config, keys, store, auditor } as unknown as MonitorParts
const router = Router()
personRoutes(router, parts)
partnerRoutes(router, parts)
laneRoutes(router, parts)
replayRoutes(router, parts)
questionRoutes(router, { ...parts, askedBy: () => askedOf(parts, OURS) })
const app = express()
app.use(openContext, (request, _response, next) => {
  contextOf(request).actor = { clientId: 'user:anne', kind: 'operator', structure: undefined, scopes: new Set() }
  seenBy(request, { name: 'anne', role, territory: OURS })
  next()
})
app.use(router)
app.use((error: { code: string }, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
  response.status(400).json({ error: error.code ?? String(error) })
})
server.on('request', app)
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
afterAll(() => server.close())

const get = async (path: string): Promise<unknown> => (await fetch(`${base}/${path}`)).json()
const post = async (path: string, body: object): Promise<unknown> =>
  (await fetch(`${base}/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json()

async function happened(cause: string, patient: string, resources: string[] = []): Promise<string> {
  const event = { cause, type: 'document.depose', n: 1, person: `p-${patient}`, patient, resources, changes: [], detail: {}, channels: [] }
  await db.tx(tx => recordEvent(tx, { ...event, traceparent: TRACEPARENT, at: new Date() }))
  return (await db.query<{ id: string }>('select id from event where cause = $1', [cause])).rows[0]?.id ?? ''
}

/** Somebody to whom something happened there, under that number of that authority. */
async function known(value: string, system: string, territory: string): Promise<void> {
  const id = randomUUID()
  await db.query("insert into identity (type, system, value, id) values ('Patient', $1, $2, $3)", [system, value, id])
  const accepted = await createAcceptor(db).accept(message({ territory, sender: `ch-${territory}` }))
  await db.query("update message set status = 'complete', stored_at = clock_timestamp() where id = $1", [accepted.id])
  await happened(accepted.id, `Patient/${id}`)
}

async function planned(eventId: string, laneKey: string): Promise<string> {
  const id = newMessageId()
  await db.query(
    `insert into delivery (id, event_id, channel, recipient, what, action, level, rule, reference, lane_key, status)
     values ($1::uuid, $2, 'mssante', 'dr@test.mssante.fr', $1::text, 'create', 'complet', 'sender.named', $1::text, $3, 'parked')`,
    [id, eventId, laneKey],
  )
  await db.query(
    "insert into lane (key, kind, last_position, state, due_at, code) values ($1, 'delivery', 1, 'parked', clock_timestamp(), 'mssante.refused')",
    [laneKey],
  )
  await db.query('insert into lane_entry (lane_key, position, entry_id) values ($1, 1, $2)', [laneKey, id])
  return id
}

/** What a client of ours wrote at the FHIR door: no message stands behind it. */
async function written(patient: string, territory = OURS, resources: string[] = []): Promise<string> {
  const id = newMessageId()
  await openIntent(db, { id, client: 'c', territory, sha256: Buffer.from('x'), locks: [], identifiers: [], traceparent: TRACEPARENT })
  return happened(id, patient, resources)
}

it('which person of a number is meant is asked of those of the own territory alone', async () => {
  await known('4711', 'urn:oid:1.2.1', OURS)
  await known('4711', 'urn:oid:1.2.2', OURS)
  await known('4711', 'urn:oid:1.2.3', THEIRS)
  expect(await post('persons', { identifier: '4711', ...REASON })).toEqual({ systems: ['urn:oid:1.2.1', 'urn:oid:1.2.2'] })
})

it('a person whose two numbers are alike, of two authorities that meant one, is asked for by none', async () => {
  await known('4713', 'urn:oid:1.2.1', OURS)
  await known('4713', 'urn:oid:1.2.2', OURS)
  await db.query(
    `insert into person_link (loser, survivor, root) select 'Patient/' || one.id, 'Patient/' || other.id, 'Patient/' || other.id from identity one, identity other
     where one.value = '4713' and other.value = '4713' and one.system = 'urn:oid:1.2.1' and other.system = 'urn:oid:1.2.2'`,
    [],
  )
  const answer = (await post('persons', { identifier: '4713', ...REASON })) as { items?: object[] }
  expect(answer.items).toHaveLength(2)
})

it('what waits under the same number of another authority is not of the person found', async () => {
  await known('4712', 'urn:oid:1.2.1', OURS)
  await known('9999', 'urn:oid:1.2.4', OURS)
  await createAcceptor(db).accept(message({ sender: `ch-${OURS}`, territory: OURS, laneKey: `in:ch-${OURS}|ipp|1.2.4|4712` }))
  const answer = (await post('persons', { identifier: '4712', ...REASON })) as { items?: object[] }
  expect(answer.items).toHaveLength(1)
})

it('what waits of who is known waits under whichever of his numbers; of who is not, under the name of its sender too', async () => {
  const named = 'https://hub.e-parcours.example/fhir/NamingSystem/ipp/CH-1%2FIPP'
  await known('279035121518989', 'urn:oid:1.2.250.1.213.1.4.10', OURS)
  await db.query("insert into identity (type, system, value, id) select 'Patient', $1, '55', id from identity where value = '279035121518989'", [named])
  const wait = (number: string) =>
    createAcceptor(db).accept(message({ sender: `ch-${OURS}`, territory: OURS, laneKey: `in:ch-${OURS}|ipp|${named}|${number}` }))
  await wait('55')
  await wait('56')
  const kinds = async (identifier: string) =>
    ((await post('persons', { identifier, ...REASON })) as { items?: { kind: string }[] }).items?.map(({ kind }) => kind)
  expect(await kinds('279035121518989')).toEqual(['document', 'waiting'])
  expect(await kinds('55')).toEqual(['document', 'waiting'])
  expect(await kinds('56')).toEqual(['waiting'])
})

it('the report on a sender that two territories know counts the messages of the own', async () => {
  const sender = 'DPI-9/CH-9'
  for (const territory of [THEIRS, THEIRS, OURS]) await createAcceptor(db).accept(message({ sender, territory }))
  expect(await get(`partners/${encodeURIComponent(sender)}`)).toMatchObject({ report: { messages: 1 } })
})

it('what was put aside of a write at the FHIR door stays in sight, and can be taken up', async () => {
  const id = await planned(await written(`Patient/${randomUUID()}`), 'lane of a write')
  expect(await post('lanes/lane%20of%20a%20write/set-aside', REASON)).toMatchObject({ setAside: true })
  expect(await get('set-aside')).toMatchObject({ items: [{ id, territory: OURS }] })
  expect(await post(`set-aside/${id}/take-up`, REASON)).toMatchObject({ takenUp: true })
})

it('each lane that is held has its repair, also where another one is too busy to be held', async () => {
  const patient = `Patient/${randomUUID()}`
  for (const key of ['hold-1', 'hold-2']) await planned(await written(patient), key)
  await db.query("update lane set state = 'ready', holder = 'h', due_at = clock_timestamp() + interval '1 min' where key = 'hold-2'")
  expect(await post('lanes/park', { recipient: 'dr@test.mssante.fr', person: patient, ...REASON })).toEqual({ error: 'fhir.undecided' })
  const { rows } = await db.query("select object, outcome from repair where action = 'lanes.park'")
  expect(rows).toEqual([{ object: 'hold-1', outcome: 'done' }])
})

it('a lane in which something of another territory was sent, or would be, is neither held nor freed', async () => {
  const patient = `Patient/${randomUUID()}`
  await planned(await written(patient), 'own')
  await planned(await written(patient, THEIRS), 'theirs')
  const order = { recipient: 'dr@test.mssante.fr', person: patient, ...REASON }
  expect(await post('lanes/resume', order)).toEqual({ resumed: true, lanes: ['own'] })
  expect((await db.query('select state from lane where key = $1', ['theirs'])).rows).toEqual([{ state: 'parked' }])
  await db.query("update delivery set lane_key = 'theirs' where lane_key = 'own'")
  expect(await post('lanes/park', order)).toEqual({ error: 'monitor.role' })
  expect(await post('lanes/park', { ...order, recipient: 'nobody.yet@test.mssante.fr' })).toEqual({ error: 'monitor.role' })
})

it('an act that is refused leaves a lane of another territory unseen, and says from where it was asked', async () => {
  const patient = `Patient/${randomUUID()}`
  await planned(await written(patient, THEIRS), 'elsewhere')
  expect(await post('lanes/elsewhere/retry', REASON)).toEqual({ error: 'fhir.path_unknown' })
  await planned(await written(patient), 'moved')
  expect(await post('lanes/moved/retry', { ...REASON, version: 'parked.0.' })).toMatchObject({ error: 'lane.moved', lane: { key: 'moved' } })
  expect(audited.filter(({ action }) => action === 'monitor.lane.retry').map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1'])
})

it('who comes second to a lane that is empty by now is told who was first', async () => {
  const id = await planned(await written(`Patient/${randomUUID()}`), 'emptied')
  const { items } = (await get('lanes?limit=500')) as { items: { key: string; version: string }[] }
  const version = items.find(({ key }) => key === 'emptied')?.version
  expect(version).toContain(id)
  expect(await post('lanes/emptied/set-aside', { ...REASON, version })).toMatchObject({ setAside: true })
  expect(await post('lanes/emptied/resume', { ...REASON, version })).toMatchObject({ error: 'lane.moved', lane: null, last: { act: 'set-aside', who: 'anne' } })
  expect(await post('lanes/emptied/resume', REASON)).toEqual({ error: 'fhir.path_unknown' })
})

it('who comes second to a lane in which both territories have something is not told what was done there for the other', async () => {
  const patient = `Patient/${randomUUID()}`
  await planned(await written(patient, THEIRS), 'shared')
  await repairLane(db, { key: 'shared', act: 'set-aside', who: 'bob', reason: 'de leur côté' }, async () => {})
  const own = await planned(await written(patient), 'other')
  await db.query("update lane set state = 'parked' where key = 'shared'")
  await db.query("insert into lane_entry (lane_key, position, entry_id) values ('shared', 2, $1)", [own])
  expect(await post('lanes/shared/resume', { ...REASON, version: 'parked.0.' })).toMatchObject({ error: 'lane.moved', lane: { key: 'shared' }, last: null })
})

it('why somebody acted is no observer’s to read: it may tell of a person', async () => {
  await planned(await written(`Patient/${randomUUID()}`), 'put aside')
  await post('lanes/put%20aside/set-aside', REASON)
  await createAcceptor(db).accept(message({ sender: 'DPI-8/CH-8', territory: OURS }))
  await post('partners/DPI-8%2FCH-8/pause', REASON)
  const told = async () => JSON.stringify([await get('set-aside'), await get('partners'), await get('partners/DPI-8%2FCH-8')])
  expect(await told()).toContain('suivi')
  role = 'observer'
  const seen = await told()
  role = 'operator'
  expect(seen).toContain('"by":"anne"')
  expect(seen).not.toContain('suivi')
})

it('whoever is shown the values of a replayed message leaves word of whom it is about', async () => {
  const { id } = await createAcceptor(db).accept(message({ territory: OURS }))
  const patient = `Patient/${randomUUID()}`
  await happened(id, patient)
  const replay = await db.tx(tx => createReplay(tx, { filter: {}, territory: OURS, who: 'anne', reason: 'r', messageIds: [id] }))
  const { items } = (await get(`replays/${replay}/items`)) as { items: { id: string }[] }
  await post(`replays/${replay}/items/${items[0]?.id}/reveal`, REASON)
  expect(audited.find(({ action }) => action === 'monitor.replay.reveal')).toMatchObject({ object: id, patients: [patient], detail: REASON })
})

it('a question that touches a person stands in his audit, whether it names him or a document about him', async () => {
  const [asked, told] = [`Patient/${randomUUID()}`, `Patient/${randomUUID()}`]
  await written(told, OURS, ['CarePlan/plan/_history/1'])
  const plan = 'document=CarePlan/plan/_history/1'
  for (const question of [`why?recipient=dmp&${plan}`, `decisions?${plan}`, `decisions?person=${asked}`, `received?partner=region&person=${asked}`]) {
    await get(question)
    const person = question.includes(plan) ? told : asked
    expect(audited.at(-1), question).toMatchObject({ action: `monitor.${question.split('?')[0]}`, patients: [person] })
  }
})
