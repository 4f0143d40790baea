import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, exchange, readSandbox, token } from '../support/sandbox.ts'

// Every status that the OpenAPI document describes is provoked on the running hub, and its answer has the described shape.

interface Operation {
  operationId: string
  responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>
}
const document = parse(readFileSync(join(import.meta.dirname, '../../gateway/openapi.yaml'), 'utf8')) as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => ({ path, method, ...one })))

const ajv = new Ajv2020({ allErrors: true, strict: false })
ajvFormats.default(ajv)
ajv.addSchema({ $id: 'openapi', ...document })

/** Needs a part that is away, a caller who goes on for too long, or two persons: the tests of those parts see them. */
/** A lane that stands still: test/monitor/lanes.int.test.ts. */
const LANES_ELSEWHERE = ['resumeLane 200', 'resumeLane 409', 'retryLane 200', 'retryLane 409', 'setAside 200', 'setAside 409', 'takeUp 200', 'takeUp 409']
/** Needs what test/monitor/replay.int.test.ts makes. */
const REPLAYS_ELSEWHERE = ['beginReplay 422', 'revealReplayItem 200', 'commitReplay 202', 'commitReplay 409', 'stopReplay 200', 'stopReplay 409']
/** Needs a body that is gone, a store that is away: test/gateway/http.int.test.ts. */
const FLOW_ELSEWHERE = ['flowMessage 410', 'revealFlowMessage 410', 'flowDocument 410', 'flowResources 503', 'revealFlowResources 503']
const ELSEWHERE = [
  ...FLOW_ELSEWHERE,
  'login 503',
  'callback 303',
  'callback 503',
  'ready 503',
  'token 429',
  'token 503',
  'mergePersons 200',
  'mergePersons 409',
  'mergePersons 422',
  'splitPersons 200',
  'splitPersons 409',
  ...LANES_ELSEWHERE,
  // It does not end: test/gateway/monitor/overview.int.test.ts.
  'live 200',
  ...REPLAYS_ELSEWHERE,
]

interface Asked {
  status: number
  parameters?: Record<string, string>
  query?: string
  as?: 'operator' | 'dac' | 'nobody'
  form?: Record<string, string>
  json?: Record<string, unknown>
}

const GUARDED: Asked[] = [
  { status: 401, as: 'nobody' },
  { status: 403, as: 'dac' },
]
const REASON = { reason: 'essai' }
const ORDER = { recipient: 'openapi.personne@test.mssante.fr', person: `Patient/${randomUUID()}`, reason: 'essai' }

const REVEALED: Asked[] = [
  { status: 200, json: { reason: 'essai' } },
  { status: 400, json: {} },
  { status: 404, parameters: { id: randomUUID() }, json: { reason: 'essai' } },
  ...GUARDED,
]

