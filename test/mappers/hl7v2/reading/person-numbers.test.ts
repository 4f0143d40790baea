import { describe, expect, it } from 'vitest'
import type { Encounter } from 'fhir/r4.js'
import { mapDocument } from '../../../../gateway/workers/map-document.ts'
import { mapIdentity } from '../../../../gateway/workers/map-identity.ts'
import { stayOf } from '../../../../gateway/ledger/stays/movements.ts'
import { judgeMessage } from '../../../../mappers/hl7v2/checks/judge-message.ts'
import { TEST_INS, TEST_IPP, writeCda } from '../../../support/cda.ts'
import { writeMessage } from '../../../support/messages.ts'
import { type MovementChange, writeMovement } from '../../../support/movements.ts'

// One rule says which numbers are the person, whatever message they come in.

const POLICY = { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 1_000_000 } as const
const INS = `${TEST_INS.extension}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS`
const SYSTEM = 'https://hub.e-parcours.example/fhir/NamingSystem/ipp/'

function keysOf(bytes: Buffer, map: typeof mapDocument | typeof mapIdentity) {
  const mapped = map({ bytes, messageId: 'm-1', receivedAt: new Date('2026-06-02T12:30:00Z'), environment: 'test', maxDocumentBytes: 1_000_000 })
  return mapped.claims[0]?.keys.filter(({ system }) => !system.endsWith(TEST_INS.root))
}

/** A document, a movement and a change of identity with these numbers: the lane, the keys and the Encounter of each. */
function ways(numbers: string, visit = 'V-1^^^CH-1&1.2.250.1.999.9&ISO^VN') {
  const set = { 'PID-3': numbers, 'PID-32': 'PROV', 'PV1-19': visit }
  const document = writeMessage({ set, document: writeCda({ patientIds: [TEST_INS] }) })
  const movement = writeMovement({ set })
  const identity = writeMovement({ trigger: 'A31', set: { 'PID-3': numbers }, edit: all => all.slice(0, 3) })
  const judged = [document, movement, identity].map(bytes => judgeMessage(bytes, POLICY))
  const encounter = mapDocument({ bytes: document, receivedAt: new Date(), environment: 'test', maxDocumentBytes: 1_000_000 }).entries.find(
    one => one.type === 'Encounter',
  )
  const [, { movement: moved } = {}] = judged
  return {
    lanes: judged.map(one => one.laneKey),
    keys: [
      keysOf(document, mapDocument),
      keysOf(identity, mapIdentity),
      judged[2]?.identity?.persons[0]?.keys.filter(({ system }) => !system.endsWith(TEST_INS.root)),
    ],
    visit: [(JSON.parse(Buffer.from(encounter?.json ?? '').toString('utf8')) as Encounter).identifier?.[0]?.system, moved?.visit.system],
    stays: [encounter?.id, moved === undefined ? undefined : stayOf(moved)],
  }
}

const thrice = <T>(one: T): T[] => [one, one, one]

