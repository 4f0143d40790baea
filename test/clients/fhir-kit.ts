/*
  The scenario with fhir-kit-client, as a JavaScript program would do it.
*/
import type { Bundle, CarePlan, FhirResource } from 'fhir/r4.js'
import { Client } from 'fhir-kit-client'
import type { Outcome, Scenario } from './scenario.ts'

export async function runFhirKit(scenario: Scenario): Promise<Outcome> {
  const client = new Client({ baseUrl: scenario.base, bearerToken: scenario.token })
  const create = () => client.create({ resourceType: 'Patient', body: { ...scenario.patient }, options: { headers: { 'If-None-Exist': scenario.condition } } })
  const patient = await create()
  const created = statusOf(patient)
  const again = statusOf(await create())
  const of = <R extends FhirResource>(resource: R): R => JSON.parse(JSON.stringify(resource).replaceAll('PATIENT', String(patient['id']))) as R

  const answer = (await client.transaction({ body: { ...of(scenario.transaction) } })) as unknown as Bundle
  const locations = answer.entry?.map(entry => entry.response?.location ?? '') ?? []
  const id = /CarePlan\/([^/]+)/.exec(locations.join(' '))?.[1] ?? ''

  const plan = (await client.read({ resourceType: 'CarePlan', id })) as unknown as CarePlan
  const headers = { 'X-Provenance': JSON.stringify(scenario.provenance) }
  const put = (title: string) =>
    client.update({
      resourceType: 'CarePlan',
      id,
      body: { ...plan, title },
      options: { headers: { ...headers, 'If-Match': `W/"${plan.meta?.versionId}"` } },
    })
  const updated = (await put(scenario.title)) as unknown as CarePlan
  const stale = await put('x').then(statusOf, (error: { response: { status: number } }) => error.response.status)
  for (let n = 0; n < 3; n += 1) await client.create({ resourceType: 'Observation', body: { ...of(scenario.observation) }, options: { headers } })
  const found = (await client.search({ resourceType: 'CarePlan', searchParams: { patient: `Patient/${patient['id']}` } })) as unknown as Bundle
  const input = { resourceType: 'Parameters', parameter: [{ name: '_type', valueCode: 'Observation' }] }
  const everything = (await client.operation({ name: 'everything', resourceType: 'Patient', id: String(patient['id']), input })) as unknown as Bundle
  return {
    created,
    again,
    transacted: locations.map(location => /([A-Za-z]+)\/[^/]+\/_history/.exec(location)?.[1] ?? location),
    versionAfterUpdate: updated.meta?.versionId ?? '',
    stale,
    plansFound: found.total ?? 0,
    everything: everything.entry?.length ?? 0,
    ...(await paged(client, String(patient['id']))),
  }
}

const statusOf = (resource: Parameters<typeof Client.httpFor>[0]): number => Client.httpFor(resource).response?.status ?? 0

async function paged(client: Client, patient: string): Promise<Pick<Outcome, 'total' | 'observationsPaged'>> {
  let page: unknown = await client.search({ resourceType: 'Observation', searchParams: { patient, _count: '2' } })
  const total = (page as Bundle).total ?? 0
  let observationsPaged = 0
  while (page !== undefined) {
    observationsPaged += (page as Bundle).entry?.length ?? 0
    page = await client.nextPage({ bundle: page as Parameters<Client['nextPage']>[0]['bundle'] })
  }
  return { total, observationsPaged }
}
