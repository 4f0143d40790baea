import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { findIncidents } from '../../../gateway/ledger/watch/incidents.ts'
import { count, until, useLedger } from '../ledger/support.ts'

// Real processes on one ledger, killed with -9 while the receiver of their alert has not answered yet.

const { db, url } = await useLedger()
const keys: string[] = []
const unanswered: ServerResponse[] = []
let answers = false
const alive: ChildProcess[] = []
const receiver = createServer((request, response) => {
  keys.push(String(request.headers['idempotency-key']))
  if (answers) response.writeHead(204).end()
  else unanswered.push(response)
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')
await db.query('create table wrong (subject text)')

afterAll(() => {
  for (const one of alive) one.kill('SIGKILL')
  receiver.closeAllConnections()
  receiver.close()
})

function watchers(many: number): ChildProcess[] {
  const secret = join(mkdtempSync(join(tmpdir(), 'watcher-')), 'secret')
  writeFileSync(secret, 'secret')
  const webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const program = fileURLToPath(new URL('watcher.ts', import.meta.url))
  const begun = Array.from({ length: many }, () => spawn(process.execPath, ['--import', 'tsx', program, url, webhook, secret], { stdio: 'inherit' }))
  alive.push(...begun)
  return begun
}

const told = (): string[] => [...new Set(keys)].map(key => key.replace(/^.*\./, ''))
const sent = (moment: string): Promise<number> => count(db, "alert where state = 'sent' and moment = $1", [moment])

it('two hubs killed in the middle of an alert: the incident is told once when it begins and once when it ends, a repeated attempt under the same key', async () => {
  const both = watchers(2)
  await db.query("insert into wrong values ('ch-1')")
  await until(() => keys.length > 0, 'the receiver is asked')
  for (const one of both) one.kill('SIGKILL')
  expect(await sent('start')).toBe(0)
  answers = true
  watchers(2)
  // The claim of whoever was killed is over.
  await db.query("update alert set due_at = clock_timestamp() where state = 'waiting'")
  await until(async () => (await sent('start')) === 1, 'the beginning is told')
  await db.query('delete from wrong')
  await until(async () => (await sent('end')) === 1, 'the end is told')
  expect(told()).toEqual(['start', 'end'])
  expect(keys.filter(key => key.endsWith('end'))).toHaveLength(1)
  const { items } = await findIncidents(db, { subject: 'ch-1', limit: 10 })
  expect(items.map(({ state, alerts }) => [state, alerts.map(({ moment }) => moment)])).toEqual([['closed', ['start', 'end']]])
}, 120_000)
