import type { Binary, DocumentReference, FhirResource, Organization, Patient, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { WrittenDocument } from '../../../../gateway/fanout/written.ts'
import type { Draft } from '../../../../gateway/flows/care-flow.ts'
import type { Publication } from '../../../../gateway/flows/plan/rendition.ts'
import { DEPOSITED_DOCUMENT } from '../../../../gateway/flows/documents/deposited-document.ts'
import { drawPdf } from '../../../../gateway/workers/draw-pdf.ts'
import { readCdaHeader } from '../../../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../../../mappers/cda/media.ts'
import { readCda } from '../../../../mappers/cda/xml/tree.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { pdfaFaults, wordsOf } from '../../../support/pdfa.ts'
import { TEST_IPP, writeCda } from '../../../support/cda.ts'
import { changedIn, draftOf, recordedWrite } from '../../../support/recorded-write.ts'

// A document deposited through the FHIR door is told to those who should know; a synthesis becomes a signed CDA N1, a CDA goes as it is.

const RPPS = '10100000032'
const PERSON: Patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' }],
  name: [{ use: 'official', family: 'EXEMPLE', given: ['CLAIRE'] }],
}
const DAC: Organization = { resourceType: 'Organization', id: 'dac', name: 'DAC Exemple', identifier: [{ system: SYSTEM.finess, value: '540009990' }] }
const DOCTOR: Practitioner = {
  resourceType: 'Practitioner',
  id: 'pr',
  name: [{ family: 'FICTIVE', given: ['Alice'] }],
  identifier: [{ system: SYSTEM.rpps, value: RPPS }],
}
const ROLE: PractitionerRole = {
  resourceType: 'PractitionerRole',
  id: 'role',
  practitioner: { reference: 'Practitioner/pr' },
  organization: { reference: 'Organization/dac' },
}

const ROLE_OF_CONTAINED: PractitionerRole = { ...ROLE, practitioner: { reference: '#pr' } }

const CONTENT: Binary = { resourceType: 'Binary', id: 'b1', contentType: 'text/xml', data: Buffer.from(writeCda()).toString('base64') }

const text = (said: string) => ({ attachment: { contentType: 'text/plain', title: 'Synthèse', data: Buffer.from(said).toString('base64') } })

const SYNTHESIS_DOCUMENT: DocumentReference = {
  resourceType: 'DocumentReference',
  id: 's1',
  status: 'current',
  type: { coding: [{ system: 'http://loinc.org', code: '60591-5' }] },
  subject: { reference: 'Patient/p1' },
  date: '2026-06-05T08:00:00Z',
  author: [{ reference: 'PractitionerRole/role' }],
  custodian: { reference: 'Organization/dac' },
  content: [text('Chutes répétées.\n\nVit seule.')],
}

async function deposited(change: Partial<DocumentReference> = {}, earlier: DocumentReference[] = [], person = PERSON) {
  const draft = draftOf({ ...SYNTHESIS_DOCUMENT, ...change })
  const write = recordedWrite({
    drafts: [draft],
    stored: [person, DAC, DOCTOR, ROLE, CONTENT, ...earlier],
    meets: (one, { identifier }) => `${SYSTEM.uri}|${(one as DocumentReference).masterIdentifier?.value}` === identifier,
  })
  await DEPOSITED_DOCUMENT.judge(write, draft)
  const [binary] = write.added.filter((one): one is Binary => one.resourceType === 'Binary')
  const card = write.added.find((one): one is DocumentReference => one.resourceType === 'DocumentReference')
  const cda = binary === undefined ? undefined : readCda(Buffer.from(binary.data ?? '', 'base64'))
  const publication = (write.announced[0]?.detail as { publication: Publication } | undefined)?.publication
  return { write, card, cda, header: cda === undefined ? undefined : readCdaHeader(cda).header, publication }
}

