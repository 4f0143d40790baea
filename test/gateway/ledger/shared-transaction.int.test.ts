import { describe, expect, it } from 'vitest'
import type { Tx } from '../../../gateway/ledger/db.ts'
import { shareLedger } from '../../../gateway/ledger/shared-transaction.ts'
import { useLedger } from './support.ts'

const { db } = await useLedger()

describe('transactions that lanes share', () => {
  const transactionOf = async (tx: Tx): Promise<string> => (await tx.query<{ id: string }>('select pg_current_xact_id()::text as id')).rows[0]?.id ?? ''
  const kept = async (name: string): Promise<number> =>
    (await db.query<{ count: number }>('select count(*)::int as count from access_person where patient like $1', [`${name}%`])).rows[0]?.count ?? 0
  const keep = (tx: Tx, name: string): Promise<unknown> => tx.query('insert into access_person (patient) values ($1)', [name])

  it('what comes while one is being committed goes together in the next', async () => {
    const shared = shareLedger(db)
    let end: () => void = () => undefined
    let first: Promise<string> | undefined
    await new Promise<void>(begun => {
      first = shared.tx('a', async tx => {
        begun()
        await new Promise<void>(resolve => {
          end = resolve
        })
        return transactionOf(tx)
      })
    })
    const later = ['b', 'c', 'd'].map(about => shared.tx(about, transactionOf))
    end()
    const [alone, ...others] = await Promise.all([first, ...later])
    expect(new Set(others).size).toBe(1)
    expect(others).not.toContain(alone)
  })

  it('what is about the same goes one after the other and sees what went before', async () => {
    const shared = shareLedger(db)
    const seen = await Promise.all(
      [1, 2, 3, 4].map(n =>
        shared.tx('same', async tx => {
          const { rowCount } = await tx.query("select from access_person where patient like 'same-%'")
          await keep(tx, `same-${n}`)
          return rowCount
        }),
      ),
    )
    expect(seen).toEqual([0, 1, 2, 3])
  })

  it('one that is refused takes nobody with it, and leaves nothing behind', async () => {
    const shared = shareLedger(db)
    const outcomes = await Promise.allSettled([
      shared.tx('a', tx => keep(tx, 'fail-a')),
      shared.tx('b', async tx => {
        await keep(tx, 'fail-b')
        throw new Error('refused')
      }),
      shared.tx('c', async tx => {
        await keep(tx, 'fail-c')
        await tx.query('select 1 / 0')
      }),
      shared.tx('d', tx => keep(tx, 'fail-d')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(await kept('fail-')).toBe(2)
  })

  it('nothing is written behind the end of a transaction that failed side by side', async () => {
    let ended: Tx | undefined
    const failing = db.tx(async tx => {
      ended = tx
      await tx.query('select 1 / 0')
    })
    await expect(failing).rejects.toThrow('22012')
    if (ended === undefined) throw new Error('it never began')
    await expect(keep(ended, 'late')).rejects.toMatchObject({ code: 'hub.defect', path: 'transaction' })
    expect(await kept('late')).toBe(0)
  })
})
