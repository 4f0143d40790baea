import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { claimDocuments, type DepositedVersion, judgeDeposited, knownDocument } from '../../../../gateway/ledger/documents/deposited-documents.ts'
import { readStandings } from '../../../../gateway/ledger/documents/document-standing.ts'
import { dropIntent, openIntent, settleIntent } from '../../../../gateway/ledger/intents.ts'
import { message, one, useLedger } from '../support.ts'

// Documents that the FHIR door brings, claimed beside those of messages: who is first decides, and what is given up leaves nothing.

const PLACE = { path: 'TXA-12', location: 'TXA^1^12' }
const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex')

const { db } = await useLedger()

interface Row {
  state: string
  stored: string | null
  replaced_by: string | null
}
const rowOf = async (documentId: string): Promise<Row | undefined> =>
  (await db.query<Row>('select state, stored, replaced_by from document_version where document_id = $1', [documentId])).rows[0]

/** By message. Out: the id of the message, and what it is answered. */
const send = async (documentId: string, { content = documentId, replaces, action }: { content?: string; replaces?: string; action?: 'delete' } = {}) => {
  const version = {
    documentId,
    action: action ?? (replaces === undefined ? ('create' as const) : ('replace' as const)),
    digest: digestOf(content),
    kind: '',
    persons: ['ins|p'],
    organisation: 'ch-1',
    places: { id: PLACE, parent: PLACE, person: PLACE },
    ...(replaces === undefined ? {} : { replaces }),
  }
  const refuse = (faults: readonly { code: string }[]): Uint8Array => Buffer.from(`AE ${faults.map(({ code }) => code).join(' ')}`)
  const { id, answer } = await createAcceptor(db).accept(message({ versions: [version], refuse }))
  return { id, answer: Buffer.from(answer).toString().slice(0, 40) }
}

interface Deposit extends Partial<DepositedVersion> {
  content?: string
  keeps?: boolean
}
const judgedBy = async (version: DepositedVersion, keeps = true) =>
  (await judgeDeposited(db, version, { claimed: [], path: 'DocumentReference.masterIdentifier', keeps: async () => keeps })).written
const judged = (documentId: string, { content = documentId, keeps = true, by = 'ch-1', ...more }: Deposit = {}) => {
  const action = more.replaces === undefined ? 'create' : 'replace'
  return judgedBy({ documentId, action, persons: ['ins|p'], organisation: 'ch-1', by, digest: digestOf(content), ...more }, keeps)
}
const opened = async (): Promise<string> => {
  const id = randomUUID()
  await openIntent(db, { id, client: 'c', sha256: Buffer.alloc(32), locks: [], identifiers: [], traceparent: '00' })
  return id
}
/** By the FHIR door, not yet stored. Out: its intent. */
const claim = async (documentId: string, deposit: Deposit = {}): Promise<string> => {
  const [id, rows] = [await opened(), await judged(documentId, deposit)]
  await db.tx(tx => claimDocuments(tx, id, rows))
  return id
}
const stored = (intent: string): Promise<boolean> => settleIntent(db, intent, { storedAt: new Date(), identifiers: [] })