describe('a synthesis of a professional with an RPPS', () => {
  it('is kept and announced as a CDA N1 around a PDF/A-1 of its text', async () => {
    const { write, card, cda, header, publication } = await deposited()
    expect(write.announced).toMatchObject([{ type: 'document.depose', about: 'DocumentReference/s1', patient: 'Patient/p1', changes: ['create'] }])
    expect(header).toMatchObject({ code: { code: '60591-5' }, title: 'Synthèse', versionNumber: 1 })
    expect(header?.legalAuthenticator?.entity.ids[0]?.extension).toBe(`8${RPPS}`)
    expect(card).toMatchObject({ status: 'current', masterIdentifier: { value: header?.uniqueId }, type: { coding: [{ code: '60591-5' }] } })
    expect(publication).toMatchObject({ documentId: header?.uniqueId, change: 'create', type: '60591-5' })
    const pdf = cda === undefined || header === undefined ? undefined : documentPdf(cda, header)?.bytes
    expect(pdfaFaults(pdf ?? new Uint8Array())).toEqual([])
    for (const words of ['Chutes répétées.', 'Vit seule.', 'EXEMPLE']) expect(wordsOf(pdf ?? new Uint8Array())).toContain(words)
  })

  it('that is a PDF/A-1 already is signed as it is, byte for byte', async () => {
    const pdf = await drawPdf({ title: 'Synthèse', writtenAt: new Date(0), blocks: [{ kind: 'paragraph', text: 'Vit seule.' }] })
    const { cda, header } = await deposited({ content: [{ attachment: { contentType: 'application/pdf', data: Buffer.from(pdf).toString('base64') } }] })
    expect(cda === undefined || header === undefined ? undefined : Buffer.from(documentPdf(cda, header)?.bytes ?? [])).toEqual(Buffer.from(pdf))
  })

  it.each<[string, DocumentReference['contained'], string]>([
    ['a role and its professional', [ROLE_OF_CONTAINED, DOCTOR], '#role'],
    ['a role of somebody we hold', [ROLE], '#role'],
    ['a professional', [DOCTOR], '#pr'],
  ])('whom the card itself carries (%s) signs it, and is named by his number in the signed card', async (_, contained = [], reference) => {
    const { header, card } = await deposited({ contained: [...contained, DAC], author: [{ reference }], custodian: { reference: '#dac' } })
    expect(header?.legalAuthenticator?.entity.ids[0]?.extension).toBe(`8${RPPS}`)
    const named = { type: 'Practitioner', identifier: { system: SYSTEM.rpps, value: RPPS }, display: 'Alice FICTIVE' }
    expect(card).toMatchObject({ author: [named], authenticator: named, custodian: { identifier: { system: SYSTEM.finess, value: '540009990' } } })
    expect(JSON.stringify(card)).not.toContain('"#')
  })

  it('that replaces another one is the next version of it, and the one before is superseded', async () => {
    const first = await deposited()
    const stored = [SYNTHESIS_DOCUMENT, ...(first.card === undefined ? [] : [first.card])]
    const relatesTo: DocumentReference['relatesTo'] = [{ code: 'replaces', target: { reference: 'DocumentReference/s1' } }]
    const { write, header, publication } = await deposited({ id: 's2', relatesTo }, stored)
    expect(header).toMatchObject({ versionNumber: 2, setId: first.header?.setId, replaces: { root: first.header?.id.root } })
    expect(publication).toMatchObject({ change: 'replace', replaces: first.header?.uniqueId, version: 2 })
    expect(
      changedIn(write)
        .map(one => `${one.id} ${(one as DocumentReference).status}`)
        .sort(),
    ).toEqual([`${first.card?.id} superseded`, 's1 superseded'].sort())
  })

  it.each([
    ['superseded', { status: 'superseded' as const }],
    ['about somebody else', { subject: { reference: 'Patient/p2' } }],
    ['of another structure', { custodian: { reference: 'Organization/other' } }],
    ['no synthesis', { type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] } }],
  ])('cannot replace a document that is %s', async (_, change) => {
    const relatesTo: DocumentReference['relatesTo'] = [{ code: 'replaces', target: { reference: 'DocumentReference/s0' } }]
    const { write } = await deposited({ relatesTo }, [{ ...SYNTHESIS_DOCUMENT, id: 's0', ...change }])
    expect(write.refused).toMatchObject([{ rule: 'document.replaces', element: 'relatesTo' }])
    expect(changedIn(write)).toEqual([])
  })

  it('whose card contains its structure: only the one of the same number replaces it, whatever it is called inside', async () => {
    const earlier: DocumentReference = { ...SYNTHESIS_DOCUMENT, id: 's0', contained: [DAC], custodian: { reference: '#dac' } }
    const by = async (keeper: Organization) => {
      const relatesTo: DocumentReference['relatesTo'] = [{ code: 'replaces', target: { reference: 'DocumentReference/s0' } }]
      return (await deposited({ relatesTo, contained: [keeper], custodian: { reference: `#${keeper.id}` } }, [earlier])).write.refused.map(({ rule }) => rule)
    }
    expect(await by({ ...DAC, id: 'keeper' })).toEqual([])
    expect(await by({ ...DAC, identifier: [{ system: SYSTEM.finess, value: '540009991' }] })).toEqual(['document.replaces'])
  })
})

