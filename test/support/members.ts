/*
  Professionals with a place of work, and with a mailbox or none, as the vendor of their structure writes them.
*/
import type { CareTeamParticipant, ContactPoint, Practitioner, PractitionerRole } from 'fhir/r4.js'
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

interface Work {
  given?: string
  family?: string
  /** The vendor's own unless said. */
  organization?: string
  /** A physician unless said. */
  profession?: string
  /** A mailbox, or how one stands there. */
  address?: string | ContactPoint | undefined
}

/** Out: `PractitionerRole/<id>`, and the RPPS of who works there. */
export async function professionalOf(
  vendor: Vendor,
  { given = 'Jeanne', family = 'MODELE', organization = vendor.structure, profession = '10', address }: Work = {},
): Promise<{ role: string; rpps: string }> {
  const value = rpps(ownPersons())
  const practitioner: Practitioner = {
    resourceType: 'Practitioner',
    identifier: [{ type: { coding: [{ system: SYSTEM.fr0203, code: 'RPPS' }] }, system: SYSTEM.rpps, value }],
    name: [{ family, given: [given] }],
  }
  const { id } = await vendor.create(practitioner, `identifier=${SYSTEM.rpps}|${value}`)
  const role: PractitionerRole = {
    resourceType: 'PractitionerRole',
    practitioner: { reference: `Practitioner/${id}`, identifier: { system: SYSTEM.rpps, value } },
    organization: { reference: organization },
    code: [{ coding: [{ system: tre('G15-ProfessionSante'), code: profession }] }],
    ...(address === undefined ? {} : { telecom: [typeof address === 'string' ? mailbox(address) : address] }),
  }
  return { role: `PractitionerRole/${(await vendor.create(role, `practitioner=Practitioner/${id}&organization=${organization}`)).id}`, rpps: value }
}

/** The same member at another level. */
export const atLevel = (level: string, participant: CareTeamParticipant): CareTeamParticipant => ({
  ...participant,
  extension: [{ url: EXTENSION.accessLevel, valueCode: level }],
})
