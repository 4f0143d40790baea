import { afterAll, expect, it } from 'vitest'
import { createBreakers } from '../../../../gateway/breaker.ts'
import { executeIdentity } from '../../../../gateway/flows/identity/identity-change.ts'
import { createAcceptor } from '../../../../gateway/ledger/acceptance/accept.ts'
import { claimLanes } from '../../../../gateway/ledger/lanes/lanes.ts'
import type { HubParts } from '../../../../gateway/parts.ts'
import { shareTransactions } from '../../../../gateway/store/shared.ts'
import { createWorkers } from '../../../../gateway/workers/pool.ts'
import { writeIdentity } from '../../../support/identity-messages.ts'
import { count, message, only, until, useLedger } from '../../ledger/support.ts'

// A hub process stands still for longer than its lease, and goes on once another has done its work: on the real ledger, in front of a store that counts.

const { db } = await useLedger()
const workers = createWorkers({ threads: 1, maxQueue: 2 })
afterAll(() => workers.close())

const sent: Uint8Array[] = []
const transaction = async (bundle: Uint8Array) => {
  sent.push(bundle)
  return { entries: [] }
}
const parts = {
  db,
  workers,
  breakers: createBreakers(),
  transactions: shareTransactions({ transaction }),
  keys: { pseudonym: (value: string) => value },
  config: { environment: 'test' },
} as unknown as HubParts

it('who lost its lane stores no person late; who holds it now does, once', async () => {
  const bytes = writeIdentity('A28', { controlId: 'A28-1', pids: [{ ipp: '1540990017' }] })
  await createAcceptor(db).accept(message({ bytes }))
  const claim = () => claimLanes(db, { kind: 'inbound', holder: 'one', leaseMs: 1, limit: 1 })
  const overtaken = only(await claim())
  const claims = [overtaken]
  await until(async () => claims.push(...(await claim())) > 1, 'its lease ends')
  await expect(executeIdentity(parts, overtaken)).rejects.toMatchObject({ code: 'ledger.lease_lost' })
  expect(sent).toEqual([])
  await executeIdentity(parts, only(claims.slice(1)))
  expect(sent).toHaveLength(1)
  expect([await count(db, 'lane_entry'), await count(db, 'message where stored_at is not null')]).toEqual([0, 1])
})