describe('documents, movements and changes of identity of one person', () => {
  it.each([
    ['123^^^HOP&1.2.250.1.999.2&ISO^PI', 'urn:oid:1.2.250.1.999.2', '1.2.250.1.999.2'],
    ['123^^^HOP&1.2.250.1.999.2&ISO^MR', 'urn:oid:1.2.250.1.999.2', '1.2.250.1.999.2'],
    ['123^^^HOP&1.2.250.1.999.2&ISO', 'urn:oid:1.2.250.1.999.2', '1.2.250.1.999.2'],
    ['123^^^HOP^PI', `${SYSTEM}CH-1%2FHOP`, `${SYSTEM}CH-1%2FHOP`],
    ['123^^^HOP^MR', `${SYSTEM}CH-1%2FHOP`, `${SYSTEM}CH-1%2FHOP`],
    ['123^^^HOP', `${SYSTEM}CH-1%2FHOP`, `${SYSTEM}CH-1%2FHOP`],
    ['123', `${SYSTEM}CH-1%2F`, `${SYSTEM}CH-1%2F`],
    ['123^^^HOP&HOP&L^PI', `${SYSTEM}CH-1%2FHOP`, `${SYSTEM}CH-1%2FHOP`],
    ['123^^^HOP&540001286&M^PI', `${SYSTEM}540001286`, `${SYSTEM}540001286`],
    ['123^^^HOP&hop.example&DNS^PI', `${SYSTEM}hop.example`, `${SYSTEM}hop.example`],
  ])('%s is the person in each of them', (number, system, lane) => {
    for (const numbers of [`${number}~${INS}`, `${INS}~${number}`]) {
      const { lanes, keys, stays } = ways(numbers)
      expect(lanes).toEqual(thrice(`ipp|${lane}|123`))
      expect(keys).toEqual(thrice([{ system, value: '123' }]))
      expect(stays[0]).toBe(stays[1])
    }
  })

  it.each(['AN', 'VN', 'SS', 'NH', 'INS'])('a number under %s is not, whether its authority has an OID or a name', type => {
    for (const authority of ['HOP&1.2.250.1.999.2&ISO', 'HOP']) {
      const { lanes, keys } = ways(`123^^^${authority}^${type}~${INS}`)
      expect(lanes).toEqual(thrice(`ins|${TEST_INS.extension}`))
      expect(keys[2]).toEqual([])
      expect(JSON.stringify(keys)).not.toContain('"123"')
    }
  })

  it('of several the one that the hospital calls its own (PI) names lane and stay, wherever it stands', () => {
    const [own, other] = ['77^^^HOP&1.2.250.1.999.4&ISO^PI', '1^^^REG&1.2.250.1.999.2&ISO^RRI']
    const [one, two, alone] = [`${own}~${other}~${INS}`, `${other}~${INS}~${own}`, `${own}~${INS}`].map(numbers => ways(numbers))
    expect(one?.lanes).toEqual(thrice('ipp|1.2.250.1.999.4|77'))
    expect([two?.lanes, alone?.lanes]).toEqual([one?.lanes, one?.lanes])
    expect(new Set([...(one?.stays ?? []), ...(two?.stays ?? []), ...(alone?.stays ?? [])]).size).toBe(1)
  })

  it('a number that is sent twice, once as its own, is its own', () => {
    const [own, other] = ['77^^^HOP&1.2.250.1.999.4&ISO', '1^^^REG&1.2.250.1.999.2&ISO^RRI']
    for (const numbers of [`${own}^PI~${own}^MR~${other}~${INS}`, `${own}^MR~${other}~${own}^PI~${INS}`]) {
      const { stays } = ways(numbers)
      expect(stays[0]).toBe(stays[1])
    }
  })

  it.each(['V-1', 'V-1^^^CH-1', 'V-1^^^CH-1^VN'])('a stay whose number has no OID (%s) is one of its sender, in documents and movements alike', visit => {
    const { visit: systems, stays } = ways(`${TEST_IPP.extension}^^^&${TEST_IPP.root}&ISO^PI`, visit)
    expect(systems).toEqual([systems[1], systems[1]])
    expect(stays[0]).toBe(stays[1])
  })
})

it('a name is a name of its sender: two hospitals that say IPP are two, also where they call it an identifier (CX.4.2) of no kind', () => {
  const keysAt = (sender: string, number: string): unknown => {
    const change: MovementChange = { trigger: 'A31', sender, set: { 'PID-3': number }, edit: all => all.slice(0, 3) }
    return judgeMessage(writeMovement(change), POLICY).identity?.persons[0]?.keys
  }
  for (const number of ['123^^^IPP^PI', '123^^^IPP&IPP&L^PI', '123^^^&IPP^PI', '123', '123^^^IPP&&ISO^PI', '123^^^IPP&IPP&ISO^PI'])
    expect(keysAt('DPI-1|CH-1', number)).not.toEqual(keysAt('DPI-2|CH-2', number))
})

it.each(['777^^^HOP&1.2.250.1.999.2&ISO^MR', '777^^^HOP&1.2.250.1.999.2&ISO', '777^^^HOP^MR'])('MRG-1 = %s names somebody, as PID-3 does', former => {
  const merge = writeMovement({ trigger: 'A40', edit: segments => [...segments.slice(0, 3), `MRG|${former}`] })
  const { identity, alsoLaneKeys } = judgeMessage(merge, POLICY)
  expect(identity?.persons[0]?.former?.keys.map(({ value }) => value)).toEqual(['777'])
  expect(alsoLaneKeys?.[0]).toMatch(/^ipp\|.*\|777$/)
})

it('a root of recordTarget that is no OID is nobody’s number: two hospitals may both write IPP', () => {
  const document = writeMessage({ document: writeCda({ patientIds: [TEST_INS, { root: 'IPP', extension: '123' }] }), set: { 'PID-3': INS, 'PID-32': 'PROV' } })
  expect(JSON.stringify(keysOf(document, mapDocument))).not.toContain('123')
})
