/*
  The people around the patient whom the header names as informants: to warn in emergency, trusted person, carer, informant.
    the same person named twice (ECON and NOK, same name and telecom) is one RelatedPerson with both roles; across documents nobody is merged on a name
*/
import type { CodeableConcept, PatientContact, Reference, RelatedPerson } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'
import { R260_ROLE_CLASSES } from '../../profiles/tables/r260-role-classes.ts'
import { list, toAddress, toCodeableConcept, toContactPoint, toHumanName } from '../cda/datatypes.ts'
import type { AssignedEntity, CdaHeader, Participation } from '../cda/header/header.ts'
import type { MapContext } from '../mapper.ts'
import { derivedId } from './derived-id.ts'

interface Relation {
  entity: AssignedEntity
  roles: string[]
}

/** Contact roles of HL7 table 0131 beside the French ones. */
const CONTACT_ROLES: Record<string, string> = { ECON: 'C', NOK: 'N' }

export function readRelations(header: CdaHeader): Relation[] {
  const relations = new Map<string, Relation>()
  for (const informant of header.informants) {
    if (informant.classCode === undefined || informant.classCode === 'PAT' || informant.entity.person === undefined) continue
    const index = JSON.stringify([informant.entity.person, informant.entity.telecoms.map(telecom => telecom.value)])
    const known = relations.get(index)
    const role = roleOf(informant)
    if (known === undefined) relations.set(index, { entity: informant.entity, roles: [role] })
    else if (!known.roles.includes(role)) known.roles.push(role)
  }
  return [...relations.values()]
}

/** QUAL was closed in 2024: the trusted person is NOK since. */
function roleOf(informant: Participation): string {
  return informant.classCode === 'QUAL' ? 'NOK' : (informant.classCode ?? 'CON')
}

export function mapRelatedPersons(
  relations: Relation[],
  options: { documentId: string; patient: Reference; ctx: MapContext },
): (RelatedPerson & { id: string })[] {
  return relations.map(relation =>
    options.ctx.element('RelatedPerson', () => {
      const id = derivedId('RelatedPerson', options.documentId, relation.entity.path)
      return {
        resourceType: 'RelatedPerson',
        id,
        identifier: [{ system: SYSTEM.uri, value: `urn:uuid:${id}` }],
        active: true,
        patient: options.patient,
        relationship: relationshipsOf(relation, false),
        ...(relation.entity.person === undefined ? {} : { name: [toHumanName(relation.entity.person)] }),
        ...list('telecom', relation.entity.telecoms.map(toContactPoint)),
        ...list('address', relation.entity.addresses.map(toAddress)),
      }
    }),
  )
}

export function mapContacts(relations: Relation[]): PatientContact[] {
  return relations.map(relation => ({
    relationship: relationshipsOf(relation, true),
    ...(relation.entity.person === undefined ? {} : { name: toHumanName(relation.entity.person) }),
    ...list('telecom', relation.entity.telecoms.map(toContactPoint)),
    ...(relation.entity.addresses[0] === undefined ? {} : { address: toAddress(relation.entity.addresses[0]) }),
  }))
}

function relationshipsOf(relation: Relation, isContact: boolean): CodeableConcept[] {
  const roles = relation.roles.map(code => {
    const display = R260_ROLE_CLASSES.get(code)?.display
    const contact = isContact ? CONTACT_ROLES[code] : undefined
    return {
      coding: [
        { system: tre('R260-HL7RoleClass'), code, ...(display === undefined ? {} : { display }) },
        ...(contact === undefined ? [] : [{ system: SYSTEM.v20131, code: contact }]),
      ],
    }
  })
  const link = toCodeableConcept(relation.entity.code)
  return link === undefined ? roles : [...roles, link]
}
