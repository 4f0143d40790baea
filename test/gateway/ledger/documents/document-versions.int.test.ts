import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { type Db, openLedger } from '../../../../gateway/ledger/db.ts'
import type { VersionAsked } from '../../../../gateway/ledger/documents/document-chain.ts'
import { count, message, one, quiet, useLedger } from '../support.ts'
import type { Accepted } from '../../../../gateway/ledger/acceptance/arrival.ts'

const PLACE = { path: 'TXA-12', location: 'TXA^1^12' }

/** What a message asks for; the content is the id's own unless said. */
function asked(documentId: string, change: Partial<VersionAsked> & { content?: string } = {}): VersionAsked {
  const { content = documentId, ...rest } = change
  return {
    documentId,
    action: rest.replaces === undefined ? 'create' : 'replace',
    digest: createHash('sha256').update(content).digest('hex'),
    kind: '11490-0 structured',
    persons: ['ins|p'],
    organisation: 'ch-1',
    places: { id: PLACE, parent: PLACE, person: PLACE },
    ...rest,
  }
}

const { db, url } = await useLedger()

describe('documents judged by what was accepted', () => {
  const acceptWith =
    (ledger: Db) =>
    (...versions: VersionAsked[]): Promise<Accepted> =>
      createAcceptor(ledger).accept(message({ versions, refuse: faults => Buffer.from(`AE ${faults.map(({ code }) => code).join(' ')}`) }))
  const accept = acceptWith(db)
  const verdict = async (...versions: VersionAsked[]): Promise<string> => {
    const { answer } = await accept(...versions)
    return Buffer.from(answer)
      .toString()
      .replace(/^AA .*/, 'AA')
  }
  const stateOf = async (documentId: string): Promise<string> =>
    (await one<{ state: string }>(db, 'select state from document_version where document_id = $1', [documentId])).state

  it('a replacement supersedes the latest version, a deletion withdraws it and leaves the older ones superseded', async () => {
    expect(await verdict(asked('a1'))).toBe('AA')
    expect(await verdict(asked('a2', { replaces: 'a1' }))).toBe('AA')
    expect(await verdict(asked('a2', { action: 'delete' }))).toBe('AA')
    expect([await stateOf('a1'), await stateOf('a2')]).toEqual(['superseded', 'withdrawn'])
  })

  /** The ledger, and what the doors ask of it. */
  const watched = (): { ledger: Db; statements: (string | undefined)[] } => {
    const statements: (string | undefined)[] = []
    const query: Db['doors']['query'] = (text, values, name) => {
      statements.push(name)
      return db.doors.query(text, values, name)
    }
    return { ledger: { ...db, doors: { ...db.doors, query } }, statements }
  }

  it('a first transmission costs one statement; what names a predecessor is judged by what is known', async () => {
    const { ledger, statements } = watched()
    await acceptWith(ledger)(asked('s1', { setId: 's', version: 1 }))
    expect(statements).toEqual(['accept'])
    await acceptWith(ledger)(asked('s2', { replaces: 's1' }))
    expect(statements.slice(1).sort()).toEqual(['accept', 'document-versions', 'seen-before'])
  })

  it('a repeat beside a first transmission in one commit: the first is kept, the repeat gets its first answer', async () => {
    const first = message({ versions: [asked('t1')] })
    await createAcceptor(db).accept(first)
    const acceptor = createAcceptor(db)
    const [repeat, fresh] = await Promise.all([acceptor.accept({ ...first, id: message().id }), acceptor.accept(message({ versions: [asked('t2')] }))])
    expect([repeat.id, repeat.isRepeat, fresh.isRepeat]).toEqual([first.id, true, false])
    expect(await stateOf('t2')).toBe('current')
  })

  it.each([
    ['a second replacement', asked('b3', { replaces: 'b1' }), 'document.not_latest'],
    ['a deletion of an older version', asked('b1', { action: 'delete' }), 'document.not_latest'],
    ['a deletion of what was never seen', asked('b9', { action: 'delete' }), 'document.never_seen'],
    ['a document that replaces itself', asked('b8', { replaces: 'b8' }), 'document.cycle'],
    ['the same id with other bytes', asked('b2', { content: 'other' }), 'document.same_id_other_bytes'],
    ['a replacement by another organisation', asked('b4', { replaces: 'b2', organisation: 'ch-2' }), 'document.other_author'],
    ['a replacement about another person', asked('b5', { replaces: 'b2', persons: ['ins|q'] }), 'document.other_patient'],
  ])('%s is refused, and changes nothing', async (_what, claim, code) => {
    await accept(asked('b1'))
    await accept(asked('b2', { replaces: 'b1' }))
    const before = await db.query('select * from document_version order by document_id')
    expect(await verdict(claim)).toBe(`AE ${code}`)
    expect((await db.query('select * from document_version order by document_id')).rows).toEqual(before.rows)
  })

  it('a replacement of an unknown document is taken with a finding; the target, when it comes, is superseded and told to nobody', async () => {
    const { id } = await accept(asked('c2', { replaces: 'c1' }))
    expect(await one(db, 'select findings from message where id = $1', [id])).toEqual({
      findings: [expect.objectContaining({ code: 'document.target-unknown' })],
    })
    const late = await accept(asked('c1'))
    expect(await one(db, 'select change, is_told, is_repeat from document_change where message_id = $1', [late.id])).toEqual({
      change: 'create',
      is_told: false,
      is_repeat: false,
    })
    expect([await stateOf('c1'), await stateOf('c2')]).toEqual(['superseded', 'current'])
    expect(await verdict(asked('c3', { replaces: 'c1' }))).toBe('AE document.not_latest')
  })

  it('a chain that comes back to itself through what was never seen is a cycle', async () => {
    expect(await verdict(asked('d3', { replaces: 'd2' }))).toBe('AA')
    expect(await verdict(asked('d2', { replaces: 'd1' }))).toBe('AA')
    expect(await verdict(asked('d1', { replaces: 'd3' }))).toBe('AE document.cycle')
  })

  it('the same document again, under other control ids, is taken and does nothing', async () => {
    for (const claim of [asked('e1'), asked('e1'), asked('e2', { replaces: 'e1' }), asked('e1'), asked('e2', { replaces: 'e1' })])
      expect(await verdict(claim)).toBe('AA')
    for (let times = 0; times < 2; times += 1) expect(await verdict(asked('e2', { action: 'delete' }))).toBe('AA')
    expect(await verdict(asked('e2', { replaces: 'e1' }))).toBe('AA')
    const { rows } = await db.query("select document_id, change, is_told, is_repeat from document_change where document_id in ('e1', 'e2') order by message_id")
    expect(rows.map(row => Object.values(row as object).join(' '))).toEqual([
      'e1 create true false',
      'e1 create true true',
      'e2 replace true false',
      'e1 create false true',
      'e2 replace true true',
      'e2 delete true false',
      'e2 delete true true',
      'e2 replace false true',
    ])
  })

  it('without a named predecessor a higher version of the same set supersedes the lower one, a lower one is kept beside it and flagged', async () => {
    await accept(asked('f1', { setId: 'set-f', version: 1 }))
    expect(await verdict(asked('f2', { setId: 'set-f', version: 2 }))).toBe('AA')
    expect([await stateOf('f1'), await stateOf('f2')]).toEqual(['superseded', 'current'])
    const { id } = await accept(asked('f0', { setId: 'set-f', version: 2 }))
    expect(await one(db, 'select findings from message where id = $1', [id])).toEqual({
      findings: [expect.objectContaining({ code: 'document.version-not-higher' })],
    })
    expect(await stateOf('f2')).toBe('current')
  })

  it('two formats of one content are replaced and deleted together', async () => {
    expect(await verdict(asked('g3'), asked('g1', { kind: 'n1' }))).toBe('AA')
    expect(await verdict(asked('h3', { replaces: 'g3' }))).toBe('AE document.format_missing')
    expect(await verdict(asked('h3', { replaces: 'g3' }), asked('h1', { kind: 'n1', action: 'replace' }))).toBe('AA')
    expect(await stateOf('g1')).toBe('superseded')
    expect(await verdict(asked('h1', { kind: 'n1', action: 'delete' }))).toBe('AE document.format_missing')
    expect(await verdict(asked('h3', { action: 'delete' }), asked('h1', { kind: 'n1', action: 'delete' }))).toBe('AA')
  })

  it('of forty replacements of one document at once, through three processes, exactly one is taken', async () => {
    await accept(asked('i1'))
    const others = await Promise.all([openLedger({ url: url, log: quiet }), openLedger({ url: url, log: quiet })])
    const doors = [db, ...others].map(acceptWith)
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => doors[n % 3]?.(asked(`i2-${n}`, { replaces: 'i1' }))))
    expect(answers.filter(answer => answer?.isRefused !== true)).toHaveLength(1)
    expect(await count(db, "document_version where replaces = 'i1'")).toBe(1)
    await Promise.all(others.map(ledger => ledger.close()))
  })
})
