/*
  Changes of identity that meet somebody else: a chain of links, a number that another person has, a PID that contradicts an INS; and numbers that come and go.
*/
import { beforeAll, describe, expect, it } from 'vitest'
import { identityHouse } from '../support/identity-house.ts'
import { ippOf } from '../support/identity-messages.ts'

const AA = /MSA\|AA/

describe('changes of identity that meet somebody else', () => {
  const { open, fresh, send, patientOf, read, tasksOf } = identityHouse('DB')
  beforeAll(open)

  /** Persons of one number each, as they are stored. */
  const known = async (count: number) => {
    const all = Array.from({ length: count }, fresh)
    for (const { ipp } of all) await send('A28', [{ ipp }])
    return Promise.all(all.map(async ({ ipp, ins }) => ({ ipp, ins, id: (await patientOf(ipp)).id })))
  }
  const nobody = { ipp: '', ins: '', id: '' }
  const numbersOf = async (id: string): Promise<(string | undefined)[][]> => ((await read(id)).identifier ?? []).map(({ value, use }) => [value, use])
  const replacedBy = async (id: string): Promise<string | undefined> => (await read(id)).link?.find(({ type }) => type === 'replaced-by')?.other.reference

  it('A37 of two who were joined by way of a third parts nobody else: the identity cell is asked', async () => {
    const [a = nobody, b = nobody, c = nobody] = await known(3)
    await send('A24', [{ ipp: a.ipp }, { ipp: b.ipp }])
    await send('A24', [{ ipp: c.ipp }, { ipp: a.ipp }])
    expect(await send('A37', [{ ipp: a.ipp }, { ipp: b.ipp }])).toMatch(AA)
    expect([await replacedBy(a.id), await replacedBy(b.id)]).toEqual([`Patient/${c.id}`, `Patient/${a.id}`])
    expect(await tasksOf(b.id)).toEqual(['requested'])
    expect(await send('A37', [{ ipp: b.ipp }, { ipp: c.ipp }])).toMatch(AA)
    expect([await replacedBy(a.id), await replacedBy(b.id)]).toEqual([`Patient/${c.id}`, `Patient/${a.id}`])
    // Taken back in their order, both are done.
    expect(await send('A37', [{ ipp: c.ipp }, { ipp: a.ipp }])).toMatch(AA)
    expect(await send('A37', [{ ipp: a.ipp }, { ipp: b.ipp }])).toMatch(AA)
    expect([await replacedBy(a.id), await replacedBy(b.id)]).toEqual([undefined, undefined])
  })

  it('a link said twice and an unlink leave each his own name', async () => {
    const [a, b] = [fresh(), fresh()]
    const [one, other] = [{ ipp: a.ipp }, { ipp: b.ipp, given: 'PAULE' }]
    await send('A28', [one])
    await send('A28', [other])
    const [first, second] = [await patientOf(a.ipp), await patientOf(b.ipp)]
    expect(await send('A24', [one, other])).toMatch(AA)
    // Named the other way round, whoever was replaced is told of first.
    for (const trigger of ['A24', 'A37']) expect(await send(trigger, [other, one])).toMatch(AA)
    const named = await Promise.all([first.id, second.id].map(async id => (await read(id)).name?.[0]?.given))
    expect(named).toEqual([['CLAIRE'], ['PAULE']])
  })

  it('A40 of one who was merged into a third is not passed over: the identity cell is asked', async () => {
    const [a = nobody, b = nobody, c = nobody] = await known(3)
    await send('A40', [{ ipp: a.ipp }], ippOf(b.ipp))
    expect(await send('A40', [{ ipp: c.ipp }], ippOf(b.ipp))).toMatch(AA)
    expect(await replacedBy(b.id)).toBe(`Patient/${a.id}`)
    expect(await tasksOf(b.id)).toEqual(['requested'])
  })

  it.each(['A24', 'A40'])('%s whose PID contradicts a qualified INS merges nobody into the one who stands apart', async trigger => {
    const [a, b] = [fresh(), fresh()]
    await send('A28', [a])
    await send('A28', [{ ipp: b.ipp }])
    const { id } = await patientOf(b.ipp)
    const wrong = { ...a, family: 'CONTRAIRE' }
    expect(await (trigger === 'A24' ? send(trigger, [wrong, { ipp: b.ipp }]) : send(trigger, [wrong], ippOf(b.ipp)))).toMatch(AA)
    expect(await read(id)).toMatchObject({ active: true })
    expect(await tasksOf(id)).toEqual(['requested'])
  })

  it('A47 to the number of somebody with other traits changes neither: the identity cell is asked', async () => {
    const [a, d] = [fresh(), fresh()]
    await send('A28', [{ ipp: a.ipp }])
    await send('A28', [{ ipp: d.ipp, family: 'AUTRE', given: 'PAULE' }])
    const before = [await patientOf(a.ipp), await patientOf(d.ipp)] as const
    expect(await send('A47', [{ ipp: d.ipp }], ippOf(a.ipp))).toMatch(AA)
    expect([await read(before[0].id), await read(before[1].id)]).toEqual(before)
    expect(await tasksOf(before[0].id)).toEqual(['requested'])
  })

  it('A47 that comes after the first message under the new number joins the two', async () => {
    const [a = nobody, late = nobody] = await known(2)
    expect(await send('A47', [{ ipp: late.ipp }], ippOf(a.ipp))).toMatch(AA)
    expect(await replacedBy(a.id)).toBe(`Patient/${late.id}`)
  })

  it('a number that changes and changes back is in use again', async () => {
    const [a = nobody] = await known(1)
    const next = `${a.ipp}-N`
    const [there, back] = [() => send('A47', [{ ipp: next }], ippOf(a.ipp)), () => send('A47', [{ ipp: a.ipp }], ippOf(next))]
    for (const [change, uses] of [
      [there, ['old', 'usual']],
      [there, ['old', 'usual']],
      [back, ['usual', 'old']],
      [there, ['old', 'usual']],
    ] as const) {
      expect(await change()).toMatch(AA)
      expect(await numbersOf(a.id)).toEqual([
        [a.ipp, uses[0]],
        [next, uses[1]],
      ])
    }
  })

  it('A47 that brings the INS: he is qualified by it, and his former number stays an old one', async () => {
    const [a = nobody] = await known(1)
    expect(await send('A47', [{ ipp: `${a.ipp}-N`, ins: a.ins }], ippOf(a.ipp))).toMatch(AA)
    expect((await numbersOf(a.id)).sort()).toEqual(
      [
        [a.ins, 'official'],
        [`${a.ipp}-N`, 'usual'],
        [a.ipp, 'old'],
      ].sort(),
    )
  })

  it('an INS that A47 brings unchecked leads nobody to this person', async () => {
    const a = fresh()
    await send('A28', [{ ipp: a.ipp, status: 'PROV' }])
    const { id } = await patientOf(a.ipp)
    await send('A47', [{ ipp: `${a.ipp}-N`, ins: a.ins, status: 'PROV' }], ippOf(a.ipp))
    const other = fresh()
    await send('A28', [{ ipp: other.ipp, ins: a.ins }])
    expect((await patientOf(other.ipp)).id).not.toBe(id)
    expect((await numbersOf(id)).filter(([value]) => value === a.ins).map(([, use]) => use)).not.toContain('usual')
  })

  it('a number that changes while its person is merged is his when he is parted', async () => {
    const [a = nobody, b = nobody] = await known(2)
    await send('A40', [{ ipp: a.ipp }], ippOf(b.ipp))
    expect(await send('A47', [{ ipp: `${b.ipp}-N` }], ippOf(b.ipp))).toMatch(AA)
    // Until then it is an old one of whom he was merged into, as his others are.
    expect(await numbersOf(a.id)).toEqual([
      [a.ipp, 'usual'],
      [b.ipp, 'old'],
      [`${b.ipp}-N`, 'old'],
    ])
    expect(await send('A37', [{ ipp: a.ipp }, { ipp: `${b.ipp}-N` }])).toMatch(AA)
    expect(await numbersOf(a.id)).toEqual([[a.ipp, 'usual']])
    expect(await numbersOf(b.id)).toEqual([
      [b.ipp, 'old'],
      [`${b.ipp}-N`, 'usual'],
    ])
  })
})
