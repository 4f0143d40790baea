import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Bundle, Encounter, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { verdictOf } from '../support/answers.ts'
import { letterOf, ownPersons, testIns } from '../support/letters.ts'
import { type MovementChange, VISIT_OID, writeMovement } from '../support/movements.ts'
import { completeFlow, eventually, exchange, getJson, readSandbox, token } from '../support/sandbox.ts'

// Changes that cannot be: of a movement nobody knows, of a movement that is past, of a person into himself. Each is refused at its place and changes nothing.

const run = Date.now().toString(36)
const seed = ownPersons()
const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
let count = 0

function visitor() {
  count += 1
  const known = { ins: testIns(seed + count), ipp: `IPP-C${run}${count}`, visit: `V-C${run}${count}` }
  const write = (change: MovementChange): Buffer => writeMovement({ ...known, controlId: crypto.randomUUID().slice(0, 20), ...change })
  return { ...known, write, send: async (change: MovementChange) => verdictOf(await exchange(sandbox.mllp, write(change))) }
}

const encounterOf = (visit: string): Promise<Encounter> =>
  eventually(`the Encounter of ${visit}`, async () => {
    const { entry } = await getJson<Bundle<Encounter>>(`${sandbox.hapi}/Encounter?identifier=${encodeURIComponent(`urn:oid:${VISIT_OID}|${visit}`)}`)
    return entry?.[0]?.resource
  })

describe('movements', () => {
  it('an update of a movement that nobody knows is refused; once the movement is known, the same bytes are taken', async () => {
    const { write, send } = visitor()
    const update = write({ trigger: 'Z99', act: 'UPDATE', origin: 'A01', id: `M-${run}-u`, place: '7000' })
    expect(verdictOf(await exchange(sandbox.mllp, update))).toBe('AE ZBE^1^1 207/906')
    expect(await send({ id: `M-${run}-u` })).toBe('AA')
    expect(verdictOf(await exchange(sandbox.mllp, update))).toBe('AA')
  })

  it('a cancellation of a movement that is not the current one is refused and leaves the stay as it is', async () => {
    const { visit, send } = visitor()
    expect(await send({ id: 'M-1', startsAt: '20260301100000' })).toBe('AA')
    expect(await send({ trigger: 'A02', id: 'M-2', startsAt: '20260302100000', place: '7001' })).toBe('AA')
    const isMoved = (stay: Encounter): boolean => (stay.location?.length ?? 0) === 2
    const before = await eventually('the transfer', async () => [await encounterOf(visit)].find(isMoved))
    expect(await send({ trigger: 'A11', act: 'CANCEL', origin: 'A01', id: 'M-1', startsAt: '20260301100000', recordedAt: '20260303100000' })).toBe(
      'AE ZBE^1^1 207/906',
    )
    expect(await encounterOf(visit)).toEqual(before)
  })

  it('a movement cancelled once is not cancelled again, but the same bytes get the same answer', async () => {
    const { write, send } = visitor()
    expect(await send({ id: 'M-1' })).toBe('AA')
    const cancel = write({ trigger: 'A11', act: 'CANCEL', origin: 'A01', id: 'M-1' })
    const first = await exchange(sandbox.mllp, cancel)
    expect(verdictOf(first)).toBe('AA')
    expect(await exchange(sandbox.mllp, cancel)).toBe(first)
    expect(await send({ trigger: 'A11', act: 'CANCEL', origin: 'A01', id: 'M-1' })).toMatch(/^AE ZBE\^1\^1 207/)
  })
})

describe('persons', () => {
  const hub = async (...args: string[]): Promise<{ code: number; text: string }> => {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, ['docker/embedded/hub.mjs', 'identity', ...args], { env: process.env })
      return { code: 0, text: stdout }
    } catch (error) {
      const failed = error as { code: number; stderr: string }
      return { code: failed.code, text: failed.stderr }
    }
  }

  async function person(): Promise<Patient> {
    count += 1
    const controlId = `CHG-${run}-${count}`
    const { bytes, ins } = letterOf({ controlId, person: seed + count, to: [`chg${count}.${run}@test.mssante.fr`] })
    expect(verdictOf(await exchange(sandbox.mllp, bytes))).toBe('AA')
    await completeFlow(sandbox, operator, controlId)
    return eventually('the person', async () => (await getJson<Bundle<Patient>>(`${sandbox.hapi}/Patient?identifier=${ins}`)).entry?.[0]?.resource)
  }

  it('merged into himself, split though never merged, merged with nobody: refused with a line and an exit code, and unchanged', async () => {
    const before = await person()
    const me = `Patient/${before.id}`
    const nobody = `Patient/${crypto.randomUUID()}`
    for (const order of [
      ['merge', me, me],
      ['merge', '--dry-run', me, me],
      ['split', me],
      ['merge', me, nobody],
      ['split', nobody],
    ]) {
      const { code, text } = await hub(...order)
      expect({ order, isRefused: code !== 0, isTold: text.trim().length > 0 }).toEqual({ order, isRefused: true, isTold: true })
    }
    expect(await getJson<Patient>(`${sandbox.hapi}/${me}`)).toEqual(before)
  })
})
