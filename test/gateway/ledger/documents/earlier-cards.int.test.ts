import { createHash, randomUUID } from 'node:crypto'
import type { Binary, Bundle, DocumentReference, FhirResource, Provenance } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { knownDocument } from '../../../../gateway/ledger/documents/deposited-documents.ts'
import { readStandings } from '../../../../gateway/ledger/documents/document-standing.ts'
import { openIntent, settleIntent } from '../../../../gateway/ledger/intents.ts'
import { keepEarlierCards, keepEarlierMarks } from '../../../../gateway/flows/documents/earlier-cards.ts'
import type { Store } from '../../../../gateway/store/store.ts'
import { outlineCda } from '../../../../gateway/workers/outline-cda.ts'
import type { Workers } from '../../../../gateway/workers/pool.ts'
import type { VersionAsked } from '../../../../gateway/ledger/documents/document-chain.ts'
import { documentReferenceId } from '../../../../mappers/transmission-to-transaction/derived-id.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { HubError } from '../../../../profiles/errors.ts'
import { tre } from '../../../../profiles/oids.ts'
import { newDocumentId, testIns } from '../../../support/letters.ts'
import { type VersionOf, versionOf } from '../../../support/versions.ts'
import { message, one, useLedger } from '../support.ts'

// Cards that an earlier version stored, and of which its ledger kept less: read from the store once, in memory here, while the ledger is a real one.

