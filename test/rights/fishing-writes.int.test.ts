/*
  Fishing for a person one may not see by writes, conditions and references: every answer is the one that somebody who does not exist would get.
*/
import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { newPerson } from '../support/care-house.ts'
import { INS_TEST, qualifiedPatient } from '../support/persons.ts'
import { readSandbox } from '../support/sandbox.ts'
import { expectSame, fishingIn } from './fishers.ts'
import { provenanceOf, WRITES, type Write } from './questions.ts'
import { fill, type Subject } from './same.ts'

const fishing = await fishingIn(readSandbox())

/** Bundles, operations and subscriptions bring no Provenance. */
const isProven = ({ path }: Write): boolean => path !== '' && path !== 'Subscription' && !path.endsWith('$validate')

const filled = (headers: Record<string, string>, subject: Subject): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value, subject)]))

describe('a write learns nothing of a person the caller may not see', () => {
  it.each(WRITES)('$name', async write => {
    const provenance: Record<string, string> = isProven(write) ? { 'x-provenance': JSON.stringify(provenanceOf()) } : {}
    await expectSame(fishing, subject =>
      fishing.callers['another DAC'].ask(write.method, fill(write.path, subject), {
        headers: filled({ ...provenance, ...write.headers }, subject),
        body: fill(JSON.stringify(write.body), subject),
      }),
    )
  })
})

describe('a client that creates a person', () => {
  const create = (patient: Patient, condition: string) =>
    fishing.callers['another DAC'].ask('POST', 'Patient', { body: patient, headers: { 'if-none-exist': condition } })

  it('whose qualified INS it knows, with equal traits, is given his id and nothing that it did not send', async () => {
    const { person, callers } = fishing
    const { address: _address, ...sent } = qualifiedPatient(person.ins)
    const { status, body } = await create(sent, `identifier=${INS_TEST}|${person.ins}`)
    expect({ status, given: `Patient/${body?.id}` }).toEqual({ status: 200, given: person.patient })
    const { id: _id, meta: _meta, resourceType: _type, ...shown } = (body ?? {}) as unknown as Record<string, unknown>
    expect(Object.keys(shown).filter(element => !Object.hasOwn(sent, element))).toEqual([])
    expect((await callers['another DAC'].ask('GET', person.patient)).status).toBe(404)
  })

  it('under a condition on names or dates learns nothing from it', async () => {
    const family = `INVENTE${Date.now().toString(36).toUpperCase()}`
    const { patient, ifNoneExist } = newPerson()
    await fishing.setting.registrar.create({ ...patient, name: (patient.name ?? []).map(name => ({ ...name, family })) }, ifNoneExist)
    const unknown = (): Patient => ({
      resourceType: 'Patient',
      identifier: [{ system: 'urn:oid:1.2.250.1.999.2', value: crypto.randomUUID() }],
      name: [{ family: 'INCONNU' }],
    })
    const among = await create(unknown(), `family=${family}&birthdate=1979-03-28`)
    const alone = await create(unknown(), 'family=PERSONNE&birthdate=1901-01-01')
    expect(among.status).toBe(alone.status)
  })
})
