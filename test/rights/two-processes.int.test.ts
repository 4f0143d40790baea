/*
  Two hub processes on one ledger: what the person decided at one of them holds at the other from that answer on, also after one is killed.
*/
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JoinedHub } from '../support/joined-hub.ts'
import { readSandbox, type SandboxFile } from '../support/sandbox.ts'
import { type Caller, sharedCallers } from './callers.ts'
import { consentNamed, namedIn } from './consents.ts'
import { type Person, personIn, type Setting, settingOf } from './setting.ts'

const MINUTES = 60_000
const READERS = 8

let sandbox: SandboxFile
let setting: Setting
let joined: JoinedHub
let doctor: Caller

beforeAll(async () => {
  sandbox = readSandbox()
  joined = new JoinedHub(sandbox)
  setting = await settingOf(sandbox)
  doctor = (await sharedCallers(sandbox, setting)).doc
  await joined.ready()
}, 4 * MINUTES)
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
