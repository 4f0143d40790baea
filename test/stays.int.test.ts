import type { Bundle, CommunicationRequest, Consent, DocumentReference, Encounter, EpisodeOfCare, Location } from 'fhir/r4.js'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { EXTENSION, SYSTEM } from '../profiles/canonicals.ts'
import { letterOf, testIns } from './support/letters.ts'
import { type MovementChange, VISIT_OID, writeMovement } from './support/movements.ts'
import { newPerson } from './support/care-house.ts'
import { professionalOf } from './support/members.ts'
import { ownPersons } from './support/persons.ts'
import { circle, consent } from './support/support-requests.ts'
import { Vendor } from './support/vendor.ts'
import { eventually, exchange, getJson, mailsOf, readSandbox, token, receivedBy, hospitalReceived } from './support/sandbox.ts'

// Stays from outside: what a hospital sends by MLLP, what becomes of it in the store, what the platform is told.

const run = Date.now().toString(36)
const seed = ownPersons()
const sandbox = readSandbox()
let count = 0

const minutesAgo = (minutes: number): string => hl7(new Date(Date.now() - minutes * 60_000))
const hl7 = (at: Date): string => `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`

/** One invented person with one visit. */
function visitor(visit?: string) {
  count += 1
  const ins = testIns(seed + count)
  const known = { ins, ipp: `IPP-${run}-${count}`, visit: visit ?? `V-${run}-${count}` }
  const message = (change: MovementChange): Buffer => writeMovement({ ...known, controlId: crypto.randomUUID().slice(0, 20), ...change })
  const send = (change: MovementChange): Promise<string> => exchange(sandbox.mllp, message(change))
  return { ...known, message, send }
}

const verdict = (answer: string): string => {
  const [, code = ''] = /MSA\|(A[AER])/.exec(answer) ?? []
  const places = answer.split('\r').flatMap(segment => (segment.startsWith('ERR') ? [`${segment.split('|')[2]} ${segment.split('|')[3]?.split('^')[0]}`] : []))
  return [code, ...places].join(' ')
}

const found = async <R>(query: string): Promise<R[]> =>
  ((await getJson<Bundle>(`${sandbox.hapi}/${query}`)).entry ?? []).map(entry => entry.resource as unknown as R)
const encountersOf = (visit: string): Promise<Encounter[]> => found<Encounter>(`Encounter?identifier=${encodeURIComponent(`urn:oid:${VISIT_OID}|${visit}`)}`)
const encounterWhen = (visit: string, isIt: (one: Encounter) => boolean, limit?: number): Promise<Encounter> =>
  eventually(`the Encounter of ${visit}`, async () => (await encountersOf(visit)).find(isIt), limit)

interface Told {
  type: string
  identifier: string
  status: string
  time: number
}

async function declared(ins: string): Promise<Told[]> {
  const received = await receivedBy<{ status: number; body: CommunicationRequest }>(sandbox.platform, ins)
  return received.map(({ status, body }) => {
    expect(status).toBe(201)
    const extension = (url: string) => body.extension?.find(one => one.url === url)
    return {
      type: extension(EXTENSION.eventType)?.valueCodeableConcept?.coding?.[0]?.code ?? '',
      identifier: body.identifier?.[0]?.value ?? '',
      status: body.status,
      time: Date.parse(extension(EXTENSION.eventTime)?.valueDateTime ?? ''),
    }
  })
}

const declaredTimes = (ins: string, times: number): Promise<Told[]> =>
  eventually(`${times} declarations`, async () => {
    const told = await declared(ins)
    return told.length >= times ? told : undefined
  })

