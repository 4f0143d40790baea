import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, describe, expect, it } from 'vitest'
import { exchangeFor } from '../../../../gateway/access/callers/exchange.ts'
import { readIssuers } from '../../../../gateway/access/callers/issuers.ts'
import { tokenEndpoint, type TokenOutcome } from '../../../../gateway/access/callers/token-endpoint.ts'
import { createTokens } from '../../../../gateway/access/callers/tokens.ts'
import { openContext } from '../../../../gateway/request.ts'
import { clientsOf, makeClient, makeSigningKeys, rememberJtis, type TestClient } from '../../../support/clients.ts'
import { makeIssuer } from '../../../support/issuers.ts'

// The endpoint as a client meets it: over HTTP, with real signatures; the ledger and the store behind it are of other tests.

const dac = await makeClient({ clientId: 'dac', scopes: 'system/CarePlan.crus system/Task.rs' })
const portal = await makeClient({ clientId: 'portal', kind: 'gp-portal', scopes: 'system/CarePlan.crus user/CarePlan.rs user/Task.r' })
const writing = await makeClient({ clientId: 'writing', kind: 'gp-portal', scopes: 'user/CarePlan.crus user/Task.cru user/Goal.cu' })
const citizens = await makeClient({ clientId: 'citizens', kind: 'citizen-portal', scopes: 'patient/CarePlan.rs' })
const expired = await makeClient({ clientId: 'expired', scopes: 'system/Task.rs', certificate: 'expired' })
const [professional, citizen] = [await makeIssuer('professional'), await makeIssuer('citizen')]
const issuers = readIssuers([professional.config, citizen.config], fault => expect.unreachable(fault.message))

const outcomes: TokenOutcome[] = []
const clients = clientsOf(dac, portal, writing, citizens, expired)
const tokens = createTokens(await makeSigningKeys(), clients)
let base = ''
const app = express().use(
  openContext,
  tokenEndpoint({
    clients,
    tokens,
    useOnce: rememberJtis(),
    baseUrls: () => [base],
    exchange: exchangeFor(issuers, {
      qualifiedPersons: async () => ['p1'],
      relativesOf: async () => [],
      now: () => new Date(),
    }),
    onOutcome: outcome => void outcomes.push(outcome),
  }),
)
const server = http.createServer(app)
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
base = url
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

type Fields = Record<string, string | undefined>
interface Answer {
  status: number
  body: Record<string, unknown>
}

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const doctor = { SubjectNameID: '810000000017', SubjectRole: '10^1.2.250.1.71.1.2.7' }

async function ask(client: TestClient, fields: Fields = {}, headers: Record<string, string> = {}): Promise<Answer> {
  const form: Fields = {
    grant_type: 'client_credentials',
    client_assertion_type: JWT_BEARER,
    client_assertion: await client.assert(`${base}/auth/token`),
    ...fields,
  }
  const sent = Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]]))
  const response = await fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams(sent), headers })
  expect(response.headers.get('cache-control')).toBe('no-store')
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const forDoctor = async (fields: Fields = {}, claims: object = {}): Promise<Fields> => ({
  grant_type: EXCHANGE,
  subject_token: await professional.sign({ ...doctor, ...claims }),
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  ...fields,
})
const forCitizen = async (fields: Fields = {}): Promise<Fields> => ({
  ...(await forDoctor(fields)),
  subject_token: await citizen.sign({ ins: '279035121518989' }),
})
const actorOf = async ({ body }: Answer) => tokens.read(String(body['access_token']))

describe('software is given a token of its own', () => {
  it('with all its system scopes, for five minutes, to treat', async () => {
    const answer = await ask(portal)
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 300, scope: 'system/CarePlan.crus' } })
    expect(await actorOf(answer)).toMatchObject({ clientId: 'portal', context: 'system', purpose: 'TREAT' })
  })

  it('with those it asks for, letters in part', async () => {
    expect((await ask(dac, { scope: 'system/CarePlan.rs' })).body['scope']).toBe('system/CarePlan.rs')
  })

  it('of which scopes for users open nothing, so that they are not granted', async () => {
    expect((await ask(portal, { scope: 'system/CarePlan.r user/CarePlan.rs' })).body['scope']).toBe('system/CarePlan.r')
    expect(await ask(citizens)).toMatchObject({ status: 200, body: { scope: '' } })
  })

  it.each<[string, Fields, Record<string, string>, string]>([
    ['a DAC coordinates', {}, {}, 'CAREMGT'],
    ['a parameter says why', { purpose: 'HOPERAT' }, {}, 'HOPERAT'],
    ['a header says why', {}, { 'x-hub-purpose': 'TREAT' }, 'TREAT'],
  ])('for a purpose: %s', async (_case, fields, headers, purpose) => {
    expect(await actorOf(await ask(dac, fields, headers))).toMatchObject({ purpose })
  })
})

