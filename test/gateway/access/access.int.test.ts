import { randomUUID } from 'node:crypto'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bundle, OperationOutcome, RelatedPerson } from 'fhir/r4.js'
import { decodeJwt, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { fetchToken } from '../../../gateway/commands/token.ts'
import { letterOf } from '../../support/letters.ts'
import { completeFlow, exchange, readSandbox, token } from '../../support/sandbox.ts'

// Who is calling, on the real stack: the sandbox's identity providers, and what the FHIR door takes for a token.

const PERSON = 7301
type Answered = Pick<Bundle, 'entry'> & Pick<OperationOutcome, 'issue'>

const dataDir = process.env['HUB_DATA_DIR'] ?? '.hub'
const sandbox = readSandbox()

const controlId = `ACCESS-${Date.now().toString(36)}`
const letter = letterOf({ controlId, person: PERSON, to: ['dr.acces@test.mssante.fr'] })
const ins = letter.ins
expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA')
await completeFlow(sandbox, await token(sandbox, 'operator'), controlId)

async function ask(bearer: string | undefined, path: string): Promise<{ status: number; challenge: string | null; body: Answered }> {
  const response = await fetch(`${sandbox.http}${path}`, { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } })
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: (await response.json()) as Answered }
}

const subjectOf = (bearer: string): object => decodeJwt<{ hub: object }>(bearer).hub

