import { randomUUID } from 'node:crypto'
import type { Bundle, CapabilityStatement, CarePlan, FhirResource, Observation, OperationOutcome, Subscription } from 'fhir/r4.js'
import { afterAll, describe, expect, it } from 'vitest'
import { NEGATION } from '../../../mappers/statements/values/negation.ts'
import { BACKPORT, SUBSCRIPTION_EXTENSION, TOPIC } from '../../../profiles/tables/subscription-topics.ts'
import { circleOf, entry, planOf, ROLE, visit } from '../../support/care.ts'
import { careHouse } from '../../support/care-house.ts'
import { eventually, readSandbox } from '../../support/sandbox.ts'
import { openSubscriber } from '../../support/subscriber.ts'
import { consent } from '../../support/support-requests.ts'
import { Vendor } from '../../support/vendor.ts'

// What the hub makes itself is FHIR by the validator of the store: bundles, parts of resources, audits, outcomes, statements, notifications.

const sandbox = readSandbox()
const house = await careHouse(sandbox)
const [practice, social] = [house.gp, await Vendor.of(sandbox, 'social')]
const patient = await house.person()
const id = patient.replace('Patient/', '')
const [circle, planned] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`]
const written = await practice.transact([
  { fullUrl: circle, resource: circleOf(patient, practice.structure, [entry(practice.structure, ROLE.coordinator), entry(social.structure, ROLE.member)]) },
  { resource: consent(patient, 'information', practice.structure) },
  {
    fullUrl: planned,
    resource: planOf(patient, { author: { reference: practice.structure }, careTeam: [{ reference: circle }], activity: [visit('mon', practice.structure)] }),
  },
])
expect(written.status, JSON.stringify(written.body)).toBe(200)
const plan = written.body.entry?.map(one => /CarePlan\/[^/]+/.exec(one.response?.location ?? '')?.[0]).find(one => one !== undefined) ?? ''
const denied = await practice.create<Observation>({
  resourceType: 'Observation',
  modifierExtension: [NEGATION],
  status: 'final',
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'survey' }] }],
  code: { text: 'Chute dans les douze mois' },
  effectiveDateTime: '2026-06-01',
  valueString: 'à domicile',
  subject: { reference: patient },
})
const subscriber = await openSubscriber()
afterAll(() => subscriber.close())
const statement = (await practice.get<CapabilityStatement>('metadata')).body
const types = (statement.rest?.[0]?.resource ?? []).map(({ type }) => type)

/** Errors of several answers, and of what is in them, each with the answer's name. What no package here defines (the profiles of notifications) is not claimed to the validator. */
async function faultsIn(answers: Record<string, FhirResource>): Promise<string[]> {
  const names = Object.keys(answers)
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: Object.values(answers).map(resource => ({ fullUrl: `urn:uuid:${randomUUID()}`, resource })),
  }
  const judged = await fetch(`${sandbox.hapi}/Bundle/$validate`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(bundle).replaceAll(new RegExp(`"meta":{"profile":\\["${BACKPORT}[^"]*"\\]},`, 'g'), ''),
  })
  const { issue } = (await judged.json()) as OperationOutcome
  return issue.flatMap(({ severity, diagnostics, expression: [place = ''] = [] }) =>
    severity === 'error' || severity === 'fatal' ? [`${names[Number(/entry\[(\d+)\]/.exec(place)?.[1])]}: ${place}: ${diagnostics}`] : [],
  )
}

/** Each path as each of the two is answered, one after the other. */
async function answersTo(paths: string[], askers = { practice, social }): Promise<Record<string, FhirResource>> {
  const answers: Record<string, FhirResource> = {}
  for (const path of paths) for (const [name, who] of Object.entries(askers)) answers[`${name} ${path}`] = (await who.get(path)).body
  return answers
}

