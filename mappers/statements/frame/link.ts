/*
  Ties what a nested statement became to what the statement around it became, where FHIR has a place for it.
    Observation in Observation => hasMember | derivedFrom | sequelTo ; what causes a Condition => dueTo ; Specimen of an Observation => specimen ; in DiagnosticReport => result ; in an act or a treatment => partOf ; in anything else => focus
*/
import type { Observation, Reference } from 'fhir/r4.js'
import type { MadeResource, Nested } from './contract.ts'

/** An observation may be part of these. */
const WHOLES = new Set(['MedicationStatement', 'MedicationAdministration', 'MedicationDispense', 'Procedure', 'Immunization', 'ImagingStudy'])
/** What is yet to be is evidence of nothing. */
const MEANT = new Set(['ServiceRequest', 'MedicationRequest', 'DeviceRequest', 'Appointment', 'Goal', 'ImmunizationRecommendation'])
/** What a condition may be due to. */
const CAUSES = new Set(['Condition', 'Procedure', 'MedicationAdministration', 'Immunization', 'MedicationStatement'])
const DUE_TO = 'http://hl7.org/fhir/StructureDefinition/condition-dueTo'
/** A result of the same kind that it refers to is one of before, no part of it. */
const SEQUEL_TO = 'http://hl7.org/fhir/StructureDefinition/observation-sequelTo'
/** What an observation rests on, rather than what it groups. */
const GROUNDS = new Set(['SPRT', 'CAUS', 'RSON'])

/** In: the relation, and whether it leads from the part to the whole: what causes is the ground of its effect. */
export function link(whole: MadeResource | undefined, part: MadeResource | undefined, { typeCode, isInverted }: Omit<Nested, 'statement'>): void {
  if (whole === undefined || part === undefined) return
  const toPart = { reference: `${part.resourceType}/${part.id}` }
  const [cause, effect] = isInverted ? [part, whole] : [whole, part]
  if (typeCode === 'CAUS' && effect.resourceType === 'Condition' && CAUSES.has(cause.resourceType))
    effect.extension = [...(effect.extension ?? []), { url: DUE_TO, valueReference: { reference: `${cause.resourceType}/${cause.id}` } }]
  else if (typeCode === 'CAUS' && !isInverted && whole.resourceType === 'Observation' && part.resourceType === 'Observation')
    linkObservation(part, whole, typeCode)
  else if (part.resourceType === 'Specimen' && whole.resourceType === 'Observation') whole.specimen ??= toPart
  else if (part.resourceType === 'Observation') linkObservation(whole, part, typeCode)
  else if (whole.resourceType === 'Procedure' && part.resourceType === 'Procedure') part.partOf = added(part.partOf, { reference: `Procedure/${whole.id}` })
  else if (whole.resourceType === 'Condition' && !MEANT.has(part.resourceType)) whole.evidence = [...(whole.evidence ?? []), { detail: [toPart] }]
}

function linkObservation(whole: MadeResource, part: Observation & { id: string }, typeCode: string | undefined): void {
  const toPart = { reference: `Observation/${part.id}` }
  const toWhole = { reference: `${whole.resourceType}/${whole.id}` }
  if (whole.resourceType === 'Observation' && typeCode === 'REFR' && isSameKind(whole, part))
    whole.extension = [...(whole.extension ?? []), { url: SEQUEL_TO, valueReference: toPart }]
  else if (whole.resourceType === 'Observation' && GROUNDS.has(typeCode ?? '')) whole.derivedFrom = added(whole.derivedFrom, toPart)
  else if (whole.resourceType === 'Observation') whole.hasMember = added(whole.hasMember, toPart)
  else if (whole.resourceType === 'DiagnosticReport') whole.result = added(whole.result, toPart)
  else if (WHOLES.has(whole.resourceType)) part.partOf = added(part.partOf, toWhole)
  else part.focus = added(part.focus, toWhole)
}

/** Of those that words alone name nothing says that they are. */
const isSameKind = (whole: Observation, part: Observation): boolean => codeOf(whole) !== undefined && codeOf(whole) === codeOf(part)

const codeOf = ({ code }: Observation): string | undefined => code.coding?.[0]?.code

function added(references: Reference[] | undefined, reference: Reference): Reference[] {
  return references?.some(one => one.reference === reference.reference) ? references : [...(references ?? []), reference]
}
