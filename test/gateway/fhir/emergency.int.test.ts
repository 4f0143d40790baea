import type { Bundle, Communication } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { fetchToken } from '../../../gateway/commands/token.ts'
import { circleOf, entry, fresh, ROLE, stored } from '../../support/care.ts'
import { INS_TEST, matricule, qualifiedPatient, rpps } from '../../support/persons.ts'
import { eventually, readSandbox } from '../../support/sandbox.ts'
import { Vendor } from '../../support/vendor.ts'

// Break-glass on the running stack: what it opens, to whom it does not, and who is told of it.

const sandbox = readSandbox()
const PRACTICE = '1540990033'

const dac = await Vendor.of(sandbox, 'dac')
const ins = matricule(fresh())
const patient = stored(await dac.post(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`))
stored(await dac.post(circleOf(patient, dac.structure, [entry(dac.structure, ROLE.coordinator)])))

interface Breaking {
  role?: string
  human?: string
  purpose?: string
}

async function ask(path: string, { role = '10', human = `8${rpps(fresh())}`, purpose = 'BTG' }: Breaking = {}): Promise<Response> {
  const options = { user: human, role, structure: PRACTICE, purpose, ...(purpose === 'BTG' ? { reason: 'patient inconscient' } : {}) }
  const bearer = await fetchToken(sandbox, 'gp-portal', options)
  return fetch(`${sandbox.http}/fhir/${path}`, { headers: { authorization: `Bearer ${bearer}` } })
}

async function notices(): Promise<Communication[]> {
  const bearer = await fetchToken(sandbox, 'citizen-portal', { person: ins })
  const response = await fetch(`${sandbox.http}/fhir/Communication?subject=${patient}`, { headers: { authorization: `Bearer ${bearer}` } })
  const { entry: found = [] } = (await response.json()) as Bundle<Communication>
  return found.flatMap(({ resource }) => resource ?? []).filter(({ topic }) => topic?.text === 'Accès en urgence')
}

describe('who breaks the glass', () => {
  it.each<[string, Breaking]>([
    ['for the usual reason', { purpose: 'TREAT' }],
    ['a social worker', { role: '41' }],
    ['a psychologist', { role: '93' }],
  ])('%s: sees nothing, and nobody is told', async (_name, breaking) => {
    expect((await ask(patient, breaking)).status).toBe(404)
  })

  it('a doctor with a reason: reads, and the person, the coordinator and the privacy officer are told once', async () => {
    const human = `8${rpps(fresh())}`
    expect((await ask(patient, { human })).status).toBe(200)
    expect((await ask(`CareTeam?patient=${patient}`, { human })).status).toBe(200)
    const told = await eventually('notices of the emergency', async () => ((await notices()).length > 0 ? notices() : undefined))
    const names = told.map(({ recipient }) => recipient?.[0]?.display ?? recipient?.[0]?.reference ?? '')
    expect(names.sort()).toEqual([patient, dac.structure, 'Délégué à la protection des données'].sort())
    expect(JSON.stringify(told)).not.toContain(human)
  })
})