const CASES: Record<string, Asked[]> = {
  health: [{ status: 200, as: 'nobody' }],
  ready: [{ status: 200, as: 'nobody' }],
  metrics: [{ status: 200, as: 'nobody' }],
  jwks: [{ status: 200, as: 'nobody' }],
  token: [
    { status: 400, as: 'nobody', form: { grant_type: 'password' } },
    {
      status: 401,
      as: 'nobody',
      form: {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: 'a.b.c',
      },
    },
  ],
  login: [{ status: 302, as: 'nobody' }],
  callback: [{ status: 403, as: 'nobody' }],
  logout: [{ status: 200 }, ...GUARDED],
  me: [{ status: 200 }, ...GUARDED],
  flows: [{ status: 200 }, { status: 400, query: 'status=lost' }, { status: 401, as: 'nobody' }, { status: 403, as: 'dac' }],
  overview: [{ status: 200 }, { status: 400, query: 'from=2026-05-12&to=2026-05-11' }, ...GUARDED],
  live: GUARDED,
  searchFlows: [{ status: 200, json: { sender: 'nobody' } }, { status: 400, json: { status: 'lost' } }, ...GUARDED],
  searchFlowsCsv: [{ status: 200, json: { sender: 'nobody' } }, { status: 400, json: { status: 'lost' } }, ...GUARDED],
  flowsCsv: [{ status: 200 }, { status: 400, query: 'from=2026-05-12&to=2026-05-11' }, ...GUARDED],
  flow: [{ status: 200 }, { status: 404, parameters: { id: randomUUID() } }, { status: 401, as: 'nobody' }, { status: 403, as: 'dac' }],
  lineage: [{ status: 200 }, { status: 404, parameters: { id: randomUUID() } }, { status: 401, as: 'nobody' }, { status: 403, as: 'dac' }],
  flowJourney: [{ status: 200 }, { status: 404, parameters: { id: randomUUID() } }, ...GUARDED],
  flowRecipients: [{ status: 200 }, { status: 404, parameters: { id: randomUUID() } }, ...GUARDED],
  flowMessage: [{ status: 200 }, { status: 404, parameters: { id: randomUUID() } }, ...GUARDED],
  revealFlowMessage: REVEALED,
  flowResources: [{ status: 200 }, { status: 404, parameters: { id: randomUUID() } }, ...GUARDED],
  revealFlowResources: REVEALED,
  flowDocument: REVEALED,
  personJourney: [
    { status: 200, json: { identifier: '{ins}', reason: 'essai' } },
    { status: 400, json: {} },
    { status: 404, json: { identifier: 'NOBODY-1', reason: 'essai' } },
    ...GUARDED,
  ],
  events: [{ status: 200 }, { status: 400, query: 'limit=none' }, { status: 401, as: 'nobody' }, { status: 403, as: 'dac' }],
  lanes: [
    { status: 200, query: 'state=all' },
    { status: 400, query: 'state=lost' },
    { status: 401, as: 'nobody' },
    { status: 403, as: 'dac' },
  ],
  why: [
    { status: 200, query: 'recipient=platform&document={document}' },
    { status: 400, query: 'recipient=platform' },
    { status: 404, query: 'recipient=platform&document=urn:oid:1.2.3.4' },
    ...GUARDED,
  ],
  report: [{ status: 200, query: 'sender=LEGACY/CH-LEGACY' }, { status: 400 }, { status: 404, query: 'sender=NOBODY/CH-NOWHERE' }, ...GUARDED],
  indicators: [
    { status: 200, query: 'from=2026-05&to=2026-06' },
    { status: 400, query: 'from=2026-07&to=2026-06' },
    { status: 404, query: 'territory=99999' },
    ...GUARDED,
  ],
  indicatorsAsCsv: [{ status: 200 }, { status: 400, query: 'kind=planet' }, { status: 404, query: 'territory=99999' }, ...GUARDED],
  decisions: [{ status: 200, query: 'document={document}&limit=2' }, { status: 400, query: 'limit=none' }, ...GUARDED],
  whoCouldSee: [{ status: 200, query: 'document={document}' }, { status: 400 }, { status: 404, query: 'document=urn:oid:1.2.3.4' }, ...GUARDED],
  received: [{ status: 200, query: `partner=platform&person=${ORDER.person}` }, { status: 400, query: 'partner=platform' }, ...GUARDED],
  repairs: [{ status: 200 }, { status: 400, query: 'from=yesterday' }, ...GUARDED],
  identities: [{ status: 200 }, { status: 400, query: 'limit=none' }, ...GUARDED],
  replays: [{ status: 200 }, { status: 400, query: 'limit=none' }, ...GUARDED],
  beginReplay: [{ status: 201, json: { filter: { controlId: 'NOBODY-1' }, reason: 'essai' } }, { status: 400, json: {} }, ...GUARDED],
  replay: [{ status: 200, parameters: { id: '{replay}' } }, { status: 404, parameters: { id: randomUUID() } }, ...GUARDED],
  replayItems: [
    { status: 200, parameters: { id: '{replay}' } },
    { status: 400, query: 'state=lost', parameters: { id: '{replay}' } },
    { status: 404, parameters: { id: randomUUID() } },
    ...GUARDED,
  ],
  revealReplayItem: [
    { status: 400, parameters: { id: '{replay}', item: randomUUID() }, json: {} },
    { status: 404, parameters: { id: '{replay}', item: randomUUID() }, json: { reason: 'essai' } },
    ...GUARDED,
  ],
  commitReplay: [
    { status: 400, parameters: { id: '{replay}' }, json: {} },
    { status: 404, parameters: { id: randomUUID() }, json: { reason: 'essai' } },
    ...GUARDED,
  ],
  stopReplay: [
    { status: 400, parameters: { id: '{replay}' }, json: {} },
    { status: 404, parameters: { id: randomUUID() }, json: { reason: 'essai' } },
    ...GUARDED,
  ],
  mergePersons: [{ status: 400, json: {} }, { status: 404, json: { survivor: `Patient/${randomUUID()}`, loser: `Patient/${randomUUID()}` } }, ...GUARDED],
  splitPersons: [{ status: 400, json: {} }, { status: 404, json: { loser: `Patient/${randomUUID()}` } }, ...GUARDED],
  partners: [{ status: 200 }, { status: 400, query: 'from=2026-02-01&to=2026-01-01' }, ...GUARDED],
  partner: [
    { status: 200, parameters: { id: 'DPI-2' } },
    { status: 400, parameters: { id: 'DPI-2' }, query: 'from=yesterday' },
    { status: 404, parameters: { id: 'NOBODY' } },
    ...GUARDED,
  ],
  pausePartner: [
    { status: 200, parameters: { id: 'A08' }, json: REASON },
    { status: 409, parameters: { id: 'A08' }, json: REASON },
    { status: 400, parameters: { id: 'A08' }, json: {} },
    { status: 404, parameters: { id: 'NOBODY' }, json: REASON },
    ...GUARDED,
  ],
  resumePartner: [
    { status: 200, parameters: { id: 'A08' }, json: REASON },
    { status: 409, parameters: { id: 'A08' }, json: REASON },
    { status: 400, parameters: { id: 'A08' }, json: { cause: 'essai' } },
    { status: 404, parameters: { id: 'NOBODY' }, json: REASON },
    ...GUARDED,
  ],
  incidents: [{ status: 200, query: 'limit=5' }, { status: 400, query: 'state=lost' }, ...GUARDED],
  parkLanes: [{ status: 200, json: ORDER }, { status: 400, json: {} }, ...GUARDED],
  resumeLanes: [{ status: 200, json: ORDER }, { status: 400, json: {} }, ...GUARDED],
  resumeLane: [{ status: 400, parameters: { key: 'nobody' }, json: { why: 'essai' } }, { status: 404, parameters: { key: 'nobody' } }, ...GUARDED],
  retryLane: [{ status: 400, parameters: { key: 'nobody' }, json: { why: 'essai' } }, { status: 404, parameters: { key: 'nobody' } }, ...GUARDED],
  setAside: [{ status: 400, parameters: { key: 'nobody' }, json: {} }, { status: 404, parameters: { key: 'nobody' }, json: { reason: 'essai' } }, ...GUARDED],
  setAsides: [{ status: 200 }, ...GUARDED],
  takeUp: [{ status: 400, json: {} }, { status: 404, parameters: { id: randomUUID() }, json: { reason: 'essai' } }, ...GUARDED],
}

