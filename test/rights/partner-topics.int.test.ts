/*
  Partners that follow by Kafka: what stands on the topic of each is what its structure may see, and nothing of anybody or anything else.
*/
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CarePlan, CareTeam } from 'fhir/r4.js'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BusRecord } from '../../gateway/bus/bus.ts'
import { type CloudEvent, readCloudEvent } from '../../gateway/bus/cloud-event.ts'
import { createKafkaBus } from '../../gateway/bus/kafka.ts'
import { createLog } from '../../gateway/log.ts'
import { eventType } from '../../profiles/events/event-types.ts'
import { eventually, readSandbox } from '../support/sandbox.ts'
import { consentNamed, namedIn } from './consents.ts'
import type { Circle } from './expected.ts'
import { type Person, personIn, type Setting, settingOf } from './setting.ts'

const config = join(process.env['HUB_DATA_DIR'] ?? '.hub', 'hub.json')
const turn = crypto.randomUUID().slice(0, 8)
const TOPICS = { practice: `hub.partner.cabinet-${turn}`, social: `hub.partner.aide-${turn}`, other: `hub.partner.autre-${turn}` }

const sandbox = readSandbox()
let setting: Setting
let ledger: pg.Client
let stop: () => Promise<void>
const records: BusRecord[] = []
/** Everybody whom these tests write about. */
const persons: Person[] = []

const eventsOn = (topic: string): CloudEvent[] => records.filter(record => record.topic === topic).map(({ value }) => readCloudEvent(value))
const aboutOn = (topic: string, { patient }: Person): CloudEvent[] => eventsOn(topic).filter(({ subject }) => subject === patient)

beforeAll(async () => {
  setting = await settingOf(sandbox)
  ledger = new pg.Client({ connectionString: sandbox.postgres })
  await ledger.connect()
  copyFileSync(config, `${config}.before`)
  const finessOf = (name: string): string | undefined => sandbox.clients.find(client => client.name === name)?.structure
  const said = JSON.parse(readFileSync(config, 'utf8')) as { partners: object[] }
  said.partners.push(
    { id: `cabinet-${turn}`, kind: 'gp-portal', finess: finessOf('gp-portal'), topic: TOPICS.practice },
    { id: `aide-${turn}`, kind: 'social', finess: finessOf('social'), topic: TOPICS.social },
    { id: `autre-${turn}`, kind: 'dac', finess: finessOf('dac-2'), topic: TOPICS.other },
  )
  writeFileSync(config, JSON.stringify(said))
  const bus = createKafkaBus({ brokers: [sandbox.kafka], clientId: `partners-${turn}`, log: createLog({ level: 'silent' }) })
  const leave = bus.consume({ group: `partners-${turn}`, topics: Object.values(TOPICS), take: async record => void records.push(record) })
  stop = async () => {
    await leave()
    await bus.close()
  }
  await eventually('the topics are known to the hub', async () => {
    const known = await follower()
    await planned(await revise(known))
    return aboutOn(TOPICS.practice, known).length > 0 ? true : undefined
  })
}, 180_000)
afterAll(async () => {
  renameSync(`${config}.before`, config)
  await stop()
  await ledger.end()
})

async function personOf(circle: Circle): Promise<Person> {
  const person = await personIn(setting, { circle, consents: ['information'] })
  persons.push(person)
  return person
}

/** The practice and the social service are members of his circle. */
const follower = (): Promise<Person> => personOf('structure')

/** One more version of his plan. Out: `CarePlan/<id>/_history/<n>` */
async function revise({ wrote }: Person): Promise<string> {
  const plan = await setting.dac.read<CarePlan>(wrote['CarePlan'] ?? '')
  const { status, body } = await setting.dac.put<CarePlan>({ ...plan, title: `Plan revu ${crypto.randomUUID()}` })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return `CarePlan/${plan.id}/_history/${body.meta?.versionId}`
}

