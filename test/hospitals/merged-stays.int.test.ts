/*
  What is told of a stay while its person is merged: the stay stays his, and is his after the split.
*/
import type { Bundle, Encounter } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { identityHouse } from '../support/identity-house.ts'
import { ippOf } from '../support/identity-messages.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, exchange, getJson, type SandboxFile } from '../support/sandbox.ts'

describe('a stay of somebody who was merged', () => {
  const { open, send, patientOf, turn } = identityHouse('MS')
  const person = ownPersons()
  let sandbox: SandboxFile
  let operator: string
  beforeAll(async () => {
    ;({ sandbox, operator } = await open())
  })

  it('is his before, while and after a letter about it comes', async () => {
    const letter = async (of: number, name: string): Promise<string> => {
      const { bytes, ipp } = letterOf({ controlId: `${name}-${turn}`, person: of, to: [`stay.${turn}@test.mssante.fr`] })
      expect(await exchange(sandbox.mllp, bytes)).toContain('MSA|AA|')
      await completeFlow(sandbox, operator, `${name}-${turn}`)
      return ipp
    }
    const [kept, lost] = [await letter(person, 'A'), await letter(person + 1, 'B')]
    const { id } = await patientOf(lost)
    const owners = async (): Promise<(string | undefined)[]> => {
      const { entry = [] } = await getJson<Bundle<Encounter>>(`${sandbox.hapi}/Encounter?identifier=V-T${person + 1}`)
      return entry.map(({ resource }) => resource?.subject?.reference)
    }
    expect(await owners()).toEqual([`Patient/${id}`])
    expect(await send('A40', [{ ipp: kept }], ippOf(lost))).toContain('MSA|AA|')
    await letter(person + 1, 'B2')
    expect(await owners()).toEqual([`Patient/${id}`])
    expect(await send('A37', [{ ipp: kept }, { ipp: lost }])).toContain('MSA|AA|')
    expect(await owners()).toEqual([`Patient/${id}`])
  })
})
