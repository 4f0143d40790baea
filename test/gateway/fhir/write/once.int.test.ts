import { afterAll, describe, expect, it } from 'vitest'
import { configSchema } from '../../../../gateway/config.ts'
import type { Write } from '../../../../gateway/flows/care-flow.ts'
import { hubWritesOf, writeAsHub } from '../../../../gateway/fhir/write/hub-write.ts'
import { type Db, openLedger } from '../../../../gateway/ledger/db.ts'
import { createMetrics } from '../../../../gateway/metrics.ts'
import type { HubParts } from '../../../../gateway/parts.ts'
import { startPostgres } from '../../../support/postgres.ts'
import { quiet } from '../../ledger/support.ts'
import type { PipelineParts } from '../../../../gateway/fhir/write/parts.ts'

// What a deadline brings is written once, however many processes look at the clock: on one real ledger, before a stand-in of the store that counts.

let stored: string[]

const postgres = await startPostgres()
const url = await postgres.createDatabase()
const replicas = [await openLedger({ url, max: 4, log: quiet }), await openLedger({ url, max: 4, log: quiet })]

afterAll(async () => {
  await Promise.all(replicas.map(db => db.close()))
  await postgres.stop()
})

/** A process of the hub on this ledger; its store notes what reaches it. */
function hubOn(db: Db): PipelineParts {
  const store = {
    baseUrl: 'http://store/fhir',
    transaction: async (bundle: Uint8Array) => {
      stored.push(Buffer.from(bundle).toString())
      return { entries: [] }
    },
    search: async () => ({ resourceType: 'Bundle', type: 'searchset' }),
  }
  const config = { limits: configSchema.shape.limits.parse({}), organizations: [], partners: [] }
  const keys = { pseudonym: (value: string) => value, reference: (value: string) => value }
  return hubWritesOf({ config, db, store, workers: {}, keys, metrics: createMetrics() } as unknown as HubParts)
}

const reminding = async (write: Write): Promise<void> => {
  write.add({ resourceType: 'Communication', status: 'in-progress', subject: { reference: 'Patient/p1' } })
  write.announce({ type: 'snp.statut', patient: 'Patient/p1', about: 'Task/t1', changes: ['task.hors-delai'] })
}

describe('a deadline that two processes find at the same time', () => {
  it('is written and told once, and not again at the next look', async () => {
    stored = []
    const look = (): Promise<unknown> =>
      Promise.all(replicas.flatMap(db => [0, 1, 2].map(() => writeAsHub(hubOn(db), { key: 'snp.overdue|Task/t1', patient: 'Patient/p1', act: reminding }))))
    await look()
    await look()
    expect(stored).toHaveLength(1)
    expect((await replicas[0]?.query('select from event'))?.rowCount).toBe(1)
  })

  it('that brought nothing is done as well', async () => {
    stored = []
    let looks = 0
    const nothing = async (): Promise<void> => {
      looks += 1
    }
    for (const db of [...replicas, ...replicas]) await writeAsHub(hubOn(db), { key: 'snp.reminder|Task/t1', patient: 'Patient/p1', act: nothing })
    expect([looks, stored]).toEqual([1, []])
  })
})
