/*
  Two persons are one, and two again: seen by a vendor at the FHIR door, in the store and through `hub identity`.
*/
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bundle, CareTeam, FhirResource, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { circleOf, entry, fresh, goalOf, planOf, ROLE, stored, visit } from '../support/care.ts'
import { professionalOf } from '../support/members.ts'
import { INS_TEST, localNumber, matricule, qualifiedPatient, withStatus } from '../support/persons.ts'
import { consent } from '../support/support-requests.ts'
import { Vendor } from '../support/vendor.ts'
import { eventually, getJson, readSandbox, token } from '../support/sandbox.ts'

const run = promisify(execFile)
const HUB = ['docker/embedded/hub.mjs', 'identity']

interface Effect {
  dryRun: boolean
  changes: { resource: string; elements: string[] }[]
  resources: string[]
  warnings: { code: string; resources: string[] }[]
}

const sandbox = readSandbox()
const dac = await Vendor.of(sandbox, 'dac')
const operator = await token(sandbox, 'operator')

describe('a merge and a split', () => {
  const hub = async (...args: string[]): Promise<Effect> => JSON.parse((await run(process.execPath, [...HUB, ...args], { env: process.env })).stdout) as Effect
  const refused = (...args: string[]): Promise<string> =>
    run(process.execPath, [...HUB, ...args], { env: process.env }).then(
      () => 'done',
      (error: { code: number; stderr: string }) => `${error.code} ${error.stderr}`,
    )
  const inStore = <R extends FhirResource>(reference: string): Promise<R> => getJson<R>(`${sandbox.hapi}/${reference}`)
  const all = (references: readonly string[]): Promise<FhirResource[]> => Promise.all(references.map(reference => inStore(reference)))
  const bare = (resources: FhirResource[]): string[] => resources.map(({ meta: _, ...rest }) => JSON.stringify(rest))

  /** A person with a circle, a goal and a plan of this DAC. */
  const withCare = async (patient: Patient): Promise<{ patient: string; resources: string[] }> => {
    const reference = stored(await dac.post(patient, `identifier=${patient.identifier?.[0]?.system}|${patient.identifier?.[0]?.value}`))
    const nurse = (await professionalOf(dac, { given: 'Paule', family: 'EXEMPLE' })).role
    const circle = stored(await dac.post(circleOf(reference, dac.structure, [entry(nurse, ROLE.member)])))
    const goal = stored(await dac.post(goalOf(reference, 'Marcher')))
    const plan = stored(
      await dac.post(
        planOf(reference, {
          author: { reference: dac.structure },
          careTeam: [{ reference: circle }],
          goal: [{ reference: goal }],
          activity: [visit('mon', nurse)],
        }),
      ),
    )
    return { patient: reference, resources: [reference, circle, goal, plan] }
  }
  const two = async () => {
    const n = fresh()
    const numbers = { ins: matricule(n), kept: `IPP-K${n}`, lost: `IPP-L${n}` }
    const official = qualifiedPatient(numbers.ins)
    const survivor = await withCare({ ...official, identifier: [...(official.identifier ?? []), localNumber(numbers.kept)] })
    const plain = withStatus(qualifiedPatient(numbers.ins), 'VALI')
    const { meta: _, ...unclaimed } = plain
    const loser = await withCare({ ...unclaimed, identifier: [localNumber(numbers.lost)] })
    return { numbers, survivor, loser, everything: [...survivor.resources, ...loser.resources] }
  }
  const plansOf = async (query: string): Promise<string[]> => {
    const { body } = await dac.get<Bundle>(`CarePlan?${query}`)
    return (body.entry ?? []).map(({ resource }) => `CarePlan/${resource?.id}`).sort()
  }

  it('dry run, merge, split: only links, activity, identifiers change, and everything is as before', async () => {
    const { numbers, survivor, loser, everything } = await two()
    const before = await all(everything)
    const plans = everything.filter(one => one.startsWith('CarePlan/')).sort()

    const dry = await hub('merge', '--dry-run', survivor.patient, loser.patient)
    expect(dry).toMatchObject({ dryRun: true, survivor: survivor.patient, loser: loser.patient })
    for (const one of everything) expect(dry.resources).toContain(one)
    // Both have their circle: neither is closed by the merge, and whoever decides is told.
    expect(dry.warnings).toEqual([{ code: 'circle.two-active', resources: everything.filter(one => one.startsWith('CareTeam/')).sort() }])
    expect(bare(await all(everything))).toEqual(bare(before))

    await hub('merge', survivor.patient, loser.patient)
    const [kept, lost] = [await inStore<Patient>(survivor.patient), await inStore<Patient>(loser.patient)]
    expect(lost).toMatchObject({ active: false, link: [{ type: 'replaced-by', other: { reference: survivor.patient } }] })
    expect(kept.link).toEqual([{ other: { reference: loser.patient }, type: 'replaces' }])
    expect(kept.identifier?.filter(({ use }) => use === 'old').map(({ value }) => value)).toEqual([numbers.lost])
    const others = everything.filter(one => !one.startsWith('Patient/'))
    expect(bare(await all(others))).toEqual(bare(before.filter(({ resourceType }) => resourceType !== 'Patient')))

    // Found under the survivor, by id and by identifier, and under the one who was merged.
    expect(await plansOf(`patient=${survivor.patient}`)).toEqual(plans)
    expect(await plansOf(`patient=${loser.patient}`)).toEqual(plans)
    expect(await plansOf(`patient.identifier=${INS_TEST}|${numbers.ins}`)).toEqual(plans)
    const { body } = await dac.get<Bundle>(`${survivor.patient}/$everything?_count=100`)
    const found = (body.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`)
    for (const one of everything) expect(found).toContain(one)

    // What a split would do is said as it is done: what the merge added goes away.
    const { changes } = await hub('split', '--dry-run', loser.patient)
    expect(changes).toEqual([
      { resource: survivor.patient, elements: ['identifier', 'link'] },
      { resource: loser.patient, elements: ['active', 'identifier', 'link', 'meta'] },
    ])
    expect(await hub('split', loser.patient)).toMatchObject({ changes })
    expect(bare(await all(everything))).toEqual(bare(before))
    expect(await plansOf(`patient=${survivor.patient}`)).toEqual(survivor.resources.filter(one => one.startsWith('CarePlan/')))
  })

  it('a qualified person to whom something is written while he is merged is qualified again afterwards', async () => {
    const [first = '', second = ''] = await Promise.all(
      [fresh(), fresh()].map(async at => stored(await dac.post(qualifiedPatient(matricule(at)), `identifier=${INS_TEST}|${matricule(at)}`))),
    )
    const before = await inStore<Patient>(second)
    await hub('merge', first, second)
    const { body: merged } = await dac.get<Patient>(second)
    const telecom = [{ system: 'phone' as const, value: '+33600000001' }]
    stored(await dac.put({ ...merged, telecom }))
    await hub('split', second)
    const after = await inStore<Patient>(second)
    expect(after.meta?.tag).toEqual(before.meta?.tag)
    expect({ ...after, meta: undefined }).toEqual({ ...before, meta: undefined, telecom })
  })

  it('the circle of one opens both, an opposition to one closes both, and no longer when they are two again', async () => {
    const { survivor, loser } = await two()
    const lostPlan = loser.resources.find(one => one.startsWith('CarePlan/')) ?? ''
    const reader = await Vendor.of(sandbox, 'gp-portal')
    const status = async (): Promise<number> => (await reader.get(lostPlan)).status
    expect(await status()).toBe(404)
    // The reader enters the circle of the survivor alone, who was informed.
    stored(await dac.post(consent(survivor.patient, 'information', dac.structure)))
    const circle = await dac.get<CareTeam>(survivor.resources.find(one => one.startsWith('CareTeam/')) ?? '')
    const widened = { ...circle.body, participant: [...(circle.body.participant ?? []), entry(reader.structure, ROLE.member)] }
    stored(await dac.put(widened))
    expect(await status()).toBe(404)
    await hub('merge', survivor.patient, loser.patient)
    expect(await status()).toBe(200)
    stored(await dac.post(consent(loser.patient, 'opposition', dac.structure)))
    expect(await status()).toBe(404)
    const keptPlan = survivor.resources.find(one => one.startsWith('CarePlan/')) ?? ''
    expect((await reader.get(keptPlan)).status).toBe(404)
    await hub('split', loser.patient)
    expect([await status(), (await reader.get(keptPlan)).status]).toEqual([404, 200])
  })

  it('is told to whoever follows: each of them, when they become one and when they are two again', async () => {
    const { survivor, loser } = await two()
    await hub('merge', survivor.patient, loser.patient)
    await hub('split', loser.patient)
    const types = async (reference: string): Promise<string[]> => {
      const { events } = await getJson<{ events: { type: string }[] }>(`${sandbox.http}/monitor/api/events?resource=${reference}`, operator)
      return events.map(({ type }) => type.replace(/^fr\.e-parcours\.|\.v1$/g, '')).filter(type => type.startsWith('identite.'))
    }
    const seen = await eventually('both told', async () => ((await types(loser.patient)).includes('identite.scission') ? types(survivor.patient) : undefined))
    expect([seen.sort(), (await types(loser.patient)).sort()]).toEqual([
      ['identite.fusion', 'identite.scission'],
      ['identite.fusion', 'identite.scission'],
    ])
  })

  it('of a chain of merges the last is taken back first, and then all are as they were', async () => {
    const [first, second] = [await two(), await two()]
    const persons = [first.loser.patient, first.survivor.patient, second.survivor.patient]
    const [lost = '', between = '', kept = ''] = persons
    const before = await all(persons)
    await hub('merge', between, lost)
    // One qualified INS is not replaced by another one with other traits; here the traits are equal.
    await hub('merge', kept, between)
    expect(await plansOf(`patient=${lost}`)).toHaveLength(3)
    expect(await refused('split', lost)).toMatch(/^1 .*identity\.merged/)
    await hub('split', between)
    await hub('split', lost)
    expect(bare(await all(persons))).toEqual(bare(before))
  })

  it('refuses a merge into oneself, of nobody, of whoever was merged already, and a split of who was not', async () => {
    const { survivor, loser } = await two()
    expect(await refused('merge', survivor.patient, survivor.patient)).toMatch(/^1 .*identity\.same/)
    expect(await refused('merge', survivor.patient, 'Patient/nobody')).toMatch(/^1 .*identity\.unknown/)
    expect(await refused('merge', loser.patient, survivor.patient)).toMatch(/^1 .*identity\.stronger/)
    expect(await refused('split', loser.patient)).toMatch(/^1 .*identity\.not_merged/)
    await hub('merge', survivor.patient, loser.patient)
    expect(await refused('merge', survivor.patient, loser.patient)).toMatch(/^1 .*identity\.merged/)
    await hub('split', loser.patient)
    expect(await refused('split', loser.patient)).toMatch(/^1 .*identity\.not_merged/)
  })
})
