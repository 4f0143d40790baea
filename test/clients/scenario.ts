/*
  What every independent client does with the door: create a person, find him already there, transact his circle and plan, change the plan, lose a race, search, page, call an operation.
*/
import { randomUUID } from 'node:crypto'
import type { Bundle, CarePlan, CareTeam, FhirResource, Goal, Observation, Organization, Patient, Provenance } from 'fhir/r4.js'
import { HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { matricule, ownPersons, qualifiedPatient } from '../support/persons.ts'
import { getJson, type SandboxFile, token } from '../support/sandbox.ts'

export interface Scenario {
  base: string
  token: string
  patient: Patient
  /** Value of If-None-Exist for the patient. */
  condition: string
  /** A Provenance without target, for X-Provenance. */
  provenance: Provenance
  /** Circle, goal, plan and Provenance; `PATIENT` stands for the id of the person. */
  transaction: Bundle
  /** One of three; `PATIENT` as above. */
  observation: Observation
  title: string
}

/** What a client saw, in its own words turned into these. */
export interface Outcome {
  created: number
  again: number
  transacted: string[]
  versionAfterUpdate: string
  stale: number
  plansFound: number
  total: number
  observationsPaged: number
  /** Observations that `$everything` of the person has, each client calling it in its own way. */
  everything: number
}

export const EXPECTED: Outcome = {
  created: 201,
  again: 200,
  transacted: ['CareTeam', 'Goal', 'CarePlan', 'Provenance'],
  versionAfterUpdate: '2',
  stale: 412,
  plansFound: 1,
  total: 3,
  observationsPaged: 3,
  everything: 3,
}

const SUBJECT = { reference: 'Patient/PATIENT' }
const SERIES = 'urn:oid:1.2.250.1.999.1'

export async function newScenario(sandbox: SandboxFile): Promise<Scenario> {
  const bearer = await token(sandbox, 'dac')
  const finess = sandbox.clients.find(client => client.kind === 'dac')?.structure ?? ''
  const found = await getJson<Bundle<Organization>>(`${sandbox.fhir}/Organization?identifier=${encodeURIComponent(`${SYSTEM.finess}|${finess}`)}`, bearer)
  const organization = { reference: `Organization/${found.entry?.[0]?.resource?.id}` }
  const ins = matricule(ownPersons())
  const provenance: Provenance = {
    resourceType: 'Provenance',
    target: [],
    recorded: '2026-06-05T08:00:00+02:00',
    activity: { coding: [{ system: SYSTEM.v3DataOperation, code: 'CREATE' }] },
    agent: [{ type: { coding: [{ system: SYSTEM.provenanceParticipant, code: 'author' }] }, who: organization, onBehalfOf: organization }],
  }
  return {
    base: sandbox.fhir,
    token: bearer,
    patient: qualifiedPatient(ins),
    condition: `identifier=${qualifiedPatient(ins).identifier?.[0]?.system}|${ins}`,
    provenance: without(provenance, 'target'),
    transaction: transactionOf(organization, provenance),
    observation: observation(),
    title: 'Plan de coordination, revu',
  }
}

const identified = () => [{ system: SERIES, value: randomUUID() }]

function without<T extends object>(object: T, member: keyof T): T {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== member)) as T
}

function transactionOf(organization: { reference: string }, provenance: Provenance): Bundle {
  const [circle, goal, plan] = [randomUUID(), randomUUID(), randomUUID()].map(uuid => ({ reference: `urn:uuid:${uuid}` }))
  const careTeam: CareTeam = {
    resourceType: 'CareTeam',
    meta: { profile: [`${HUB}StructureDefinition/hub-careteam`] },
    identifier: identified(),
    status: 'active',
    name: 'Cercle de soins de Mme Exemple',
    subject: SUBJECT,
    period: { start: '2026-05-10' },
    managingOrganization: [organization],
    participant: [{ role: [{ coding: [{ system: tre('R85-RolePriseCharge'), code: '330' }] }], member: organization, period: { start: '2026-05-10' } }],
  }
  const stay: Goal = {
    resourceType: 'Goal',
    identifier: identified(),
    lifecycleStatus: 'active',
    description: { text: 'Rester chez soi en sécurité' },
    subject: SUBJECT,
  }
  const carePlan: CarePlan = {
    resourceType: 'CarePlan',
    meta: { profile: [`${HUB}StructureDefinition/hub-careplan-ppcs`] },
    identifier: identified(),
    status: 'draft',
    intent: 'plan',
    category: [{ coding: [{ system: SYSTEM.hub, code: 'PPCS' }] }],
    title: 'Plan de coordination',
    subject: SUBJECT,
    period: { start: '2026-06-01' },
    created: '2026-06-01',
    author: organization,
    careTeam: [circle ?? organization],
    goal: [goal ?? organization],
  }
  const targets = [circle, goal, plan].flatMap(one => (one === undefined ? [] : [one]))
  const entries: [string | undefined, FhirResource][] = [
    [circle?.reference, careTeam],
    [goal?.reference, stay],
    [plan?.reference, carePlan],
    [`urn:uuid:${randomUUID()}`, { ...provenance, target: targets }],
  ]
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries.map(([fullUrl = '', resource]) => ({ fullUrl, resource, request: { method: 'POST', url: resource.resourceType } })),
  }
}

function observation(): Observation {
  return {
    resourceType: 'Observation',
    meta: { profile: [`${HUB}StructureDefinition/hub-observation`] },
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }] },
    subject: SUBJECT,
    effectiveDateTime: '2026-06-01',
    valueQuantity: { value: 61.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  }
}