const masked = { coding: [{ system: 'x', code: 'MASQUE_PS' }] }

const detailOf = (write: Awaited<ReturnType<typeof deposited>>['write']) => write.announced[0]?.detail as WrittenDocument | undefined

describe('it is told, and not signed', () => {
  it.each<[string, Partial<DocumentReference>]>([
    ['where a structure wrote it', { author: [{ reference: 'Organization/dac' }] }],
    ['where it is masked', { securityLabel: [masked] }],
    ['where it is a PDF that says nothing of the archive', { content: [{ attachment: { contentType: 'application/pdf', data: 'JVBERi0xLjQK' } }] }],
    ['where it is a picture', { content: [{ attachment: { contentType: 'image/jpeg', data: '/9j/' } }] }],
    ['where it is of another type', { type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] } }],
  ])('%s', async (_, change) => {
    const { write } = await deposited(change)
    expect([write.added, write.refused]).toEqual([[], []])
    expect(write.announced).toMatchObject([{ type: 'document.depose', about: 'DocumentReference/s1', patient: 'Patient/p1', changes: ['create'] }])
    expect(detailOf(write)).toEqual(expect.not.objectContaining({ publication: expect.anything(), enclosed: expect.anything() }))
  })

  it('with what hides it, its type and its number', async () => {
    const { write } = await deposited({ securityLabel: [masked], masterIdentifier: { system: SYSTEM.uri, value: 'urn:oid:1.2.250.1.999.10.4' } })
    expect(detailOf(write)).toMatchObject({ flags: ['MASQUE_PS'], documentType: '60591-5', documentId: 'urn:oid:1.2.250.1.999.10.4', change: 'create' })
  })
})

describe('nobody is told', () => {
  it.each<[string, Partial<DocumentReference>]>([
    ['while it is not final', { docStatus: 'preliminary' }],
    ['where it is superseded already', { status: 'superseded' }],
    ['of somebody whom the card contains', { subject: { reference: '#as-then' }, contained: [{ resourceType: 'Patient', id: 'as-then' }] }],
  ])('%s', async (_, change) => {
    const { write } = await deposited(change)
    expect([write.added, write.announced, write.refused]).toEqual([[], [], []])
  })
})

describe('a later word about it', () => {
  const changed = async (change: Partial<DocumentReference>) => {
    const write = recordedWrite({ drafts: [draftOf({ ...SYNTHESIS_DOCUMENT, ...change }, { before: SYNTHESIS_DOCUMENT })], stored: [PERSON] })
    await DEPOSITED_DOCUMENT.judge(write, write.drafts()[0] as Draft)
    return write.announced.map(({ changes }) => changes)
  }

  it('is told as its withdrawal where it was an error, and else not', async () => {
    expect(await changed({ status: 'entered-in-error' })).toEqual([['delete']])
    expect(await changed({ status: 'superseded' })).toEqual([])
    expect(await changed({ securityLabel: [masked] })).toEqual([])
  })
})

/** What is announced and changed when a card that was deposited is taken back. */
async function takenBack(before: DocumentReference, stored: FhirResource[]) {
  const write = recordedWrite({
    drafts: [draftOf({ ...before, status: 'entered-in-error' }, { before })],
    stored,
    meets: (one, { identifier }) => `${SYSTEM.uri}|${(one as DocumentReference).masterIdentifier?.value}` === identifier,
  })
  await DEPOSITED_DOCUMENT.judge(write, write.drafts()[0] as Draft)
  return { withdrawn: detailOf(write)?.withdrawn, changed: changedIn(write) }
}

