import { describe, expect, it } from 'vitest'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { readBody, readMessage } from '../../../../gateway/ledger/acceptance/bodies.ts'
import { openLedger } from '../../../../gateway/ledger/db.ts'
import { count, message, noise, one, quiet, useLedger } from '../support.ts'

const { db, url } = await useLedger()

describe('acceptance', () => {
  it('keeps the row, the bytes, the place in the lane and the answer', async () => {
    const sent = message({
      documentType: '11490-0',
      documentId: 'urn:oid:1.2.3',
      territory: '54',
      findings: [{ code: 'ins.missing', severity: 'warning', path: 'PID-3' }],
    })
    expect(await createAcceptor(db).accept(sent)).toEqual({ id: sent.id, answer: sent.answer, isRepeat: false, isRefused: false })
    expect(await readMessage(db, sent.id)).toMatchObject({
      id: sent.id,
      controlId: sent.controlId,
      documentId: 'urn:oid:1.2.3',
      territory: '54',
      laneKey: sent.laneKey,
      position: 1,
      status: 'received',
      findings: sent.findings,
      receivedAt: sent.receivedAt,
    })
    expect(Buffer.from(await readBody(db, sent.id)).equals(Buffer.from(sent.bytes))).toBe(true)
  })

  it('the same message twenty times in parallel, through three processes, is one message and one answer', async () => {
    const others = await Promise.all([openLedger({ url, log: quiet }), openLedger({ url, log: quiet })])
    const acceptors = [db, ...others].map(ledger => createAcceptor(ledger))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => acceptors[n % 3]?.accept(message({ controlId: 'twenty', text: 'same', laneKey: 'twenty', sender: 'ch-20' }))),
    )
    expect(new Set(answers.map(answer => Buffer.from(answer?.answer ?? []).toString())).size).toBe(1)
    expect(new Set(answers.map(answer => answer?.id)).size).toBe(1)
    expect(answers.filter(answer => answer?.isRepeat === false)).toHaveLength(1)
    expect(await count(db, "message where control_id = 'twenty'")).toBe(1)
    expect(await count(db, "lane_entry where lane_key = 'twenty'")).toBe(1)
    await Promise.all(others.map(ledger => ledger.close()))
  })

  it('a refused message in the batch takes no position of its lane', async () => {
    const acceptor = createAcceptor(db)
    const refused = message({ laneKey: 'shared', refusedWith: [{ code: 'hl7v2.framing', path: 'MSH' }] })
    const taken = message({ laneKey: 'shared' })
    await Promise.all([acceptor.accept(refused), acceptor.accept(taken)])
    const next = message({ laneKey: 'shared' })
    await acceptor.accept(next)
    expect((await readMessage(db, taken.id))?.position).toBe(1)
    expect((await readMessage(db, next.id))?.position).toBe(2)
  })

  it('a repeat hours later gets the first answer', async () => {
    const first = message({ controlId: 'again', text: 'same' })
    await createAcceptor(db).accept(first)
    const repeat = await createAcceptor(db).accept(message({ controlId: 'again', text: 'same' }))
    expect({ ...repeat, answer: Buffer.from(repeat.answer).toString() }).toEqual({ id: first.id, answer: `AA ${first.id}`, isRepeat: true, isRefused: false })
  })

  it('the same control id with other bytes is kept and flagged, in one batch and later', async () => {
    const acceptor = createAcceptor(db)
    const three = ['one', 'two', 'three'].map(text => message({ controlId: 'reused', text, laneKey: 'reused' }))
    await Promise.all(three.slice(0, 2).map(acceptor.accept))
    await acceptor.accept(three[2] ?? message())
    const { rows } = await db.query<{ findings: { code: string }[] }>("select findings from message where control_id = 'reused' order by position")
    expect(rows.map(row => row.findings.map(finding => finding.code))).toEqual([[], ['control-id.reused'], ['control-id.reused']])
  })

  it('a refused message is kept, in no lane, and judged afresh when it comes again', async () => {
    const acceptor = createAcceptor(db)
    const refused = () =>
      message({ controlId: 'bad', text: 'bad', laneKey: 'bad', refusedWith: [{ code: 'hl7v2.field_missing', path: 'PID-3' }], answer: Buffer.from('AE') })
    await Promise.all([acceptor.accept(refused()), acceptor.accept(refused())])
    const good = await acceptor.accept(message({ controlId: 'bad', text: 'bad', laneKey: 'bad' }))
    expect(good.isRepeat).toBe(false)
    const { rows } = await db.query<{ status: string; position: string | null; lane_key: string | null }>(
      "select status, position, lane_key from message where control_id = 'bad' order by id",
    )
    expect(rows).toEqual([
      { status: 'refused', position: null, lane_key: null },
      { status: 'refused', position: null, lane_key: null },
      { status: 'received', position: '1', lane_key: 'bad' },
    ])
  })

  it('positions of a lane follow the order of commits, without gap, from several processes at once', async () => {
    const others = await Promise.all([openLedger({ url, log: quiet }), openLedger({ url, log: quiet })])
    const acceptors = [db, ...others].map(ledger => createAcceptor(ledger, { maxBatch: 7 }))
    const lanes = ['order-a', 'order-b', 'order-c']
    await Promise.all(Array.from({ length: 300 }, (_, n) => acceptors[n % 3]?.accept(message({ laneKey: lanes[n % lanes.length] ?? '' }))))
    for (const lane of lanes) {
      const { rows } = await db.query<{ position: string }>('select position from lane_entry where lane_key = $1 order by position', [lane])
      expect(rows.map(row => Number(row.position))).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
    }
    // The commit of a later position is never older: xmin is the inserting transaction, and commit times are ordered inside a lane by its lock.
    const crossed = await count(
      db,
      "message a join message b on a.lane_key = b.lane_key and a.position < b.position and a.accepted_at > b.accepted_at + interval '1 second' where a.lane_key like 'order-%'",
    )
    expect(crossed).toBe(0)
    await Promise.all(others.map(ledger => ledger.close()))
  })

  it('one message that cannot be stored does not take its batch with it', async () => {
    const acceptor = createAcceptor(db)
    const bad = message({ controlId: 'unstorable', receivedAt: new Date(Number.NaN) })
    const results = await Promise.allSettled([
      acceptor.accept(message({ controlId: 'beside-1' })),
      acceptor.accept(bad),
      acceptor.accept(message({ controlId: 'beside-2' })),
    ])
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await count(db, "message where control_id like 'beside-%'")).toBe(2)
  })

  it('what PostgreSQL refuses for good is refused in its turn, never "later": its bytes are kept, and what came with it', async () => {
    const acceptor = createAcceptor(db)
    const documentId = Buffer.from(noise(6000, 'unstorable')).toString('base64')
    const [place, refuse] = [{ path: 'TXA-12', location: 'TXA^1^12' }, (faults: readonly { code: string }[]) => Buffer.from(`AE ${faults[0]?.code}`)]
    const version = {
      documentId,
      action: 'create' as const,
      digest: '00',
      kind: 'k',
      organisation: 'o',
      persons: [],
      places: { id: place, parent: place, person: place },
    }
    const long = message({ controlId: 'for-good', documentId, versions: [version], refuse })
    const infinite = message({ controlId: 'for-good-2', rule: { locks: [], judge: tx => tx.query("select 'x'::int").then(() => []) }, refuse })
    const [, accepted, ruled] = await Promise.all([message(), long, infinite].map(one => acceptor.accept(one)))
    for (const one of [accepted, ruled]) expect(one).toMatchObject({ isRefused: true, answer: Buffer.from('AE hl7v2.unstorable') })
    expect(await one(db, 'select status, document_id, refused_with from message where id = $1', [long.id])).toEqual({
      status: 'refused',
      document_id: null,
      refused_with: [{ code: 'hl7v2.unstorable', path: 'MSH' }],
    })
    expect(await count(db, 'body where id = $1', [long.id])).toBe(1)
  })

  it('control ids and findings with NUL, or of ten thousand characters, are stored', async () => {
    const acceptor = createAcceptor(db)
    const long = message({ controlId: 'x'.repeat(10_000), text: 'long', findings: [{ code: 'a\u0000b', severity: 'warning', path: 'MSH-10' }] })
    const nul = message({ controlId: 'nul\u0000nul', text: 'nul', documentId: 'd\u0000' })
    expect((await Promise.all([acceptor.accept(long), acceptor.accept(nul)])).map(answer => answer.isRepeat)).toEqual([false, false])
    expect((await acceptor.accept(message({ controlId: 'nul\u0000nul', text: 'nul' }))).id).toBe(nul.id)
  })

  it('bodies above 1 MiB go alone and come back byte for byte', async () => {
    const acceptor = createAcceptor(db)
    const sent = [3_000_000, 20, 5_000_001, 0, 900_000, 900_000].map((size, n) => message({ controlId: `size-${n}`, bytes: noise(size, `${n}`) }))
    await Promise.all(sent.map(acceptor.accept))
    for (const { id, bytes } of sent) expect(Buffer.from(await readBody(db, id)).equals(Buffer.from(bytes))).toBe(true)
    expect(acceptor.bytesInFlight()).toBe(0)
    expect(await one(db, "select attstorage::text from pg_attribute where attrelid = 'body'::regclass and attname = 'bytes'")).toEqual({ attstorage: 'e' })
  })
})
