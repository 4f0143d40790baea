import { describe, expect, it } from 'vitest'
import { freePartner, holdPartner, pausesNow, wakeHeldLanes } from '../../../../gateway/ledger/lanes/partner-pauses.ts'
import { one, useLedger } from '../support.ts'

const { db } = await useLedger()

const order = (partner: string, reason = 'maintenance') => ({ partner, by: 'operator', reason })

async function restingLane(key: string, partner: string): Promise<void> {
  await db.query(
    "insert into lane (key, kind, last_position, state, due_at, code, path) values ($1, 'delivery', 1, 'ready', clock_timestamp() + interval '10 minutes', 'partner.paused', $2)",
    [key, `partners.${partner}`],
  )
}

const isDue = async (key: string): Promise<boolean> =>
  (await one<{ due: boolean }>(db, 'select due_at <= clock_timestamp() as due from lane where key = $1', [key])).due

describe('a partner that is held', () => {
  it('is held once: of two who hold it at the same time one is told that he came second, and so of two who let it go', async () => {
    const held = await Promise.all([holdPartner(db, order('ch-1')), holdPartner(db, order('ch-1'))])
    expect(held.sort()).toEqual([false, true])
    expect(await pausesNow(db)).toMatchObject([{ partner: 'ch-1' }])
    const freed = await Promise.all([freePartner(db, order('ch-1')), freePartner(db, order('ch-1'))])
    expect(freed.sort()).toEqual([false, true])
    expect(await pausesNow(db)).toEqual([])
  })

  it('says who holds it, why and since when, and keeps that as a record once it is let go', async () => {
    await holdPartner(db, order('ch-2', 'changement de serveur'))
    expect(await pausesNow(db)).toEqual([{ partner: 'ch-2', by: 'operator', reason: 'changement de serveur', at: expect.any(Date) }])
    await freePartner(db, { partner: 'ch-2', by: 'other', reason: 'serveur changé' })
    expect(await pausesNow(db)).toEqual([])
    expect(await one(db, "select by, reason, resumed_by, resume_reason from partner_pause where partner = 'ch-2'")).toEqual({
      by: 'operator',
      reason: 'changement de serveur',
      resumed_by: 'other',
      resume_reason: 'serveur changé',
    })
  })

  it('wakes its lanes when it is let go, and none of another partner that is still held', async () => {
    await holdPartner(db, order('ch-3'))
    await holdPartner(db, order('ch-4'))
    await restingLane('of ch-3', 'ch-3')
    await restingLane('of ch-4', 'ch-4')
    expect(await wakeHeldLanes(db)).toBe(0)
    await freePartner(db, order('ch-3'))
    expect(await wakeHeldLanes(db)).toBe(1)
    expect([await isDue('of ch-3'), await isDue('of ch-4')]).toEqual([true, false])
  })
})
