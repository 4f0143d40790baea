import type { FhirResource } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { type ActingLookups, actingOf } from '../../../../gateway/access/rights/acts-for.ts'
import type { Actor } from '../../../../gateway/access/callers/actor.ts'

const RPPS = '10000000017'
const role = (id: string, practitioner: string, organization: string, active = true): FhirResource => ({
  resourceType: 'PractitionerRole',
  id,
  active,
  practitioner: { reference: `Practitioner/${practitioner}` },
  organization: { reference: `Organization/${organization}` },
})
const STORED: FhirResource[] = [
  { resourceType: 'Practitioner', id: 'martin', identifier: [{ system: 'https://rpps.esante.gouv.fr', value: RPPS }] },
  { resourceType: 'Practitioner', id: 'petit', identifier: [{ system: 'urn:oid:1.2.250.1.71.4.2.1', value: '0549000017' }] },
  role('martin-at-practice', 'martin', 'practice'),
  role('martin-at-dac', 'martin', 'dac', false),
  role('petit-at-practice', 'petit', 'practice'),
]
const ORGANIZATIONS: Record<string, string> = {
  'https://finess.esante.gouv.fr|540990033': 'practice',
  'https://finess.esante.gouv.fr|540990025': 'dac',
  'urn:oid:1.2.250.1.71.4.2.2|1540990025': 'dac',
  'https://sirene.fr|12345678200010': 'office',
  'https://sirene.fr|123456782': 'group',
  'https://finess.esante.gouv.fr|540990041': 'hospital',
  'urn:oid:1.2.250.1.71.4.2.2|410000000017': 'surgery',
}

function lookups(): ActingLookups & { reads: string[] } {
  const reads: string[] = []
  return {
    reads,
    async organizationOf(identifiers) {
      const id = identifiers.map(one => ORGANIZATIONS[`${one.system}|${one.value}`]).find(one => one !== undefined)
      return id === undefined ? undefined : `Organization/${id}`
    },
    async read<R extends FhirResource>(reference: string) {
      reads.push(reference)
      return STORED.find(one => `${one.resourceType}/${one.id}` === reference) as R | undefined
    },
    async search<R extends FhirResource>(type: R['resourceType'], { practitioner, organization }: Record<string, string | string[]>) {
      return STORED.filter(
        one =>
          one.resourceType === 'PractitionerRole' &&
          one.resourceType === type &&
          one.practitioner?.reference === practitioner &&
          one.organization?.reference === organization,
      ) as R[]
    },
  }
}

const client = { clientId: 'one', kind: 'gp-portal', scopes: new Set<string>() } as const
const software: Actor = { ...client, structure: '540990033', context: 'system' }
const doctor: Actor = { ...client, structure: '540990033', context: 'user', user: { idNatPs: `8${RPPS}`, profession: '10' } }
const doctorAtDac: Actor = { ...doctor, user: { idNatPs: `8${RPPS}`, structure: '1540990025' } }
const person: Actor = { ...client, structure: undefined, context: 'patient', person: { patient: 'Patient/p1' } }
const relative: Actor = { ...person, person: { patient: 'Patient/p1', relative: 'RelatedPerson/r1' } }

describe('a caller acts for', () => {
  it.each<[string, Actor, string | undefined, boolean]>([
    ['software: its structure', software, 'Organization/practice', true],
    ['software: no other structure', software, 'Organization/dac', false],
    ['software: a role at its structure', software, 'PractitionerRole/martin-at-practice', true],
    ['software: a version of it', software, 'PractitionerRole/martin-at-practice/_history/3', true],
    ['software: no role elsewhere', { ...software, structure: '540990099' }, 'PractitionerRole/martin-at-practice', false],
    ['software: no role that has ended', { ...software, structure: '540990025' }, 'PractitionerRole/martin-at-dac', false],
    ['software: a professional who works there', software, 'Practitioner/martin', true],
    ['software: nobody who works elsewhere', { ...software, structure: '540990099' }, 'Practitioner/martin', false],
    ['software: no person', software, 'Patient/p1', false],
    ['a doctor: himself', doctor, 'Practitioner/martin', true],
    ['a doctor: his role', doctor, 'PractitionerRole/martin-at-practice', true],
    ['a doctor: no role of a colleague', doctor, 'PractitionerRole/petit-at-practice', false],
    ['a doctor: no colleague', doctor, 'Practitioner/petit', false],
    ['a doctor: the structure of his software, where he names none', doctor, 'Organization/practice', true],
    ['a doctor: the structure he names', doctorAtDac, 'Organization/dac', true],
    ['a doctor: no more that of his software', doctorAtDac, 'Organization/practice', false],
    ['a person: himself', person, 'Patient/p1', true],
    ['a person: nobody else', person, 'Patient/p2', false],
    ['a relative: himself', relative, 'RelatedPerson/r1', true],
    ['a relative: not the person he speaks for', relative, 'Patient/p1', false],
    ['nobody: an absent reference', software, undefined, false],
    ['nobody: what is not stored', software, 'PractitionerRole/nobody', false],
    ['nobody: another type', software, 'CareTeam/practice', false],
  ])('%s', async (_rule, actor, reference, expected) => {
    await expect(actingOf(actor, lookups()).actsFor(reference)).resolves.toBe(expected)
  })

  it.each<[string, Actor, string | undefined]>([
    ['software', software, 'Organization/practice'],
    ['a doctor', doctorAtDac, 'Organization/dac'],
    ['a professional of a structure named by its SIRET', { ...doctor, user: { idNatPs: '8', structure: '312345678200010' } }, 'Organization/office'],
    ['a professional of one named by its SIREN', { ...doctor, user: { idNatPs: '8', structure: '2123456782' } }, 'Organization/group'],
    ['one that is known by its FINESS alone', { ...doctor, user: { idNatPs: '8', structure: '1540990041' } }, 'Organization/hospital'],
    ['a practice named by the RPPS of its doctor', { ...doctor, user: { idNatPs: '8', structure: '410000000017' } }, 'Organization/surgery'],
    ['a number of another kind is no SIREN', { ...doctor, user: { idNatPs: '8', structure: '0123456782' } }, undefined],
    ['a professional of a structure nobody knows', { ...doctor, user: { idNatPs: '8', structure: '1999999999' } }, undefined],
    ['a person: none', person, undefined],
  ])('the structure of %s', async (_who, actor, expected) => {
    await expect(actingOf(actor, lookups()).structure()).resolves.toBe(expected)
  })

  it('asks once for each reference of a request', async () => {
    const asked = lookups()
    const acting = actingOf(software, asked)
    await Promise.all([acting.actsFor('PractitionerRole/martin-at-practice'), acting.actsFor('PractitionerRole/martin-at-practice/_history/2')])
    expect(asked.reads).toEqual(['PractitionerRole/martin-at-practice'])
  })
})
