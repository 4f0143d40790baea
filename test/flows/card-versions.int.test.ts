import { readFileSync } from 'node:fs'
import type { Binary, Bundle, DocumentReference, FhirResource, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { base64, cardHouse, replacing } from '../support/cards.ts'
import { newDocumentId } from '../support/letters.ts'
import { eventually, getJson, mailsOf, readSandbox } from '../support/sandbox.ts'
import { type Answer, refusals, rulesIn, Vendor } from '../support/vendor.ts'

// A deposited CDA is a version by what it says itself, as one of a message is; card and CDA agree; what is taken back is taken back with what was read of it.

const sandbox = readSandbox()
/** It sees the documents of the hospital, and keeps none of them. */
const member = await Vendor.of(sandbox, 'hospital-2')
const { dac, hospital, patient, to, letter, bySender, card, cardsOf, standing } = await cardHouse(sandbox, { members: [member] })

const statusTo = (status: DocumentReference['status']) => [{ op: 'replace', path: '/status', value: status }]
const idOf = async (documentId: string): Promise<string | undefined> => (await cardsOf(documentId))[0]?.id
const oid = (documentId: string) => ({ system: SYSTEM.uri, value: `urn:oid:${documentId}` })
const byMessage = async (more: Parameters<typeof letter>[1] = {}): Promise<string> => {
  const sent = letter(newDocumentId(), more)
  expect(await bySender(sent)).toContain('MSA|AA')
  return sent.documentId
}
const ITI_65 = JSON.parse(readFileSync('profiles/fhir/examples/pdsm-comprehensive-document-reference.json', 'utf8')) as DocumentReference

describe('a deposited CDA', () => {
  it('that replaces another one (RPLC) supersedes it, though its card names none: the card says so too', async () => {
    const [one, two] = [await byMessage(), newDocumentId()]
    const told = (await mailsOf(sandbox, to('dr'))).length
    const body = card(two, letter(two, { version: 2, replaces: one }).cda)
    const answer = await hospital.send<DocumentReference>('POST', 'DocumentReference', { body })
    expect([answer.status, refusals(answer)]).toEqual([201, []])
    expect([await standing(one), await standing(two)]).toEqual([['superseded'], ['current']])
    expect(answer.body.relatesTo).toEqual([
      { code: 'replaces', target: { reference: `DocumentReference/${await idOf(one)}`, type: 'DocumentReference', identifier: oid(one) } },
    ])
    expect(await bySender(letter(newDocumentId(), { act: 'replace', version: 3, replaces: one }))).toMatch(/MSA\|AE.*ERR.*900/s)
    await eventually('the circle is told', async () => ((await mailsOf(sandbox, to('dr'))).length > told ? true : undefined))
  })

  it('of a higher version of the same set supersedes the lower one; of no higher one it is taken beside it, with a warning', async () => {
    const setId = newDocumentId()
    const [one, two, three] = [await byMessage({ setId }), newDocumentId(), newDocumentId()]
    await hospital.create(card(two, letter(two, { version: 2, setId }).cda))
    expect([await standing(one), await standing(two)]).toEqual([['superseded'], ['current']])
    const third = letter(three, { version: 2, setId })
    const told = await hospital.send<FhirResource>('POST', 'DocumentReference', {
      body: card(three, third.cda),
      headers: { prefer: 'return=OperationOutcome' },
    })
    expect([told.status, JSON.stringify(told.body)]).toEqual([201, expect.stringContaining('document.version-not-higher')])
    expect([await standing(two), await standing(three)]).toEqual([['current'], ['current']])
  })

  it('that replaces what never came is taken; what it replaces comes superseded then, by message too, and nobody is told', async () => {
    const [one, two] = [newDocumentId(), newDocumentId()]
    const deposited = await hospital.create(card(two, letter(two, { version: 2, replaces: one }).cda))
    expect(deposited.relatesTo).toEqual([{ code: 'replaces', target: { type: 'DocumentReference', identifier: oid(one) } }])
    const told = (await mailsOf(sandbox, to('nomme'))).length
    expect(await bySender(letter(one))).toContain('MSA|AA')
    expect([await standing(one), await standing(two)]).toEqual([['superseded'], ['current']])
    expect(await mailsOf(sandbox, to('nomme'))).toHaveLength(told)
  })

  it.each<[string, string, (ids: { one: string; two: string; other: string }) => Promise<DocumentReference>]>([
    ['has another id than its card', 'document.other-id at DocumentReference.masterIdentifier', async ({ two, other }) => card(two, letter(other).cda)],
    [
      'replaces another document than its card says',
      'document.other-parent at DocumentReference.relatesTo',
      async ({ one, two, other }) => card(two, letter(two, { version: 2, replaces: other }).cda, replacing(await idOf(one))),
    ],
    ['is about another person', 'document.other-person at DocumentReference.subject', async ({ two }) => card(two, letter(two, { person: 7 }).cda)],
    [
      'says by its card that it replaces two',
      'document.replaces at DocumentReference.relatesTo',
      async ({ one, two }) =>
        card(two, letter(two).cda, {
          relatesTo: [one, one].flatMap(_ => replacing('x').relatesTo ?? []).map(link => ({ ...link, target: { identifier: oid(one) } })),
        }),
    ],
  ])('that %s is refused', async (_what, rule, made) => {
    const [one, other] = [await byMessage(), await byMessage()]
    const two = newDocumentId()
    const answer = await hospital.post(await made({ one, two, other }))
    expect([answer.status, rulesIn(answer)]).toEqual([422, [rule]])
    expect([await standing(one), await standing(two)]).toEqual([['current'], []])
  })
})

describe('a card that replaces another one', () => {
  it('named by its identifier alone, it is superseded', async () => {
    const [one, two] = [await byMessage(), newDocumentId()]
    await hospital.create(card(two, letter(two).cda, { relatesTo: [{ code: 'replaces', target: { identifier: oid(one) } }] }))
    expect([await standing(one), await standing(two)]).toEqual([['superseded'], ['current']])
  })

  it('of a person whom it contains, it is superseded', async () => {
    const [one, two] = [newDocumentId(), newDocumentId()]
    const { identifier = [] } = await hospital.read<Patient>(patient)
    const of = (documentId: string, more: Partial<DocumentReference>) => {
      const url = `urn:uuid:${crypto.randomUUID()}`
      const content: Binary = { resourceType: 'Binary', contentType: 'application/pdf', data: base64(`%PDF-1.4 ${documentId}`) }
      const attached = { attachment: { ...ITI_65.content[0]?.attachment, url } }
      const custodian = { reference: hospital.structure }
      const contained = [...(ITI_65.contained ?? []), { resourceType: 'Patient' as const, id: 'as-then', identifier }]
      const subject = { reference: '#as-then' }
      const own = { ...ITI_65, contained, subject, masterIdentifier: oid(documentId), custodian, content: [attached], ...more } as DocumentReference
      return hospital.transact([{ resource: own }, { resource: content, fullUrl: url }])
    }
    expect(refusals(await of(one, {}))).toEqual([])
    expect(refusals(await of(two, replacing(await idOf(one))))).toEqual([])
    expect([await standing(one), await standing(two)]).toEqual([['superseded'], ['current']])
  })

  it.each(['brought by message', 'deposited'])(
    'is written by who keeps it: who sees it and names its custodian as he finds him has no right by that, nor to take it back: %s',
    async how => {
      const [one, two] = [how === 'deposited' ? newDocumentId() : await byMessage(), newDocumentId()]
      if (how === 'deposited') await hospital.create(card(one, letter(one).cda))
      const reference = `DocumentReference/${await idOf(one)}`
      expect((await member.get(reference)).status).toBe(200)
      const forged = await member.post(card(two, letter(two, { version: 2, replaces: one }).cda, replacing(await idOf(one))))
      expect([forged.status, rulesIn(forged)]).toEqual([403, ['document.other_author at DocumentReference.masterIdentifier']])
      const taken = await member.patch(reference, statusTo('entered-in-error'))
      expect([taken.status, rulesIn(taken)]).toEqual([403, ['document.other_author at DocumentReference.masterIdentifier']])
      expect([await standing(one), await standing(two)]).toEqual([['current'], []])
      // Without a word of its card the CDA alone supersedes nothing of somebody else's.
      await member.create(card(two, letter(two, { version: 2, replaces: one }).cda))
      expect([await standing(one), await standing(two)]).toEqual([['current'], ['current']])
    },
  )
})

describe('a document that is taken back through the FHIR door', () => {
  /** What a message read of it, as the store has it: `Composition final`. */
  const madeOf = async (documentId: string): Promise<string[]> => {
    const types = ['Composition', 'Condition', 'Observation', 'MedicationStatement', 'AllergyIntolerance', 'Procedure', 'Encounter']
    const found = await Promise.all(
      types.map(type => getJson<Bundle>(`${sandbox.hapi}/${type}?_tag=${SYSTEM.document}|${documentId}&_count=200&_=${crypto.randomUUID()}`)),
    )
    return found.flatMap(({ entry = [] }) =>
      entry.map(({ resource }) => {
        const { resourceType, status, verificationStatus } = resource as {
          resourceType: string
          status?: string
          verificationStatus?: { coding: { code: string }[] }
        }
        return `${resourceType} ${status ?? verificationStatus?.coding[0]?.code}`
      }),
    )
  }

  it.each(['brought by message', 'deposited first'])('takes with it what was read of it: %s', async how => {
    const message = letter(newDocumentId())
    if (how === 'deposited first') await hospital.create(card(message.documentId, message.cda))
    expect(await bySender(message)).toContain('MSA|AA')
    const id = (await idOf(message.documentId)) ?? ''
    const before = await madeOf(id)
    expect(before).toContain('Composition final')
    expect(new Set(before.map(one => one.split(' ')[0])).size).toBeGreaterThan(2)
    expect((await hospital.patch(`DocumentReference/${id}`, statusTo('entered-in-error'))).status).toBe(200)
    expect(await madeOf(id)).toEqual(before.map(one => `${one.split(' ')[0]} entered-in-error`))
    expect((await dac.get<Bundle>(`Condition?patient=${patient}&verification-status=confirmed&_tag=${SYSTEM.document}|${id}`)).body.total).toBe(0)
  })

  it('is taken back for good, and one that was replaced is no second current one; that one is taken back by itself', async () => {
    const one = await byMessage()
    const two = await byMessage({ act: 'replace', version: 2, replaces: one })
    const at = async (documentId: string) => `DocumentReference/${await idOf(documentId)}`
    const refused = async (answer: Promise<Answer<unknown>>) => rulesIn(await answer)
    expect(await refused(hospital.patch(await at(one), statusTo('current')))).toEqual(['document.status at DocumentReference.status'])
    expect((await hospital.patch(await at(one), statusTo('entered-in-error'))).status).toBe(200)
    expect([await standing(one), await standing(two)]).toEqual([['entered-in-error'], ['current']])
    expect(await refused(hospital.patch(await at(one), statusTo('superseded')))).toEqual(['document.status at DocumentReference.status'])
    // Sent again, it stays taken back.
    expect(await bySender(letter(one))).toContain('MSA|AA')
    expect([await standing(one), await madeOf((await idOf(one)) ?? '')]).toEqual([['entered-in-error'], expect.not.arrayContaining(['Composition final'])])
  })
})

describe('a card that is there already', () => {
  it('deposited again as ITI-65, leaves no second content: its own is answered', async () => {
    const message = letter(newDocumentId())
    expect(await bySender(message)).toContain('MSA|AA')
    const [before] = await cardsOf(message.documentId)
    const url = `urn:uuid:${crypto.randomUUID()}`
    const content: Binary = { resourceType: 'Binary', contentType: 'text/xml', data: base64(message.cda) }
    const attached = { attachment: { ...ITI_65.content[0]?.attachment, contentType: 'text/xml', url } }
    const { masterIdentifier, subject, custodian } = card(message.documentId, '')
    const own = { ...ITI_65, masterIdentifier, subject, custodian, content: [attached] } as DocumentReference
    const kept = await hospital.transact([{ resource: own }, { resource: content, fullUrl: url }])
    expect(refusals(kept)).toEqual([])
    const [answered, beside] = kept.body.entry?.map(({ response }) => response) ?? []
    expect(answered?.location).toContain(`DocumentReference/${before?.id}/`)
    expect([beside?.status, beside?.location]).toEqual(['200 OK', expect.stringContaining(`/${before?.content[0]?.attachment.url}/`)])
  })
})
