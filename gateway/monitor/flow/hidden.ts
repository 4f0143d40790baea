/*
  What nobody sees without giving a reason: who the person is, and what the message says of him. Named is what may be seen; everything else is hidden.
    HL7v2   envelope, order, document and movement as codes and times      CDA   structure, templates, type of the document and of its sections
    FHIR    what was made and its administrative elements
*/

/** Fields that are hidden in a segment that is shown. */
const SHOWN_SEGMENTS: Readonly<Record<string, readonly number[]>> = {
  MSH: [],
  EVN: [5],
  PV1: [5, 19, 20, 50],
  ORC: [2, 3, 16],
  OBR: [2, 3, 13, 20, 21, 31, 39, 46],
  TXA: [16, 25],
  ZBE: [],
  ZFV: [],
  MSA: [3],
  ERR: [7, 8],
}
/** OBX whose value is a code: the metadata of the document. */
const CODED = new Set(['CE', 'CWE', 'ID', 'IS'])
const OBX_VALUE = 5

/** In: a field, and of an OBX its type (OBX-2). */
export function isFieldShown({ segment, field, type }: { segment: string; field: number; type?: string | undefined }): boolean {
  if (segment === 'OBX') return field !== OBX_VALUE || CODED.has(type ?? '')
  const hidden = SHOWN_SEGMENTS[segment]
  return hidden !== undefined && !hidden.includes(field)
}

/** They say what kind of thing stands there, never which. */
const STRUCTURAL = new Set(['classCode', 'typeCode', 'moodCode', 'determinerCode', 'xsi:type', 'nullFlavor', 'root', 'codeSystem', 'codeSystemName'])
STRUCTURAL.add('contextControlCode').add('contextConductionInd').add('representation').add('mediaType').add('language').add('schemaLocation')
const HEADER =
  /^ClinicalDocument\/(realmCode|typeId|templateId|id|code|effectiveTime|confidentialityCode|languageCode|setId|versionNumber|relatedDocument|documentationOf)\b/
const SECTION = /\/section(\[\d+\])?\/(code|templateId)(\[\d+\])?\/@/

/** In: the path of an attribute or of the text of an element. */
export function isNodeShown(path: string): boolean {
  const attribute = /\/@([^/]+)$/.exec(path)?.[1]
  if (attribute !== undefined && STRUCTURAL.has(attribute)) return true
  return HEADER.test(path) || (SECTION.test(path) && !path.includes('/entry'))
}

const ADMINISTRATIVE = new Set([
  'DocumentReference',
  'Encounter',
  'EpisodeOfCare',
  'Composition',
  'Provenance',
  'Organization',
  'Location',
  'Practitioner',
  'PractitionerRole',
  'CareTeam',
  'Task',
  'Consent',
])
/** Words somebody wrote, and numbers that lead to the person. */
const TOLD = new Set([
  'text',
  'contained',
  'section',
  'note',
  'description',
  'title',
  'comment',
  'reasonCode',
  'diagnosis',
  'input',
  'output',
  'hospitalization',
  'sourcePatientInfo',
])
const NUMBERED = new Set(['Encounter', 'EpisodeOfCare'])
const ALWAYS = new Set([
  'resourceType',
  'id',
  'meta',
  'status',
  'intent',
  'active',
  'subject',
  'patient',
  'encounter',
  'context',
  'generalPractitioner',
  'managingOrganization',
])

export function isElementShown(type: string, element: string): boolean {
  if (ALWAYS.has(element)) return true
  if (!ADMINISTRATIVE.has(type) || TOLD.has(element)) return false
  return !(element === 'identifier' && NUMBERED.has(type))
}

const OF_A_PERSON = /^(Patient|RelatedPerson|Person)$/

/** May this reference lead to a person? So does one that does not say where: to what is contained, to elsewhere, by a number alone. */
function mayNamePerson({ reference, type, identifier }: Readonly<Record<string, unknown>>): boolean {
  if (typeof reference !== 'string' && identifier === undefined) return false
  const kind = typeof reference === 'string' ? /^([A-Z][A-Za-z]+)\//.exec(reference)?.[1] : type
  return typeof kind !== 'string' || OF_A_PERSON.test(kind)
}

/** A shown value without the names that references to persons carry, and without what they embed. */
export function withoutNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNames)
  if (typeof value !== 'object' || value === null) return value
  const { display, ...rest } = value as Record<string, unknown>
  const names = mayNamePerson(rest)
  const kept = Object.entries(rest).filter(([name]) => !TOLD.has(name) && !(names && name === 'identifier'))
  const shown = Object.fromEntries(kept.map(([name, inner]) => [name, withoutNames(inner)]))
  return display === undefined || names ? shown : { display, ...shown }
}