describe('an answer is valid', () => {
  it('of a transaction, of a batch, and what is served', async () => {
    const paths = [plan, 'CarePlan/none', `CarePlan?patient=${patient}`, 'CarePlan?nothing=1']
    const batch = await practice.send<Bundle>('POST', '', {
      body: { resourceType: 'Bundle', type: 'batch', entry: paths.map(url => ({ request: { method: 'GET', url } })) },
    })
    expect(batch.body.entry?.map(one => one.response?.status.slice(0, 3))).toEqual(['200', '404', '200', '400'])
    expect(await faultsIn({ transaction: written.body, batch: batch.body, metadata: statement })).toEqual([])
  })

  it('of a search of each type, whole and in part', async () => {
    const paths = types.map(type => (type === 'Patient' ? `Patient?_id=${id}` : `${type}?patient=${id}&_revinclude=Provenance:target`))
    expect(await faultsIn(await answersTo([...paths, `CarePlan?patient=${id}&_summary=count`, `CarePlan?patient=${id}&_count=1`]))).toEqual([])
  })

  it('of a history, of everything of a person, of the differences of a plan', async () => {
    const current = await practice.read<CarePlan>(plan)
    expect((await practice.put({ ...current, activity: [visit('tue', practice.structure)] })).status).toBe(200)
    const paths = [plan, `${plan}/_history/1`, `${plan}/_history`, `${patient}/$everything`, `${plan}/$diff?from=1&to=2`]
    expect(await faultsIn(await answersTo(paths))).toEqual([])
  })

  it('that is an outcome', async () => {
    const outcomes = await answersTo([
      'Nothing',
      'CarePlan/none',
      'CarePlan?nothing=1',
      'Patient?birthdate=xx',
      `CarePlan?patient=${id}&date=xx`,
      `${plan}/$diff?from=9`,
    ])
    for (const [name, resourceType] of Object.entries(outcomes).map(([name, one]) => [name, one.resourceType]))
      expect([name, resourceType]).toEqual([name, 'OperationOutcome'])
    const bodies = [
      { resourceType: 'CarePlan' },
      { resourceType: 'CarePlan', status: 'x', nothing: 1 },
      { resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: {} },
    ]
    for (const [index, body] of bodies.entries()) {
      for (const [method, path] of [
        ['POST', 'CarePlan'],
        ['POST', 'CarePlan/$validate'],
        ['PUT', plan],
      ] as const) {
        outcomes[`${method} ${path} of ${index}`] = (await practice.send(method, path, { body, headers: { 'if-match': 'W/"1"' } })).body
      }
    }
    expect(await faultsIn(outcomes)).toEqual([])
  })

  it('that is an audit', async () => {
    const audits = await practice.get<Bundle>(`AuditEvent?patient=${patient}&date=ge2026-01-01&_count=200`)
    expect(audits.body.entry?.length).toBeGreaterThan(20)
    expect(await faultsIn({ audits: audits.body })).toEqual([])
  })

  it('that is a notification, at each level and of each payload, and the state of its subscription', async () => {
    const made: { who: Vendor; subscription: string }[] = []
    for (const who of [practice, social]) {
      for (const content of ['id-only', 'full-resource']) {
        const channel = {
          type: 'rest-hook' as const,
          endpoint: subscriber.endpoint,
          payload: 'application/fhir+json',
          _payload: { extension: [{ url: SUBSCRIPTION_EXTENSION.content, valueCode: content }] },
        }
        const { id: asked } = await who.create<Subscription>({
          resourceType: 'Subscription',
          status: 'requested',
          reason: 'Suivi',
          criteria: `${TOPIC}pps.publie`,
          _criteria: { extension: [{ url: SUBSCRIPTION_EXTENSION.filter, valueString: `patient=${patient}` }] },
          channel,
        })
        made.push({ who, subscription: `Subscription/${asked}` })
      }
    }
    const answers: Record<string, FhirResource> = {}
    for (const { who, subscription } of made) {
      await eventually('an active subscription', async () => ((await who.read<Subscription>(subscription)).status === 'active' ? true : undefined))
      Object.assign(answers, await answersTo([subscription, `${subscription}/$status`, 'Subscription'], { [subscription]: who } as never))
    }
    await practice.put({ ...(await practice.read<CarePlan>(plan)), title: 'Plan revu' })
    await eventually('all are told', async () => (subscriber.events().length >= made.length ? true : undefined))
    for (const [index, { type, bundle }] of subscriber.received.entries()) answers[`${type} ${index}`] = bundle
    for (const { who, subscription } of made) await who.put({ ...(await who.read<Subscription>(subscription)), status: 'off' })
    expect(await faultsIn(answers)).toEqual([])
  })
})

describe('a part that was asked for', () => {
  it.each(['_elements=code', '_summary=true', '_summary=text', '_summary=data'])(
    'by %s says a negation, a status and what R4 requires, read and found',
    async shape => {
      const read = (await practice.get<Observation>(`Observation/${denied.id}?${shape}`)).body
      const found = (await practice.get<Bundle<Observation>>(`Observation?patient=${id}&${shape}`)).body.entry?.[0]?.resource
      for (const one of [read, found]) {
        expect([one?.modifierExtension, one?.status, one?.code?.text, one?.meta?.tag?.[0]?.code]).toEqual([
          [NEGATION],
          'final',
          'Chute dans les douze mois',
          'SUBSETTED',
        ])
        expect(await faultsIn({ [shape]: one as Observation })).toEqual([])
      }
    },
  )
})
