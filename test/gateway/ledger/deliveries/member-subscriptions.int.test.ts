import { describe, expect, it } from 'vitest'
import { keepMemberSubscriptions, type MemberEntry } from '../../../../gateway/ledger/deliveries/member-subscriptions.ts'
import { defaultsOf } from '../../../../gateway/ledger/deliveries/subscriptions.ts'
import { useLedger } from '../support.ts'

const { db } = await useLedger()

const [mt, dac] = ['PractitionerRole/mt', 'Organization/dac']
const keep = (patient: string, ...entries: MemberEntry[]): Promise<void> =>
  db.tx(tx =>
    keepMemberSubscriptions(tx, { circle: `CareTeam/of-${patient}`, patient: `Patient/${patient}`, events: ['pps.publie', 'encounter.sor'], entries }),
  )
const told = (patient: string, type = 'pps.publie'): Promise<string[]> => defaultsOf(db, { type, patient: `Patient/${patient}` })

describe('the default subscriptions of a circle', () => {
  it('begin when a member joins, once however often the circle is written, for the events of the default and this person alone', async () => {
    await keep('a', { holder: mt, since: '2026-05-10' })
    await keep('a', { holder: mt, since: '2026-05-10' }, { holder: dac, since: '2026-05-11' })
    expect(await told('a')).toEqual([dac, mt])
    expect(await told('a', 'encounter.sor')).toEqual([dac, mt])
    expect(await told('a', 'cercle.modifie')).toEqual([])
    expect(await told('b')).toEqual([])
    const { rows } = await db.query<{ count: string }>("select count(*) from subscription where circle = 'CareTeam/of-a'")
    expect(Number(rows[0]?.count)).toBe(4)
  })

  it('end when he leaves, or his time is over; begin again when he comes back, or the circle does', async () => {
    await keep('c', { holder: mt, since: '2026-05-10' }, { holder: dac, since: '2026-05-10', until: new Date(Date.now() - 1000) })
    expect(await told('c')).toEqual([mt])
    await keep('c')
    expect(await told('c')).toEqual([])
    await keep('c', { holder: mt, since: '2026-05-10' })
    expect(await told('c')).toEqual([mt])
    await keep('c', { holder: mt, since: '2026-06-10' })
    expect(await told('c')).toEqual([mt])
  })

  it('that a member does not want stay off while he is one', async () => {
    await keep('d', { holder: mt, since: '2026-05-10', unwanted: ['pps.publie'] })
    expect(await told('d')).toEqual([])
    expect(await told('d', 'encounter.sor')).toEqual([mt])
    await keep('d', { holder: mt, since: '2026-05-10' })
    expect(await told('d')).toEqual([mt])
    await keep('d', { holder: mt, since: '2026-05-10', unwanted: ['pps.publie'] })
    expect(await told('d')).toEqual([])
  })
})
