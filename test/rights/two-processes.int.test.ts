/*
  Two hub processes on one ledger: what the person decided at one of them holds at the other from that answer on, also after one is killed; tokens of either are good at both, under keys that rotate while they run.
*/
import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeProtectedHeader, importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeSigningKey } from '../support/clients.ts'
import { JoinedHub } from '../support/joined-hub.ts'
import { readSandbox, token } from '../support/sandbox.ts'
import { sharedCallers } from './callers.ts'
import { consentNamed, namedIn } from './consents.ts'
import { type Person, personIn, settingOf } from './setting.ts'

const READERS = 8

const sandbox = readSandbox()
const setting = await settingOf(sandbox)
const doctor = (await sharedCallers(sandbox, setting)).doc
// Last: a file that could not be loaded leaves no hub behind.
const joined = new JoinedHub(sandbox)

beforeAll(() => joined.ready())
afterAll(() => joined.stop())

/** Status of the person's plan at the other process. */
const elsewhere = async (person: Person): Promise<number> => (await doctor.ask('GET', `${joined.http}/fhir/${person.wrote['CarePlan']}`)).status

async function object(person: Person): Promise<void> {
  await setting.dac.create(consentNamed('deny:doctor', namedIn(setting, person.patient)))
}

describe('an opposition answered by one process', () => {
  it('holds at the other at once, for readers who are in the middle of reading', async () => {
    const person = await personIn(setting, { circle: 'active', consents: ['information'] })
    expect(await elsewhere(person)).toBe(200)
    const answered = { objected: false }
    const late: number[] = []
    const readers = Array.from({ length: READERS }, async () => {
      for (let more = 20; more > 0; more--) {
        const isLate = answered.objected
        const status = await elsewhere(person)
        if (isLate) late.push(status)
      }
    })
    await object(person)
    answered.objected = true
    await Promise.all(readers)
    expect(await elsewhere(person)).toBe(404)
    expect(late.filter(status => status !== 404)).toEqual([])
  })

  it('outlives a kill -9 of the process that read it', async () => {
    const person = await personIn(setting, { circle: 'active', consents: ['information'] })
    const killed = joined.pid()
    const reading = Promise.allSettled(Array.from({ length: READERS }, () => elsewhere(person)))
    process.kill(killed, 'SIGKILL')
    await object(person)
    await reading
    await joined.ready()
    expect(joined.pid()).not.toBe(killed)
    expect(await elsewhere(person)).toBe(404)
    expect((await doctor.ask('GET', person.wrote['CarePlan'] ?? '')).status).toBe(404)
  })

  it('and a page link sealed by one process opens at the other, for its caller alone', async () => {
    const person = await personIn(setting, { circle: 'active', consents: ['information'] })
    const { dac, str } = await sharedCallers(sandbox, setting)
    const page = await dac.ask('GET', `${person.patient}/$everything?_count=1`)
    const next = page.body?.link?.find(({ relation }) => relation === 'next')?.url.replace(sandbox.http, joined.http) ?? ''
    expect(next).toContain(joined.http)
    expect((await dac.ask('GET', next)).status).toBe(200)
    expect((await str.ask('GET', next)).status).toBe(403)
  })
})

/** Of a search at the FHIR door there. */
const statusAt = async (http: string, bearer: string): Promise<number> =>
  (await fetch(`${http}/fhir/Organization?_count=1`, { headers: { authorization: `Bearer ${bearer}` } })).status

// Here, and not beside other files: whoever is given a token while the keys are rotated has one that is worth nothing afterwards.
describe('two processes', () => {
  it('read the tokens of each other', async () => {
    expect(await statusAt(joined.http, await token(sandbox, 'dac'))).toBe(200)
    expect(await statusAt(sandbox.http, await token({ ...sandbox, http: joined.http }, 'dac'))).toBe(200)
  })

  it('take an assertion once between them, also when both are asked at the same moment', async () => {
    const client = sandbox.clients.find(one => one.name === 'dac')
    const jwk = JSON.parse(readFileSync(client?.key ?? '', 'utf8')) as JWK
    const client_assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES384', kid: jwk.kid ?? '' })
      .setIssuer('sandbox-dac')
      .setSubject('sandbox-dac')
      .setAudience([`${sandbox.http}/auth/token`, `${joined.http}/auth/token`])
      .setJti(randomUUID())
      .setExpirationTime('2m')
      .sign(await importJWK(jwk, 'ES384'))
    const body = { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion }
    const answers = await Promise.all(
      [sandbox.http, joined.http].map(http => fetch(`${http}/auth/token`, { method: 'POST', body: new URLSearchParams(body) }).then(answer => answer.status)),
    )
    expect(answers.sort()).toEqual([200, 401])
  })

  it('sign with a new key as soon as it is in the file, and still read what the old one signed', async () => {
    const file = join(process.env['HUB_DATA_DIR'] ?? '.hub', 'secrets', 'signing.jwk.json')
    const replace = (text: string): void => {
      writeFileSync(`${file}.new`, text, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    }
    const before = readFileSync(file, 'utf8')
    const old = await token(sandbox, 'dac')
    try {
      replace(JSON.stringify({ keys: [JSON.parse(before), { ...(await makeSigningKey()), kid: 'rotated' }] }))
      const rotated = await token(sandbox, 'dac')
      expect(decodeProtectedHeader(rotated).kid).toBe('rotated')
      for (const bearer of [old, rotated]) for (const http of [sandbox.http, joined.http]) expect(await statusAt(http, bearer)).toBe(200)
      const published = (await (await fetch(`${joined.http}/auth/jwks`)).json()) as { keys: JWK[] }
      expect(published.keys.map(key => key.kid)).toEqual([decodeProtectedHeader(old).kid, 'rotated'])
    } finally {
      replace(before)
    }
  })
})
