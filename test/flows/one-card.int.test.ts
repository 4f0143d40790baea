import { readFileSync } from 'node:fs'
import type { Binary, Bundle, DocumentReference, Patient } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { LETTER } from '../../gateway/demo/letter-header.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { newDocumentId, ownPersons } from '../support/letters.ts'
import { professionalOf } from '../support/members.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { refusals, Vendor } from '../support/vendor.ts'
import { type VersionOf, versionOf } from '../support/versions.ts'

// One document, one card: a hospital sends a document by message and deposits it through the FHIR door, in either order, replaces it and takes it back by the other door.

const SIMPLIFIED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish'
const PERSON = ownPersons()
const AT = new Date('2026-06-05T08:00:00Z')

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const hospital = await Vendor.of(sandbox, 'hospital')
const stranger = await Vendor.of(sandbox, 'hospital-2')

describe('a document that comes by message and through the FHIR door', () => {
  const run = crypto.randomUUID().slice(0, 8)
  const to = (name: string): string => `${name}.${run}@test.mssante.fr`
  let patient = ''

  const letter = (documentId: string, more: Partial<VersionOf> = {}) => {
    const { edit: last = text => text, ...rest } = more
    const edit = (cda: string): string => last(cda.replaceAll(LETTER.hospital.id, '1540990017'))
    const controlId = `CARD-${run}-${crypto.randomUUID().slice(0, 8)}`
    const flags = { DESTMSSANTEPS: 'Y' } as const
    return { controlId, ...versionOf({ act: 'create', documentId, at: AT, version: 1, controlId, person: PERSON, to: [to('nomme')], flags, ...rest, edit }) }
  }
  type Sent = ReturnType<typeof letter>

  /** Out: what the acknowledgement says; a taken message has done its work then. */
  const bySender = async ({ controlId, bytes }: Sent): Promise<string> => {
    const ack = await exchange(sandbox.mllp, bytes)
    if (ack.includes('MSA|AA')) await completeFlow(sandbox, operator, controlId)
    return ack
  }
  const card = (documentId: string, cda: string, more: Partial<DocumentReference> = {}): DocumentReference => ({
    resourceType: 'DocumentReference',
    meta: { profile: [SIMPLIFIED] },
    masterIdentifier: { system: SYSTEM.uri, value: `urn:oid:${documentId}` },
    status: 'current',
    type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] },
    subject: { reference: patient },
    date: '2026-06-05T08:00:00+02:00',
    author: [{ reference: hospital.structure }],
    custodian: { reference: hospital.structure },
    content: [{ attachment: { title: 'Lettre', contentType: 'text/xml', data: Buffer.from(cda).toString('base64') } }],
    context: { period: { start: '2026-06-05T08:00:00+02:00' } },
    ...more,
  })
  const replacing = (id: string | undefined): Partial<DocumentReference> => ({
    relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${id}` } }],
  })
  const cardsOf = async (documentId: string): Promise<DocumentReference[]> => {
    const { entry = [] } = await getJson<Bundle<DocumentReference>>(
      `${sandbox.hapi}/DocumentReference?identifier=urn:oid:${documentId}&_=${crypto.randomUUID()}`,
    )
    return entry.flatMap(({ resource }) => resource ?? [])
  }
  const standing = async (documentId: string): Promise<string[]> => (await cardsOf(documentId)).map(({ status }) => status)
  const changeOf = async (vendor: Vendor, reference: string): Promise<number> =>
    (await vendor.patch(reference, [{ op: 'replace', path: '/status', value: 'entered-in-error' }])).status

  beforeAll(async () => {
    const first = letter(newDocumentId())
    expect(await bySender(first)).toContain('MSA|AA')
    patient = (await cardsOf(first.documentId))[0]?.subject?.reference ?? ''
    const [dac, gp] = [await Vendor.of(sandbox, 'dac'), await Vendor.of(sandbox, 'gp-portal')]
    const { id: _id, meta: _meta, ...traits } = await getJson<Patient>(`${sandbox.hapi}/${patient}`)
    const ins = traits.identifier?.find(({ system }) => system === 'urn:oid:1.2.250.1.213.1.4.10')
    for (const vendor of [hospital, stranger, dac]) await vendor.create(traits, `identifier=${ins?.system}|${ins?.value}`)
    await dac.create(consent(patient, 'information', dac.structure))
    const members = [(await professionalOf(gp, { address: to('dr') })).role, hospital.structure, dac.structure]
    await dac.create(
      circle(
        patient,
        dac.structure,
        members.map(member => ({ member })),
      ),
    )
  })

  it('sent, then deposited with the same bytes: the card of the message is answered, and nothing changes; other bytes are 409', async () => {
    const message = letter(newDocumentId())
    expect(await bySender(message)).toContain('MSA|AA')
    const [before] = await cardsOf(message.documentId)
    const again = await hospital.post(card(message.documentId, message.cda))
    expect([again.status, again.body.id, again.version]).toEqual([200, before?.id, before?.meta?.versionId])
    const other = await hospital.post(card(message.documentId, `${message.cda}\n`))
    expect([other.status, await cardsOf(message.documentId)]).toEqual([409, [before]])
  })

  it('sent, then deposited as ITI-65: no second card', async () => {
    const message = letter(newDocumentId())
    expect(await bySender(message)).toContain('MSA|AA')
    const [before] = await cardsOf(message.documentId)
    const url = `urn:uuid:${crypto.randomUUID()}`
    const content: Binary = { resourceType: 'Binary', contentType: 'text/xml', data: Buffer.from(message.cda).toString('base64') }
    const example = JSON.parse(readFileSync('profiles/fhir/examples/pdsm-comprehensive-document-reference.json', 'utf8')) as DocumentReference
    const { masterIdentifier, subject, custodian } = card(message.documentId, '')
    const attached = { attachment: { ...example.content[0]?.attachment, contentType: 'text/xml', url } }
    const own = { ...example, masterIdentifier, subject, custodian, content: [attached] } as DocumentReference
    const kept = await hospital.transact([{ resource: own }, { resource: content, fullUrl: url }])
    expect(refusals(kept)).toEqual([])
    expect(kept.body.entry?.[0]?.response?.location).toContain(`DocumentReference/${before?.id}/_history/1`)
    expect(await cardsOf(message.documentId)).toEqual([before])
  })

  it('who may not see the card learns its id from the same bytes, and nothing else', async () => {
    const message = letter(newDocumentId())
    expect(await bySender(message)).toContain('MSA|AA')
    const [before] = await cardsOf(message.documentId)
    const own = card(message.documentId, message.cda, { author: [{ reference: stranger.structure }], custodian: { reference: stranger.structure } })
    const met = await stranger.post(own)
    expect([met.status, met.body.id, met.body.custodian?.reference]).toEqual([200, before?.id, stranger.structure])
    expect((await stranger.get(`DocumentReference/${before?.id}`)).status).toBe(404)
    expect((await stranger.post({ ...own, content: card('', '<other/>').content })).status).toBe(409)
    expect(await cardsOf(message.documentId)).toEqual([before])
  })

  it('deposited, then sent with the same bytes: the card stays, whom the message names is told, whoever was told is not; other bytes are AE', async () => {
    const message = letter(newDocumentId())
    const earlier = (await mailsOf(sandbox, to('dr'))).length
    const deposited = await hospital.create(card(message.documentId, message.cda))
    await eventually('told of the deposit', async () => ((await mailsOf(sandbox, to('dr'))).length > earlier ? true : undefined))
    const named = (await mailsOf(sandbox, to('nomme'))).length
    expect(await bySender(message)).toContain('MSA|AA')
    const [after, ...others] = await cardsOf(message.documentId)
    expect([others, after?.id, after?.meta?.versionId, after?.content[0]?.attachment.title]).toEqual([[], deposited.id, '1', 'Lettre'])
    expect(await mailsOf(sandbox, to('nomme'))).toHaveLength(named + 1)
    expect(await mailsOf(sandbox, to('dr'))).toHaveLength(earlier + 1)
    expect(await bySender(letter(message.documentId, { edit: cda => `${cda}\n` }))).toMatch(/MSA\|AE.*ERR.*207/s)
  })

  it('what the message hides from somebody, the deposited card hides too', async () => {
    const documentId = newDocumentId()
    const message = letter(documentId, { flags: { INVISIBLE_PATIENT: 'Y', DESTMSSANTEPS: 'Y' } })
    await hospital.create(card(documentId, message.cda))
    expect(await bySender(message)).toContain('MSA|AA')
    const labels = (await cardsOf(documentId)).flatMap(({ securityLabel = [] }) => securityLabel.flatMap(({ coding = [] }) => coding.map(({ code }) => code)))
    expect(labels).toEqual(['INVISIBLE_PATIENT'])
  })

  it('is replaced by either door, the latest version alone, and taken back by either', async () => {
    const [one, two, three] = [newDocumentId(), newDocumentId(), newDocumentId()]
    await hospital.create(card(one, letter(one).cda))
    expect(await bySender(letter(two, { act: 'replace', version: 2, replaces: one }))).toContain('MSA|AA')
    expect([await standing(one), await standing(two)]).toEqual([['superseded'], ['current']])
    const last = letter(three, { version: 3, replaces: two })
    await hospital.create(card(three, last.cda, replacing((await cardsOf(two))[0]?.id)))
    expect([await standing(two), await standing(three)]).toEqual([['superseded'], ['current']])
    expect(await bySender(letter(newDocumentId(), { act: 'replace', version: 3, replaces: two }))).toMatch(/MSA\|AE.*ERR.*900/s)
    expect(await bySender(letter(three, { act: 'delete', version: 3, replaces: two }))).toContain('MSA|AA')
    expect([await standing(two), await standing(three)]).toEqual([['superseded'], ['entered-in-error']])
  })

  it('taken back through the FHIR door it is replaced by no message, and by nobody but who keeps it', async () => {
    const message = letter(newDocumentId())
    expect(await bySender(message)).toContain('MSA|AA')
    const reference = `DocumentReference/${(await cardsOf(message.documentId))[0]?.id}`
    const dac = await Vendor.of(sandbox, 'dac')
    expect([await changeOf(dac, reference), await standing(message.documentId)]).toEqual([403, ['current']])
    expect(await changeOf(hospital, reference)).toBe(200)
    expect(await bySender(letter(newDocumentId(), { act: 'replace', version: 2, replaces: message.documentId }))).toMatch(/MSA\|AE.*ERR.*900/s)
    expect(await bySender(letter(message.documentId, { act: 'delete' }))).toContain('MSA|AA')
    expect(await standing(message.documentId)).toEqual(['entered-in-error'])
  })

  it('comes after what replaces it: superseded, and told to nobody', async () => {
    const [one, two] = [newDocumentId(), newDocumentId()]
    expect(await bySender(letter(two, { act: 'replace', version: 2, replaces: one }))).toContain('MSA|AA')
    const told = (await mailsOf(sandbox, to('dr'))).length
    const late = await hospital.create(card(one, letter(one).cda))
    expect([late.status, await standing(one), await standing(two)]).toEqual(['superseded', ['superseded'], ['current']])
    expect(await mailsOf(sandbox, to('dr'))).toHaveLength(told)
  })

  it('by both doors at the same instant: of other bytes one is taken, of the same bytes both, on one card', async () => {
    for (const change of ['\n', '']) {
      const documentId = newDocumentId()
      const message = letter(documentId, { edit: cda => `${cda}${change}` })
      const [ack, answer] = await Promise.all([exchange(sandbox.mllp, message.bytes), hospital.post(card(documentId, letter(documentId).cda))])
      const taken = [ack.includes('MSA|AA'), answer.status < 300]
      if (taken[0]) await completeFlow(sandbox, operator, message.controlId)
      expect(taken.filter(one => one)).toHaveLength(change === '' ? 2 : 1)
      expect(await standing(documentId)).toEqual(['current'])
    }
  })
})
