/*
  Who may sign a document we write: the professional of a role, by his RPPS; and a structure, by its FINESS.
  Spec: cda.md 6.4 (a human signs, or the document stays in the house).
*/
import type { DomainResource, FhirResource, Identifier, Organization, Practitioner, PractitionerRole, Reference } from 'fhir/r4.js'
import type { Signatory, Structure } from '../../mappers/care-plan-to-cda/parties.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { isFiness, isRpps } from '../../profiles/identity.ts'
import type { Read } from './names.ts'
import { targetOf } from './person.ts'

/** Undefined for whoever is neither a PractitionerRole nor a contained Practitioner, or whose RPPS or name is not known. */
export async function signatoryOf(read: Read, author: Reference | undefined): Promise<Signatory | undefined> {
  const place = targetOf(author) ?? ''
  if (!place.startsWith('PractitionerRole/') && !isContained(author)) return undefined
  const signer = await read<PractitionerRole | Practitioner>(place)
  const role = signer?.resourceType === 'PractitionerRole' ? signer : undefined
  const practitioner = signer?.resourceType === 'Practitioner' ? signer : await read<Practitioner>(targetOf(role?.practitioner) ?? '')
  const rpps = rppsOf([...(practitioner?.identifier ?? []), ...(role?.practitioner?.identifier === undefined ? [] : [role.practitioner.identifier])])
  const name = practitioner?.name?.[0]
  if (rpps === undefined || name?.family === undefined) return undefined
  const structure = await structureOf(read, role?.organization)
  return { rpps, family: name.family, ...(name.given?.[0] === undefined ? {} : { given: name.given[0] }), ...(structure === undefined ? {} : { structure }) }
}

export async function structureOf(read: Read, reference: Reference | undefined): Promise<Structure | undefined> {
  const organization = reference === undefined ? undefined : await read<Organization>(targetOf(reference) ?? '')
  const finess = organization?.identifier?.map(finessOf).find(value => value !== undefined)
  return finess === undefined ? undefined : { finess, ...(organization?.name === undefined ? {} : { name: organization.name }) }
}

export const isContained = (reference: Reference | undefined): boolean => reference?.reference?.startsWith('#') === true

/** Reads also what a resource carries inside itself. */
export function readWithin(read: Read, { contained = [] }: DomainResource): Read {
  return async <R extends FhirResource>(reference: string) =>
    reference.startsWith('#') ? (contained.find(({ id }) => `#${id}` === reference) as R | undefined) : read<R>(reference)
}

function rppsOf(identifiers: readonly Identifier[]): string | undefined {
  const said = identifiers.flatMap(({ system, value = '' }) =>
    system === SYSTEM.rpps ? [value] : system === SYSTEM.idNatPs && value.startsWith('8') ? [value.slice(1)] : [],
  )
  return said.find(isRpps)
}

function finessOf({ system, value = '' }: Identifier): string | undefined {
  const finess = system === SYSTEM.idNatSt ? value.replace(/^1(?=.{9}$)/, '') : system === SYSTEM.finess ? value : ''
  return isFiness(finess) ? finess : undefined
}
