import { execFile } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { letterOf, ownPersons } from '../../support/letters.ts'
import { completeFlow, eventually, exchange, mailsOf, readSandbox, type SandboxFile, token } from '../../support/sandbox.ts'

// A running stack is backed up, restored elsewhere under other ports, and goes on there: with all it had, and telling nobody twice.

const HUB = resolve(import.meta.dirname, '../../../docker/embedded/hub.mjs')
const source = { HUB_DATA_DIR: resolve(process.env['HUB_DATA_DIR'] ?? '.hub'), HUB_PORT_OFFSET: process.env['HUB_PORT_OFFSET'] ?? '0' }
const folder = mkdtempSync(join(tmpdir(), 'hub-backup-'))
const backup = join(folder, 'backup')
const target = { HUB_DATA_DIR: join(folder, 'restored'), HUB_PORT_OFFSET: String(Number(source.HUB_PORT_OFFSET) + 400) }

const run = promisify(execFile)
const hub = async (environment: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> => {
  const done = run(process.execPath, [HUB, ...args], { env: { ...process.env, ...environment }, maxBuffer: 1 << 24 })
  return done.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, said: error.stdout + error.stderr }),
  )
}

const turn = Date.now().toString(36)
const mailbox = `sauvegarde.${turn}@test.mssante.fr`
const letter = letterOf({ controlId: `BACKUP-${turn}`, person: ownPersons(), to: [mailbox] })
let sandbox: SandboxFile
let operator: string
let answer: string

beforeAll(async () => {
  // Postgres, which is nobody's, passes through to its data.
  chmodSync(folder, 0o711)
  sandbox = readSandbox(source.HUB_DATA_DIR)
  operator = await token(sandbox, 'operator')
  answer = await exchange(sandbox.mllp, letter.bytes)
  await completeFlow(sandbox, operator, `BACKUP-${turn}`)
})
afterAll(async () => {
  await hub(target, 'stop')
  rmSync(folder, { recursive: true, force: true })
})

/** Rows that never change again, of what had come before the backup. */
async function countsOf(url: string, until: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(
    `select (select count(*)::int from message where accepted_at < $1) as messages,
       (select md5(string_agg(b.id || md5(b.bytes), ',' order by b.id)) from body b join message m on m.id = b.id where m.accepted_at < $1) as bodies,
       (select count(*)::int from event where at < $1) as events, (select count(*)::int from delivery where planned_at < $1) as deliveries,
       (select count(*)::int from decision where at < $1) as decisions, (select count(*)::int from receipt where at < $1) as receipts,
       (select count(*)::int from identity where at < $1) as identities, (select count(*)::int from seen where at < $1) as seen,
       (select max(digest::text) from audit where at < $1) as audit`,
    [until],
  )
  await client.end()
  return rows[0] ?? {}
}

/** What the store holds, by its own number of resources of a type. */
async function storedIn({ hapi }: SandboxFile, document: string): Promise<unknown> {
  const found = await fetch(`${hapi}/DocumentReference?identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:oid:${document}`)}`)
  const { entry } = (await found.json()) as { entry?: { resource: object }[] }
  return entry?.map(({ resource }) => resource)
}

describe('hub backup and hub restore', () => {
  it('a running stack is backed up, for its owner only', async () => {
    expect(await hub(source, 'backup', backup)).toMatchObject({ code: 0, said: expect.stringContaining('Backed up') })
    expect(readdirSync(backup)).toEqual(expect.arrayContaining(['backup.json', 'postgres.tar.gz', 'secrets']))
    expect(statSync(backup).mode & 0o077).toBe(0)
  })

  it('a folder that holds something is not written into, and nothing is backed up where there is no hub', async () => {
    expect(await hub(source, 'backup', backup)).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') })
    expect(await hub(target, 'backup', join(folder, 'other'))).toMatchObject({ code: 1, said: expect.stringContaining('there is no hub') })
  })

  it('nothing is restored over a hub, from no backup, or from one that was changed', async () => {
    expect(await hub(source, 'restore', backup)).toMatchObject({ code: 1, said: expect.stringContaining('is running') })
    const full = { ...target, HUB_DATA_DIR: join(folder, 'full') }
    mkdirSync(join(full.HUB_DATA_DIR, 'secrets'), { recursive: true })
    expect(await hub(full, 'restore', backup)).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') })
    expect(await hub(target, 'restore', folder)).toMatchObject({ code: 1, said: expect.stringContaining('no whole backup') })
    const changed = join(folder, 'changed')
    cpSync(backup, changed, { recursive: true })
    appendFileSync(join(changed, 'postgres.tar.gz'), 'x')
    expect(await hub(target, 'restore', changed)).toMatchObject({ code: 1, said: expect.stringContaining('is not the file that was backed up') })
    expect(readdirSync(folder)).not.toContain('restored')
  })

  it('restored elsewhere, it starts with everything the ledger and the store had', async () => {
    expect(await hub(target, 'restore', backup)).toMatchObject({ code: 0, said: expect.stringContaining('Restored') })
    expect(await hub(target, 'start')).toMatchObject({ code: 0, said: expect.stringContaining('is ready') })
    const restored = readSandbox(target.HUB_DATA_DIR)
    const { at } = JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8')) as { at: string }
    // What waited in its lane at that moment is done here too: an event bears the time at which its message came.
    await eventually('all that had come before', async () => {
      expect(await countsOf(restored.postgres, at)).toEqual(await countsOf(sandbox.postgres, at))
      return true
    })
    expect(await storedIn(restored, letter.documentId)).toEqual(await storedIn(sandbox, letter.documentId))
  }, 300_000)

  it('there the message is known, its mail is not sent again, and the next one flows', async () => {
    const restored = readSandbox(target.HUB_DATA_DIR)
    const there = await token(restored, 'operator')
    expect(await exchange(restored.mllp, letter.bytes)).toBe(answer)
    const next = letterOf({ controlId: `AFTER-${turn}`, person: ownPersons(), to: [mailbox] })
    expect(await exchange(restored.mllp, next.bytes)).toMatch(/MSA\|AA/)
    await completeFlow(restored, there, `AFTER-${turn}`, 150_000)
    expect([(await mailsOf(sandbox, mailbox)).length, (await mailsOf(restored, mailbox)).length]).toEqual([1, 2])
    expect((await hub(target, 'audit', 'verify')).code).toBe(0)
  }, 300_000)

  it('stopped, as before an upgrade, it is backed up too, and stays stopped', async () => {
    await hub(target, 'stop')
    const stopped = join(folder, 'stopped')
    expect(await hub(target, 'backup', stopped)).toMatchObject({ code: 0, said: expect.stringContaining('Backed up') })
    expect(readdirSync(stopped)).toEqual(expect.arrayContaining(['backup.json', 'postgres.tar.gz', 'secrets']))
    expect((await hub(target, 'status')).code).toBe(3)
  }, 300_000)
})
