import { expect, it } from 'vitest'
import { asksOpenElements } from '../../../../gateway/fhir/search/matches.ts'

// At minimal a person is shown without numbers, a plan with them.

it.each(['identifier=urn:x|1', 'identifier=1', 'name=ex&_sort=name', 'patient.identifier=urn:x|1'])('who sees a person at minimal may ask by %s', asked => {
  expect(asksOpenElements('minimal', asked.startsWith('patient') ? 'CarePlan' : 'Patient', new URLSearchParams(asked))).toBe(true)
})

it.each(['identifier:missing=true', 'identifier:not=urn:x|1', 'identifier=urn:x|', 'identifier=urn:x|1,urn:y|', '_sort=-identifier', '_sort=name,identifier'])(
  'but not by %s, which names nobody',
  asked => {
    expect(asksOpenElements('minimal', 'Patient', new URLSearchParams(asked))).toBe(false)
    expect(asksOpenElements('minimal', 'CarePlan', new URLSearchParams(asked.replace('name', 'date')))).toBe(true)
  },
)

it('nor of which system the numbers of a person are', () => {
  const asked = new URLSearchParams('patient.identifier=urn:x|')
  expect([asksOpenElements('minimal', 'CarePlan', asked), asksOpenElements('restreint', 'CarePlan', asked)]).toEqual([false, true])
})
