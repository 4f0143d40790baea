/*
  An invented person, who looks after her, and her plan, as two structures write them through the FHIR door.
*/
import type { CarePlan, CarePlanActivity, CareTeam, CareTeamParticipant, Goal } from 'fhir/r4.js'
import { EXTENSION, HUB, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { INS_TEST, matricule, ownPersons, qualifiedPatient } from './persons.ts'
import type { Answer, Vendor } from './vendor.ts'

/** Numbers of one file of tests: no two files, and no two runs, meet on one stack. */
let next = ownPersons()
export const fresh = (): number => next++

/** `Patient/<id>` of what an answer stored. Throws: what was answered instead. */
export function stored({ status, body }: Pick<Answer, 'status' | 'body'>): string {
  const { resourceType, id } = body
  if (status !== 201 && status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`)
  return `${resourceType}/${id ?? ''}`
}

export async function person(by: Vendor): Promise<string> {
  const ins = matricule(fresh())
  return stored(await by.post(qualifiedPatient(ins), `identifier=${INS_TEST}|${ins}`))
}

export const ROLE = {
  doctor: { system: SYSTEM.participationFunction, code: 'PCP' },
  coordinator: { system: tre('R85-RolePriseCharge'), code: '330' },
  member: { system: tre('R85-RolePriseCharge'), code: '353' },
}

export const entry = (
  member: string,
  role: { system: string; code: string },
  period: { start: string; end?: string } = { start: '2026-05-10' },
): CareTeamParticipant => ({
  role: [{ coding: [role] }],
  member: { reference: member },
  period,
})

export const circleOf = (subject: string, managed: string, participant: CareTeamParticipant[]): CareTeam => ({
  resourceType: 'CareTeam',
  meta: { profile: [`${HUB}StructureDefinition/hub-careteam`] },
  identifier: [{ system: 'urn:oid:1.2.250.1.999.3', value: `CDS-${fresh()}` }],
  status: 'active',
  name: 'Cercle de soins',
  subject: { reference: subject },
  period: { start: '2026-05-10' },
  managingOrganization: [{ reference: managed }],
  participant,
})

export const goalOf = (subject: string, text: string): Goal => ({
  resourceType: 'Goal',
  identifier: [{ system: 'urn:oid:1.2.250.1.999.8', value: `G-${fresh()}` }],
  lifecycleStatus: 'active',
  description: { text },
  subject: { reference: subject },
})

/** A visit each week, on a day of Timing. */
export const visit = (day: 'mon' | 'tue', performer: string): CarePlanActivity => ({
  detail: {
    status: 'scheduled',
    description: 'Visite à domicile',
    scheduledTiming: { repeat: { dayOfWeek: [day], frequency: 1, period: 1, periodUnit: 'wk' } },
    performer: [{ reference: performer }],
  },
})

export const planOf = (subject: string, more: Pick<CarePlan, 'author' | 'careTeam' | 'goal' | 'activity'>): CarePlan => ({
  resourceType: 'CarePlan',
  meta: { profile: [`${HUB}StructureDefinition/hub-careplan-ppcs`] },
  extension: [{ url: EXTENSION.nextReassessment, valueDate: '2027-06-01' }],
  identifier: [{ system: 'urn:oid:1.2.250.1.999.1', value: `PPCS-${fresh()}` }],
  status: 'active',
  intent: 'plan',
  category: [{ coding: [{ system: SYSTEM.hub, code: 'PPCS' }] }],
  title: 'Plan de coordination',
  subject: { reference: subject },
  period: { start: '2026-06-01' },
  created: '2026-06-01',
  ...more,
})
