import { expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { openLedger } from '../../../gateway/ledger/db.ts'
import { monthStart, PARTITIONED, partitionName } from '../../../gateway/ledger/partitions.ts'
import { count, message, quiet, useLedger } from './support.ts'

// Hubs that start while another one works, and no month to come is there.

const { db, url } = await useLedger()
const coming = [1, 2].flatMap(offset => PARTITIONED.map(table => partitionName(table, monthStart(new Date(), offset))))

it('several hubs that start at once make them, beside one that reads and accepts, and nothing of it fails', async () => {
  let isOver = false
  const acceptor = createAcceptor(db)
  const repeat = async (work: () => Promise<unknown>): Promise<void> => {
    while (!isOver) await work()
  }
  const working = Promise.all([
    repeat(() => acceptor.accept(message())),
    ...Array.from({ length: 3 }, () => repeat(() => db.query('select count(*) from lineage join body using (id) join message using (id)'))),
  ])
  for (let round = 0; round < 10; round += 1) {
    for (const name of coming) await db.query(`drop table ${name}`)
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => openLedger({ url, max: 4, log: quiet })))
    await Promise.all(ledgers.map(ledger => ledger.close()))
    expect(await count(db, 'unnest($1::text[]) name where to_regclass(name) is not null', [coming])).toBe(coming.length)
  }
  isOver = true
  await working
})
