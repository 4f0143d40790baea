/*
  A person in the territory of the sandbox's first DAC, with a médecin traitant and a nurse of the practice, written through the FHIR door as their vendors would.
*/
import type { Patient } from 'fhir/r4.js'
import { professionalOf } from './members.ts'
import { INS_TEST, matricule, ownPersons, qualifiedPatient } from './persons.ts'
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
  const professional = async (organization: string): Promise<string> => (await professionalOf(gp, { organization })).role
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
