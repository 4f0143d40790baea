import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createBreakers } from '../../gateway/breaker.ts'
import { configSchema, type HubConfig } from '../../gateway/config.ts'
import { createHttpServer } from '../../gateway/http.ts'
import { readKeys } from '../../gateway/keys.ts'
import { createAcceptor } from '../../gateway/ledger/acceptance/accept.ts'
import { proveAudit } from '../../gateway/ledger/audit/audit-proof.ts'
import { recordEvent } from '../../gateway/ledger/deliveries/events.ts'
import { claimLanes, parkLane } from '../../gateway/ledger/lanes/lanes.ts'
import { writeLineage } from '../../gateway/ledger/flows/lineage.ts'
import { createLog } from '../../gateway/log.ts'
import { createWorkers } from '../../gateway/workers/pool.ts'
import { createMetrics } from '../../gateway/metrics.ts'
import { createHapiStore } from '../../gateway/store/hapi.ts'
import { createKafkaBus } from '../../gateway/bus/kafka.ts'
import { newTraceparent } from '../../gateway/trace.ts'
import { makeClient, makeSigningKey } from '../support/clients.ts'
import { eventually } from '../support/sandbox.ts'
import { message, one, useLedger } from './ledger/support.ts'

// The HTTP server on a real ledger; store and broker are away, which is what it must say.

const log = createLog({ level: 'silent' })
const PORT = 20_000 + (process.pid % 10_000)
const base = `http://127.0.0.1:${PORT}`
const folder = mkdtempSync(join(tmpdir(), 'hub-http-'))
const operator = await makeClient({ clientId: 'op', kind: 'operator', scopes: 'hub/monitor system/AuditEvent.rs' })
const dac = await makeClient({ clientId: 'dac-54', scopes: 'system/Patient.rs' })
const greedy = await makeClient({ clientId: 'dac-88', scopes: 'system/Patient.rs hub/monitor' })

const { db, url } = await useLedger(6)
const store = createHapiStore({ url: 'http://127.0.0.1:1/fhir' })
const bus = createKafkaBus({ brokers: ['127.0.0.1:1'], log })

const config = await configuration(url)
const parts = {
  config,
  db,
  store,
  bus,
  workers: createWorkers({ threads: 1 }),
  breakers: createBreakers(),
  keys: readKeys(config),
  log,
  metrics: createMetrics(),
  requireDisk: () => undefined,
}
const server = await createHttpServer(parts)
afterAll(async () => {
  await server.close()
  await Promise.all([bus.close(), store.close()])
  rmSync(folder, { recursive: true, force: true })
})

async function configuration(ledgerUrl: string): Promise<HubConfig> {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const none = { host: '127.0.0.1', port: 1 }
  const password = file('password', 'x')
  return configSchema.parse({
    environment: 'test',
    dataDir: folder,
    http: { host: '127.0.0.1', port: PORT, maxConnections: 50 },
    ledger: { url: ledgerUrl },
    store: { url: 'http://127.0.0.1:1/fhir' },
    kafka: { brokers: ['127.0.0.1:1'] },
    connectors: {
      hospital: none,
      mssante: {
        address: 'hub@hub.mssante.fr',
        displayName: 'Hub',
        smtp: { ...none, security: 'none' },
        imap: { ...none, security: 'none' },
        user: 'hub@hub.mssante.fr',
        passwordFile: password,
      },
      platform: { partner: 'region', url: 'http://127.0.0.1:1', topic: 'hub.partner.region' },
    },
    clients: [operator, dac, greedy].map(client => client.config),
    keys: {
      pseudonymFile: file('pseudonym', randomUUID()),
      referenceFile: file('reference', randomUUID()),
      signingFile: file('signing', JSON.stringify(await makeSigningKey())),
    },
  })
}

function tokenRequest(assertion: string, scope?: string): Promise<Response> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  if (scope !== undefined) form.set('scope', scope)
  return fetch(`${base}/auth/token`, { method: 'POST', body: form })
}

