import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HubError } from '../../../../profiles/errors.ts'
import { readScopes } from '../../../../gateway/access/callers/scopes.ts'
import { createTokens } from '../../../../gateway/access/callers/tokens.ts'
import { configSchema } from '../../../../gateway/config.ts'
import { fhirDoor } from '../../../../gateway/fhir/door.ts'
import type { Access, FhirParts } from '../../../../gateway/fhir/parts.ts'
import { checkForm } from '../../../../gateway/fhir/validate/form.ts'
import { createLog } from '../../../../gateway/log.ts'
import { openContext } from '../../../../gateway/request.ts'
import { clientsOf, makeClient, makeSigningKeys } from '../../../support/clients.ts'
import { authorOfAll } from '../../../support/rights.ts'

// Design §5: below the free-disk threshold doors answer 503. What is only read goes on; nothing that is refused here comes as far as the ledger or the store.

const SCOPES = 'system/Patient.crus system/Subscription.crusd'
const clients = clientsOf(await makeClient({ clientId: 'portal', scopes: SCOPES }))
const tokens = createTokens(await makeSigningKeys(), clients)
const client = clients.get('portal')
if (client === undefined) throw new Error('no client')
const bearer = await tokens.sign({ client, scopes: readScopes(SCOPES), grant: {} })

const audited: Access[] = []
const app = express()
const server = app.listen(0, '127.0.0.1')
let base = ''
const parts = {
  rights: authorOfAll(),
  tokens,
  log: createLog({ level: 'silent' }),
  product: { name: 'hub', version: '0' },
  baseUrl: () => base,
  audit: async (access: Access) => void audited.push(access),
  refused: async () => undefined,
  requireDisk: () => {
    throw new HubError('ledger.disk_full')
  },
  writes: { config: { cds: configSchema.shape.cds.parse({}) }, validator: { form: checkForm } },
  subscriptions: {},
}
app.use(openContext)
app.use('/fhir', fhirDoor(parts as unknown as FhirParts))
beforeAll(async () => {
  if (!server.listening) await new Promise(resolve => server.once('listening', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
})
beforeEach(() => void audited.splice(0))
afterAll(() => void server.close())

const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const person = { resourceType: 'Patient', name: [{ family: 'EXEMPLE' }] }
const entry = (method: string, url: string, resource?: object): object => ({ request: { method, url }, ...(resource === undefined ? {} : { resource }) })
const bundle = (type: string, ...entries: object[]): object => ({ resourceType: 'Bundle', type, entry: entries })

describe('below limits.freeDiskBytes', () => {
  it.each<[string, string, string, unknown?]>([
    ['a creation', 'POST', '/Patient', person],
    ['an update', 'PUT', '/Patient/p1', { ...person, id: 'p1' }],
    ['a conditional update', 'PUT', '/Patient?identifier=urn:x%7C1', person],
    ['a patch', 'PATCH', '/Task/t1', []],
    ['a transaction', 'POST', '/', bundle('transaction', entry('GET', 'Patient/p1'), entry('POST', 'Patient', person))],
    ['a batch with one write', 'POST', '/', bundle('batch', entry('GET', 'Patient/p1'), entry('POST', 'Patient', person))],
    ['a new subscription', 'POST', '/Subscription', { resourceType: 'Subscription' }],
    ['the deletion of one', 'DELETE', '/Subscription/s1'],
  ])('%s is answered 503 with Retry-After and an OperationOutcome', async (_what, method, path, body) => {
    const reply = await ask(method, path, body)
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5'])
    const outcome = (await reply.json()) as { resourceType: string; issue: { code: string; diagnostics: string }[] }
    expect(outcome).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'transient' }] })
    expect(outcome.issue[0]?.diagnostics).toContain('rule ledger.disk_full')
    expect(audited.map(one => one.outcome)).toEqual(['ledger.disk_full'])
  })

  it.each<[string, string, string, unknown?]>([
    ['a read', 'GET', '/Patient/p1'],
    ['a search', 'GET', '/Patient?_id=p1'],
    ['a batch of reads', 'POST', '/', bundle('batch', entry('GET', 'Patient/p1'))],
  ])('%s goes on', async (_what, method, path, body) => {
    const reply = await ask(method, path, body)
    expect(await reply.text()).not.toContain('ledger.disk_full')
    expect(audited.map(one => one.outcome)).not.toContain('ledger.disk_full')
  })
})
