/*
  What a hospital says of identities by ADT: created, told anew, joined, parted, renumbered; and what it is refused.
*/
import type { Patient } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { EXTENSION } from '../../profiles/canonicals.ts'
import { identityHouse } from '../support/identity-house.ts'
import { ippOf, type Pid, writeIdentity } from '../support/identity-messages.ts'
import { completeFlow, exchange, getJson, type SandboxFile } from '../support/sandbox.ts'

describe('changes of identity', () => {
  const house = identityHouse('ID')
  const { fresh, send, patientOf, tasksOf } = house
  let sandbox: SandboxFile
  let operator: string

  beforeAll(async () => {
    ;({ sandbox, operator } = await house.open())
  })

  it('A28 makes the person known, A31 says more of him: another name in use, and that he was checked ends the quarantine', async () => {
    const { ipp } = fresh()
    expect(await send('A28', [{ ipp, status: 'PROV' }])).toMatch(/MSA\|AA/)
    const before = await patientOf(ipp)
    expect(before.meta?.tag?.map(({ code }) => code)).toEqual(['provisoire', 'quarantaine'])
    expect(await tasksOf(before.id)).toEqual(['requested'])
    expect(await send('A31', [{ ipp, status: 'VALI', given: 'CLAIRA' }])).toMatch(/MSA\|AA/)
    const after = await patientOf(ipp)
    expect([after.id, after.name?.[0]?.given]).toEqual([before.id, ['CLAIRA']])
    expect(after.meta?.tag?.map(({ code }) => code)).toEqual(['validee'])
    expect(await tasksOf(after.id)).toEqual(['completed'])
  })

  it('ZFD says how the hospital came by the identity, and when it asked INSi', async () => {
    const { ipp } = fresh()
    const controlId = `ZFD-${house.turn}`
    const message = writeIdentity('A28', { controlId, pids: [{ ipp }] })
    expect(await exchange(sandbox.mllp, Buffer.concat([message, Buffer.from('ZFD|||Y|N|INSI|20211201\r')]))).toContain('MSA|AA|')
    await completeFlow(sandbox, operator, controlId)
    const reliability = (await patientOf(ipp)).extension?.find(({ url }) => url === EXTENSION.identityReliability)
    expect(reliability?.extension?.map(({ url, valueCoding, valueDate }) => [url, valueCoding?.code ?? valueDate])).toEqual([
      ['identityStatus', 'VALI'],
      ['methodCollection', 'INSI'],
      ['dateCollection', '2021-12-01'],
    ])
  })

  it('`""` says that there is none: address and telephone go, what is left empty stays, and so does where he was born', async () => {
    const { ipp } = fresh()
    const home = '12 rue Exemple^^NANCY^^54000^FRA^H'
    const tell = async (trigger: string, fields: Record<number, string>): Promise<Patient> => {
      const controlId = `NONE-${crypto.randomUUID().slice(0, 12)}`
      const changed = writeIdentity(trigger, { controlId, pids: [{ ipp }] })
        .toString()
        .replace(/PID.*/, segment =>
          Object.entries(fields)
            .reduce((pid, [at, text]) => pid.with(Number(at), text), segment.split('|'))
            .join('|'),
        )
      expect(await exchange(sandbox.mllp, Buffer.from(changed))).toContain('MSA|AA|')
      await completeFlow(sandbox, operator, controlId)
      return patientOf(ipp)
    }
    const said = ({ address, telecom, name, identifier, extension }: Patient) => ({
      cities: address?.map(one => one.city),
      phones: telecom?.map(({ value }) => value),
      known: [name?.[0]?.family, identifier?.some(({ value }) => value === ipp), extension?.some(({ url }) => url.endsWith('patient-birthPlace'))],
    })
    const known = ['EXEMPLE', true, true]
    const all = { cities: ['NANCY'], phones: ['0383000000'], known }
    expect(said(await tell('A28', { 11: `^^^^^^BDL^^51215~${home}`, 13: '^PRN^PH^^^^^^^^^0383000000' }))).toEqual(all)
    expect(said(await tell('A31', {}))).toEqual(all)
    expect(said(await tell('A31', { 11: '""', 13: '""' }))).toEqual({ cities: undefined, phones: undefined, known })
  })

  it('A31 that contradicts a qualified INS sets a person apart and leaves the known one as he is', async () => {
    const { ipp, ins } = fresh()
    await send('A28', [{ ipp, ins }])
    const before = await patientOf(ipp)
    await send('A31', [{ ipp: `${ipp}-B`, ins, family: 'AUTRE' }])
    const apart = await patientOf(`${ipp}-B`)
    expect(apart.id).not.toBe(before.id)
    expect(apart.meta?.tag?.map(({ code }) => code)).toContain('conflit')
    expect((await patientOf(ipp)).meta?.versionId).toBe(before.meta?.versionId)
  })

  it('A40 makes two one; what comes later under the former number is about the one who stays; A37 parts two that A24 joined', async () => {
    const [kept, lost] = [fresh(), fresh()]
    await send('A28', [kept])
    await send('A28', [{ ipp: lost.ipp }])
    const [survivor, loser] = [await patientOf(kept.ipp), await patientOf(lost.ipp)]
    expect(await send('A40', [kept], ippOf(lost.ipp))).toMatch(/MSA\|AA/)
    expect(await getJson<Patient>(`${sandbox.hapi}/Patient/${loser.id}`)).toMatchObject({
      active: false,
      link: [{ type: 'replaced-by', other: { reference: `Patient/${survivor.id}` } }],
    })
    expect(await send('A40', [kept], ippOf(lost.ipp))).toMatch(/MSA\|AA/)
    // The other way round he would be merged into himself: his own number stays the one in use.
    expect(await send('A40', [{ ipp: lost.ipp }], ippOf(kept.ipp))).toMatch(/MSA\|AE[\s\S]*ERR\|\|MRG\^1\^1\|207/)
    expect((await patientOf(kept.ipp)).identifier?.find(({ value }) => value === kept.ipp)?.use).toBe('usual')

    const other = fresh()
    await send('A28', [{ ipp: other.ipp }])
    const linked = await patientOf(other.ipp)
    expect(await send('A24', [kept, { ipp: other.ipp }])).toMatch(/MSA\|AA/)
    expect((await getJson<Patient>(`${sandbox.hapi}/Patient/${linked.id}`)).active).toBe(false)
    expect(await send('A37', [kept, { ipp: other.ipp }])).toMatch(/MSA\|AA/)
    const parted = await getJson<Patient>(`${sandbox.hapi}/Patient/${linked.id}`)
    expect([parted.active, parted.link]).toEqual([linked.active, undefined])
  })

  it('one into whom another was merged gains the INS that a later message brings, and keeps his links and numbers', async () => {
    const [kept, lost] = [fresh(), fresh()]
    await send('A28', [{ ipp: kept.ipp }])
    await send('A28', [{ ipp: lost.ipp }])
    const [survivor, loser] = [await patientOf(kept.ipp), await patientOf(lost.ipp)]
    await send('A40', [{ ipp: kept.ipp }], ippOf(lost.ipp))
    expect(await send('A31', [kept])).toMatch(/MSA\|AA/)
    const after = await getJson<Patient>(`${sandbox.hapi}/Patient/${survivor.id}`)
    expect(after.identifier?.map(({ value, use }) => [value, use])).toEqual([
      [kept.ins, 'official'],
      [kept.ipp, 'usual'],
      [lost.ipp, 'old'],
    ])
    expect(after.link).toEqual([{ other: { reference: `Patient/${loser.id}` }, type: 'replaces' }])
    expect(after.meta?.tag?.map(({ code }) => code)).toEqual(['qualifiee'])
    // The INS leads to him from now on, also without the number.
    const other = fresh()
    await send('A28', [{ ipp: other.ipp, ins: kept.ins }])
    expect((await patientOf(other.ipp)).id).toBe(survivor.id)
  })

  it('A47 changes a number: the former one is an old one, both lead to the same person', async () => {
    const { ipp } = fresh()
    await send('A28', [{ ipp }])
    const { id } = await patientOf(ipp)
    expect(await send('A47', [{ ipp: `${ipp}-N` }], ippOf(ipp))).toMatch(/MSA\|AA/)
    const after = await patientOf(`${ipp}-N`)
    expect(after.id).toBe(id)
    expect(after.identifier?.map(({ value, use }) => [value, use])).toEqual([
      [ipp, 'old'],
      [`${ipp}-N`, 'usual'],
    ])
  })

  it('the one who would be lost is qualified and the other is not: nothing is merged, the identity cell is asked', async () => {
    const [kept, lost] = [fresh(), fresh()]
    await send('A28', [{ ipp: kept.ipp }])
    await send('A28', [lost])
    const loser = await patientOf(lost.ipp)
    expect(await send('A40', [{ ipp: kept.ipp }], ippOf(lost.ipp))).toMatch(/MSA\|AA/)
    expect((await patientOf(lost.ipp)).link).toBeUndefined()
    expect(await tasksOf(loser.id)).toEqual(['requested'])
  })

  it.each<[string, (known: string) => [string, Pid[], string?], RegExp]>([
    ['a merge into himself', known => ['A40', [{ ipp: known }], ippOf(known)], /MSA\|AE[\s\S]*ERR\|\|MRG\^1\^1/],
    ['a merge of an unknown number', known => ['A40', [{ ipp: known }], ippOf(`${known}-X`)], /MSA\|AE[\s\S]*ERR\|\|MRG\^1\^1\|204/],
    ['a merge without former number', known => ['A40', [{ ipp: known }], ''], /MSA\|AE[\s\S]*ERR\|\|MRG\^1\^1\|101/],
    ['a merge without MRG', known => ['A40', [{ ipp: known }]], /MSA\|AE[\s\S]*ERR\|\|MRG\^1/],
    ['a number that changes into itself', known => ['A47', [{ ipp: known }], ippOf(known)], /MSA\|AE[\s\S]*ERR\|\|MRG\^1\^1/],
    ['a split of two who were never one', known => ['A37', [{ ipp: known }, { ipp: `${known}-Y` }]], /MSA\|AE[\s\S]*ERR\|\|PID\^2\^3/],
    ['no status of the identity', known => ['A31', [{ ipp: known, status: '' }]], /MSA\|AE[\s\S]*ERR\|\|PID\^1\^32/],
    ['an unknown status of the identity', known => ['A31', [{ ipp: known, status: 'ZZZ' }]], /MSA\|AE[\s\S]*ERR\|\|PID\^1\^32/],
  ])('%s is refused', async (_case, message, answer) => {
    const { ipp } = fresh()
    await send('A28', [{ ipp }])
    expect(await send(...message(ipp))).toMatch(answer)
  })
})