async function ask(
  client: typeof operator,
  path: string,
  { json, ...init }: RequestInit & { scope?: string; json?: object } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { access_token } = (await (await tokenRequest(await client.assert(`${base}/auth/token`), init.scope)).json()) as { access_token: string }
  const sent = json === undefined ? {} : { body: JSON.stringify(json) }
  const headers = { authorization: `Bearer ${access_token}`, ...(json === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(`${base}${path}`, { ...init, ...sent, headers })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const accept = async (controlId: string, sender = 'ch-1'): Promise<string> =>
  (await createAcceptor(db).accept(message({ controlId, sender, laneKey: `in:${randomUUID()}`, documentType: '11490-0', documentId: `1.2.3^${controlId}` }))).id

describe('connections of strangers', () => {
  it('are so many and no more; they give way to who comes, and to what somebody known is told', async () => {
    const { access_token } = (await (await tokenRequest(await operator.assert(`${base}/auth/token`))).json()) as { access_token: string }
    const ending = new AbortController()
    const live = await fetch(`${base}/monitor/api/live`, { headers: { authorization: `Bearer ${access_token}` }, signal: ending.signal })
    const reader = live.body?.getReader()
    await reader?.read()
    const strangers = Array.from({ length: 120 }, (_, index) => {
      const socket = connect(PORT, '127.0.0.1').on('error', () => undefined)
      const slow = `POST /auth/token HTTP/1.1\r\nHost: hub\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\ngrant`
      return socket.setNoDelay().on('connect', () => void (index % 2 === 0 && socket.write(slow)))
    })
    await vi.waitFor(() => expect(strangers.filter(({ closed }) => !closed).length).toBeLessThan(50), 20_000)
    expect((await fetch(`${base}/health`)).status).toBe(200)
    expect((await ask(dac, '/fhir/Patient/x')).status).toBe(503)
    expect((await reader?.read())?.done).toBe(false)
    for (const socket of strangers) socket.destroy()
    ending.abort()
  })
})

describe('one flow whose parts are gone', () => {
  const asked = (id: string, part: string) => ask(operator, `/monitor/api/flows/${id}/${part}`)
  const revealed = (id: string, part: string) => ask(operator, `/monitor/api/flows/${id}/${part}`, { method: 'POST', json: { reason: 'réclamation' } })

  it('of a message whose bytes retention has dropped the journey is shown, and its content is 410', async () => {
    const id = await accept(`GONE-${randomUUID()}`)
    await db.query('delete from body where id = $1', [id])
    expect((await asked(id, 'journey')).body).toMatchObject({ id, status: 'received', standing: { next: { fr: expect.any(String) } } })
    const answers = await Promise.all([asked(id, 'message'), revealed(id, 'message'), revealed(id, 'document')])
    expect(answers.map(({ status, body }) => [status, body['error']])).toEqual([...Array(3)].map(() => [410, 'fhir.deleted']))
  })

  it('while the store is away the FHIR is 503, and everything the ledger knows is shown', async () => {
    const id = await accept(`AWAY-${randomUUID()}`)
    const none = { mapper: 'x', version: 1, lineage: [], unread: [], findings: [], mappedAt: new Date() }
    await writeLineage(db, id, { ...none, resources: ['Patient/1/_history/1'] })
    expect([(await asked(id, 'resources')).status, (await revealed(id, 'resources')).status]).toEqual([503, 503])
    expect([(await asked(id, 'recipients')).status, (await asked(id, 'message')).status]).toEqual([200, 200])
  })
})

describe('health', () => {
  it('is up as long as the process answers', async () => {
    const response = await fetch(`${base}/health`)
    expect([response.status, await response.json()]).toEqual([200, { status: 'up' }])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-powered-by')).toBeNull()
  })

  it('is not ready, and says which part and why', async () => {
    const response = await fetch(`${base}/ready`)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      status: 'not-ready',
      parts: { ledger: { ready: true }, store: { ready: false, code: 'store.unavailable' }, bus: { ready: false, code: 'bus.unavailable' } },
    })
  })

  it('gives Prometheus its page: depths and dependencies, in base units', async () => {
    await accept(randomUUID())
    const text = await (await fetch(`${base}/metrics`)).text()
    expect(text).toMatch(/hub_lanes\{kind="inbound",state="ready"\} [1-9]/)
    expect(text).toContain('hub_dependency_up{dependency="ledger"} 1')
    expect(text).toContain('hub_dependency_up{dependency="store"} 0')
    expect(text).toContain('hub_ledger_connections{pool="flows",state="queued"} 0')
    expect(text).toContain('hub_http_request_duration_seconds_bucket')
    const foreign = text.split('\n').filter(line => line !== '' && !line.startsWith('#') && !line.startsWith('hub_'))
    expect(foreign).toEqual([])
  })

  it('gives it in time while a part hangs, and a table of the ledger: else Prometheus would say that the hub is down', async () => {
    const hanging = { ...parts, config: { ...config, http: { ...config.http, port: PORT + 1 } }, metrics: createMetrics() }
    const other = await createHttpServer({ ...hanging, checks: { mailbox: () => new Promise(() => undefined) } })
    const holder = new pg.Client({ connectionString: url })
    await holder.connect()
    await holder.query('begin; lock table incident')
    try {
      const text = await (await fetch(`http://127.0.0.1:${PORT + 1}/metrics`, { signal: AbortSignal.timeout(9000) })).text()
      expect(text).toContain('hub_dependency_up{dependency="mailbox"} 0')
      expect(text).toContain('hub_dependency_up{dependency="ledger"} 1')
      expect(text).toMatch(/^hub_intents_open \d/m)
      expect(text).not.toMatch(/^hub_incidents_open\{/m)
    } finally {
      await holder.end()
      await other.close()
    }
  }, 30_000)

  it('counts whoever gave up waiting as not answered', async () => {
    const holder = new pg.Client({ connectionString: url })
    await holder.connect()
    await holder.query('begin; lock table incident')
    const gone = new AbortController()
    const asked = expect(ask(operator, '/monitor/api/incidents', { signal: gone.signal })).rejects.toThrow()
    const isWaiting = async (): Promise<true | undefined> =>
      (await holder.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount === 0 ? undefined : true
    await eventually('the question waits', isWaiting)
    gone.abort()
    await asked
    await holder.end()
    const page = async (): Promise<string> => (await fetch(`${base}/metrics`)).text()
    await eventually('a sample', async () => (/_count\{area="monitor",method="GET",status="499"\} 1$/m.test(await page()) ? true : undefined))
  })

  it('an address that nothing serves is 404, with the id of the request', async () => {
    const response = await fetch(`${base}/nothing`, { headers: { 'x-request-id': 'mine-1' } })
    expect([response.status, await response.json()]).toEqual([404, { error: 'fhir.path_unknown', text: expect.any(String), requestId: 'mine-1' }])
  })

  it('an id of a request that could be anything is replaced, and given back beside', async () => {
    const response = await fetch(`${base}/health`, { headers: { 'x-request-id': 'a b <c>' } })
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('x-correlation-id')).toBe('a b <c>')
  })
})

describe('tokens on the ledger', () => {
  it('an assertion is good once, over all processes', async () => {
    const assertion = await dac.assert(`${base}/auth/token`)
    const answers = await Promise.all(Array.from({ length: 5 }, () => tokenRequest(assertion)))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, 401, 401, 401, 401])
  })

  it('an assertion for localhost is one for this hub', async () => {
    expect((await tokenRequest(await dac.assert(`http://localhost:${PORT}/auth/token`))).status).toBe(200)
    expect((await tokenRequest(await dac.assert(`http://localhost:${PORT + 1}/auth/token`))).status).toBe(401)
  })
})

