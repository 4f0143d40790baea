import pg from 'pg'
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

it('a task that one hub does for all is overdue in the metrics while it cannot be done, and no longer afterwards', async () => {
  const sandbox = readSandbox()
  const overdue = async (): Promise<number> =>
    Number(/^hub_upkeep_late_seconds\{task="rollup"\} (\S+)$/m.exec(await (await fetch(`${sandbox.http}/metrics`)).text())?.[1])
  const holder = new pg.Client({ connectionString: sandbox.postgres })
  await holder.connect()
  try {
    await holder.query('begin; select from rollup_until for update')
    await eventually('the roll-ups are overdue', async () => ((await overdue()) > 3 ? true : undefined))
  } finally {
    await holder.end()
  }
  await eventually('they are done again', async () => ((await overdue()) < 1 ? true : undefined))
})
