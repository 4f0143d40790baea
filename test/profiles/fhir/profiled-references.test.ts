import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { profiledReferences, type TargetRule } from '../../../profiles/fhir/profiled-references.ts'
import { example } from './instances.ts'

// Which references a profile narrows, found in a resource.

const RULES = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../profiles/fhir/packages/reference-targets.json'), 'utf8')) as Record<
  string,
  TargetRule[]
>
const HUB = 'https://hub.e-parcours.example/fhir/StructureDefinition/'

const found = (profile: string, resource: object): Record<string, string> =>
  Object.fromEntries(profiledReferences(resource, RULES[HUB + profile] ?? []).map(({ path, targets }) => [path, targets.join(' ')]))

describe('the references a profile narrows', () => {
  it('of a plan: at the first level, in lists, in what the lists hold', () => {
    expect(found('hub-careplan-ppcs', example('hub-careplan-ppcs'))).toEqual({
      subject: 'Patient',
      author: 'PractitionerRole Organization',
      'careTeam[0]': 'CareTeam',
      'supportingInfo[0]': 'Consent QuestionnaireResponse DocumentReference Observation',
      'supportingInfo[1]': 'Consent QuestionnaireResponse DocumentReference Observation',
      'activity[1].reference': 'Task ServiceRequest',
    })
  })

  it('of a task: the value of an input by its type', () => {
    const inputs = Object.entries(found('hub-task-demande-appui', example('hub-task-demande-appui'))).filter(([path]) => path.startsWith('input'))
    expect(Object.fromEntries(inputs)).toEqual({
      'input[1].value': 'Consent',
      'input[2].value': 'QuestionnaireResponse Observation',
      'input[3].value': 'DocumentReference',
      'input[4].value': 'PractitionerRole',
    })
  })

  it('of a profile: its own and those of its parents', () => {
    expect(found('hub-careteam', example('hub-careteam'))['participant[0].member']).toBe('PractitionerRole RelatedPerson Organization')
    expect(found('hub-encounter', example('hub-encounter'))).toEqual({ subject: 'Patient', serviceProvider: 'Organization' })
  })

  it('nothing is found where nothing is', () => {
    expect(found('hub-consent', { provision: { actor: [null, 'x', {}] }, performer: 'x' })).toEqual({})
  })
})
