import type { Bundle, CarePlan, DocumentReference, Parameters, Provenance } from 'fhir/r4.js'
import { Kafka, logLevel } from 'kafkajs'
import { beforeAll, describe, expect, it } from 'vitest'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { circleOf, entry, goalOf, person, planOf, ROLE, stored, visit } from '../support/care.ts'
import { eventually, getJson, readSandbox, token } from '../support/sandbox.ts'
import { professionalOf } from '../support/members.ts'
import { consent } from '../support/support-requests.ts'
import { type Answer, rulesIn, Vendor } from '../support/vendor.ts'

// Worked flow (c) of fhir-fr.md 7, from outside: a DAC and a practice write one plan, and both see the same.

interface Told {
  type: string
  subject: string
  data: { resources: string[]; changes: string[] }
}

const sandbox = readSandbox()
const dac = await Vendor.of(sandbox, 'dac')
const practice = await Vendor.of(sandbox, 'gp-portal')
const outsider = await Vendor.of(sandbox, 'dac-2')
const numberOf = ({ extension }: CarePlan): number | undefined => extension?.find(one => one.url === EXTENSION.planVersion)?.valuePositiveInt

describe('a DAC and a practice share one plan', () => {
  let patient: string
  let nurses: string[]
  let path: string
  let first: Answer<CarePlan>
  let second: Answer<CarePlan>
  const read = (by: Vendor): Promise<Answer<CarePlan>> => by.get<CarePlan>(path)

  beforeAll(async () => {
    patient = await person(dac)
    const coordinator = (await professionalOf(dac, { given: 'Anne', family: 'DURAND' })).role
    const doctor = (await professionalOf(practice, { given: 'Jeanne', family: 'MODELE' })).role
    nurses = [
      (await professionalOf(practice, { given: 'Claire', family: 'EXEMPLE' })).role,
      (await professionalOf(practice, { given: 'Paul', family: 'MARTIN' })).role,
    ]
    stored(await dac.post(consent(patient, 'information', dac.structure)))
    const structures = [entry(dac.structure, ROLE.member), entry(practice.structure, ROLE.member)]
    const members = [entry(coordinator, ROLE.coordinator), entry(doctor, ROLE.doctor), entry(nurses[0] ?? '', ROLE.member), ...structures]
    const circle = stored(await dac.post(circleOf(patient, dac.structure, members)))
    const goal = stored(await dac.post(goalOf(patient, 'Rester chez soi en sécurité')))
    first = await dac.post(
      planOf(patient, {
        author: { reference: coordinator },
        careTeam: [{ reference: circle }],
        goal: [{ reference: goal }],
        activity: [visit('mon', nurses[0] ?? '')],
      }),
    )
    path = stored(first)
  })

  it('1 the DAC writes it: version 1, number 1, set by the hub', () => {
    expect([first.status, first.version, numberOf(first.body)]).toEqual([201, '1', 1])
  })

  it('2 the practice reads the same version', async () => {
    const seen = await read(practice)
    expect([seen.status, seen.version, numberOf(seen.body)]).toEqual([200, '1', 1])
  })

  it('3 and 4 the DAC moves the visit to Tuesday; who still has version 1 is told 412 and the current version', async () => {
    second = await dac.put({ ...first.body, activity: [visit('tue', nurses[0] ?? '')] })
    expect([second.status, second.version, numberOf(second.body)]).toEqual([200, '2', 2])
    const stale = await practice.put({ ...first.body, title: 'Plan du cabinet' })
    expect(stale.status).toBe(412)
    expect(stale.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'conflict', diagnostics: expect.stringContaining('current version W/"2"') }],
    })
    expect((await read(practice)).version).toBe('2')
  })

  it('5 the practice reads what changed, merges, and writes version 3', async () => {
    expect(sentencesOf(await practice.get<Parameters>(`${path}/$diff?from=1&to=2`))).toEqual([
      ['activity.moved', 'L’action « Visite à domicile », assurée par Claire EXEMPLE, passe du lundi au mardi.'],
    ])
    const goal = stored(await practice.post(goalOf(patient, 'Marcher chaque jour')))
    const current = await read(practice)
    const merged = { ...current.body, goal: [...(current.body.goal ?? []), { reference: goal }], activity: [visit('tue', nurses[1] ?? '')] }
    const third = await practice.put(merged)
    expect([third.status, third.version, numberOf(third.body)]).toEqual([200, '3', 3])
    expect(sentencesOf(await dac.get<Parameters>(`${path}/$diff`))).toEqual([
      ['goal.added', 'L’objectif « Marcher chaque jour » est ajouté au plan.'],
      ['activity.performer', 'Pour l’action « Visite à domicile », Paul MARTIN intervient désormais à la place de Claire EXEMPLE.'],
    ])
  })

  it('6 the Provenance of version 3 names version 2 as the one it revises', async () => {
    const found = await dac.get<Bundle<Provenance>>(`Provenance?target=${path}`)
    const last = (found.body.entry ?? []).map(one => one.resource).find(one => one?.target.some(({ reference }) => reference === `${path}/_history/3`))
    expect(last?.entity?.filter(({ role }) => role === 'revision')).toMatchObject([{ what: { reference: `${path}/_history/2` } }])
    expect(last?.agent[0]?.onBehalfOf?.reference).toBe(practice.structure)
  })

  it('6 each version is told once, on Kafka and to the monitor, by kinds and never by sentences', async () => {
    const versions = [1, 2, 3].map(version => `${path}/_history/${version}`)
    const told = [['plan.created'], ['activity.moved'], ['goal.added', 'activity.performer']]
    const operator = await token(sandbox, 'operator')
    const { events } = await getJson<{ events: Told[] }>(`${sandbox.http}/monitor/api/events?resource=${path}&type=pps.publie`, operator)
    const byVersion = versions.map(version => events.filter(event => event.data.resources[0] === version))
    expect(byVersion.map(found => found.map(event => event.data.changes))).toEqual(told.map(changes => [changes]))
    const heard = await listen(sandbox.kafka, 'hub.events', text => text.includes(path))
    // Other events name the plan too.
    const published = await eventually('three editions on Kafka', async () => {
      const editions = heard.values.map(text => JSON.parse(text) as Told).filter(event => event.type === 'fr.e-parcours.pps.publie.v1')
      return editions.length >= 3 ? editions : undefined
    })
    await heard.stop()
    expect(published.map(event => [event.subject, event.data.resources[0], event.data.changes])).toEqual(
      versions.map((version, at) => [patient, version, told[at]]),
    )
    expect(heard.values.join()).not.toMatch(/EXEMPLE|MARTIN|Marcher|mardi/)
  })

  it('6 each edition is a document 18776-5 of the person, in the place of the one before', async () => {
    const found = await dac.get<Bundle<DocumentReference>>(`DocumentReference?patient=${patient}&type=18776-5&_sort=date`)
    const documents = (found.body.entry ?? []).flatMap(({ resource }) => resource ?? [])
    expect(documents.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'current'])
    expect(documents[2]?.relatesTo).toMatchObject([{ code: 'replaces', target: { reference: `DocumentReference/${documents[1]?.id ?? ''}` } }])
    const text = Buffer.from(documents[2]?.content[0]?.attachment.data ?? '', 'base64').toString('utf8')
    expect(text).toContain('- Visite à domicile : le mardi, assurée par Paul MARTIN (programmée)')
  })

  it('7 both sides see the same history', async () => {
    const histories = await Promise.all([dac, practice].map(by => by.get<Bundle<CarePlan>>(`${path}/_history`)))
    const [left, right] = histories.map(({ body }) => (body.entry ?? []).map(one => one.resource))
    expect(left?.map(plan => plan?.meta?.versionId)).toEqual(['3', '2', '1'])
    expect(left).toEqual(right)
  })

  it('nobody outside the circle changes it, and a member does not move its state', async () => {
    const { body } = await read(dac)
    const foreign = await outsider.put({ ...body, title: 'Autre' })
    expect([foreign.status, rulesIn(foreign)]).toEqual([404, ['store.not_found at CarePlan']])
    const member = await practice.put({ ...body, status: 'on-hold' })
    expect([member.status, rulesIn(member)]).toEqual([422, ['plan.status-author at CarePlan.status']])
  })

  it('the référent’s structure suspends it; state alone makes a version but no new number', async () => {
    const { body } = await read(dac)
    const held = await dac.put({ ...body, status: 'on-hold' })
    expect([held.status, held.version, numberOf(held.body)]).toEqual([200, '4', 3])
  })

  it('the same PUT again is answered like the first', async () => {
    const { body } = await dac.get<CarePlan>(`${path}/_history/3`)
    const again = await dac.put({ ...body, status: 'on-hold' })
    expect([again.status, again.version]).toEqual([200, '4'])
  })

  it('a completed plan is replaced by a new one, and is final', async () => {
    const { body } = await read(dac)
    const done = await dac.put({ ...body, status: 'completed', period: { start: '2026-06-01', end: '2026-11-01' } })
    expect(done.status).toBe(200)
    const { author, careTeam, goal, activity } = body as Required<CarePlan>
    const next = await dac.post({ ...planOf(patient, { author, careTeam, goal, activity }), replaces: [{ reference: path }] })
    expect([next.status, numberOf(next.body)]).toEqual([201, 1])
    const late = await dac.put({ ...done.body, title: 'Trop tard' })
    expect([late.status, rulesIn(late)]).toEqual([422, ['plan.final at CarePlan.status']])
  })
})

function sentencesOf({ status, body }: Answer<Parameters>): (string | undefined)[][] {
  expect(status).toBe(200)
  const of = (parts: Parameters['parameter'], name: string): string | undefined => {
    const part = parts?.find(one => one.name === name)
    return part?.valueCode ?? part?.valueString
  }
  return (body.parameter ?? []).map(({ part }) => [of(part, 'kind'), of(part, 'sentence')])
}

async function listen(broker: string, topic: string, isMeant: (text: string) => boolean): Promise<{ values: string[]; stop: () => Promise<void> }> {
  const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).consumer({ groupId: `test-${crypto.randomUUID()}` })
  const values: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      const text = message.value?.toString('utf8') ?? ''
      if (isMeant(text)) values.push(text)
    },
  })
  return { values, stop: () => consumer.disconnect() }
}
