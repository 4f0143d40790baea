import { expect, it } from 'vitest'
import { needsHuman } from '../../../gateway/monitor/attention.ts'
import { message, useLedger } from '../ledger/support.ts'
import { createAcceptor } from '../../../gateway/ledger/accept.ts'
import type { Db } from '../../../gateway/ledger/db.ts'

let db: Db
useLedger(one => {
  db = one
})

it('what needs a human is that of the territory alone: parked lanes by their reason', async () => {
  for (const territory of ['54395', '54395', '35238']) {
    const laneKey = `${territory} ${Math.random()}`
    await createAcceptor(db).accept(message({ territory, laneKey }))
    await db.query("update lane set state = 'parked', code = 'mapping.impossible' where key = $1", [laneKey])
  }
  const parked = async (territory: string | undefined) =>
    (await needsHuman(db, { territory, now: new Date() })).filter(({ kind }) => kind === 'lane.parked').map(({ code, count }) => [code, count])
  expect(await parked(undefined)).toEqual([['mapping.impossible', 3]])
  expect(await parked('54395')).toEqual([['mapping.impossible', 2]])
  expect(await parked('35238')).toEqual([['mapping.impossible', 1]])
})