const sandbox = readSandbox()
const tokens = new Map<string, string>()
for (const kind of ['operator', 'dac']) tokens.set(kind, await token(sandbox, kind))
const controlId = `OPENAPI-${Date.now().toString(36)}`
const letter = letterOf({ controlId, person: ownPersons(), to: [`openapi.${controlId}@test.mssante.fr`] })
const documentId = `urn:oid:${letter.documentId}`
const ins = letter.ins
await exchange(sandbox.mllp, letter.bytes)
const flow = (await completeFlow(sandbox, tokens.get('operator') ?? '', controlId)).id
const begun = await fetch(`${sandbox.http}/monitor/api/replays`, {
  method: 'POST',
  headers: { authorization: `Bearer ${tokens.get('operator')}`, 'content-type': 'application/json' },
  body: JSON.stringify({ filter: { controlId }, reason: 'essai' }),
})
const replay = ((await begun.json()) as { id: string }).id

const cases = operations.flatMap(operation =>
  (CASES[operation.operationId] ?? []).map(asked => ({ ...operation, ...asked, name: `${operation.operationId} ${asked.status}` })),
)

describe('the OpenAPI document on the running hub', () => {
  it('has no operation and no status that is not tried here, but those that need a part to be away', () => {
    const described = operations.flatMap(({ operationId, responses }) => Object.keys(responses).map(status => `${operationId} ${status}`))
    expect([...cases.map(one => one.name), 'token 200', ...ELSEWHERE].sort()).toEqual(described.sort())
  })

  it.each(cases)('$name', async ({ path, method, parameters, query, as = 'operator', form, json, status, responses }) => {
    const names = { id: flow, ...parameters }
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => Object.entries(names).find(([one]) => one === name)?.[1] ?? '').replace('{replay}', replay)
    const bearer = tokens.get(as)
    const answer = await fetch(`${sandbox.http}${address}${query === undefined ? '' : `?${query.replace('{document}', documentId)}`}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      ...(json === undefined ? {} : { body: JSON.stringify(json).replace('{ins}', ins) }),
    })
    expect(answer.status).toBe(status)
    await checkShape(answer, responses[String(status)])
  })

  it('token 200', async () => {
    const [client] = sandbox.clients.filter(one => one.kind === 'operator')
    expect(client).toBeDefined()
    expect(await token(sandbox, 'operator')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })
})

async function checkShape(answer: Response, described: Operation['responses'][string] | undefined): Promise<void> {
  const pointer = described?.$ref?.replace('#', 'openapi#')
  const found = pointer === undefined ? described : (ajv.getSchema(pointer)?.schema as Operation['responses'][string] | undefined)
  // A redirect has no content of its own.
  if (found?.content === undefined && answer.status < 400) return
  const content = found?.content ?? {}
  const [type] = (answer.headers.get('content-type') ?? '').split(';')
  expect(Object.keys(content)).toEqual([type])
  const body = type === 'application/json' ? await answer.json() : await answer.text()
  const schema = (content[type ?? ''] as { schema: object }).schema
  const validate = ajv.compile({ $id: `case-${randomUUID()}`, ...JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) })
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true)
}
