import type { Encounter } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { mapMovement } from '../../../../gateway/workers/map-movement.ts'
import type { Recorded } from '../../../../mappers/hl7v2/adt/timeline.ts'
import { judgeMessage } from '../../../../mappers/hl7v2/judge-message.ts'
import { type MovementChange, writeMovement } from '../../../support/movements.ts'

// How a stay begins and ends: ZFM and ZFV beside the movement.

function hospitalizationOf(changes: MovementChange[]): Encounter['hospitalization'] {
  const messages = changes.map(writeMovement)
  const records = messages.map((bytes, at): Recorded => {
    const { movement } = judgeMessage(bytes, { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 1_000_000 })
    if (movement === undefined) throw new Error('no movement')
    return { ...movement, messageId: `m-${at}`, isRepeat: false }
  })
  const { entries } = mapMovement({
    bytes: messages.at(-1) ?? Buffer.alloc(0),
    messageId: `m-${messages.length - 1}`,
    stay: '0f0e0d0c-0000-8000-8000-000000000001',
    records,
    sender: { id: 'DPI-1/CH-1' },
    zbe: 'strict',
    receivedAt: new Date('2026-03-05T10:00:00Z'),
    environment: 'test',
  })
  const encounter = entries.find(({ type }) => type === 'Encounter')
  return (JSON.parse(Buffer.from(encounter?.json ?? '').toString('utf8')) as Encounter).hospitalization
}

const behind =
  (...more: string[]) =>
  (segments: string[]): string[] => [...segments, ...more]
const ADMITTED: MovementChange = { edit: behind('ZFM|7||4', 'ZFV|CH Autre') }

it('a transfer from psychiatry: mode and provenance are codes of the PMSI with their words, the facility goes by its name', () => {
  expect(hospitalizationOf([ADMITTED])).toEqual({
    origin: { display: 'CH Autre' },
    admitSource: {
      coding: [
        { system: expect.stringMatching(/hub-cs-pmsi-mode-entree$/), code: '7', display: 'Transfert' },
        { system: expect.stringMatching(/hub-cs-pmsi-provenance$/), code: '4', display: 'Psychiatrie' },
      ],
      text: 'Transfert',
    },
  })
})

it('the exit is told once there is one, in the hospital’s own words first; a code without words is kept', () => {
  const discharged: MovementChange = {
    trigger: 'A03',
    id: 'M-2',
    startsAt: '20260303100000',
    edit: behind('ZFM|7|8|4|R', 'ZFV|||||||||Retour à domicile avec HAD'),
  }
  expect(hospitalizationOf([ADMITTED, discharged])?.dischargeDisposition).toEqual({
    coding: [
      { system: expect.stringMatching(/hub-cs-pmsi-mode-sortie$/), code: '8', display: 'Domicile' },
      { system: expect.stringMatching(/hub-cs-pmsi-destination$/), code: 'R' },
    ],
    text: 'Retour à domicile avec HAD',
  })
})
