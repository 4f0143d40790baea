import { afterAll, it } from 'vitest'
import { openLedger } from '../../gateway/ledger/db.ts'
import { monthStart, PARTITIONED, partitionName } from '../../gateway/ledger/partitions.ts'
import { eventually, readSandbox } from '../support/sandbox.ts'
import { count, quiet } from './ledger/support.ts'

const db = await openLedger({ url: readSandbox().postgres, max: 1, log: quiet })
afterAll(() => db.close())

it('a month that is not there, as after a clock that went on by months, is made within seconds', async () => {
  const names = PARTITIONED.map(table => partitionName(table, monthStart(new Date(), 2)))
  for (const name of names) await db.query(`drop table if exists ${name}`)
  await eventually('the month', async () => ((await count(db, 'unnest($1::text[]) name where to_regclass(name) is null', [names])) === 0 ? true : undefined))
})