describe.concurrent('a stay', () => {
  it('is one Encounter and one EpisodeOfCare with their history; each change of PV1-3 is one location', async () => {
    const { ins, visit, send } = visitor()
    const place = (unit: string): string => `${unit}^12^1^CH-1&1.2.250.1.999.8&ISO`
    expect(verdict(await send({ trigger: 'A01', id: '1', startsAt: minutesAgo(60), place: place('U1') }))).toBe('AA')
    expect(verdict(await send({ trigger: 'A02', id: '2', startsAt: minutesAgo(40), place: place('U2') }))).toBe('AA')
    expect(verdict(await send({ trigger: 'A21', id: '3', startsAt: minutesAgo(30), place: place('U2') }))).toBe('AA')
    expect(verdict(await send({ trigger: 'A22', id: '4', startsAt: minutesAgo(20), place: place('U1') }))).toBe('AA')
    expect(verdict(await send({ trigger: 'A03', id: '5', startsAt: minutesAgo(10), place: place('U1') }))).toBe('AA')
    const encounter = await encounterWhen(visit, one => one.status === 'finished')
    expect(encounter).toMatchObject({
      class: { code: 'IMP' },
      identifier: [{ type: { coding: [{ code: 'VN' }] }, system: `urn:oid:${VISIT_OID}`, value: visit }],
      statusHistory: [{ status: 'in-progress' }, { status: 'onleave' }, { status: 'in-progress' }],
      location: [{ status: 'completed' }, { status: 'completed' }, { status: 'completed' }],
    })
    expect(encounter.period?.end).toBeDefined()
    const units = await Promise.all((encounter.location ?? []).map(one => getJson<Location>(`${sandbox.hapi}/${one.location.reference}`)))
    expect(units.map(one => one.identifier?.[0]?.value)).toEqual(['U1', 'U2', 'U1'])
    const [episode] = await found<EpisodeOfCare>(`EpisodeOfCare?identifier=${encodeURIComponent(`urn:oid:${VISIT_OID}|${visit}`)}`)
    expect(episode).toMatchObject({ status: 'finished', statusHistory: [{ status: 'active' }, { status: 'onhold' }, { status: 'active' }] })
    const told = await declaredTimes(ins, 2)
    expect(told.map(({ type, status }) => `${type} ${status}`)).toEqual(['ADM active', 'SOR active'])
  })

  it('is planned, updated in place and cancelled', async () => {
    const { visit, send } = visitor()
    expect(verdict(await send({ trigger: 'A05', id: '1', startsAt: minutesAgo(60) }))).toBe('AA')
    await encounterWhen(visit, one => one.status === 'planned')
    expect(
      verdict(await send({ trigger: 'Z99', act: 'UPDATE', origin: 'A05', id: '1', startsAt: minutesAgo(60), place: 'U9^^^CH-1&1.2.250.1.999.8&ISO' })),
    ).toBe('AA')
    await encounterWhen(visit, one => one.location?.length === 1 && one.location[0]?.location.display === 'U9')
    expect(verdict(await send({ trigger: 'A38', act: 'CANCEL', origin: 'A05', id: '1', startsAt: minutesAgo(60) }))).toBe('AA')
    await encounterWhen(visit, one => one.status === 'cancelled')
  })

  it('brings what the person said of the national record; the last word wins, not the last message', async () => {
    const { ins, visit, send } = visitor()
    const zfa = (feeding: string, at: string, id: string): Promise<string> =>
      send({ id, startsAt: minutesAgo(30), edit: segments => [...segments, `ZFA|ACTIF|${at}|||||||${feeding}|${at}|IC|${at}`] })
    await zfa('IO', minutesAgo(5), '1')
    await zfa('INO', minutesAgo(20), '2')
    const encounter = await encounterWhen(visit, () => true)
    const consents = await eventually('two consents', async () => {
      const both = await found<Consent>(`Consent?patient=${encounter.subject?.reference}`)
      return both.length === 2 ? both : undefined
    })
    expect(consents.map(one => `${one.category[1]?.coding?.[0]?.code} ${one.provision?.type}`).sort()).toEqual([
      'dmp-alimentation deny',
      'dmp-consultation permit',
    ])
    expect(ins).toHaveLength(15)
  })
})

describe.concurrent('the national record', () => {
  it('is not to be fed with a document of a person who opposes it: the sender is told so', async () => {
    count += 1
    const person = seed + count
    const controlId = `DMP-${run}-${person}`
    const letter = letterOf({ controlId, person, to: [], flags: { DESTDMP: 'Y', ACK_RECEPTION: 'Y' } })
    const at = minutesAgo(5)
    const known = { ins: letter.ins, ipp: letter.ipp, visit: `V-D${person}`, controlId: `ZFA-${run}-${person}`, startsAt: minutesAgo(30) }
    const said = writeMovement({ ...known, edit: segments => [...segments, `ZFA|ACTIF|${at}|||||||IO|${at}|INC|${at}`] })
    expect(verdict(await exchange(sandbox.mllp, said))).toBe('AA')
    await encounterWhen(known.visit, () => true)
    expect(verdict(await exchange(sandbox.mllp, letter.bytes))).toBe('AA')
    const answer = await eventually('Z01', async () => (await hospitalReceived(sandbox, controlId)).find(one => one.includes('ZAM^Z01')))
    expect(answer).toMatch(/\|N\^\^expandedYes-NoIndicator\|[\s\S]*\|DMPOpposition\^/u)
    const operator = await token(sandbox, 'operator')
    const asked = new URLSearchParams({ recipient: 'dmp', document: `urn:oid:${letter.documentId}` })
    expect(await getJson(`${sandbox.http}/monitor/api/why?${asked}`, operator)).toMatchObject({ received: false, code: 'consent.opposed' })
  })
})

