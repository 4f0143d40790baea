/*
  Bad input about rights: each is refused with a typed error and its place, and the person's rights stay as they were.
*/
import type { CarePlan, CareTeam, Consent, FhirResource, Observation, Organization } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { HUB } from '../../profiles/canonicals.ts'
import { entry, fresh, ROLE } from '../support/care.ts'
import { rpps } from '../support/persons.ts'
import { readSandbox } from '../support/sandbox.ts'
import { consent } from '../support/support-requests.ts'
import { type Answer, refusals } from '../support/vendor.ts'
import { type Caller, callerOf, EMERGENCY } from './callers.ts'
import { documentOf, type Person, personIn, settingOf } from './setting.ts'

const sandbox = readSandbox()

const setting = await settingOf(sandbox)
const dac = setting.dac
const person = await personIn(setting, { circle: 'active', consents: ['information'] })
const other = await personIn(setting, { circle: 'active', consents: ['information'] })
const opposed = await personIn(setting, { circle: 'active', consents: ['information', 'deny:all'] })

const wrote = (of: Person, type: string): string => of.wrote[type] ?? ''

/** The resource as it is, changed and written again by the DAC. */
async function rewrite<R extends FhirResource>(reference: string, change: (resource: R) => R): Promise<Answer<R>> {
  return dac.put(change(await dac.read<R>(reference)))
}

type Write = () => Promise<Answer<unknown>>

const relativeOf = (of: Person): string => wrote(of, 'caregiver')
const onCircle =
  (change: (team: CareTeam) => CareTeam): Write =>
  () =>
    rewrite<CareTeam>(wrote(person, 'CareTeam'), change)
const onPlan =
  (change: (plan: CarePlan) => CarePlan): Write =>
  () =>
    rewrite<CarePlan>(wrote(person, 'CarePlan'), change)
const onMeasure =
  (change: (measure: Observation) => Observation): Write =>
  () =>
    rewrite<Observation>(wrote(person, 'Observation'), change)
const joined = (team: CareTeam, ...periods: { start: string; end?: string }[]): CareTeam => ({
  ...team,
  participant: [...(team.participant ?? []), ...periods.map(period => entry(setting.colleague.role, ROLE.member, period))],
})
const onConsent =
  (change: (sound: Consent) => Consent): Write =>
  () =>
    dac.send('POST', 'Consent', { body: change(consent(person.patient, 'information', dac.structure)) })
const naming = (sound: Consent, reference: string): Consent => ({
  ...sound,
  provision: {
    ...sound.provision,
    actor: [{ role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }] }, reference: { reference } }],
  },
})
const subscribing =
  (endpoint: string): Write =>
  () =>
    dac.send('POST', 'Subscription', {
      body: {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'Suivi',
        criteria: `${HUB}SubscriptionTopic/pps.publie`,
        channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
      },
    })
const nowhere = (): string => `Organization/${crypto.randomUUID()}`

