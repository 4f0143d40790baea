import { readFileSync } from 'node:fs'
import type { Binary, Bundle, CareTeam, DocumentReference, FhirResource, Observation, Provenance } from 'fhir/r4.js'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { only } from '../../mappers/cda/datatypes.ts'
import { LETTER } from '../../gateway/demo/letter-header.ts'
import { cardHouse, replacing } from '../support/cards.ts'
import { type Letter, newDocumentId, ownPersons } from '../support/letters.ts'
import { INS_TEST, qualifiedPatient } from '../support/persons.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { refusals, Vendor } from '../support/vendor.ts'
import { versionOf } from '../support/versions.ts'

// One document, one card: a hospital sends a document by message and deposits it through the FHIR door, in either order, replaces it and takes it back by the other door.

const VISIBILITY = 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument'

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const stranger = await Vendor.of(sandbox, 'hospital-2')
const { dac: coordinator, hospital, to, letter, bySender, card, cardsOf, standing } = await cardHouse(sandbox, { presenting: [stranger] })

describe('a document that comes by message and through the FHIR door', () => {
  const changeOf = async (vendor: Vendor, reference: string): Promise<number> =>
    (await vendor.patch(reference, [{ op: 'replace', path: '/status', value: 'entered-in-error' }])).status

  /** What the ledger decides by, beside the card. */
  const hiddenBy = async (reference: string): Promise<unknown[]> => {
    const ledger = new pg.Client({ connectionString: sandbox.postgres })
    await ledger.connect()
    const { rows } = await ledger.query<{ detail: unknown }>("select detail from access where kind = 'hidden' and source = $1", [reference])
    await ledger.end()
    return rows.map(({ detail }) => detail)
  }

  /** What a message made, as it stands: the card and what the Provenance of the message names beside it. */
  const madeOf = async (reference: string): Promise<FhirResource[]> => {
    const { entry = [] } = await getJson<Bundle<Provenance>>(`${sandbox.hapi}/Provenance?target=${reference}&_=${crypto.randomUUID()}`)
    const targets = entry.flatMap(({ resource }) => resource?.target ?? []).flatMap(({ reference: name = '' }) => name.replace(/\/_history.*/, ''))
    const names = [...new Set(targets)].filter(name => !name.startsWith('Binary/')).sort()
    return Promise.all(names.map(name => getJson<FhirResource>(`${sandbox.hapi}/${name}`)))
  }

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

  it('sent again, it takes nothing back that was changed through the FHIR door: hidden stays hidden, withdrawn too, what was an error stays one', async () => {
    const { documentId, ...first } = letter(newDocumentId())
    expect(await bySender(first)).toContain('MSA|AA')
    const card = `DocumentReference/${(await cardsOf(documentId))[0]?.id}`
    const made = await madeOf(card)
    const nameOf = (type: string): string => `${type}/${made.find(({ resourceType }) => resourceType === type)?.id}`
    const labels = [{ coding: [{ system: VISIBILITY, code: 'INVISIBLE_PATIENT' }] }]
    expect((await hospital.patch(card, [{ op: 'add', path: '/securityLabel', value: labels }])).status).toBe(200)
    const category = [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'exam' }] }]
    const observation = await coordinator.read<Observation>(nameOf('Observation'))
    expect(refusals(await coordinator.put({ ...observation, category, status: 'entered-in-error' }))).toEqual([])
    const changed = await madeOf(card)
    expect(await bySender(letter(documentId))).toContain('MSA|AA')
    expect(await madeOf(card)).toEqual(changed)
    expect(await hiddenBy(card)).toEqual([{ flags: ['INVISIBLE_PATIENT'] }])
    expect(await bySender(letter(documentId, { act: 'delete' }))).toContain('MSA|AA')
    expect([await standing(documentId), await hiddenBy(card)]).toEqual([['entered-in-error'], [{ flags: ['INVISIBLE_PATIENT'] }]])
  })

  it('sent again, it leaves the circle that it had proposed and that was confirmed since', async () => {
    const [documentId, person] = [newDocumentId(), ownPersons()]
    const edit = (cda: string): string => cda.replaceAll(LETTER.hospital.id, '1540990025')
    const send = async (): Promise<Letter> => {
      const controlId = `CIRCLE-${crypto.randomUUID().slice(0, 8)}`
      const sent = versionOf({ act: 'create', documentId, at: new Date('2026-06-05T08:00:00Z'), version: 1, controlId, person, flags: {}, edit })
      expect(await exchange(sandbox.mllp, sent.bytes)).toContain('MSA|AA')
      await completeFlow(sandbox, operator, controlId)
      return sent
    }
    const { ins } = await send()
    const [card] = await cardsOf(documentId)
    const proposed = (await madeOf(`DocumentReference/${card?.id}`)).find(({ resourceType }) => resourceType === 'CareTeam') as CareTeam
    expect(proposed.status).toBe('proposed')
    const patient = `Patient/${(await coordinator.create(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`)).id}`
    await coordinator.create(consent(patient, 'information', coordinator.structure))
    const own = circle(patient, coordinator.structure, [{ member: coordinator.structure }])
    const participant = [...(proposed.participant ?? []), ...(own.participant ?? [])]
    const confirmed = { ...own, ...only('identifier', proposed.identifier), id: proposed.id, meta: proposed.meta, participant } as CareTeam
    expect(refusals(await coordinator.put(confirmed))).toEqual([])
    await send()
    expect((await getJson<CareTeam>(`${sandbox.hapi}/CareTeam/${proposed.id}`)).status).toBe('active')
  })

  it('sent again with another word on who may see it, the last word counts while nobody changed the card through the FHIR door', async () => {
    const documentId = newDocumentId()
    const labels = async () =>
      (await cardsOf(documentId)).flatMap(({ securityLabel = [] }) => securityLabel.flatMap(({ coding = [] }) => coding.map(({ code }) => code)))
    expect(await bySender(letter(documentId, { flags: { INVISIBLE_PATIENT: 'Y', DESTMSSANTEPS: 'Y' } }))).toContain('MSA|AA')
    expect(await labels()).toContain('INVISIBLE_PATIENT')
    expect(await bySender(letter(documentId))).toContain('MSA|AA')
    expect(await labels()).not.toContain('INVISIBLE_PATIENT')
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
