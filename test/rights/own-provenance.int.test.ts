/*
  The person asks who wrote what is kept of him: by what was written, as a professional does, and of nobody else.
*/
import type { Bundle, Observation, Provenance } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { readSandbox } from '../support/sandbox.ts'
import { weightText } from '../support/writing.ts'
import { ownCallers, sharedCallers } from './callers.ts'
import { personIn, settingOf } from './setting.ts'

const sandbox = readSandbox()
const setting = await settingOf(sandbox)
const person = await personIn(setting, { circle: 'active', consents: ['information'] })
const other = await personIn(setting, { circle: 'active', consents: ['information'] })
const { per } = await ownCallers(sandbox, person)
const { doc } = await sharedCallers(sandbox, setting)

const targets = ({ entry = [] }: Bundle<Provenance>): string[] => entry.flatMap(({ resource }) => resource?.target.map(({ reference = '' }) => reference) ?? [])

async function found(caller: typeof per, query: string): Promise<string[]> {
  const { status, body } = await caller.ask('GET', `Provenance?${query}`)
  expect(status).toBe(200)
  return targets(body as unknown as Bundle<Provenance>)
}

/** A measure under a Provenance of its own. */
const measured = async (patient: string): Promise<string> =>
  `Observation/${(await setting.dac.create<Observation>(JSON.parse(weightText({ patient, identifier: crypto.randomUUID(), kilograms: '71.5' })))).id}`

describe('who wrote it, asked by the person', () => {
  it('of what is his, as his doctor finds it', async () => {
    for (const reference of [await measured(person.patient), person.wrote['CarePlan'] ?? '', person.wrote['CareTeam'] ?? '']) {
      const own = await found(per, `target=${reference}`)
      expect(own.some(one => one.startsWith(reference))).toBe(true)
      expect(own).toEqual(await found(doc, `target=${reference}`))
    }
  })

  it('of somebody else he finds nothing, nor by asking for nothing in particular', async () => {
    const strange = await measured(other.patient)
    expect(await found(per, `target=${strange}`)).toEqual([])
    expect(await found(per, `patient=${other.patient}`)).toEqual([])
    expect((await found(per, `agent=${setting.dac.structure}`)).some(one => one.startsWith(strange))).toBe(false)
    expect(JSON.stringify(await found(per, ''))).not.toContain(other.patient)
  })
})
