import type { CareTeam, HumanName } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { mapEditionToReadable } from '../../../mappers/care-plan-rendition/edition-to-readable.ts'
import { goals, plan } from '../care-plan-diff/plans.ts'

const NAMES = new Map([
  ['PractitionerRole/here', 'Alice Fictive'],
  ['PractitionerRole/left', 'Marc Modele'],
  ['PractitionerRole/to-come', 'Hugo Invente'],
])

function linesOf({ name, participant = [] }: { name?: HumanName[]; participant?: CareTeam['participant'] }): string[] {
  const { blocks } = mapEditionToReadable({
    version: { plan, goals },
    number: 1,
    date: '2026-06-05',
    nameOf: reference => NAMES.get(reference),
    patient: { resourceType: 'Patient', ...(name === undefined ? {} : { name }) },
    circle: { resourceType: 'CareTeam', ...(participant === undefined ? {} : { participant }) },
    writtenAt: new Date('2026-06-05T08:00:00Z'),
  })
  return blocks.flatMap(block => (block.kind === 'list' ? block.items : 'text' in block ? block.text : [])).filter(item => typeof item === 'string')
}

it('names who is around the person: not who has left, nor who is to come', () => {
  const entry = (name: string, period?: { start?: string; end?: string }) => ({
    member: { reference: `PractitionerRole/${name}` },
    ...(period === undefined ? {} : { period }),
  })
  const lines = linesOf({
    participant: [entry('here', { start: '2026-01-01', end: '2026-12-31' }), entry('left', { end: '2026-06-05' }), entry('to-come', { start: '2026-07-01' })],
  })
  expect([...NAMES.values()].map(name => lines.includes(name))).toEqual([true, false, false])
})

it.each<[string, HumanName[], string[]]>([
  ['a name that is used is not one of birth', [{ use: 'usual', family: 'EXEMPLE', given: ['Claire'] }], ['Nom et prénom utilisés : EXEMPLE Claire']],
  [
    'the name before marriage is',
    [
      { use: 'usual', family: 'FICTIVE' },
      { use: 'maiden', family: 'EXEMPLE' },
    ],
    ['Nom et prénom de naissance : EXEMPLE', 'Nom et prénom utilisés : FICTIVE'],
  ],
])('%s', (_, name, expected) => {
  expect(linesOf({ name }).filter(line => line.startsWith('Nom et'))).toEqual(expected)
})