describe.concurrent('a visit that a document names too', () => {
  it.each(['before', 'after'])('%s its movements is the same Encounter, and the movements tell it', async when => {
    count += 1
    const person = seed + count
    const place = `U1^^^CH-1&1.2.250.1.999.8&ISO`
    const letter = letterOf({ controlId: `LETTER-${run}-${person}`, person, to: [`lettre.${person}@test.mssante.fr`] })
    const movement = writeMovement({
      ins: letter.ins,
      ipp: letter.ipp,
      visit: `V-T${person}`,
      controlId: `ADT-${run}-${person}`,
      startsAt: minutesAgo(30),
      place,
    })
    const order = when === 'before' ? [letter.bytes, movement] : [movement, letter.bytes]
    for (const message of order) expect(verdict(await exchange(sandbox.mllp, message))).toBe('AA')
    const document = await eventually('the document', async () =>
      (await found<DocumentReference>(`DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${letter.documentId}`)}`)).at(0),
    )
    const encounter = await encounterWhen(`V-T${person}`, one => one.status === 'in-progress' && one.location?.[0]?.location.display === 'U1')
    expect(document.context?.encounter?.[0]?.reference).toBe(`Encounter/${encounter.id}`)
    expect(await encountersOf(`V-T${person}`)).toHaveLength(1)
    expect(document.subject?.reference).toBe(encounter.subject?.reference)
  })
})

describe.concurrent('the circle', () => {
  it('hears of an admission, a transfer and a discharge, each once, at its level; whoever cares for the person reads the stay by its number', async () => {
    const dac = await Vendor.of(sandbox, 'dac')
    const gp = await Vendor.of(sandbox, 'gp-portal')
    const { patient: person, ifNoneExist } = newPerson()
    const ins = person.identifier?.[0]?.value ?? ''
    const patient = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await dac.create(consent(patient, 'information', dac.structure))
    const mailbox = `dr.${run}@test.mssante.fr`
    const doctor = (await professionalOf(gp, { address: mailbox })).role
    await dac.create(circle(patient, dac.structure, [{ member: dac.structure }, { member: doctor }]))
    const visit = `V-${run}-circle`
    const send = (change: MovementChange): Promise<string> =>
      exchange(sandbox.mllp, writeMovement({ ins, ipp: `IPP-${run}-circle`, visit, controlId: crypto.randomUUID().slice(0, 20), ...change }))
    for (const [at, trigger] of ['A01', 'A02', 'A03'].entries())
      expect(verdict(await send({ trigger, id: String(at), startsAt: minutesAgo(60 - at * 10), place: `U${at}^^^CH-1&1.2.250.1.999.8&ISO` }))).toBe('AA')
    const encounter = await encounterWhen(visit, one => one.status === 'finished')
    expect(encounter.subject?.reference).toBe(patient)
    const mails = await eventually('three notices', async () => {
      const all = (await mailsOf(sandbox, mailbox)).map(mail => PostalMime.parse(mail))
      return all.length >= 3 ? Promise.all(all) : undefined
    })
    expect(mails.map(({ text }) => /Une admission|changement de service|Une sortie/.exec(text ?? '')?.[0])).toEqual([
      'Une admission',
      'changement de service',
      'Une sortie',
    ])
    expect(mails[0]?.text).toContain('Service : Chirurgie')
    const answer = await dac.send<Bundle<Encounter>>('GET', `Encounter?identifier=${encodeURIComponent(`urn:oid:${VISIT_OID}|${visit}`)}&patient=${patient}`)
    expect(answer.body.entry?.map(entry => entry.resource?.id)).toEqual([encounter.id])
  })
})

describe.concurrent('a movement is refused', () => {
  it.each<[string, MovementChange, string]>([
    ['an update of an unknown one', { trigger: 'Z99', act: 'UPDATE', origin: 'A01', id: 'never' }, 'AE ZBE^1^1 207'],
    ['a cancellation of an unknown one', { trigger: 'A11', act: 'CANCEL', origin: 'A01', id: 'never' }, 'AE ZBE^1^1 207'],
    ['a cancellation that is not of the current one', { trigger: 'A11', act: 'CANCEL', origin: 'A01', id: '1' }, 'AE ZBE^1^1 207'],
    ['an end', { trigger: 'A02', id: '9', set: { 'ZBE-3': '20260301' } }, 'AE ZBE^1^3 198'],
    ['no ZBE-6', { trigger: 'A12', act: 'CANCEL', id: '2' }, 'AE ZBE^1^6 101'],
    ['an empty PID-32', { trigger: 'A02', id: '9', status: '' }, 'AE PID^1^32 101'],
    ['A08', { trigger: 'A08', act: 'UPDATE', origin: 'A01', id: '1' }, 'AE MSH^1^9 201'],
  ])('%s', async (_, change, expected) => {
    const { send } = visitor()
    await send({ id: '1', startsAt: minutesAgo(60) })
    await send({ trigger: 'A02', id: '2', startsAt: minutesAgo(30) })
    expect(verdict(await send({ startsAt: minutesAgo(10), ...change }))).toBe(expected)
  })

  it('but A08 is taken from the sender that writes it for Z99', async () => {
    const { send, visit } = visitor()
    const sender = 'A08|CH-A08'
    expect(verdict(await send({ sender, id: '1', startsAt: minutesAgo(60) }))).toBe('AA')
    expect(verdict(await send({ sender, trigger: 'A08', act: 'UPDATE', origin: 'A01', id: '1', startsAt: minutesAgo(50) }))).toBe('AA')
    await encounterWhen(visit, one => Date.parse(one.period?.start ?? '') > Date.now() - 55 * 60_000)
  })
})

describe.concurrent('alerts', () => {
  it('are told exactly once, and taken back under the same identifier when the grace time is over', async () => {
    const [again, gone, back, old, historic] = [visitor(), visitor(), visitor(), visitor(), visitor()]
    const cancel = { act: 'CANCEL' as const }
    for (const person of [again, gone, back]) await person.send({ id: '1', startsAt: minutesAgo(30) })
    await old.send({ id: '1', startsAt: minutesAgo(60 * 25) })
    await historic.send({ id: '1', startsAt: minutesAgo(30), set: { 'ZBE-5': 'Y' } })
    for (const person of [again, gone, back]) await declaredTimes(person.ins, 1)

    for (const person of [again, gone])
      await person.send({ ...cancel, trigger: 'A11', origin: 'A01', id: '1', startsAt: minutesAgo(30), recordedAt: minutesAgo(2) })
    expect(verdict(await again.send({ id: '2', startsAt: minutesAgo(1) }))).toBe('AA')
    await back.send({ trigger: 'A03', id: '2', startsAt: minutesAgo(5) })
    await declaredTimes(back.ins, 2)
    await back.send({ ...cancel, trigger: 'A13', origin: 'A03', id: '2', startsAt: minutesAgo(5), recordedAt: minutesAgo(1) })

    const [admission, withdrawal, ...more] = await declaredWithin(gone.ins, 2)
    expect(more).toEqual([])
    expect(admission).toMatchObject({ type: 'ADM', status: 'active' })
    expect(withdrawal).toMatchObject({ type: 'ADM', status: 'revoked', identifier: admission?.identifier })
    expect(withdrawal?.time).toBeGreaterThan(admission?.time ?? 0)
    const [, discharge, undone] = await declaredWithin(back.ins, 3)
    expect(undone).toMatchObject({ type: 'SOR', status: 'revoked', identifier: discharge?.identifier })
    const reopened = await encounterWhen(back.visit, one => one.status === 'in-progress')
    expect(reopened.period?.end).toBeUndefined()
    expect((await declared(again.ins)).map(({ type, status }) => `${type} ${status}`)).toEqual(['ADM active'])
    for (const person of [old, historic]) {
      await encounterWhen(person.visit, one => one.status === 'in-progress')
      expect(await declared(person.ins)).toEqual([])
    }
  }, 200_000)

  it('of a stay that a vendor writes are declared as often as they change', async () => {
    const hospital = await Vendor.of(sandbox, 'hospital')
    const { patient: person, ifNoneExist } = newPerson()
    const ins = person.identifier?.[0]?.value ?? ''
    const subject = { reference: `Patient/${(await hospital.create(person, ifNoneExist)).id}` }
    const [start, end] = [90, 30].map(minutes => new Date(Date.now() - minutes * 60_000).toISOString()) as [string, string]
    const stay: Encounter = {
      resourceType: 'Encounter',
      identifier: [{ type: { coding: [{ system: SYSTEM.v20203, code: 'VN' }] }, system: `urn:oid:${VISIT_OID}`, value: `V-${run}-vendor` }],
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject,
      period: { start },
      serviceProvider: { reference: hospital.structure },
    }
    let current = await hospital.create(stay)
    for (const change of [
      { status: 'finished', period: { start, end } },
      { status: 'in-progress', period: { start } },
      { status: 'finished', period: { start, end } },
      { status: 'cancelled' },
    ] as const) {
      const answer = await hospital.put<Encounter>({ ...current, ...change })
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      current = answer.body as typeof current
    }
    const told = await declaredTimes(ins, 6)
    expect(told.map(({ type, status }) => `${type} ${status}`).sort()).toEqual(
      ['ADM active', 'SOR active', 'SOR revoked', 'SOR active', 'SOR revoked', 'ADM revoked'].sort(),
    )
    expect(new Set(told.map(({ identifier }) => identifier)).size).toBe(2)
  })

  const declaredWithin = (ins: string, times: number): Promise<Told[]> =>
    eventually(
      `${times} declarations`,
      async () => {
        const told = await declared(ins)
        return told.length >= times ? told : undefined
      },
      (sandbox.alertGraceSeconds + 60) * 1000,
    )
})

const PERSONS = Number(process.env['HUB_TEST_STAY_PERSONS'] ?? 12)
/** How long the flows may take behind the last message: with the day of a whole hospital, long. */
const PATIENCE = 90_000 + PERSONS * 3_000

describe.concurrent('a day of movements', () => {
  /** The day of one person, in order; `kind` says how it goes. */
  function day(kind: number, person: ReturnType<typeof visitor>): Buffer[] {
    const at = (minutes: number): string => minutesAgo(600 - minutes)
    const place = (unit: string): string => `${unit}^^^CH-1&1.2.250.1.999.8&ISO`
    const first = kind % 3 === 0 ? 'A04' : 'A01'
    const story: MovementChange[] = [
      { trigger: first, id: '1', startsAt: at(0), place: place('U1'), class: kind % 3 === 0 ? 'E' : 'I' },
      { trigger: 'A02', id: '2', startsAt: at(60), place: place('U2') },
      { trigger: 'A02', id: '3', startsAt: at(120), place: place('U3') },
      ...(kind % 2 === 0 ? [{ trigger: 'A12', act: 'CANCEL' as const, origin: 'A02', id: '3', startsAt: at(120), recordedAt: at(125) }] : []),
      { trigger: 'Z99', act: 'UPDATE', origin: first, id: '1', startsAt: at(5), recordedAt: at(130), place: place('U1'), class: kind % 3 === 0 ? 'E' : 'I' },
      { trigger: 'A03', id: '4', startsAt: at(300), place: place(kind % 2 === 0 ? 'U2' : 'U3') },
    ]
    return story.map(change => person.message(change))
  }

  const shape = ({ status, statusHistory, class: c, classHistory, location }: Encounter) => ({
    status,
    class: c.code,
    statuses: statusHistory?.map(one => one.status),
    classes: classHistory?.map(one => one.class.code),
    locations: location?.map(one => [one.location.display, one.status]),
  })

  it(
    `of ${PERSONS} persons, shuffled and doubled, ends as the ordered one; each alert is told once`,
    async () => {
      const ordered = Array.from({ length: PERSONS }, () => visitor())
      const shuffled = Array.from({ length: PERSONS }, () => visitor())
      for (const [kind, person] of ordered.entries()) for (const message of day(kind, person)) expect(verdict(await exchange(sandbox.mllp, message))).toBe('AA')
      let waiting = shuffled.flatMap((person, kind) => day(kind, person)).flatMap(message => [message, message])
      // What came before what it speaks of is refused; its sender sends it again.
      for (let round = 0; waiting.length > 0; round += 1) {
        expect(round).toBeLessThan(6)
        waiting.sort(() => Math.random() - 0.5)
        const refused: Buffer[] = []
        for (let at = 0; at < waiting.length; at += 16)
          await Promise.all(
            waiting.slice(at, at + 16).map(async message => {
              if (verdict(await exchange(sandbox.mllp, message)) !== 'AA') refused.push(message)
            }),
          )
        waiting = refused
      }
      for (const [index, person] of shuffled.entries()) {
        const other = await encounterWhen(ordered[index]?.visit ?? '', one => one.status === 'finished', PATIENCE)
        await eventually(
          `the same stay for ${index}`,
          async () => {
            const [one, ...more] = await encountersOf(person.visit)
            expect(more).toEqual([])
            expect(one === undefined ? undefined : shape(one)).toEqual(shape(other))
            return true
          },
          PATIENCE,
        )
        for (const { ins } of [person, ordered[index] ?? person]) {
          const told = await declaredTimes(ins, 2)
          expect(told.map(({ type, status }) => `${type} ${status}`).sort()).toEqual(['ADM active', 'SOR active'])
        }
      }
    },
    240_000 + 2 * PATIENCE,
  )
})
