/*
  A person in the territory of the sandbox's first DAC, with a médecin traitant and a nurse of the practice, written through the FHIR door as their vendors would.
*/
import type { Patient, Practitioner, PractitionerRole } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { INS_TEST, matricule, ownPersons, qualifiedPatient, rpps } from './persons.ts'
import type { SandboxFile } from './sandbox.ts'
import { homeIn } from './support-requests.ts'
import { Vendor } from './vendor.ts'

/** Commune of the first DAC of the sandbox. */
export const COMMUNE = '54395'

export interface CareHouse {
  gp: Vendor
  dac: Vendor
  cpts: Vendor
  /** `PractitionerRole/<id>`, both of the practice of the GP portal. */
  mt: string
  nurse: string
  /** One more person each time. Out: `Patient/<id>` */
  person(more?: Partial<Patient>): Promise<string>
  /** A professional with a place of work. Out: `PractitionerRole/<id>` */
  professional(organization: string): Promise<string>
}

let nextPerson = ownPersons()

export async function careHouse(sandbox: SandboxFile): Promise<CareHouse> {
  const [gp, dac, cpts] = [await Vendor.of(sandbox, 'gp-portal'), await Vendor.of(sandbox, 'dac'), await Vendor.of(sandbox, 'cpts')]
  const person = (more: Partial<Patient> = {}): Promise<string> => writePerson([gp, dac], more)
  const professional = (organization: string): Promise<string> => writeProfessional(gp, organization)
  return { gp, dac, cpts, person, professional, mt: await professional(gp.structure), nurse: await professional(gp.structure) }
}

/** A new person as a vendor sends him, and the condition of his creation. */
export function newPerson(more: Partial<Patient> = {}): { patient: Patient; ifNoneExist: string } {
  const ins = matricule(nextPerson++)
  return { patient: qualifiedPatient(ins, { ...homeIn(COMMUNE), ...more }), ifNoneExist: `identifier=${INS_TEST}|${ins}` }
}

/** Each of them presents him, so that each may name him. */
async function writePerson(vendors: Vendor[], more: Partial<Patient>): Promise<string> {
  const { patient, ifNoneExist } = newPerson(more)
  const ids = []
  for (const vendor of vendors) ids.push((await vendor.create(patient, ifNoneExist)).id)
  return `Patient/${ids[0]}`
}

async function writeProfessional(gp: Vendor, organization: string): Promise<string> {
  const value = rpps(ownPersons())
  const practitioner: Practitioner = {
    resourceType: 'Practitioner',
    identifier: [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'RPPS' }] }, system: SYSTEM.rpps, value }],
    name: [{ family: 'MODELE', given: ['Jeanne'] }],
  }
  const { id } = await gp.create(practitioner, `identifier=${SYSTEM.rpps}|${value}`)
  const role: PractitionerRole = {
    resourceType: 'PractitionerRole',
    practitioner: { reference: `Practitioner/${id}`, identifier: { system: SYSTEM.rpps, value } },
    organization: { reference: organization },
    code: [{ coding: [{ system: tre('G15-ProfessionSante'), code: '10' }] }],
  }
  return `PractitionerRole/${(await gp.create(role, `practitioner=Practitioner/${id}&organization=${organization}`)).id}`
}
