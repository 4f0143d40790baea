import { randomUUID } from 'node:crypto'
import type { Bundle, CarePlan, Composition, DocumentReference, OperationOutcome, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { circleOf, entry, planOf, ROLE, visit } from '../../support/care.ts'
import { careHouse } from '../../support/care-house.ts'
import { letterOf, ownPersons } from '../../support/letters.ts'
import { completeFlow, exchange, getJson, readSandbox, token } from '../../support/sandbox.ts'
import { consent } from '../../support/support-requests.ts'
import { refusals, Vendor } from '../../support/vendor.ts'

// What each level shows, as four structures of the started stack see one record: the practice whole, social services in part, the hospital what it wrote, a stranger nothing.

const sandbox = readSandbox()

/** Of one letter, as the store has them. */
interface LetterResources {
  patient: string
  document: string
  binary: string
  composition: string
}

async function letterTo(person: number, flags: Record<string, 'Y'>): Promise<LetterResources> {
  const controlId = `LEVEL-${randomUUID().slice(0, 8)}`
  const letter = letterOf({ controlId, person, to: ['dr.niveau@test.mssante.fr'], flags: { DESTMSSANTEPS: 'Y', ...flags } })
  expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA')
  await completeFlow(sandbox, await token(sandbox, 'operator'), controlId)
  const documents = await getJson<Bundle<DocumentReference>>(
    `${sandbox.hapi}/DocumentReference?identifier=urn:oid:${letter.documentId.replace(/^urn:oid:/, '')}`,
  )
  const document = documents.entry?.[0]?.resource
  const compositions = await getJson<Bundle<Composition>>(`${sandbox.hapi}/Composition?subject=${document?.subject?.reference}&_sort=-_lastUpdated&_count=1`)
  return {
    patient: document?.subject?.reference ?? '',
    document: `DocumentReference/${document?.id}`,
    binary: document?.content[0]?.attachment.url ?? '',
    composition: `Composition/${compositions.entry?.[0]?.resource?.id}`,
  }
}

const practice = (await careHouse(sandbox)).gp
const social = await Vendor.of(sandbox, 'social')
const stranger = await Vendor.of(sandbox, 'dac-2')
const person = ownPersons()
const open = await letterTo(person, {})
const masked = await letterTo(person, { MASQUE_PS: 'Y' })
const patient = open.patient
const members = [entry(practice.structure, ROLE.coordinator), entry(social.structure, ROLE.member)]
const circle = `urn:uuid:${randomUUID()}`
const planned = `urn:uuid:${randomUUID()}`
// As if the person had come to the practice with his card: it is told his id, and may refer to it.
const stored = await getJson<Patient>(`${sandbox.hapi}/${patient}`)
const ins = stored.identifier?.find(({ system }) => system === 'urn:oid:1.2.250.1.213.1.4.10')
const { id: _id, meta: _meta, ...traits } = stored
const answer = await practice.transact([
  { resource: traits, ifNoneExist: `identifier=${ins?.system}|${ins?.value}` },
  { fullUrl: circle, resource: circleOf(patient, practice.structure, members) },
  { resource: consent(patient, 'information', practice.structure) },
  {
    fullUrl: planned,
    resource: planOf(patient, { author: { reference: practice.structure }, careTeam: [{ reference: circle }], activity: [visit('mon', practice.structure)] }),
  },
])
expect(answer.status, JSON.stringify(answer.body)).toBe(200)
const plan = answer.body.entry?.map(one => /CarePlan\/[^/]+/.exec(one.response?.location ?? '')?.[0]).find(one => one !== undefined) ?? ''

const idsOf = (bundle: Bundle): string[] => (bundle.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`)

describe('complet', () => {
  it('reads the letter, its text and its bytes', async () => {
    for (const path of [open.document, open.composition, open.binary]) expect([path, (await practice.send('GET', path)).status]).toEqual([path, 200])
  })

  it('a letter that is masked to professionals is not there, nor what was made of it, in any way of asking', async () => {
    for (const path of [masked.document, masked.composition, masked.binary, `${masked.document}/_history/1`]) {
      expect([path, (await practice.send('GET', path)).status]).toEqual([path, 404])
    }
    for (const query of [`DocumentReference?patient=${patient}`, `Composition?patient=${patient}`, `${patient}/$everything?_count=200`]) {
      const { status, body } = await practice.send<Bundle>('GET', query)
      expect([query, status]).toEqual([query, 200])
      expect(idsOf(body)).not.toContain(masked.document)
      expect(idsOf(body)).not.toContain(masked.composition)
      if (!query.includes('$')) expect(body.total).toBe(idsOf(body).length)
    }
  })
})

describe('minimal', () => {
  it('reads a part of the plan, marked as one, with the version of the whole', async () => {
    const whole = await practice.read<CarePlan>(plan)
    const { status, headers, body } = await social.send<CarePlan>('GET', plan)
    expect([status, headers.get('etag')]).toEqual([200, `W/"${whole.meta?.versionId}"`])
    expect([body.title, body.meta?.tag?.map(({ code }) => code)]).toEqual([undefined, ['SUBSETTED']])
    const found = await social.send<Bundle<CarePlan>>('GET', `CarePlan?patient=${patient}`)
    expect([found.body.total, found.body.entry?.[0]?.resource?.title]).toEqual([1, undefined])
  })

  it('what asks about elements it does not show is refused, whatever the value', async () => {
    for (const query of ['category=PPCS', 'category=nothing', 'activity-code=x', '_sort=category', 'goal:missing=false']) {
      expect([query, refusals(await social.send('GET', `CarePlan?patient=${patient}&${query}`))]).toEqual([query, ['403 forbidden at CarePlan']])
    }
    expect((await social.send('GET', `${plan}/$diff`)).status).toBe(403)
  })

  it('of somebody else the same filters find nothing, as of nobody', async () => {
    for (const person of [patient, `Patient/${randomUUID()}`]) {
      const { status, body } = await stranger.send<Bundle>('GET', `CarePlan?patient=${person}&category=PPCS`)
      expect([status, body.total, body.entry]).toEqual([200, 0, undefined])
    }
  })
})

describe('nothing', () => {
  it('the answer about a person who may not be seen is that about nobody, word for word but the id of the request', async () => {
    const shape = async (path: string): Promise<unknown> => {
      const { status, headers, body } = await stranger.send<OperationOutcome>('GET', path)
      const issue = body.issue?.map(({ diagnostics: _diagnostics, ...one }) => one)
      return [status, [...headers.keys()].sort(), issue]
    }
    const nobody = `Patient/${randomUUID()}`
    expect(await shape(patient)).toEqual(await shape(nobody))
    expect(await shape(`${patient}/$everything`)).toEqual(await shape(`${nobody}/$everything`))
    expect(await shape(`${patient}/_history`)).toEqual(await shape(`${nobody}/_history`))
    expect(await shape(open.binary)).toEqual(await shape(`Binary/${randomUUID()}`))
  })
})
