import { readFileSync } from 'node:fs'
import type { Binary, Bundle, DocumentReference } from 'fhir/r4.js'
import PostalMime from 'postal-mime'
import { beforeAll, describe, expect, it } from 'vitest'
import { LETTER } from '../../gateway/demo/letter-header.ts'
import { base64, cardOf } from '../support/cards.ts'
import { newPerson } from '../support/care-house.ts'
import { letterOf, newDocumentId, ownPersons } from '../support/letters.ts'
import { atLevel, professionalOf } from '../support/members.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, token, receivedBy } from '../support/sandbox.ts'
import { circle, consent } from '../support/support-requests.ts'
import { refusals, Vendor } from '../support/vendor.ts'
import { unzip } from '../support/zip.ts'

// A hospital deposits documents through the FHIR door: the circle, the platform and whoever is asked for hear of them as of those that a message brings.

const MASK = { system: 'https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument', code: 'MASQUE_PS' }
const LETTERS = ownPersons()

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const hospital = await Vendor.of(sandbox, 'hospital')

describe('a document deposited through the FHIR door', () => {
  const run = crypto.randomUUID().slice(0, 8)
  const to = (name: string): string => `${name}.${run}@test.mssante.fr`
  let patient: string
  let ins: string
  let silent: string

  const documentOf = (id: string, attachment: object, more: Partial<DocumentReference> = {}): DocumentReference => ({
    ...cardOf(id, { attachment, patient, keeper: hospital.structure }),
    ...more,
  })
  const PDF = { contentType: 'application/pdf', data: base64('%PDF-1.4\n') }

  /** Once they are as many as that, for each decision of the members. */
  const decisions = (id: string, count: number): Promise<Record<string, string>> =>
    eventually(`${count} decisions`, async () => {
      const query = new URLSearchParams({ document: `urn:oid:${id}`, limit: '100' })
      const { items } = await getJson<{ items: Record<string, string>[] }>(`${sandbox.http}/monitor/api/decisions?${query}`, operator)
      const found = items.map(({ recipient = '', level, rule }) => [recipient, `${level} ${rule}`] as const)
      return new Set(found.map(([recipient]) => recipient)).size >= count ? Object.fromEntries(found) : undefined
    })

  const mailsTo = (name: string, count: number) =>
    eventually(`${count} mails for ${name}`, async () => {
      const mails = await mailsOf(sandbox, to(name))
      return mails.length >= count ? Promise.all(mails.map(raw => PostalMime.parse(raw))) : undefined
    })

  beforeAll(async () => {
    const [dac, gp] = [await Vendor.of(sandbox, 'dac'), await Vendor.of(sandbox, 'gp-portal')]
    const { patient: person, ifNoneExist } = newPerson()
    ins = person.identifier?.[0]?.value ?? ''
    patient = `Patient/${(await dac.create(person, ifNoneExist)).id}`
    await hospital.create(person, ifNoneExist)
    await dac.create(consent(patient, 'information', dac.structure))
    const [doctor, helper] = [(await professionalOf(gp, { address: to('dr') })).role, (await professionalOf(gp, { address: to('aide') })).role]
    silent = (await professionalOf(gp)).role
    const team = circle(
      patient,
      dac.structure,
      [doctor, helper, silent, hospital.structure].map(member => ({ member })),
    )
    team.participant = (team.participant ?? []).map(one => (one.member?.reference === helper ? atLevel('minimal', one) : one))
    await dac.create(team)
  })

  it('that is a PDF, sent twice: one notice to each mailbox at its level, a declaration to the platform, a decision for everybody but who wrote it', async () => {
    const id = newDocumentId()
    const deposits = [await hospital.create(documentOf(id, PDF)), await hospital.create(documentOf(id, PDF))]
    expect(new Set(deposits.map(one => one.id)).size).toBe(1)
    expect(await decisions(id, 5)).toEqual({
      [to('dr')]: 'complet circle.member',
      [to('aide')]: 'minimal circle.member',
      [silent]: 'aucun mailbox.none',
      region: 'complet platform.declared',
      'hub.partner.region': 'complet platform.declared',
    })
    const [notice] = await mailsTo('dr', 1)
    expect([notice?.text, notice?.attachments]).toEqual([expect.stringContaining('Un document de santé a été déposé'), []])
    expect((await mailsTo('aide', 1))[0]?.text).toContain('Un changement est intervenu')
    const declared = await eventually('its declaration', async () => (await receivedBy<{ path: string; status: number }>(sandbox.platform, id))[0])
    expect(declared).toMatchObject({ path: '/CommunicationRequest', status: 201 })
  })

  it('that is a CDA of this person: mailed as IHE_XDM with its bytes untouched to who sees all, a notice to the others; withdrawn, both are told', async () => {
    const id = newDocumentId()
    const cda = letterOf({ controlId: id, documentId: id, edit: text => text.replace(/\r?\n/g, '\r\n') }).cda.replaceAll(letterOf({ controlId: '' }).ins, ins)
    const { id: card } = await hospital.create(documentOf(id, { contentType: 'text/xml', data: base64(cda) }))
    const [, mail] = await mailsTo('dr', 2)
    const zip = mail?.attachments.find(({ filename }) => filename === 'IHE_XDM.zip')
    const members = await unzip(Buffer.from(zip?.content as ArrayBuffer))
    expect([...members.values()].some(bytes => bytes.equals(Buffer.from(cda)))).toBe(true)
    expect((await mailsTo('aide', 2))[1]?.attachments).toEqual([])
    expect((await hospital.patch(`DocumentReference/${card}`, [{ op: 'replace', path: '/status', value: 'entered-in-error' }])).status).toBe(200)
    expect((await mailsTo('dr', 3))[2]?.text).toMatch(/est supprimé par son émetteur/)
  })

  it('that is masked from professionals reaches none of them', async () => {
    const id = newDocumentId()
    await hospital.create(documentOf(id, PDF, { securityLabel: [{ coding: [MASK] }] }))
    expect(await decisions(id, 5)).toMatchObject({ [to('dr')]: 'aucun flag.masked', [to('aide')]: 'aucun flag.masked' })
  })

  /** Holds or lets go what waits for a mailbox about the person. */
  const lanes = async (way: 'park' | 'resume', recipient: string, person = patient): Promise<number> => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ recipient, person, reason: 'essai' })
    return (await fetch(`${sandbox.http}/monitor/api/lanes/${way}`, { method: 'POST', headers, body })).status
  }
  const rulesOf = async (recipient: string, id: string): Promise<string[]> => {
    const query = new URLSearchParams({ document: `urn:oid:${id}`, recipient, limit: '10' })
    const { items } = await getJson<{ items: Record<string, string>[] }>(`${sandbox.http}/monitor/api/decisions?${query}`, operator)
    return items.map(({ level, rule }) => `${level} ${rule}`)
  }
  const MASKED = [{ op: 'add', path: '/securityLabel', value: [{ coding: [MASK] }] }]

  it('that is masked while its mail waits: the mail is not sent', async () => {
    expect(await lanes('park', to('dr'))).toBe(200)
    const id = newDocumentId()
    const { id: card } = await hospital.create(documentOf(id, PDF))
    await eventually('planned', async () => ((await rulesOf(to('dr'), id)).length === 1 ? true : undefined))
    const before = (await mailsOf(sandbox, to('dr'))).length
    expect((await hospital.patch(`DocumentReference/${card}`, MASKED)).status).toBe(200)
    expect(await lanes('resume', to('dr'))).toBe(200)
    expect(await eventually('decided again', async () => (await rulesOf(to('dr'), id)).find(rule => rule !== 'complet circle.member'))).toBe(
      'aucun flag.masked',
    )
    expect(await mailsOf(sandbox, to('dr'))).toHaveLength(before)
  })

  it('that a message brought and the card masks while its mail waits: whom the sender named gets nothing either', async () => {
    const named = to('nomme')
    // Of the hospital that also writes by FHIR.
    const edit = (cda: string): string => cda.replaceAll(LETTER.hospital.id, '1540990017')
    const letter = (controlId: string) => letterOf({ controlId, person: LETTERS + 1, to: [named], flags: { DESTMSSANTEPS: 'Y' }, edit })
    expect(await exchange(sandbox.mllp, letter(`MASK-1-${run}`).bytes)).toContain('MSA|AA')
    await completeFlow(sandbox, operator, `MASK-1-${run}`)
    const { entry = [] } = await getJson<Bundle<DocumentReference>>(`${sandbox.hapi}/DocumentReference?patient.identifier=${letter('').ins}`)
    const person = entry[0]?.resource?.subject?.reference ?? ''
    expect(await lanes('park', named, person)).toBe(200)
    const queued = letter(`MASK-2-${run}`)
    expect(await exchange(sandbox.mllp, queued.bytes)).toContain('MSA|AA')
    await eventually('planned', async () => ((await rulesOf(named, queued.documentId)).length === 1 ? true : undefined))
    const found = await getJson<Bundle<DocumentReference>>(`${sandbox.hapi}/DocumentReference?identifier=urn:oid:${queued.documentId}`)
    const card = `DocumentReference/${found.entry?.[0]?.resource?.id}`
    // What a patch breaks itself is refused, what the message did not bring is not.
    expect((await hospital.patch(card, [{ op: 'remove', path: '/securityLabel' }])).status).toBe(422)
    const masked = await hospital.patch(card, [{ op: 'add', path: '/securityLabel/-', value: { coding: [MASK] } }])
    expect([masked.status, refusals(masked)]).toEqual([200, []])
    expect(await lanes('resume', named, person)).toBe(200)
    await completeFlow(sandbox, operator, `MASK-2-${run}`)
    expect((await rulesOf(named, queued.documentId))[0]).toBe('aucun flag.masked')
    expect(await mailsOf(sandbox, named)).toHaveLength(1)
  })

  it('opens no content but its own', async () => {
    const [card, bytes] = [`urn:uuid:${crypto.randomUUID()}`, `urn:uuid:${crypto.randomUUID()}`]
    const binary: Binary = { resourceType: 'Binary', contentType: 'application/pdf', data: PDF.data }
    const example = JSON.parse(readFileSync('profiles/fhir/examples/pdsm-comprehensive-document-reference.json', 'utf8')) as DocumentReference
    const { masterIdentifier, subject: about, custodian } = documentOf(newDocumentId(), PDF)
    const content = [{ attachment: { ...example.content[0]?.attachment, url: bytes } }]
    const own: DocumentReference = { ...example, masterIdentifier, subject: about, custodian, content } as DocumentReference
    const kept = await hospital.transact([
      { resource: own, fullUrl: card },
      { resource: binary, fullUrl: bytes },
    ])
    const url = /Binary\/[^/]+/.exec(kept.body.entry?.[1]?.response?.location ?? '')?.[0]
    expect([kept.status, typeof url]).toEqual([200, 'string'])
    const other = await Vendor.of(sandbox, 'hospital-2')
    const stranger = newPerson()
    const subject = { reference: `Patient/${(await other.create(stranger.patient, stranger.ifNoneExist)).id}` }
    const parties = { subject, author: [{ reference: other.structure }], custodian: { reference: other.structure } }
    const linked = documentOf(newDocumentId(), PDF, { ...parties, content: [{ attachment: { ...PDF, url, title: 'Lettre' } as object }] })
    expect(refusals(await other.send('POST', 'DocumentReference', { body: linked }))).toContain('422 not-found at DocumentReference.content[0].attachment.url')
  })
})