describe('the FHIR door', () => {
  it('says that the store is away, and keeps a row of who asked', async () => {
    expect(await ask(dac, '/fhir/Patient/p1')).toMatchObject({ status: 503, body: { resourceType: 'OperationOutcome', issue: [{ code: 'transient' }] } })
    const row = await one<{ writer: string; action: string; outcome: string }>(
      db,
      "select writer, action, outcome from audit where object = 'Patient/p1' and actor = 'dac-54'",
    )
    expect(row).toMatchObject({ action: 'fhir.read', outcome: 'store.unavailable' })
    expect((await proveAudit(db, 'key', [])).fault).toBeUndefined()
  })
})

describe('the monitor', () => {
  it.each([
    ['without a token', undefined, undefined, 401],
    ['with the token of another client', dac, undefined, 403],
    ['with the scope but not the kind', greedy, undefined, 403],
    ['with the kind but not the scope', operator, 'system/AuditEvent.r', 403],
  ] as const)('%s stays closed', async (_case, client, scope, status) => {
    const answer =
      client === undefined ? await fetch(`${base}/monitor/api/flows`) : await ask(client, '/monitor/api/flows', scope === undefined ? {} : { scope })
    expect(answer.status).toBe(status)
  })

  it('finds a flow by each of its filters, a page at a time', async () => {
    const controlId = randomUUID()
    const ids = [await accept(`${controlId}`, 'ch-1'), await accept(controlId, 'ch-2'), await accept(controlId, 'ch-3')]
    const first = await ask(operator, `/monitor/api/flows?controlId=${controlId}&limit=2`)
    expect(first.body).toMatchObject({ items: [{ controlId, status: 'received', documentType: '11490-0' }, { controlId }], next: expect.any(String) })
    const second = await ask(operator, `/monitor/api/flows?controlId=${controlId}&limit=2&after=${first.body['next']}`)
    expect(second.body['next']).toBeNull()
    const found = [...(first.body['items'] as { id: string }[]), ...(second.body['items'] as { id: string }[])].map(flow => flow.id)
    expect(found.sort()).toEqual([...ids].sort())
    for (const filter of [`sender=ch-2&controlId=${controlId}`, `documentId=${encodeURIComponent(`1.2.3^${controlId}`)}&sender=ch-2`]) {
      expect((await ask(operator, `/monitor/api/flows?${filter}`)).body).toMatchObject({ items: [{ id: ids[1] }], next: null })
    }
    expect((await ask(operator, `/monitor/api/flows?controlId=${controlId}&to=2020-01-01`)).body).toMatchObject({ items: [], next: null })
    expect((await ask(operator, `/monitor/api/flows?controlId=${controlId}&status=complete`)).body).toMatchObject({ items: [], next: null })
    expect((await ask(operator, `/monitor/api/flows/${ids[0]}`)).body).toMatchObject({
      id: ids[0],
      steps: expect.arrayContaining([expect.objectContaining({ step: 'received' })]),
    })
  })

  it.each([
    ['/monitor/api/flows?subject=x', 400],
    ['/monitor/api/flows?status=lost', 400],
    ['/monitor/api/flows?from=yesterday', 400],
    ['/monitor/api/flows?after=1', 400],
    ['/monitor/api/flows?limit=0', 400],
    ['/monitor/api/flows/not-an-id', 404],
    [`/monitor/api/flows/${randomUUID()}`, 404],
    ['/monitor/api/nothing', 404],
  ])('%s: %i', async (path, status) => expect((await ask(operator, path)).status).toBe(status))

  it('shows events as the CloudEvents of Kafka', async () => {
    const cause = randomUUID()
    const id = randomUUID()
    const record = (type: string, n: number) =>
      db.tx(tx =>
        recordEvent(tx, {
          cause,
          type,
          n,
          person: 'p'.repeat(22),
          patient: 'Patient/x',
          resources: [`DocumentReference/${id}/_history/1`],
          changes: [],
          detail: {},
          channels: [],
          traceparent: newTraceparent(),
          at: new Date(),
        }),
      )
    await record('document.depose', 1)
    await record('cercle.modifie', 2)
    const both = await ask(operator, `/monitor/api/events?resource=DocumentReference/${id}`)
    expect(both.body).toMatchObject({
      events: [{ specversion: '1.0', type: 'fr.e-parcours.document.depose.v1', subject: 'Patient/x', data: { cause } }, {}],
      next: null,
    })
    for (const type of ['cercle.modifie', 'fr.e-parcours.cercle.modifie.v1']) {
      expect((await ask(operator, `/monitor/api/events?resource=DocumentReference/${id}&type=${type}`)).body).toMatchObject({
        events: [{ type: 'fr.e-parcours.cercle.modifie.v1' }],
      })
    }
    expect((await ask(operator, `/monitor/api/events?resource=DocumentReference/${id}&limit=1`)).body).toMatchObject({ events: [{}], next: expect.any(String) })
  })

  it('shows a parked lane with its reason, and starts it again', async () => {
    const id = await accept(randomUUID())
    const claims = await claimLanes(db, { kind: 'inbound', holder: 'test', leaseMs: 20_000, limit: 100 })
    const claim = claims.find(one => one.entryId === id)
    if (claim === undefined) throw new Error('the lane was not claimed')
    await db.tx(tx => parkLane(tx, claim, { code: 'mapping.impossible', path: 'OBX-5' }))
    const lanes = await ask(operator, '/monitor/api/lanes')
    expect(lanes.body['items']).toContainEqual(
      expect.objectContaining({ key: claim.key, state: 'parked', code: 'mapping.impossible', path: 'OBX-5', depth: 1, entryId: id }),
    )
    const path = `/monitor/api/lanes/${encodeURIComponent(claim.key)}/resume`
    expect((await ask(operator, path, { method: 'POST' })).body).toMatchObject({ resumed: true })
    expect((await ask(operator, path, { method: 'POST' })).status).toBe(409)
    expect((await ask(operator, '/monitor/api/lanes')).body['items']).not.toContainEqual(expect.objectContaining({ key: claim.key }))
  })
})
