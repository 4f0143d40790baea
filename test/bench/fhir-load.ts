/*
  Persons with their care in HAPI, as many as the door is measured with, and one HTTP client for both sides.
    a person => Patient, CareTeam, 20 CarePlan, 2 Goal, 2 ServiceRequest, 2 Task, Consent, Observation: 30 resources
*/
import type { CarePlan, FhirResource, Observation, Reference } from 'fhir/r4.js'
import { Pool } from 'undici'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'

export const PLANS_EACH = 20

const coded = (system: string, code: string) => ({ coding: [{ system, code }] })
const identified = (id: string) => [{ system: 'urn:oid:1.2.250.1.999.1', value: id }]

export interface Loaded {
  /** Ids of the persons. */
  persons: string[]
  planOf(person: string, number: number): string
}

export interface Load {
  /** Keeps the ids of two loads apart. */
  run: string
  count: number
  /** `Organization/<id>`: in every circle, author of every plan. */
  structure: string
  /** What is stored gives rights. */
  project(resources: readonly FhirResource[]): Promise<void>
}

export async function loadPersons(hapi: Connection, { run, count, structure, project }: Load): Promise<Loaded> {
  const persons = Array.from({ length: count }, (_, n) => `${run}-${n}`)
  const waiting = [...persons]
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) {
        const care = careOf(person, { reference: structure })
        await hapi.post('', transactionOf(care))
        await project(care)
      }
    }),
  )
  return { persons, planOf: (person, number) => `${person}-plan-${number}` }
}

export function transactionOf(resources: FhirResource[]): string {
  const entry = resources.map(resource => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }))
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })
}

function careOf(person: string, organization: Reference): FhirResource[] {
  const subject = { reference: `Patient/${person}` }
  const two = [0, 1]
  return [
    {
      resourceType: 'Patient',
      id: person,
      identifier: identified(person),
      name: [{ use: 'official', family: 'EXEMPLE', given: ['Claire'] }],
      gender: 'female',
    },
    {
      resourceType: 'CareTeam',
      id: `${person}-team`,
      identifier: identified(`${person}-team`),
      status: 'active',
      name: 'Cercle de soins',
      subject,
      managingOrganization: [organization],
      participant: [{ member: organization, period: { start: '2026-05-10' } }],
    },
    ...Array.from({ length: PLANS_EACH }, (_, n) => planOf(person, n, organization)),
    ...two.map(
      (n): FhirResource => ({ resourceType: 'Goal', id: `${person}-goal-${n}`, lifecycleStatus: 'active', description: { text: 'Rester chez soi' }, subject }),
    ),
    ...two.map(
      (n): FhirResource => ({
        resourceType: 'ServiceRequest',
        id: `${person}-request-${n}`,
        status: 'active',
        intent: 'order',
        subject,
        requester: organization,
      }),
    ),
    ...two.map(
      (n): FhirResource => ({
        resourceType: 'Task',
        id: `${person}-task-${n}`,
        status: 'accepted',
        intent: 'order',
        for: subject,
        focus: { reference: `ServiceRequest/${person}-request-${n}` },
        owner: organization,
      }),
    ),
    {
      resourceType: 'Consent',
      id: `${person}-consent`,
      status: 'active',
      scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
      category: [coded(SYSTEM.hub, 'information')],
      patient: subject,
    },
    { ...observationOf(person), id: `${person}-weight` },
  ]
}

export function planOf(person: string, number: number, author: CarePlan['author'] & object): CarePlan {
  return {
    resourceType: 'CarePlan',
    id: `${person}-plan-${number}`,
    meta: { profile: [`${HUB}StructureDefinition/hub-careplan-ppcs`] },
    identifier: identified(`${person}-plan-${number}`),
    status: 'active',
    intent: 'plan',
    category: [coded(SYSTEM.hub, 'PPCS')],
    title: 'Plan de coordination',
    subject: { reference: `Patient/${person}` },
    period: { start: '2026-06-01' },
    created: '2026-06-01',
    author,
    careTeam: [{ reference: `CareTeam/${person}-team` }],
    goal: [{ reference: `Goal/${person}-goal-0` }],
    activity: Array.from({ length: 3 }, (_, n) => ({
      detail: { status: 'scheduled' as const, description: `Passage infirmier numéro ${n}`, scheduledString: 'tous les jours', performer: [author] },
    })),
  }
}

export function observationOf(person: string): Observation {
  return {
    resourceType: 'Observation',
    meta: { profile: [`${HUB}StructureDefinition/hub-observation`] },
    status: 'final',
    category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }] },
    subject: { reference: `Patient/${person}` },
    effectiveDateTime: '2026-06-01',
    valueQuantity: { value: 61.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  }
}

export interface Connection {
  get(path: string): Promise<void>
  post(path: string, body: string, headers?: Record<string, string>): Promise<string>
  close(): Promise<void>
}

/** In: authorization is asked for at each call, since tokens end. An answer of 400 and above breaks the run. */
export function connectTo(base: string, senders: number, authorization?: () => string): Connection {
  const { origin, pathname } = new URL(base)
  const pool = new Pool(origin, { connections: senders })
  const ask = async (method: 'GET' | 'POST', path: string, options: { body?: string; headers?: Record<string, string> }): Promise<string> => {
    const headers = { accept: 'application/fhir+json', ...(authorization === undefined ? {} : { authorization: authorization() }), ...options.headers }
    const answer = await pool.request({ method, path: `${pathname}${path}`, headers, body: options.body ?? null })
    const text = await answer.body.text()
    if (answer.statusCode >= 400) throw new Error(`${method} ${path.split('?')[0]} answered ${answer.statusCode}: ${text.slice(0, 500)}`)
    return text
  }
  return {
    get: async path => void (await ask('GET', path, {})),
    post: (path, body, headers = {}) => ask('POST', path, { body, headers: { 'content-type': 'application/fhir+json', ...headers } }),
    close: () => pool.close(),
  }
}
