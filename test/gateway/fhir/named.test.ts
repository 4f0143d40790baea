import { expect, it } from 'vitest'
import { withoutUnnamed } from '../../../gateway/fhir/named.ts'

// What is about nobody comes along only where something shown leads to it, by however many steps.

const entry = (reference: string, ...leadsTo: string[]) => {
  const [type = '', id = ''] = reference.split('/')
  const text = JSON.stringify({ resourceType: type, id, at: leadsTo.map(one => ({ reference: one })) })
  return { entry: { type, id, text: () => text }, text } as unknown as Parameters<typeof withoutUnnamed>[0][number]
}
const keptOf = (...shown: ReturnType<typeof entry>[]) => withoutUnnamed(shown).map(({ entry: { type, id } }) => `${type}/${id}`)

it('of professionals and structures those stay that something shown names, and what these name, in their order', () => {
  const kept = keptOf(
    entry('Organization/structure'),
    entry('PractitionerRole/named', 'Practitioner/his', 'Organization/structure'),
    entry('PractitionerRole/hidden', 'Practitioner/other'),
    entry('Practitioner/other'),
    entry('Practitioner/his'),
    entry('CareTeam/circle', 'PractitionerRole/named'),
  )
  expect(kept).toEqual(['Organization/structure', 'PractitionerRole/named', 'Practitioner/his', 'CareTeam/circle'])
})

it('a whole address and a version name as well; those who name one another are named by nobody', () => {
  const plan = entry('CarePlan/plan', 'https://hub.example/fhir/Organization/far', 'Practitioner/earlier/_history/2')
  expect(keptOf(plan, entry('Organization/far'), entry('Practitioner/earlier'))).toEqual(['CarePlan/plan', 'Organization/far', 'Practitioner/earlier'])
  expect(keptOf(entry('Patient/person'), entry('Organization/one', 'Organization/two'), entry('Organization/two', 'Organization/one'))).toEqual([
    'Patient/person',
  ])
})