const FINESS = '540990017'
const INS = { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' }
const PLACE = { path: 'TXA-12', location: 'TXA^1^12' }
const keys = { pseudonym: (value: string) => `p(${value})` }
const PERSON = `ins|p(document|ins|1.2.250.1.213.1.4.10|${INS.value})`

const { db } = await useLedger()
const held = new Map<string, FhirResource>()
const put = <R extends FhirResource>(resource: R): R => {
  held.set(`${resource.resourceType}/${resource.id}`, resource)
  return resource
}
const patient = put({ resourceType: 'Patient', id: randomUUID(), identifier: [INS] })
const hospital = put({ resourceType: 'Organization', id: randomUUID(), identifier: [{ system: SYSTEM.finess, value: FINESS }] })

/** What the test does while a page is read. */
let meanwhile: (parameters: Record<string, string>) => Promise<void> = async () => undefined
const codesOf = ({ securityLabel = [] }: Partial<DocumentReference>): string[] =>
  securityLabel.flatMap(({ coding = [] }) => coding.flatMap(({ code = '' }) => code))
const isFound = (resource: FhirResource, parameters: Record<string, string>): boolean =>
  resource.resourceType === 'Provenance'
    ? resource.target.some(({ reference = '' }) => parameters['target']?.split(',').includes(reference))
    : resource.resourceType === 'DocumentReference' &&
      (parameters['status']?.split(',').includes(resource.status) ?? true) &&
      (parameters['security-label']?.split(',').some(code => codesOf(resource).includes(code)) ?? true)
const store = {
  async search(type: string, parameters: Record<string, string>): Promise<Bundle> {
    const found = [...held.values()]
      .filter(one => one.resourceType === type && isFound(one, parameters))
      .map(resource => ({ resource: structuredClone(resource) }))
    await meanwhile(parameters)
    return { resourceType: 'Bundle', type: 'searchset', entry: found }
  },
  read: async (type: string, id: string) => structuredClone(held.get(`${type}/${id}`)),
  put: async (resource: FhirResource) => void put(resource),
} as unknown as Store
const workers = { run: async (_task: string, input: { document: Uint8Array }) => outlineCda(input) } as unknown as Workers

const logged: unknown[] = []
const log = { info: (event: string, fields: object = {}) => void logged.push({ event, ...fields }) } as never
async function catchUp(): Promise<void> {
  await keepEarlierMarks({ db, store })
  for (let isMore = true; isMore; ) isMore = await keepEarlierCards({ db, store, keys: keys as never, workers, log }, new AbortController().signal)
}
/** As after the migration of a ledger that an earlier version filled. */
const upgraded = (): Promise<unknown> => db.query("insert into catch_up (name) values ('marks'), ('cards') on conflict do nothing")
const isDone = async (): Promise<boolean> => (await db.query('select from catch_up')).rowCount === 0

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')
const base64 = (content: string): string => Buffer.from(content).toString('base64')

/** Deposited by a structure, as its Provenance says. */
function card(documentId: string, { id = randomUUID(), ...more }: Partial<DocumentReference> = {}, writer = hospital) {
  put<Provenance>({
    resourceType: 'Provenance',
    id: randomUUID(),
    target: [{ reference: `DocumentReference/${id}` }],
    recorded: '2026-06-05T08:00:00Z',
    agent: [{ who: { reference: `Organization/${writer.id}` } }],
  })
  return put<DocumentReference & { id: string }>({
    resourceType: 'DocumentReference',
    id,
    meta: { versionId: '1', lastUpdated: '2026-06-05T08:00:00.000+02:00' },
    masterIdentifier: { system: SYSTEM.uri, value: documentId },
    status: 'current',
    subject: { reference: `Patient/${patient.id}` },
    custodian: { reference: `Organization/${hospital.id}` },
    content: [{ attachment: { contentType: 'text/xml', data: base64(documentId) } }],
    ...more,
  })
}

/** A letter about the person. */
function cdaOf(version: Pick<VersionOf, 'act' | 'version' | 'replaces' | 'setId'>) {
  const written = versionOf({ controlId: 'x', at: new Date('2026-06-02T12:00:00Z'), documentId: newDocumentId(), ...version })
  const text = written.cda.replaceAll(written.ins, INS.value)
  const outline = outlineCda({ document: Buffer.from(text) })
  if (outline === undefined) throw new Error('no CDA')
  return { text, outline }
}
const writtenOf = ({ text, outline }: ReturnType<typeof cdaOf>, more: Partial<DocumentReference> = {}, writer = hospital) =>
  card(outline.documentId, { content: [{ attachment: { contentType: 'text/xml', data: base64(text) } }], ...more }, writer)

/** Of the hospital, by message. */
const askedOf = (documentId: string, { content = documentId, ...more }: Partial<VersionAsked> & { content?: string } = {}): VersionAsked => ({
  documentId,
  action: more.replaces === undefined ? ('create' as const) : ('replace' as const),
  digest: sha256(content),
  kind: '',
  persons: [PERSON],
  organisation: FINESS,
  places: { id: PLACE, parent: PLACE, person: PLACE },
  ...more,
})

/** Out: the id of the message, and what it is answered. */
async function send(documentId: string, more: Parameters<typeof askedOf>[1] = {}) {
  const refuse = (faults: readonly { code: string }[]): Uint8Array => Buffer.from(`AE ${faults.map(({ code }) => code).join(' ')}`)
  const { id, answer } = await createAcceptor(db).accept(message({ versions: [askedOf(documentId, more)], refuse }))
  return { id, answer: Buffer.from(answer).toString().slice(0, 40) }
}

describe('a card that an earlier version took by the FHIR door', () => {
  it('is known by its bytes, whose it is and where it stands: repeated, refused with other bytes, replaced and deleted by message', async () => {
    const [a, b, c] = [card('urn:oid:1.1'), card('urn:oid:1.2'), card('urn:oid:1.3')]
    await upgraded()
    await catchUp()
    expect(await isDone()).toBe(true)
    expect(await knownDocument(db, 'urn:oid:1.1')).toEqual({ digest: sha256('urn:oid:1.1'), card: a.id })
    expect(await one(db, "select state, stored, organisation, persons from document_version where document_id = 'urn:oid:1.1'", [])).toEqual({
      state: 'current',
      stored: 'current',
      organisation: FINESS,
      persons: [PERSON],
    })
    expect((await send('urn:oid:1.1', { content: 'other' })).answer).toBe('AE document.same_id_other_bytes')
    const again = await send('urn:oid:1.1')
    expect(await readStandings(db, again.id)).toMatchObject([{ isDeposited: true, isRepeat: true, card: a.id, status: 'current' }])
    const next = await send('urn:oid:1.9', { replaces: 'urn:oid:1.2' })
    expect(await readStandings(db, next.id)).toMatchObject([{ card: null, replaces: { card: b.id, isStored: true, isSuperseded: true } }])
    const gone = await send('urn:oid:1.3', { action: 'delete' })
    expect(await readStandings(db, gone.id)).toMatchObject([{ card: c.id, status: 'entered-in-error' }])
  })

  it('one that was replaced or withdrawn then is neither now; by a Binary it is known by what that holds', async () => {
    const binary = put<Binary>({ resourceType: 'Binary', id: randomUUID(), contentType: 'text/xml', data: base64('<cda/>') })
    const old = card('urn:oid:2.1', { status: 'superseded' })
    card('urn:oid:2.2', {
      relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${old.id}` } }],
      content: [{ attachment: { contentType: 'text/xml', url: `Binary/${binary.id}` } }],
    })
    card('urn:oid:2.3', { status: 'entered-in-error' })
    await upgraded()
    await catchUp()
    expect((await knownDocument(db, 'urn:oid:2.2'))?.digest).toBe(sha256('<cda/>'))
    for (const replaces of ['urn:oid:2.1', 'urn:oid:2.3']) expect((await send(`${replaces}.1`, { replaces })).answer).toBe('AE document.not_latest')
    expect(await one(db, "select replaced_by from document_version where document_id = 'urn:oid:2.1'", [])).toEqual({ replaced_by: 'urn:oid:2.2' })
  })

  it('one that a message replaced while nobody knew of it is superseded in the store; one that a message brought keeps what the ledger has of it', async () => {
    const replaced = card('urn:oid:3.1')
    await send('urn:oid:3.2', { replaces: 'urn:oid:3.1' })
    await db.query("update document_version set stored = 'current' where document_id = 'urn:oid:3.2'")
    const own = await send('urn:oid:3.3')
    card('urn:oid:3.3', { id: documentReferenceId('urn:oid:3.3') })
    const second = card('urn:oid:3.3')
    await upgraded()
    await catchUp()
    expect([held.get(`DocumentReference/${replaced.id}`), held.get(`DocumentReference/${second.id}`)]).toMatchObject([
      { status: 'superseded' },
      { status: 'current' },
    ])
    expect((await send('urn:oid:3.4', { replaces: 'urn:oid:3.1' })).answer).toBe('AE document.not_latest')
    expect(await readStandings(db, own.id)).toMatchObject([{ isDeposited: false, card: null }])
  })

  it('one that stayed current though a later card of its keeper replaces it is superseded; a card of somebody else changes nothing', async () => {
    const other = put({ resourceType: 'Organization', id: randomUUID(), identifier: [{ system: SYSTEM.finess, value: '350990016' }] })
    const replacing = ({ id }: { id: string }) => ({ relatesTo: [{ code: 'replaces' as const, target: { reference: `DocumentReference/${id}` } }] })
    const [own, claimed] = [card('urn:oid:6.1'), card('urn:oid:6.2')]
    card('urn:oid:6.3', replacing(own))
    card('urn:oid:6.4', { ...replacing(claimed), custodian: { reference: `Organization/${other.id}` } })
    await upgraded()
    await catchUp()
    expect([own, claimed].map(({ id }) => (held.get(`DocumentReference/${id}`) as DocumentReference).status)).toEqual(['superseded', 'current'])
    expect((await send('urn:oid:6.5', { replaces: 'urn:oid:6.1' })).answer).toBe('AE document.not_latest')
    expect((await send('urn:oid:6.6', { replaces: 'urn:oid:6.2' })).answer).toMatch(/^AA/)
  })

  it('one that is withdrawn once it was read is withdrawn', async () => {
    const late = card('urn:oid:4.1')
    meanwhile = async ({ status, _lastUpdated }) => {
      if (status !== 'current' && _lastUpdated === undefined) put({ ...late, status: 'entered-in-error' })
    }
    await upgraded()
    await catchUp()
    meanwhile = async () => undefined
    expect((await send('urn:oid:4.2', { replaces: 'urn:oid:4.1' })).answer).toBe('AE document.not_latest')
  })

  it('is of the set and the version that its CDA says: a higher one supersedes it, of the writer of that one and no other, of this person, of this document', async () => {
    const other = put({ resourceType: 'Organization', id: randomUUID(), identifier: [{ system: SYSTEM.finess, value: '350990016' }] })
    const somebody = put({ resourceType: 'Patient', id: randomUUID(), identifier: [{ ...INS, value: testIns(7) }] })
    const setId = newDocumentId()
    const inSet = (version: number) => cdaOf({ act: 'create', version, setId })
    const cards = [
      writtenOf(inSet(1)),
      writtenOf(inSet(2)),
      writtenOf(inSet(3), {}, other),
      writtenOf(inSet(4), { subject: { reference: `Patient/${somebody.id}` } }),
      writtenOf(inSet(5), { masterIdentifier: { system: SYSTEM.uri, value: 'urn:oid:8.1' } }),
    ]
    await upgraded()
    await catchUp()
    expect(cards.map(({ id }) => (held.get(`DocumentReference/${id}`) as DocumentReference).status)).toEqual([
      'superseded',
      'current',
      'current',
      'current',
      'current',
    ])
  })

  it('a higher version of its set that a message brings supersedes it', async () => {
    const cda = cdaOf({ act: 'create', version: 1, setId: newDocumentId() })
    const { id } = writtenOf(cda)
    await upgraded()
    await catchUp()
    const { setId = '', kind } = cda.outline
    const next = await send('urn:oid:8.9', { setId, version: 2, kind })
    expect(await readStandings(db, next.id)).toMatchObject([{ replaces: { documentId: cda.outline.documentId, card: id, isSuperseded: true } }])
  })

  it('what its CDA says that it replaces is superseded', async () => {
    const old = card('urn:oid:9.1')
    writtenOf(cdaOf({ act: 'replace', version: 2, replaces: '9.1' }))
    await upgraded()
    await catchUp()
    expect((held.get(`DocumentReference/${old.id}`) as DocumentReference).status).toBe('superseded')
  })

  it('one that replaces one format of a document in two, as it must not, is known and stands beside it', async () => {
    const formats = ['urn:oid:11.1', 'urn:oid:11.2']
    const { id } = await createAcceptor(db).accept(message({ versions: formats.map(one => askedOf(one)), refuse: () => new Uint8Array() }))
    await db.query("update document_version set stored = 'current' where document_id = any($1)", [formats])
    const beside = card('urn:oid:11.3', { relatesTo: [{ code: 'replaces', target: { identifier: { system: SYSTEM.uri, value: 'urn:oid:11.1' } } }] })
    await upgraded()
    await catchUp()
    expect(await isDone()).toBe(true)
    expect((await knownDocument(db, 'urn:oid:11.3'))?.card).toBe(beside.id)
    expect((await readStandings(db, id)).map(({ status }) => status)).toEqual(['current', 'current'])
  })

  it('two of one document with different bytes: the first is the document, the other holds up nothing', async () => {
    const first = card('urn:oid:12.1')
    card('urn:oid:12.1', { content: [{ attachment: { contentType: 'text/xml', data: base64('other') } }] })
    await upgraded()
    await catchUp()
    expect(await isDone()).toBe(true)
    expect(await knownDocument(db, 'urn:oid:12.1')).toEqual({ digest: sha256('urn:oid:12.1'), card: first.id })
  })

  it('all of it is kept, and once, where the hub ends in the middle and begins anew', async () => {
    const ids = Array.from({ length: 12 }, (_, at) => `urn:oid:10.${at}`)
    for (const id of ids) card(id)
    await upgraded()
    const missing = new Set(ids)
    const reading = {
      ...store,
      read: async (type: 'DocumentReference', id: string) => {
        const found = await store.read<DocumentReference>(type, id)
        if (missing.size < 6) throw new HubError('store.unavailable', { dependency: 'hapi' })
        missing.delete(found?.masterIdentifier?.value ?? '')
        return found
      },
    } as unknown as Store
    await expect(keepEarlierCards({ db, store: reading, keys: keys as never, workers, log }, new AbortController().signal)).rejects.toThrow()
    const kept = 'select count(*)::int as n, count(distinct card)::int as cards, max(revision) as revision from document_version where document_id = any($1)'
    expect((await one<{ n: number }>(db, kept, [ids])).n).toBeLessThan(ids.length)
    await catchUp()
    expect(await one(db, kept, [ids])).toEqual({ n: ids.length, cards: ids.length, revision: 1 })
    expect(await one(db, 'select count(*)::int as n from document_claim', [])).toEqual({ n: 0 })
  })

  it('a mark that hides it stands among the rights of its person', async () => {
    const masked = card('urn:oid:5.1', { securityLabel: [{ coding: [{ system: tre('A07-StatutVisibiliteDocument'), code: 'MASQUE_PS' }] }] })
    await upgraded()
    await catchUp()
    expect(await one(db, 'select patient, kind, detail from access where source = $1', [`DocumentReference/${masked.id}`])).toEqual({
      patient: `Patient/${patient.id}`,
      kind: 'hidden',
      detail: { flags: ['MASQUE_PS'] },
    })
  })

  it('waits for writes of before that are undecided, and does nothing once it is done', async () => {
    const id = randomUUID()
    await openIntent(db, { id, client: 'c', sha256: Buffer.alloc(32), locks: [], identifiers: [], traceparent: '00' })
    await db.query("update intent set at = at - interval '1 day' where id = $1", [id])
    await upgraded()
    await catchUp()
    expect(await isDone()).toBe(false)
    await settleIntent(db, id, { storedAt: new Date(), identifiers: [] })
    logged.length = 0
    await catchUp()
    await catchUp()
    expect([await isDone(), logged]).toEqual([true, [{ event: 'cards.catching-up' }, { event: 'cards.caught-up' }]])
  })
})
