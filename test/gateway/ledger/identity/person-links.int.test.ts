import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { restrictAccess, shareLockPerson } from '../../../../gateway/ledger/rights/access.ts'
import type { Tx } from '../../../../gateway/ledger/db.ts'
import { keepMemberSubscriptions } from '../../../../gateway/ledger/deliveries/member-subscriptions.ts'
import { linkedPersons, projectLinks, survivorOf } from '../../../../gateway/ledger/identity/person-links.ts'
import { defaultsOf } from '../../../../gateway/ledger/deliveries/subscriptions.ts'
import { consent } from '../../../support/support-requests.ts'
import { useOwnLedger } from '../support.ts'

const { db } = await useOwnLedger()

const at = (id: string): string => `Patient/${id}`
const patient = (id: string, survivor?: string): Patient => ({
  resourceType: 'Patient',
  id,
  ...(survivor === undefined ? {} : { link: [{ type: 'replaced-by', other: { reference: at(survivor) } }] }),
})
const store = (...patients: Patient[]): Promise<void> => db.tx(tx => projectLinks(tx, patients))
const one = async (id: string): Promise<string[]> => (await linkedPersons(db, at(id))).sort()

describe('persons who are one', () => {
  it('all of a chain are one, whoever is asked for and in whatever order the links came; each split parts what it joined', async () => {
    await store(patient('a', 'b'))
    await store(patient('d', 'c'))
    await store(patient('b', 'c'))
    for (const id of ['a', 'b', 'c', 'd']) expect(await one(id)).toEqual(['a', 'b', 'c', 'd'].map(at))
    await store(patient('b'))
    expect([await one('a'), await one('c')]).toEqual([['a', 'b'].map(at), ['c', 'd'].map(at)])
    await store(patient('a'))
    expect([await one('a'), await one('b')]).toEqual([[at('a')], [at('b')]])
  })

  it('a link that is stored twice is one, and whoever nobody replaces has no survivor', async () => {
    await store(patient('e', 'f'))
    await store(patient('e', 'f'))
    expect([await survivorOf(db, at('e')), await survivorOf(db, at('f'))]).toEqual([at('f'), undefined])
  })

  it('the circle of one is told what happens to the other, as long as they are one', async () => {
    const mt = 'PractitionerRole/mt'
    await db.tx(tx =>
      keepMemberSubscriptions(tx, { circle: 'CareTeam/g', patient: at('g'), events: ['pps.publie'], entries: [{ holder: mt, since: '2026-05-10' }] }),
    )
    const told = (): Promise<string[]> => defaultsOf(db, { type: 'pps.publie', patient: at('h') })
    expect(await told()).toEqual([])
    await store(patient('h', 'g'))
    expect(await told()).toEqual([mt])
    await store(patient('h'))
    expect(await told()).toEqual([])
  })

  it('an opposition of one waits for a delivery about the other that is being decided', async () => {
    await store(patient('i', 'j'))
    const opposition = { ...consent(at('j'), 'opposition', 'Organization/dac'), id: 'c-j' }
    const order: string[] = []
    let refusal: Promise<unknown> | undefined
    await db.tx(async tx => {
      await shareLockPerson(tx, at('i'))
      refusal = db.tx(other => restrictAccess(other, [opposition])).then(() => order.push('opposed'))
      await someoneWaits(tx, () => order.length > 0)
      order.push('sent')
    })
    await refusal
    expect(order).toEqual(['sent', 'opposed'])
  })

  it('a person whom another delivery held for the first time meanwhile is held as well', async () => {
    const opposition = { ...consent(at('k'), 'opposition', 'Organization/dac'), id: 'c-k' }
    const order: string[] = []
    let [second, refusal]: Promise<unknown>[] = []
    await db.tx(async first => {
      await shareLockPerson(first, at('k'))
      second = db.tx(async tx => {
        // It cannot see the row that the first one is making, and waits for it.
        await shareLockPerson(tx, at('k'))
        refusal = db.tx(other => restrictAccess(other, [opposition])).then(() => order.push('opposed'))
        await someoneWaits(tx, () => order.length > 0)
        order.push('sent')
      })
      await someoneWaits(first)
    })
    await second
    await refusal
    expect(order).toEqual(['sent', 'opposed'])
  })
})

/** Another transaction stands at a lock, or it is over already. */
async function someoneWaits(tx: Tx, isOver = (): boolean => false): Promise<void> {
  for (let isWaiting = false; !isWaiting; ) {
    const { rows } = await tx.query<{ n: number }>('select count(*)::int as n from pg_locks where not granted')
    isWaiting = (rows[0]?.n ?? 0) > 0 || isOver()
  }
}
