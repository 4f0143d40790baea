/*
  The circle a header lets one guess: proposed, opening no access; presence in a document proves neither consent nor an active role.
    INF+PCP médecin traitant | 353 member | 330 coordinator | CORRE correspondent (PROV health, AGNT social) | ES-REF, ES-PREF hospital
*/
import type { CareTeam, CareTeamParticipant, CodeableConcept, Reference } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { R259_PARTICIPATION_FUNCTIONS } from '../../profiles/tables/r259-participation-functions.ts'
import { R260_ROLE_CLASSES } from '../../profiles/tables/r260-role-classes.ts'
import { R85_CARE_ROLES } from '../../profiles/tables/r85-care-roles.ts'
import { only } from '../cda/datatypes.ts'
import type { CdaHeader, Participation } from '../cda/header/header.ts'
import { toDateTime } from '../cda/timestamps.ts'
import type { MapContext } from '../mapper.ts'
import { type Cast, displayOf } from './cast.ts'
import { derivedId } from './derived-id.ts'
import { isBefore } from './encounter.ts'
import { professionalIdentifiers } from './professional-identifiers.ts'

const HOSPITALS = new Set(['ES-REF', 'ES-PREF'])

/**
 * The médecin traitant whom the header names, by identifier: a Patient may be created by one document and completed by another that does not name him,
 * so its creation must not rest on a resource of this one.
 */
export function generalPractitionersOf(header: Pick<CdaHeader, 'participants'>): Reference[] {
  const entity = header.participants.find(({ functionCode }) => functionCode?.code === 'PCP')?.entity
  const [identifier] = entity === undefined ? [] : professionalIdentifiers(entity.ids).identifiers
  const display = displayOf(entity?.person)
  if (identifier === undefined && display === undefined) return []
  return [{ type: 'Practitioner', ...only('identifier', identifier), ...only('display', display) }]
}

/** Undefined when the header names no one of a circle. */
export function mapCareTeam(parts: { header: CdaHeader; cast: Cast; patient: Reference }, ctx: MapContext): (CareTeam & { id: string }) | undefined {
  const { header, cast, patient } = parts
  const since = toDateTime(header.effectiveTime) ?? ctx.now.toISOString()
  const participant = ctx.element('CareTeam.participant', () => participantsOf(header, cast, since))
  if (participant.length === 0) return undefined
  const id = derivedId('CareTeam', header.uniqueId, '')
  const managing = cast.structure(header.custodian, 'ClinicalDocument/custodian')
  return {
    resourceType: 'CareTeam',
    id,
    identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${id}` }],
    status: 'proposed',
    name: 'Cercle de soins proposé par un document',
    subject: patient,
    period: { start: since },
    participant,
    ...(managing === undefined ? {} : { managingOrganization: [managing] }),
  }
}

function participantsOf(header: CdaHeader, cast: Cast, documentTime: string): CareTeamParticipant[] {
  const found: CareTeamParticipant[] = []
  for (const participation of header.participants) {
    const role = circleRoleOf(participation)
    if (role === undefined) continue
    const { entity } = participation
    const isHospital = HOSPITALS.has(participation.functionCode?.code ?? '')
    const member = isHospital ? (cast.structure(entity.organization, entity.path) ?? cast.reference(entity)) : cast.reference(entity)
    const isMember = /^(?:PractitionerRole|Organization)\//.test(member?.reference ?? '')
    if (member === undefined || !isMember || found.some(one => one.member?.reference === member.reference && sameRole(one.role?.[0], role))) continue
    const start = toDateTime(participation.time?.low ?? participation.time?.value) ?? documentTime
    const end = toDateTime(participation.time?.high)
    found.push({ role: [role], member, period: { start, ...(end === undefined || isBefore(end, start) ? {} : only('end', end)) } })
  }
  return found
}

function sameRole(left: CodeableConcept | undefined, right: CodeableConcept): boolean {
  return left?.coding?.[0]?.code === right.coding?.[0]?.code
}

function circleRoleOf({ functionCode, classCode }: Participation): CodeableConcept | undefined {
  const code = functionCode?.code
  if (code === 'PCP') return coded(tre('R259-HL7ParticipationFunction'), code, R259_PARTICIPATION_FUNCTIONS.get(code)?.display)
  if (code !== undefined && R85_CARE_ROLES.has(code, functionCode?.system)) return coded(tre('R85-RolePriseCharge'), code, R85_CARE_ROLES.get(code)?.display)
  if (code === 'CORRE' || HOSPITALS.has(code ?? '')) {
    const role = classCode === 'AGNT' ? 'AGNT' : 'PROV'
    const concept = coded(tre('R260-HL7RoleClass'), role, R260_ROLE_CLASSES.get(role)?.display)
    return { ...concept, ...only('text', functionCode?.display) }
  }
  return undefined
}

function coded(system: string, code: string, display: string | undefined): CodeableConcept {
  return { coding: [{ system, code, ...only('display', display) }] }
}
