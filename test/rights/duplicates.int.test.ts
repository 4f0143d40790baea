import type { Consent } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { newPerson } from '../support/care-house.ts'
import { readSandbox } from '../support/sandbox.ts'
import { consent } from '../support/support-requests.ts'
import { refusals, Vendor } from '../support/vendor.ts'

// One identifier, one resource (fhir-fr.md 2.0 d), as far as the writer sees: a creation tells nobody that somebody else's resource bears it (design 7).

const sandbox = readSandbox()

const recordOf = async (vendor: Vendor): Promise<(...identifiers: string[]) => Consent> => {
  const { patient, ifNoneExist } = newPerson()
  const person = `Patient/${(await vendor.create(patient, ifNoneExist)).id}`
  const identifiers = (values: string[]): { system: string; value: string }[] => values.map(value => ({ system: 'urn:oid:1.2.250.1.999.6', value }))
  return (...values) => consent(person, 'information', vendor.structure, { identifier: identifiers(values) })
}

it('under the identifier of what a structure may not see it is answered as under one that nobody has; its own stands once', async () => {
  const [dac, other] = [await Vendor.of(sandbox, 'dac'), await Vendor.of(sandbox, 'dac-2')]
  const [own, foreign] = [await recordOf(dac), await recordOf(other)]
  const value = `OPP-${crypto.randomUUID()}, $1|2\\`
  const first = await dac.create(own(value))
  const [unseen, fresh] = [await other.post(foreign(value)), await other.post(foreign(crypto.randomUUID()))]
  expect([unseen.status, refusals(unseen), [...unseen.headers.keys()].sort()]).toEqual([201, [], [...fresh.headers.keys()].sort()])
  for (const [vendor, record] of [
    [dac, own],
    [other, foreign],
  ] as const) {
    // Beside a first one that is new: it is no repeat.
    const again = await vendor.post(record(crypto.randomUUID(), value))
    expect([again.status, refusals(again)[0]]).toEqual([409, expect.stringContaining('409 duplicate')])
  }
  const search = `Consent?patient=${own('').patient?.reference}`
  expect((await dac.search<Consent>(search)).map(({ id }) => id)).toEqual([first.id])
})
