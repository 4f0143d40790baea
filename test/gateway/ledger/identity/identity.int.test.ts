import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ClaimKeys, type Resolution, resolveClaims, settleIdentities } from '../../../../gateway/ledger/identity/identity.ts'
import type { PersonClaim } from '../../../../gateway/ledger/identity/persons.ts'
import { count, useLedger } from '../support.ts'

const { db } = await useLedger()
beforeEach(() => db.query('truncate identity, identified, person, identity_link cascade'))

const INS = { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' }
const IPP = { system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' }
const traits = { birthFamily: 'EXEMPLE', firstGiven: 'CLAIRE', birthDate: '1979-03-28', sex: 'female', birthPlaceCode: '51215' } as const

function thing(type: string, ...values: string[]): ClaimKeys {
  const id = randomUUID()
  return { type, id, keys: values.map(value => ({ system: 'urn:test', value })), creation: JSON.stringify({ resourceType: type, id }) }
}

function patient(changes: Partial<PersonClaim> = {}): ClaimKeys {
  const id = randomUUID()
  return {
    type: 'Patient',
    id,
    keys: [],
    creation: JSON.stringify({ resourceType: 'Patient', id, family: changes.traits?.birthFamily }),
    person: { ins: { ...INS, isQualified: true }, ipps: [IPP], traits, tag: 'qualifiee', ...changes },
  }
}

const resolve = (claims: ClaimKeys[], document?: string): Promise<Resolution[]> =>
  db.tx(tx => resolveClaims(tx, claims, { cause: randomUUID(), ...(document === undefined ? {} : { document }) }))

async function resolveOne(claim: ClaimKeys, document?: string): Promise<Resolution> {
  const [resolution] = await resolve([claim], document)
  if (resolution === undefined) throw new Error('no resolution')
  return resolution
}

describe('identities', () => {
  it('who comes first creates; who meets it pending includes the same bytes; once settled nobody creates', async () => {
    const first = await resolveOne(thing('Organization', 'finess'))
    expect(first.state).toBe('new')
    const second = await resolveOne(thing('Organization', 'finess'))
    expect(second).toMatchObject({ id: first.id, state: 'pending', creation: first.creation })
    await db.tx(tx => settleIdentities(tx, [first]))
    const third = await resolveOne(thing('Organization', 'finess', 'another key'))
    expect(third).toMatchObject({ id: first.id, state: 'settled' })
    expect(third.creation).toBeUndefined()
    expect((await resolveOne(thing('Organization', 'another key'))).id).toBe(first.id)
  })

  it('fifty messages at once that share identities in different orders: one id each, no deadlock', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const turned = [...names.slice(n % 5), ...names.slice(0, n % 5)]
        return resolve([...(n % 2 === 0 ? turned : turned.reverse()).map(name => thing('Practitioner', name)), patient()])
      }),
    )
    const ids = new Map<string, Set<string>>()
    for (const resolutions of all) for (const { type, id } of resolutions) ids.set(type, (ids.get(type) ?? new Set()).add(id))
    expect(ids.get('Practitioner')?.size).toBe(5)
    expect(ids.get('Patient')?.size).toBe(1)
    expect(await count(db, "identified where type = 'Practitioner'")).toBe(5)
    expect(all.flat().filter(one => one.state === 'new')).toHaveLength(6)
    const creations = new Map(all.flat().map(one => [one.id, new Set<string>()]))
    for (const one of all.flat()) creations.get(one.id)?.add(one.creation ?? '')
    expect([...creations.values()].every(set => set.size === 1)).toBe(true)
  })

  it('two claims of one message with one key are one; references inside a creation lead to the actual ids', async () => {
    const known = await resolveOne(thing('Practitioner', 'rpps'))
    const practitioner = thing('Practitioner', 'rpps')
    const role: ClaimKeys = { ...thing('PractitionerRole', 'rpps@finess'), creation: '' }
    role.creation = JSON.stringify({ id: role.id, practitioner: { reference: `Practitioner/${practitioner.id}` } })
    const [one, two, three] = await resolve([practitioner, thing('Practitioner', 'rpps'), role])
    expect(one?.id).toBe(known.id)
    expect(two?.id).toBe(known.id)
    expect(three?.creation).toContain(`Practitioner/${known.id}`)
    const again = await resolveOne(thing('PractitionerRole', 'rpps@finess'))
    expect(again.creation).toBe(three?.creation)
  })

  it('a person: created, linked by INS and by IPP of the same source', async () => {
    const created = await resolveOne(patient())
    expect(created).toMatchObject({ state: 'new', person: 'created', isQuarantined: false })
    expect(await resolveOne(patient({ ipps: [{ system: 'urn:oid:1.2.250.1.999.3', value: '7' }] }))).toMatchObject({ id: created.id, person: 'linked' })
    const byOtherIpp = patient({ ipps: [{ system: 'urn:oid:1.2.250.1.999.3', value: '7' }], tag: 'validee' })
    const { ins: _, ...withoutIns } = byOtherIpp.person ?? { ipps: [], traits, tag: 'validee' }
    expect(await resolveOne({ ...byOtherIpp, person: withoutIns })).toMatchObject({ id: created.id, person: 'linked' })
  })

  it('a conflict stands apart, the same for the same conflict, and says against whom', async () => {
    const created = await resolveOne(patient())
    const different = { ...traits, birthDate: '1980-01-01' }
    const conflict = await resolveOne(patient({ traits: different, ipps: [] }))
    expect(conflict).toMatchObject({ person: 'conflict', isQuarantined: true, state: 'new' })
    expect(conflict.id).not.toBe(created.id)
    expect(await resolveOne(patient({ traits: different, ipps: [] }))).toMatchObject({ id: conflict.id, person: 'conflict', state: 'pending' })
    expect((await resolveOne(patient())).id).toBe(created.id)
    expect(await count(db, "identity_link where kind = 'conflict' and person = $1 and other = $2", [conflict.id, created.id])).toBe(1)
  })

  it('an upgrade replaces the resource under the same id; settling the older creation leaves the newer one pending', async () => {
    const provisional = patient({ tag: 'provisoire' })
    const { ins: _, ...withoutIns } = provisional.person ?? { ipps: [], traits, tag: 'provisoire' }
    const first = await resolveOne({ ...provisional, person: withoutIns })
    expect(first).toMatchObject({ person: 'created', isQuarantined: true })
    const claim = patient()
    const upgraded = await resolveOne(claim)
    expect(upgraded).toMatchObject({ id: first.id, person: 'upgraded', state: 'new', isQuarantined: false, revision: 2 })
    expect(JSON.parse(upgraded.creation ?? '{}')).toMatchObject({ id: first.id })
    await db.tx(tx => settleIdentities(tx, [first]))
    expect(await resolveOne(patient())).toMatchObject({ id: first.id, person: 'linked', state: 'pending', creation: upgraded.creation })
    await db.tx(tx => settleIdentities(tx, [upgraded]))
    expect((await resolveOne(patient())).state).toBe('settled')
  })

  it('a person whom nothing names is one per document, also when the document comes again', async () => {
    const nameless = () => {
      const claim = patient({ ipps: [], tag: 'provisoire' })
      const { ins: _, ...person } = claim.person ?? { ipps: [], traits, tag: 'provisoire' }
      return { ...claim, person }
    }
    const one = await resolveOne(nameless(), 'document 1')
    const two = await resolveOne(nameless(), 'document 2')
    const again = await resolveOne(nameless(), 'document 1')
    expect(two.id).not.toBe(one.id)
    expect(again.id).toBe(one.id)
  })

  it('a run that was rolled back leaves nothing behind', async () => {
    const claim = thing('Organization', 'lost')
    await expect(
      db.tx(async tx => {
        await resolveClaims(tx, [claim], { cause: randomUUID() })
        throw new Error('crash')
      }),
    ).rejects.toThrow('crash')
    expect(await count(db, 'identity')).toBe(0)
  })
})