describe('a human is given a token', () => {
  it('by the command, whose last line it is', async () => {
    const command = ['docker/embedded/hub.mjs', 'token', 'gp-portal', '--user', '810000000017', '--purpose', 'BTG', '--reason', 'patient inconscient']
    const { stdout } = await promisify(execFile)(process.execPath, command, { env: { ...process.env, HUB_DATA_DIR: dataDir } })
    expect(subjectOf(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ context: 'user', purpose: 'BTG', reason: 'patient inconscient' })
  })

  it('a professional: his own, with the user scopes of his software', async () => {
    const bearer = await fetchToken(sandbox, 'gp-portal', { user: '810000000017', role: '10', structure: '1540990033' })
    expect(subjectOf(bearer)).toEqual({
      context: 'user',
      user: { idNatPs: '810000000017', profession: '10^1.2.250.1.71.1.2.7', structure: '1540990033' },
      purpose: 'TREAT',
    })
    expect(await ask(bearer, '/fhir/Organization?_count=1')).toMatchObject({ status: 200 })
  })

  it('a person: his record by his qualified INS; nobody else gets one', async () => {
    const bearer = await fetchToken(sandbox, 'citizen-portal', { person: ins })
    const { person } = subjectOf(bearer) as { person: { patient: string } }
    const found = await ask(bearer, `/fhir/Patient?identifier=${encodeURIComponent(`urn:oid:1.2.250.1.213.1.4.10|${ins}`)}`)
    expect(found.body.entry?.map(one => `Patient/${one.resource?.id}`)).toEqual([person.patient])
    expect(await ask(bearer, `/fhir/${person.patient}`)).toMatchObject({ status: 200 })
    await expect(fetchToken(sandbox, 'citizen-portal', { person: '155037541201887' })).rejects.toThrow('invalid_grant')
  })

  it('a relative: the record of the person whose RelatedPerson he is', async () => {
    const { person } = subjectOf(await fetchToken(sandbox, 'citizen-portal', { person: ins })) as { person: { patient: string } }
    const identifier = { system: 'urn:oid:1.2.250.1.999.7', value: randomUUID() }
    const relative: RelatedPerson = {
      resourceType: 'RelatedPerson',
      id: randomUUID(),
      active: true,
      identifier: [identifier],
      patient: { reference: person.patient },
    }
    const stored = await fetch(`${sandbox.hapi}/RelatedPerson/${relative.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(relative),
    })
    expect(stored.status).toBe(201)
    const bearer = await fetchToken(sandbox, 'citizen-portal', { relative: `${identifier.system}|${identifier.value}` })
    expect(subjectOf(bearer)).toEqual({ context: 'patient', person: { ...person, relative: `RelatedPerson/${relative.id}` }, purpose: 'PATRQT' })
    await expect(fetchToken(sandbox, 'citizen-portal', { relative: `${identifier.system}|nobody` })).rejects.toThrow('invalid_grant')
  })

  it('which leaves a row in the audit that names the software and no human', async () => {
    const ledger = new pg.Client({ connectionString: sandbox.postgres })
    await ledger.connect()
    try {
      const { rows: before } = await ledger.query<{ now: Date }>('select clock_timestamp() as now')
      await fetchToken(sandbox, 'citizen-portal', { person: ins })
      const { rows } = await ledger.query(
        "select actor, object, outcome, detail::text from audit where action = 'token.grant' and actor = 'sandbox-citizen-portal' and at >= $1",
        [before[0]?.now],
      )
      expect(rows).toContainEqual({ actor: 'sandbox-citizen-portal', object: 'patient', outcome: 'granted', detail: expect.stringContaining('PATRQT') })
      expect(JSON.stringify(rows)).not.toContain(ins)
    } finally {
      await ledger.end()
    }
  })
})

describe('a token that is refused', () => {
  const refusedSince = async (ask: () => Promise<unknown>): Promise<object[]> => {
    const ledger = new pg.Client({ connectionString: sandbox.postgres })
    await ledger.connect()
    try {
      const { rows: before } = await ledger.query<{ now: Date }>('select clock_timestamp() as now')
      await ask()
      const { rows } = await ledger.query<object>(
        "select actor, object, outcome, address, human, patients, detail::text from audit where action = 'token.grant' and outcome <> 'granted' and at >= $1",
        [before[0]?.now],
      )
      return rows
    } finally {
      await ledger.end()
    }
  }

  it('leaves a row in the audit that names the software and no human', async () => {
    const rows = await refusedSince(() => expect(fetchToken(sandbox, 'citizen-portal', { person: '155037541201887' })).rejects.toThrow('invalid_grant'))
    expect(rows).toContainEqual(
      expect.objectContaining({ actor: 'sandbox-citizen-portal', outcome: 'oauth.grant', address: expect.stringMatching(/127\.0\.0\.1/) }),
    )
    expect(JSON.stringify(rows)).not.toContain('155037541201887')
  })

  it('leaves one of nobody where no client has shown who it is', async () => {
    const form = { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: 'x' }
    const rows = await refusedSince(async () => {
      const reply = await fetch(`${sandbox.http}/auth/token`, { method: 'POST', body: new URLSearchParams(form) })
      expect(reply.status).toBe(401)
    })
    expect(rows).toContainEqual(expect.objectContaining({ actor: 'nobody', outcome: 'oauth.client' }))
  })
})

describe('the FHIR door refuses', () => {
  const ISSUER = 'urn:e-parcours:hub'
  const claims = { client_id: 'sandbox-dac', scope: 'system/Patient.rs', hub: { context: 'system' } }
  const signing = (): JWK => JSON.parse(readFileSync(join(dataDir, 'secrets', 'signing.jwk.json'), 'utf8')) as JWK
  const signed = async (change: { audience?: string; expires?: string; key?: Awaited<ReturnType<typeof importJWK>> }): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES384', typ: 'at+jwt', kid: signing().kid ?? '' })
      .setIssuer(ISSUER)
      .setAudience(change.audience ?? ISSUER)
      .setExpirationTime(change.expires ?? '2m')
      .sign(change.key ?? (await importJWK(signing(), 'ES384')))
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify({ ...claims, iss: ISSUER, aud: ISSUER, exp: 4e9 })).toString('base64url')}.`

  it.each<[string, () => Promise<string | undefined>, string, RegExp]>([
    ['no token', async () => undefined, 'login', /^Bearer$/],
    ['a word', async () => 'secret', 'login', /^Bearer error="invalid_token"/],
    ['a forged token', async () => signed({ key: (await generateKeyPair('ES384')).privateKey }), 'login', /^Bearer error="invalid_token"/],
    ['a token without a signature', async () => unsigned, 'login', /^Bearer error="invalid_token"/],
    ['a token for another audience', async () => signed({ audience: 'urn:elsewhere' }), 'login', /^Bearer error="invalid_token"/],
    ['a token that has expired', async () => signed({ expires: '-1s' }), 'expired', /^Bearer error="invalid_token"/],
  ])('%s with 401 and says how to come back', async (_case, bearer, code, challenge) => {
    const answer = await ask(await bearer(), '/fhir/Patient?_count=1')
    expect(answer).toMatchObject({ status: 401, body: { resourceType: 'OperationOutcome', issue: [{ code }] } })
    expect(answer.challenge).toMatch(challenge)
    expect((await ask(await bearer(), '/monitor/api/flows')).challenge).toMatch(challenge)
  })

  it('a client whose certificate has expired, before it has a token', async () => {
    await expect(fetchToken(sandbox, 'gp-portal-expired')).rejects.toThrow('invalid_client')
  })

  it('what a scope does not open with 403', async () => {
    const answer = await ask(await token(sandbox, 'observatory'), '/fhir/Patient?_count=1')
    expect(answer).toMatchObject({ status: 403, body: { issue: [{ code: 'forbidden', expression: ['Patient'] }] } })
    expect(answer.challenge).toMatch(/^Bearer error="insufficient_scope"/)
  })

  it('nothing that was signed with its own key and in its own name', async () => {
    expect((await ask(await signed({}), '/fhir/Patient?_count=1')).status).toBe(200)
  })
})