describe('documents of both doors', () => {
  it('claimed by a write, one is known at once: the same bytes by message are a repeat, other bytes are refused', async () => {
    await claim('a1')
    expect(await knownDocument(db, 'a1')).toEqual({ digest: digestOf('a1'), card: null })
    expect((await send('a1', { content: 'other' })).answer).toBe('AE document.same_id_other_bytes')
    expect((await send('a1')).answer).toMatch(/^AA/)
    expect(await one(db, "select is_repeat from document_change where document_id = 'a1'", [])).toEqual({ is_repeat: true })
  })

  it('a message about one that is being written waits until that is decided', async () => {
    const intent = await claim('b1')
    const { id } = await send('b1')
    await expect(readStandings(db, id)).rejects.toMatchObject({ code: 'hub.busy', dependency: 'document' })
    await stored(intent)
    expect(await readStandings(db, id)).toMatchObject([{ documentId: 'b1', isDeposited: true, isRepeat: true, status: 'current' }])
  })

  it.each([
    ['a message comes between', async () => void (await send('c1'))],
    ['another write comes between', async () => void (await claim('c1'))],
  ])('judged before %s, the claim is refused', async (_what, meanwhile) => {
    await db.query("delete from document_version where document_id = 'c1'")
    const [intent, rows] = [await opened(), await judged('c1')]
    await meanwhile()
    await expect(db.tx(tx => claimDocuments(tx, intent, rows))).rejects.toMatchObject({ code: 'store.conflict' })
  })

  it('a write that is given up leaves nothing', async () => {
    const intent = await claim('d1')
    await dropIntent(db, intent)
    expect(await rowOf('d1')).toBeUndefined()
    expect((await db.query('select from document_claim where intent = $1', [intent])).rows).toEqual([])
    expect((await send('d1', { content: 'other' })).answer).toMatch(/^AA/)
  })

  it('given up, what a message brought meanwhile is the message’s', async () => {
    const intent = await claim('e1')
    const { id } = await send('e1')
    await dropIntent(db, intent)
    expect(await readStandings(db, id)).toMatchObject([{ isDeposited: false, status: 'current' }])
  })

  it('replaces what a message brought, and gives it back', async () => {
    await send('f1')
    const intent = await claim('f2', { replaces: 'f1' })
    expect(await rowOf('f1')).toMatchObject({ state: 'superseded', replaced_by: 'f2' })
    expect((await send('f3', { replaces: 'f1' })).answer).toBe('AE document.not_latest')
    await dropIntent(db, intent)
    expect([await rowOf('f1'), await rowOf('f2')]).toMatchObject([{ state: 'current', replaced_by: null }, undefined])
    await stored(await claim('f2', { replaces: 'f1' }))
    expect([await rowOf('f1'), await rowOf('f2')]).toMatchObject([
      { state: 'superseded', stored: 'superseded' },
      { state: 'current', stored: 'current' },
    ])
  })

  it('given up after a message has replaced it, it is awaited', async () => {
    const intent = await claim('g1')
    expect((await send('g2', { replaces: 'g1' })).answer).toMatch(/^AA/)
    await dropIntent(db, intent)
    expect(await rowOf('g1')).toEqual({ state: 'awaited', stored: null, replaced_by: 'g2' })
  })

  it('takes back what a message brought, gives it back, and leaves it to a message that takes it back as well', async () => {
    await send('h1')
    const back = async (): Promise<string> => {
      const [id, rows] = [await opened(), await judgedBy({ documentId: 'h1', action: 'delete', persons: ['ins|p'], organisation: 'x', by: 'x' })]
      await db.tx(tx => claimDocuments(tx, id, rows))
      return id
    }
    await dropIntent(db, await back())
    expect(await rowOf('h1')).toMatchObject({ state: 'current' })
    const intent = await back()
    expect((await send('h1', { action: 'delete' })).answer).toMatch(/^AA/)
    await dropIntent(db, intent)
    expect(await rowOf('h1')).toMatchObject({ state: 'withdrawn' })
  })

  it.each([
    ['of what is no longer the latest', { replaces: 'i1' }, 'document.not_latest'],
    ['of another organisation’s', { replaces: 'i2', keeps: false, by: 'ch-2' }, 'document.other_author'],
    ['of somebody else’s', { replaces: 'i2', persons: ['ins|q'] }, 'document.other_patient'],
    ['of itself', { replaces: 'i9' }, 'document.cycle'],
  ])('a replacement %s is refused', async (_what, deposit, code) => {
    await send('i1')
    await send('i2', { replaces: 'i1' })
    await expect(judged('i9', deposit)).rejects.toMatchObject({ code, path: 'DocumentReference.masterIdentifier' })
  })

  it('is taken back by who keeps it alone, whoever is named as its custodian; one that was replaced as well, and by that alone', async () => {
    await send('l1')
    await send('l2', { replaces: 'l1' })
    const back = (documentId: string, keeps: boolean) => judgedBy({ documentId, action: 'delete', persons: ['ins|p'], organisation: 'ch-1', by: 'ch-2' }, keeps)
    await expect(back('l2', false)).rejects.toMatchObject({ code: 'document.other_author' })
    await expect(back('l1', false)).rejects.toMatchObject({ code: 'document.other_author' })
    const intent = await opened()
    const rows = await back('l1', true)
    await db.tx(tx => claimDocuments(tx, intent, rows))
    await stored(intent)
    expect([await rowOf('l1'), await rowOf('l2')]).toMatchObject([
      { state: 'withdrawn', stored: 'entered-in-error', replaced_by: 'l2' },
      { state: 'current', replaced_by: null },
    ])
    await dropIntent(db, await claim('l3', { replaces: 'l2' }))
    expect(await rowOf('l1')).toMatchObject({ state: 'withdrawn' })
  })

  it('a higher version of a set replaces the lower one of the same kind, of who keeps it', async () => {
    const version = (n: number, more: Deposit = {}): Deposit => ({ setId: 's', version: n, kind: 'letter', ...more })
    await stored(await claim('m1', version(1)))
    expect(await judged('m2', version(2, { keeps: false, by: 'ch-2' }))).toMatchObject([{ documentId: 'm2', state: 'current' }])
    expect(await judged('m2', version(2, { kind: 'other' }))).toMatchObject([{ documentId: 'm2', state: 'current' }])
    await stored(await claim('m2', version(2, { by: 'ch-2' })))
    expect([await rowOf('m1'), await rowOf('m2')]).toMatchObject([
      { state: 'superseded', replaced_by: 'm2' },
      { state: 'current', replaced_by: null },
    ])
  })

  it('comes after what replaces it: superseded', async () => {
    await send('j2', { replaces: 'j1' })
    await stored(await claim('j1'))
    expect(await rowOf('j1')).toEqual({ state: 'superseded', stored: 'superseded', replaced_by: 'j2' })
  })

  it('of twenty writes and twenty messages of one document at once, each with its own bytes, one is taken', async () => {
    const writes = Array.from({ length: 20 }, (_, n) =>
      claim('k1', { content: `w${n}` }).then(
        () => true,
        () => false,
      ),
    )
    const messages = Array.from({ length: 20 }, (_, n) => send('k1', { content: `m${n}` }).then(({ answer }) => answer.startsWith('AA')))
    expect((await Promise.all([...writes, ...messages])).filter(isTaken => isTaken)).toHaveLength(1)
  })
})
