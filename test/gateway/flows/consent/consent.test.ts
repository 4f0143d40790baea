import type { Consent, FhirResource, RelatedPerson } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { CONSENT } from '../../../../gateway/flows/consent/consent.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { tre } from '../../../../profiles/oids.ts'
import { draftOf, type RecordedWrite, recordedWrite } from '../../../support/recorded-write.ts'

const relative = (id: string, code: string, patient = 'Patient/p1'): RelatedPerson => ({
  resourceType: 'RelatedPerson',
  id,
  patient: { reference: patient },
  relationship: [{ coding: [{ system: tre('R260-HL7RoleClass'), code }] }],
})
const STORED: FhirResource[] = [relative('guard', 'GUARD'), relative('carer', 'CAREGIVER'), relative('guard-of-another', 'GUARD', 'Patient/p2')]

const consent = (nature: string, more: Partial<Consent> = {}): Consent => ({
  resourceType: 'Consent',
  id: 'co-1',
  identifier: [{ system: 'urn:oid:1.2.250.1.999.6', value: 'OPP-3' }],
  status: 'active',
  scope: {},
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }, { coding: [{ system: SYSTEM.hub, code: nature }] }],
  patient: { reference: 'Patient/p1' },
  performer: [{ reference: 'Patient/p1' }],
  organization: [{ reference: 'Organization/dac-54' }],
  provision: { type: 'deny', period: { start: '2026-06-20' }, actor: [{ role: {}, reference: { reference: 'Organization/clinique-9' } }] },
  ...more,
})

interface Judged {
  before?: Consent
  caller?: string
  /** The token of the person, or of this relative of his. */
  person?: { patient: string; relative?: string }
}

async function judged(
  after: Consent,
  { before, person, caller = person?.relative ?? person?.patient ?? 'Organization/dac-54' }: Judged = {},
): Promise<RecordedWrite> {
  const draft = draftOf(after, before === undefined ? {} : { before })
  const actor = person === undefined ? {} : { context: 'patient' as const, person }
  const write = recordedWrite({ drafts: [draft], stored: STORED, actor, actsFor: reference => reference === caller })
  await CONSENT.judge(write, draft)
  return write
}

const rulesOf = ({ refused }: RecordedWrite): string[] => refused.map(({ rule, element }) => (element === undefined ? rule : `${rule} at ${element}`))

describe('who gives a consent, and who changes it', () => {
  it.each([
    ['Patient/p1', []],
    ['RelatedPerson/guard', []],
    ['RelatedPerson/carer', ['consent.performer at performer[0]']],
    ['RelatedPerson/guard-of-another', ['consent.performer at performer[0]']],
    ['Patient/p2', ['consent.performer at performer[0]']],
    ['PractitionerRole/x', ['consent.performer at performer[0]']],
  ])('%s gives it: %j', async (reference, rules) => {
    expect(rulesOf(await judged(consent('accord', { performer: [{ reference }] })))).toEqual(rules)
  })

  it.each([
    ['the collecting structure', 'Organization/dac-54', []],
    ['the person', 'Patient/p1', []],
    ['a third party', 'Organization/clinique-9', ['consent.third-party']],
  ])('%s changes it', async (_who, caller, rules) => {
    expect(rulesOf(await judged(consent('opposition', { source: undefined } as Partial<Consent>), { before: consent('opposition'), caller }))).toEqual(rules)
  })

  it.each([
    ['the person gives it himself', undefined, 'Patient/p1', []],
    ['the person does not speak for the representative', undefined, 'RelatedPerson/guard', ['consent.performer at performer[0]']],
    ['the representative gives it himself', 'RelatedPerson/guard', 'RelatedPerson/guard', []],
    ['the representative does not write as the person', 'RelatedPerson/guard', 'Patient/p1', ['consent.performer at performer[0]']],
    ['a carer does not write as the person', 'RelatedPerson/carer', 'Patient/p1', ['consent.performer at performer[0]']],
  ])('logged in, %s', async (_rule, relative, reference, rules) => {
    const person = { patient: 'Patient/p1', ...(relative === undefined ? {} : { relative }) }
    expect(rulesOf(await judged(consent('opposition', { performer: [{ reference }] }), { person }))).toEqual(rules)
  })

  it.each([
    ['RelatedPerson/guard', []],
    ['RelatedPerson/carer', ['consent.third-party']],
    ['RelatedPerson/guard-of-another', ['consent.third-party']],
  ])('%s takes back what the person gave: %j', async (relative, rules) => {
    const before = consent('opposition')
    const after = consent('opposition', { status: 'inactive' })
    expect(rulesOf(await judged(after, { before, person: { patient: 'Patient/p1', relative } }))).toEqual(rules)
  })

  it('another nature, another person, another identifier is another consent', async () => {
    const after = consent('accord', {
      patient: { reference: 'Patient/p2' },
      performer: [{ reference: 'Patient/p2' }],
      identifier: [{ system: 's', value: 'x' }],
    })
    expect(rulesOf(await judged(after, { before: consent('opposition') }))).toEqual([
      'consent.person at patient',
      'consent.identifier at identifier',
      'consent.nature at category',
    ])
  })
})

describe('the life of a consent', () => {
  const MAY: Record<string, string[]> = {
    draft: ['draft', 'proposed', 'active', 'rejected', 'entered-in-error'],
    proposed: ['draft', 'proposed', 'active', 'rejected', 'entered-in-error'],
    active: ['active', 'inactive', 'entered-in-error'],
    inactive: ['entered-in-error'],
    rejected: ['entered-in-error'],
    'entered-in-error': [],
  }
  const states = Object.keys(MAY) as Consent['status'][]
  it.each(states.flatMap(from => states.map(to => [from, to, MAY[from]?.includes(to) === true] as const)))(
    '%s → %s is allowed: %s',
    async (from, to, isAllowed) => {
      const write = await judged(consent('accord', { status: to }), { before: consent('accord', { status: from }) })
      expect(rulesOf(write)).toEqual(isAllowed ? [] : [expect.stringMatching(/^consent\.(move|final) at status$/)])
    },
  )

  it.each<[string, Consent, Consent | undefined, string[]]>([
    ['an opposition is recorded', consent('opposition'), undefined, ['opposition.recorded']],
    ['information is recorded', consent('information'), undefined, ['information.recorded']],
    ['an opposition is withdrawn', consent('opposition', { status: 'inactive' }), consent('opposition'), ['opposition.withdrawn']],
    ['its scope changes', consent('opposition', { provision: { type: 'deny' } }), consent('opposition'), ['opposition.changed']],
    ['a proposal is accepted', consent('partage'), consent('partage', { status: 'proposed' }), ['partage.recorded']],
    ['it was entered in error', consent('accord', { status: 'entered-in-error' }), consent('accord'), ['accord.cancelled']],
    ['a draft has no effect and is not told', consent('accord', { status: 'draft' }), undefined, []],
  ])('%s: %j', async (_case, after, before, changes) => {
    const { announced } = await judged(after, before === undefined ? {} : { before })
    expect(announced).toEqual(changes.length === 0 ? [] : [{ type: 'consent.modifie', patient: 'Patient/p1', about: 'Consent/co-1', changes }])
  })
})