describe('a human is given a token through his software', () => {
  it('a professional, with the user scopes of that software and no others', async () => {
    const answer = await ask(portal, await forDoctor())
    expect(answer).toMatchObject({
      status: 200,
      body: { scope: 'user/CarePlan.rs user/Task.r', issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', expires_in: 300 },
    })
    expect(await actorOf(answer)).toMatchObject({ context: 'user', user: { idNatPs: '810000000017' }, purpose: 'TREAT', clientId: 'portal' })
  })

  it('a citizen, for his own record', async () => {
    const answer = await ask(citizens, await forCitizen())
    expect(answer).toMatchObject({ status: 200, body: { scope: 'patient/CarePlan.rs', patient: 'p1' } })
    expect(await actorOf(answer)).toMatchObject({ context: 'patient', person: { patient: 'Patient/p1' }, purpose: 'PATRQT' })
  })

  it('who breaks the glass with a reason', async () => {
    const btg = await ask(portal, await forDoctor({ purpose: 'BTG', reason: 'patient inconscient' }))
    expect(await actorOf(btg)).toMatchObject({ purpose: 'BTG', reason: 'patient inconscient' })
    const told = await ask(portal, await forDoctor({ purpose: 'BTG' }, { Mode_Acces_Raison: 'urgence' }))
    expect(await actorOf(told)).toMatchObject({ purpose: 'BTG', reason: 'urgence' })
  })

  it('who breaks the glass is granted no letter that writes', async () => {
    const glass = { purpose: 'BTG', reason: 'patient inconscient' }
    expect((await ask(writing, await forDoctor(glass))).body['scope']).toBe('user/CarePlan.rs user/Task.r')
    expect((await ask(writing, await forDoctor())).body['scope']).toBe('user/CarePlan.crus user/Task.cru user/Goal.cu')
    expect(await ask(writing, await forDoctor({ ...glass, scope: 'user/Goal.cu' }))).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
  })
})

describe('a token request is refused', () => {
  it.each<[string, TestClient, (client: TestClient) => Promise<Fields> | Fields, number, string]>([
    ['another grant', dac, () => ({ grant_type: 'password' }), 400, 'unsupported_grant_type'],
    ['no grant', dac, () => ({ grant_type: undefined }), 400, 'unsupported_grant_type'],
    ['another kind of assertion', dac, () => ({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }), 400, 'invalid_request'],
    ['no assertion', dac, () => ({ client_assertion: undefined }), 400, 'invalid_request'],
    [
      'an assertion signed by another client',
      portal,
      async () => ({ client_assertion: await dac.assert(`${base}/auth/token`, { iss: 'portal', sub: 'portal' }) }),
      401,
      'invalid_client',
    ],
    [
      'an assertion for another audience',
      dac,
      async () => ({ client_assertion: await dac.assert('https://elsewhere.example/auth/token') }),
      401,
      'invalid_client',
    ],
    [
      'an assertion that has expired',
      dac,
      async () => ({ client_assertion: await dac.assert(`${base}/auth/token`, { exp: 1_700_000_000 }) }),
      401,
      'invalid_client',
    ],
    ['an unsigned assertion', dac, () => ({ client_assertion: 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJkYWMiLCJzdWIiOiJkYWMifQ.' }), 401, 'invalid_client'],
    ['an expired certificate', expired, () => ({}), 401, 'invalid_client'],
    ['a scope beyond the registration', dac, () => ({ scope: 'system/Task.crus' }), 400, 'invalid_scope'],
    ['a wildcard', dac, () => ({ scope: 'system/*.rs' }), 400, 'invalid_scope'],
    ['a purpose nobody knows', dac, () => ({ purpose: 'MARKETING' }), 400, 'invalid_request'],
    ['a purpose of persons, by software', dac, () => ({ purpose: 'PATRQT' }), 400, 'invalid_request'],
    ['break-glass by software', dac, () => ({ purpose: 'BTG', reason: 'urgence' }), 400, 'invalid_request'],
    ['break-glass without a reason', portal, () => forDoctor({ purpose: 'BTG', reason: ' ' }), 400, 'invalid_request'],
    ['break-glass by a citizen', citizens, () => forCitizen({ purpose: 'BTG', reason: 'x' }), 400, 'invalid_request'],
    ['a user scope beyond the registration of the software', portal, () => forDoctor({ scope: 'user/CarePlan.crus' }), 400, 'invalid_scope'],
    ['a system scope for a user', portal, () => forDoctor({ scope: 'system/CarePlan.rs' }), 400, 'invalid_scope'],
    ['a user of software that is registered for none', dac, () => forDoctor(), 400, 'invalid_scope'],
    ['a citizen of software for professionals', portal, () => forCitizen(), 400, 'invalid_scope'],
    ['a subject token for another audience', portal, () => forDoctor({}, { aud: 'x' }), 400, 'invalid_request'],
    ['a subject whom nobody knows here', portal, () => forDoctor({ situation_exercice: '1350990024' }), 400, 'invalid_grant'],
  ])('%s', async (_case, client, fields, status, error) => {
    const answer = await ask(client, await fields(client))
    expect(answer).toMatchObject({ status, body: { error } })
    expect(outcomes.at(-1)?.error).toBeDefined()
    expect(JSON.stringify(answer.body)).not.toMatch(/810000000017|279035121518989/)
  })

  it('a second time: the assertion was used', async () => {
    const client_assertion = await dac.assert(`${base}/auth/token`)
    expect((await ask(dac, { client_assertion })).status).toBe(200)
    expect(await ask(dac, { client_assertion })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  it('a field that stands twice, and a body in another form', async () => {
    const twice = new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['grant_type', 'client_credentials'],
    ])
    for (const body of [twice, '{"grant_type": "client_credentials"}']) expect((await fetch(`${url}/token`, { method: 'POST', body })).status).toBe(400)
  })
})

it('what is kept of a grant names the software and why it asked, never the human', async () => {
  await ask(portal, await forDoctor())
  expect(outcomes.at(-1)).toEqual({ clientId: 'portal', context: 'user', purpose: 'TREAT' })
})
