/*
  Anchors of the audit on a real ledger and a real file: thinned, they still prove what they proved.
*/
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { keepAnchors, readAnchors, thinAuditAnchors } from '../../gateway/audit-anchors.ts'
import { createAuditor } from '../../gateway/ledger/audit/audit.ts'
import { type Anchor, anchorHeads, proveAudit } from '../../gateway/ledger/audit/audit-proof.ts'
import { useLedger } from './ledger/support.ts'

const SECRET = 'a key of this test'
const NOW = new Date('2026-11-28T12:00:00Z')

const dataDir = mkdtempSync(join(tmpdir(), 'hub-anchors-'))
const file = join(dataDir, 'audit-anchors.jsonl')
afterAll(() => rmSync(dataDir, { recursive: true }))

const { db } = await useLedger()

const thin = (): Promise<void> => thinAuditAnchors({ config: { dataDir, retention: { auditYears: 3 } } as never, db }, NOW)
const timesOf = (anchors: readonly Pick<Anchor, 'at'>[]): string[] => anchors.map(({ at }) => at.slice(0, 16)).sort()
const timesInTable = async (): Promise<string[]> =>
  timesOf((await db.query<{ at: Date }>('select at from audit_anchor')).rows.map(({ at }) => ({ at: at.toISOString() })))

describe('anchors of the audit', () => {
  it('of long ago the last of each day stays, of the last days all; the audit is sound, and a row cut off at the end is found', async () => {
    const auditor = createAuditor(db, 'door')
    const filed: Anchor[] = []
    const days = ['2023-11-20T10:00', '2026-09-01T08:00', '2026-09-01T20:00', '2026-09-02T09:00', '2026-11-27T10:00', '2026-11-27T11:00']
    for (const day of days) {
      await auditor.record({ at: NOW, actor: 'test', action: 'fhir.read', object: 'Patient/1', outcome: 'allowed' })
      filed.push(...(await db.tx(tx => anchorHeads(tx, SECRET, new Date(`${day}:00Z`)))))
    }
    writeFileSync(file, filed.map(anchor => `${JSON.stringify(anchor)}\n`).join(''))
    await thin()
    const kept = days.slice(2)
    expect(timesOf(await readAnchors(file))).toEqual(kept)
    expect(await timesInTable()).toEqual(kept)
    expect(await proveAudit(db, SECRET, await readAnchors(file))).toMatchObject({ rows: days.length, anchors: 2 * kept.length })

    const before = readFileSync(file, 'utf8')
    await thin()
    expect(readFileSync(file, 'utf8')).toBe(before)

    await db.tx(async tx => {
      await tx.query('alter table audit disable trigger all')
      await tx.query("delete from audit where writer = 'door' and sequence = $1", [days.length])
      await tx.query(
        "update audit_writer set sequence = $1, digest = (select digest from audit where writer = 'door' and sequence = $1) where writer = 'door'",
        [days.length - 1],
      )
      await tx.query('delete from audit_anchor')
    })
    expect((await proveAudit(db, SECRET, await readAnchors(file))).fault).toEqual({ writer: 'door', sequence: days.length, what: 'missing' })
  })

  it('of many writers, also those that are gone, are many and kept in time', async () => {
    for (let from = 0; from < 200_000; from += 40_000)
      await db.query(
        `insert into audit_anchor (at, writer, sequence, digest, mac)
         select $1::timestamptz - n * interval '5 s', 'many-' || n % 800, 1 + n / 800, '', '' from generate_series($2::int, $2 + 39999) n`,
        [NOW, from],
      )
    await db.query("insert into audit_writer (writer, sequence, digest) select 'many-' || n, 1000000, '' from generate_series(0, 799) n")
    expect((await db.tx(tx => anchorHeads(tx, SECRET, NOW))).filter(({ writer }) => writer.startsWith('many-'))).toHaveLength(800)
    await thin()
    for (const table of ['audit_anchor', 'audit_writer']) await db.query(`delete from ${table} where writer like 'many-%'`)
  })

  it('of the file what is not yet old is copied as it is and not looked at; where there is no file there is nothing to thin', async () => {
    const line = (at: string, sequence: number): string => JSON.stringify({ at: `${at}:00.000Z`, writer: 'tail', sequence })
    const tail = `${line('2026-11-27T10:00', 4)}\n{"at":"2026-11-27T1\n\n${line('2026-11-27T11:00', 5)}`
    writeFileSync(file, `\n${line('2026-09-01T08:00', 1)}\n{"cut":\n${line('2026-09-01T20:00', 2)}\n${line('2026-09-02T09:00', 3)}\n${tail}`)
    await thin()
    expect(readFileSync(file, 'utf8')).toBe(`\n${line('2026-09-01T20:00', 2)}\n${line('2026-09-02T09:00', 3)}\n${tail}`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    rmSync(file)
    await thin()
    expect(await readAnchors(file)).toEqual([])
  })

  it('where the clock has leapt all of them stay', async () => {
    const anchors = ['2023-11-20T10:00', '2026-09-01T08:00', '2026-09-01T20:00'].map(day => ({ at: `${day}:00.000Z`, writer: 'leapt', sequence: 1 }))
    writeFileSync(file, anchors.map(anchor => `${JSON.stringify(anchor)}\n`).join(''))
    const parts = { config: { dataDir, retention: { auditYears: 3 } }, db, keys: { reference: () => SECRET } } as never
    await keepAnchors(parts)()
    expect((await readAnchors(file)).filter(({ writer }) => writer === 'leapt')).toEqual(anchors.slice(1))
    writeFileSync(file, anchors.map(anchor => `${JSON.stringify(anchor)}\n`).join(''))
    await db.query("update sighting set at = at - interval '6 days' where name = 'anchors.done'")
    for (const _ of [1, 2]) await keepAnchors(parts)()
    expect((await readAnchors(file)).filter(({ writer }) => writer === 'leapt')).toEqual(anchors)
  })

  it('a line that a full disk has cut takes neither the others with it nor those that come', async () => {
    const torn = mkdtempSync(join(tmpdir(), 'hub-anchors-'))
    const parts = { config: { dataDir: torn, retention: { auditYears: 3 } }, db, keys: { reference: () => SECRET } } as never
    const path = join(torn, 'audit-anchors.jsonl')
    const keep = keepAnchors(parts)
    const auditor = createAuditor(db, 'torn')
    const record = () => auditor.record({ at: NOW, actor: 'test', action: 'fhir.read', object: 'Patient/1', outcome: 'allowed' })
    for (const cut of [0, 20, 0]) {
      await record()
      await keep()
      const text = readFileSync(path, 'utf8')
      if (cut > 0) writeFileSync(path, text.slice(0, -cut))
    }
    expect((await readAnchors(path)).filter(({ writer }) => writer === 'torn').map(({ sequence }) => sequence)).toEqual([1, 3])
    await thinAuditAnchors(parts, NOW)
    rmSync(torn, { recursive: true })
  })
})