/** Once the fan-out has decided about it. Out: the topics it goes to. */
function planned(version: string): Promise<string[]> {
  return eventually(`${version} planned`, async () => {
    const { rows } = await ledger.query<{ id: string; is_planned: boolean }>(
      "select e.id, p.planned_at is not null as is_planned from event e join planning p on p.event_id = e.id and p.channel = 'subscription' where e.resources[1] = $1",
      [version],
    )
    const [event] = rows
    if (event?.is_planned !== true) return undefined
    const { rows: deliveries } = await ledger.query<{ recipient: string }>(
      "select recipient from delivery where event_id = $1 and level <> 'aucun' and recipient = any($2) order by recipient",
      [event.id, Object.values(TOPICS)],
    )
    return deliveries.map(({ recipient }) => recipient)
  })
}

const opposed = ({ patient }: Person) => consentNamed('deny:practice', namedIn(setting, patient))

describe('the topic of a partner', () => {
  it('has the events of whom it cares for, at its level: what changed is told to who sees all', async () => {
    const person = await follower()
    const version = await revise(person)
    expect(await planned(version)).toEqual([TOPICS.social, TOPICS.practice].sort())
    const [whole, part] = await eventually('both are told', async () => {
      const found = [TOPICS.practice, TOPICS.social].map(topic => aboutOn(topic, person).find(({ data }) => data.resources[0] === version))
      return found.every(one => one !== undefined) ? found : undefined
    })
    expect(whole?.data.changes).not.toEqual([])
    expect(part?.data).toMatchObject({ resources: [version], changes: [] })
  })

  it('has nothing of a person it does not care for', async () => {
    const stranger = await personOf('active')
    expect(await planned(await revise(stranger))).toEqual([TOPICS.social])
    expect(aboutOn(TOPICS.practice, stranger)).toEqual([])
  })

  it('has nothing after the person objected, nor that he did; what others are told of it does not say what', async () => {
    const person = await follower()
    await setting.dac.create(opposed(person))
    const told = aboutOn(TOPICS.practice, person).length
    expect(await planned(await revise(person))).toEqual([TOPICS.social])
    const [consented] = await eventually('others are told of it', async () => {
      const found = aboutOn(TOPICS.social, person).filter(({ type }) => type === eventType('consent.modifie'))
      return found.length >= 2 ? found.slice(-1) : undefined
    })
    expect(consented?.data).toMatchObject({ resources: [], changes: [] })
    expect(aboutOn(TOPICS.practice, person).slice(told)).toEqual([])
  })

  it('is numbered by itself: what is withheld leaves no gap', async () => {
    const person = await follower()
    const objection = await setting.dac.create(opposed(person))
    expect(await planned(await revise(person))).toEqual([TOPICS.social])
    const ended = { ...objection.provision, period: { ...objection.provision?.period, end: new Date(Date.now() - 60_000).toISOString() } }
    expect((await setting.dac.put({ ...objection, status: 'inactive' as const, provision: ended })).status).toBe(200)
    const version = await revise(person)
    await eventually('the practice is told again', async () =>
      aboutOn(TOPICS.practice, person).some(({ data }) => data.resources[0] === version) ? true : undefined,
    )
    const numbers = aboutOn(TOPICS.practice, person).map(({ sequence }) => sequence)
    expect(numbers).toEqual(numbers.map((_, n) => n + 1))
  })

  it('has nothing after the structure left the circle', async () => {
    const person = await follower()
    const team = await setting.dac.read<CareTeam>(person.wrote['CareTeam'] ?? '')
    const left = (team.participant ?? []).map(one =>
      one.member?.reference === setting.practice
        ? { ...one, period: { ...one.period, end: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10) } }
        : one,
    )
    expect((await setting.dac.put<CareTeam>({ ...team, participant: left })).status).toBe(200)
    expect(await planned(await revise(person))).toEqual([TOPICS.social])
  })

  it('of a structure that is nothing to these persons has nothing of them', () => {
    expect(persons.flatMap(person => aboutOn(TOPICS.other, person))).toEqual([])
  })
})
