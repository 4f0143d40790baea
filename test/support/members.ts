/*
  Professionals with a place of work, and with a mailbox or none, as the vendor of their structure writes them.
*/
import type { CareTeamParticipant, ContactPoint, PractitionerRole } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { ownPersons, rpps } from './persons.ts'
import type { Vendor } from './vendor.ts'

export const mailbox = (value: string): ContactPoint => ({
  extension: [
    { url: EXTENSION.emailType, valueCoding: { system: tre('R256-TypeMessagerie'), code: 'MSSANTE' } },
    { url: EXTENSION.mailboxMetadata, extension: [{ url: 'type', valueCodeableConcept: { coding: [{ system: tre('R257-TypeBAL'), code: 'PER' }] } }] },
  ],
  system: 'email',
  value,
})

/** Out: `PractitionerRole/<id>` at the vendor's structure, and its RPPS. */
export async function professionalOf(vendor: Vendor, address?: string): Promise<{ role: string; rpps: string }> {
  const value = rpps(ownPersons())
  const { id } = await vendor.create(
    {
      resourceType: 'Practitioner',
      identifier: [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'RPPS' }] }, system: SYSTEM.rpps, value }],
      name: [{ family: 'MODELE', given: ['Jeanne'] }],
    },
    `identifier=${SYSTEM.rpps}|${value}`,
  )
  const role: PractitionerRole = {
    resourceType: 'PractitionerRole',
    practitioner: { reference: `Practitioner/${id}`, identifier: { system: SYSTEM.rpps, value } },
    organization: { reference: vendor.structure },
    code: [{ coding: [{ system: tre('G15-ProfessionSante'), code: '10' }] }],
    ...(address === undefined ? {} : { telecom: [mailbox(address)] }),
  }
  return { role: `PractitionerRole/${(await vendor.create(role, `practitioner=Practitioner/${id}&organization=${vendor.structure}`)).id}`, rpps: value }
}

/** The same member at another level. */
export const atLevel = (level: string, participant: CareTeamParticipant): CareTeamParticipant => ({
  ...participant,
  extension: [{ url: EXTENSION.accessLevel, valueCode: level }],
})