describe('a synthesis that is taken back', () => {
  it('takes back what was signed of it, by the CDA that hospitals hold', async () => {
    const { card, header } = await deposited()
    const { withdrawn, changed } = await takenBack(SYNTHESIS_DOCUMENT, [PERSON, ...(card === undefined ? [] : [{ ...card, id: 'signed' }])])
    expect(changed).toMatchObject([{ id: 'signed', status: 'entered-in-error' }])
    expect(withdrawn).toEqual({ documentId: header?.uniqueId, content: card?.content[0]?.attachment.url, change: 'delete' })
  })

  it('and was never signed, is told in words alone', async () => {
    expect(await takenBack(SYNTHESIS_DOCUMENT, [PERSON])).toEqual({ withdrawn: undefined, changed: [] })
  })
})

describe('a CDA', () => {
  const LETTER: Partial<DocumentReference> = { type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] } }
  const of = (cda: Uint8Array, contentType = 'text/xml'): Partial<DocumentReference> => ({
    ...LETTER,
    content: [text('Le même, à lire'), { attachment: { contentType, data: Buffer.from(cda).toString('base64') } }],
  })
  const owner: Patient = { ...PERSON, identifier: [{ system: `urn:oid:${TEST_IPP.root}`, value: TEST_IPP.extension }] }
  const enclosed = async (change: Partial<DocumentReference>, person = owner) => detailOf((await deposited(change, [], person)).write)?.enclosed

  it('of this person travels as it is, from where it stands', async () => {
    const { uniqueId } = readCdaHeader(readCda(writeCda())).header
    expect(await enclosed(of(writeCda()))).toEqual({ documentId: uniqueId, content: 'DocumentReference/s1#1', change: 'create', isInsQualified: false })
    expect(await enclosed(of(writeCda(), 'application/xml'))).toMatchObject({ documentId: uniqueId })
  })

  it('taken back is named by its own number', async () => {
    const { uniqueId } = readCdaHeader(readCda(writeCda())).header
    const { withdrawn } = await takenBack({ ...SYNTHESIS_DOCUMENT, ...of(writeCda()) }, [owner])
    expect(withdrawn).toEqual({ documentId: uniqueId, content: 'DocumentReference/s1#1', change: 'delete', isInsQualified: false })
  })

  it.each([
    ['of another person', of(writeCda()), { ...owner, identifier: [{ system: `urn:oid:${TEST_IPP.root}`, value: 'IPP-OTHER' }] }],
    ['of nobody we know', of(writeCda()), { ...owner, identifier: [{ system: 'urn:oid:1.2.250.1.999.77', value: TEST_IPP.extension }] }],
    ['that is none', of(Buffer.from('<Other/>')), owner],
    ['that is not XML', of(Buffer.from('%PDF-1.4')), owner],
    ['that is said to be a PDF', of(writeCda(), 'application/pdf'), owner],
    ['in a Binary of the store', { ...LETTER, content: [{ attachment: { contentType: 'text/xml', url: 'Binary/b1' } }] }, owner],
  ])('%s does not', async (_, change, person) => {
    expect(await enclosed(change, person)).toBeUndefined()
  })
})

describe('whose record a document is', () => {
  const OTHER = { reference: 'Organization/other' }
  const changed = async (change: Partial<DocumentReference>): Promise<string[]> => {
    const draft = draftOf({ ...SYNTHESIS_DOCUMENT, ...change }, { before: SYNTHESIS_DOCUMENT })
    const write = recordedWrite({ drafts: [draft], stored: [PERSON, DAC, DOCTOR, ROLE] })
    await DEPOSITED_DOCUMENT.judge(write, draft)
    return write.refused.map(one => one.rule)
  }

  it.each<[string, Partial<DocumentReference>]>([
    ['an author', { author: [{ reference: 'PractitionerRole/role' }, OTHER] }],
    ['the custodian', { custodian: OTHER }],
  ])('no structure becomes %s later', async (_name, change) => {
    expect(await changed(change)).toEqual(['document.keeper'])
  })

  it('a card that is written again with who was there already stays as it is', async () => {
    expect(await changed({ description: 'Synthèse relue', author: [{ reference: 'Organization/dac' }] })).toEqual([])
  })
})