describe('refused, with its place', () => {
  const cases: [string, Write, RegExp][] = [
    ['a period that ends before it begins', onCircle(team => joined(team, { start: '2026-05-10', end: '2026-04-01' })), /^422 \S+ at CareTeam\.participant/],
    [
      'one member twice at the same time',
      onCircle(team => joined(team, { start: '2026-05-10' }, { start: '2026-05-12' })),
      /^422 \S+ at CareTeam\.participant/,
    ],
    [
      'a second current médecin traitant',
      onCircle(team => ({ ...team, participant: [...(team.participant ?? []), entry(setting.colleague.role, ROLE.doctor)] })),
      /^422 invariant/,
    ],
    [
      'a circle that moves to another person',
      onCircle(team => ({ ...team, subject: { reference: other.patient } })),
      /^(409 duplicate|422 business-rule) at CareTeam/,
    ],
    ['a plan that replaces itself', onPlan(plan => ({ ...plan, replaces: [{ reference: `CarePlan/${plan.id}` }] })), /^422 \S+ at CarePlan\.replaces/],
    ['a plan that moves to another person', onPlan(plan => ({ ...plan, subject: { reference: other.patient } })), /^422 /],
    [
      'a plan on the consent of another person',
      onPlan(plan => ({ ...plan, supportingInfo: [{ reference: wrote(other, 'information') }] })),
      /^422 \S+ at CarePlan\.supportingInfo/,
    ],
    [
      'a measure that moves to another person',
      onMeasure(measure => ({ ...measure, subject: { reference: other.patient } })),
      /^422 \S+ at Observation\.subject/,
    ],
    [
      'a contained resource about another person',
      onMeasure(measure => ({
        ...measure,
        contained: [{ resourceType: 'RelatedPerson', id: 'kin', patient: { reference: other.patient } }],
        performer: [{ reference: '#kin' }],
      })),
      /^422 /,
    ],
    ['a consent given by another person', onConsent(sound => ({ ...sound, performer: [{ reference: other.patient }] })), /^422 \S+ at Consent\.performer/],
    [
      'a consent that ends before it begins',
      onConsent(sound => ({ ...sound, provision: { ...sound.provision, period: { start: '2026-05-20', end: '2026-05-01' } } })),
      /^422 \S+ at Consent\.provision/,
    ],
    ['a consent collected by nobody', onConsent(sound => ({ ...sound, organization: [{ reference: nowhere() }] })), /^422 not-found at Consent\.organization/],
    ['a consent that names nobody', onConsent(sound => naming(sound, nowhere())), /^422 not-found at Consent\.provision/],
    ['a consent that names another person’s relative', onConsent(sound => naming(sound, relativeOf(other))), /^422 /],
    [
      'a structure above itself',
      () => rewrite<Organization>(setting.below, structure => ({ ...structure, partOf: { reference: setting.below } })),
      /^422 \S+ at Organization\.partOf/,
    ],
    [
      'a Bundle within a transaction',
      () => dac.transact([{ resource: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: documentOf(other.patient, dac.structure) }] } }]),
      /^4\d\d /,
    ],
    ['a subscription to a private address', subscribing('https://192.168.1.10/hook'), /^422 \S+ at Subscription\.channel/],
    ['a subscription to the address of a cloud', subscribing('https://169.254.169.254/latest/meta-data'), /^422 \S+ at Subscription\.channel/],
    ['a subscription to a private address of the sixth version', subscribing('https://[fd00::1]/hook'), /^422 \S+ at Subscription\.channel/],
    ['a subscription to an address in disguise', subscribing('https://0xc0a80001/hook'), /^422 \S+ at Subscription\.channel/],
    ['a subscription over plain HTTP elsewhere', subscribing('http://93.184.216.34/hook'), /^422 \S+ at Subscription\.channel/],
  ]

  it.each(cases)('%s', async (_name, write, refusal) => {
    const answer = await write()
    expect(
      refusals(answer).filter(one => refusal.test(one)),
      `${answer.status} ${refusals(answer).join(', ')}`,
    ).not.toEqual([])
  })
})

describe('in an emergency', () => {
  const emergency = (rpps = setting.colleague.rpps, role = '10'): Promise<Caller> =>
    callerOf(sandbox, 'gp-portal', { user: `8${rpps}`, role, structure: '1540990033', ...EMERGENCY })

  it('an opposition stands', async () => {
    expect((await (await emergency()).ask('GET', opposed.patient)).status).toBe(404)
  })

  it('who is no health professional sees nothing', async () => {
    expect((await (await emergency(rpps(fresh()), '41')).ask('GET', person.patient)).status).toBe(404)
  })

  it('one reads and does not write', async () => {
    const caller = await emergency()
    const { status, body } = await caller.ask('GET', wrote(person, 'Observation'))
    expect(status).toBe(200)
    const written = await caller.ask('PUT', wrote(person, 'Observation'), {
      body,
      headers: { 'if-match': 'W/"1"', 'x-provenance': JSON.stringify(dac.provenance()) },
    })
    expect(written.status).toBe(403)
  })

  it('without a reason there is no token', async () => {
    await expect(callerOf(sandbox, 'gp-portal', { user: `8${setting.colleague.rpps}`, role: '10', purpose: 'BTG' })).rejects.toThrow('invalid_request')
  })
})
