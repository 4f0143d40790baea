/*
  Checks a CommunicationRequest against nde-eventdeclaration, as the regional platform does. Pure.

    contained 1..*   extension event-type 1..1 (JDV_J46)   extension event-time 1..1   status 1..1
    subject 1..1 Patient   payload 1..1   requester 1..1 Organization | Practitioner   about 0..0
    Spec: Notification d'évènements 3.0.0
*/

export interface Fault {
  /** FHIR issue type. */
  issue: 'required' | 'value' | 'structure' | 'code-invalid' | 'invariant'
  path: string
  text: string
}

const NDE = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition'
const EVENT_SYSTEM = 'https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement'
/** JDV_J46-TypeEvenementNotification-CISIS, 20220624120000. */
const EVENTS = 'ADM AUT CDM DEM DEL DOC ECH ESD NCO NOT PER POS REA REC REP SDM SOR SSD TRA'.split(' ')
const STATUSES = 'draft active on-hold revoked completed entered-in-error unknown'.split(' ')
const ELEMENTS =
  `resourceType id meta implicitRules language text contained extension modifierExtension identifier basedOn replaces groupIdentifier status statusReason
 category priority doNotPerform medium subject about encounter payload occurrenceDateTime occurrencePeriod authoredOn requester recipient sender reasonCode reasonReference note`.split(
    /\s+/,
  )
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

type Json = Record<string, unknown>

/** Out: every fault with its path; none means that the declaration conforms. */
export function checkEventDeclaration(resource: unknown): Fault[] {
  if (!isObject(resource)) return [{ issue: 'structure', path: 'CommunicationRequest', text: 'is no JSON object' }]
  if (resource['resourceType'] !== 'CommunicationRequest') return [{ issue: 'structure', path: 'resourceType', text: 'is not CommunicationRequest' }]
  return [
    ...checkElements(resource),
    ...checkContained(resource),
    ...checkEventType(resource),
    ...checkEventTime(resource),
    ...checkStatus(resource),
    ...checkReference(resource, 'subject', ['Patient']),
    ...checkReference(resource, 'requester', ['Organization', 'Practitioner']),
    ...checkPayload(resource),
  ]
}

function checkElements(resource: Json): Fault[] {
  const faults: Fault[] = Object.keys(resource)
    .filter(name => !ELEMENTS.includes(name.replace(/^_/, '')))
    .map(name => ({ issue: 'structure', path: `CommunicationRequest.${name}`, text: 'is no element of CommunicationRequest' }))
  if (resource['about'] !== undefined) faults.push({ issue: 'invariant', path: 'CommunicationRequest.about', text: 'is not allowed here (event-subject)' })
  const profiles = isObject(resource['meta']) ? list(resource['meta']['profile']) : []
  if (profiles.length > 0 && !profiles.includes(`${NDE}/nde-eventdeclaration`)) {
    faults.push({ issue: 'value', path: 'CommunicationRequest.meta.profile', text: 'does not name nde-eventdeclaration' })
  }
  return faults
}

function checkContained(resource: Json): Fault[] {
  const contained = list(resource['contained'])
  if (contained.length === 0) return [{ issue: 'required', path: 'CommunicationRequest.contained', text: 'is needed at least once' }]
  return contained.flatMap((one, index): Fault[] => {
    const isResource = isObject(one) && typeof one['resourceType'] === 'string' && typeof one['id'] === 'string'
    return isResource ? [] : [{ issue: 'structure', path: `CommunicationRequest.contained[${index}]`, text: 'has no resourceType or no id' }]
  })
}

function checkEventType(resource: Json): Fault[] {
  const path = 'CommunicationRequest.extension:event-type'
  const [extension, ...more] = extensions(resource, 'event-type')
  if (extension === undefined || more.length > 0) return [{ issue: 'required', path, text: 'is needed exactly once' }]
  const concept = extension['valueCodeableConcept']
  const codings = isObject(concept) ? list(concept['coding']).filter(isObject) : []
  if (codings.length === 0) return [{ issue: 'structure', path: `${path}.value`, text: 'is no CodeableConcept with a coding' }]
  const isKnown = codings.some(coding => coding['system'] === EVENT_SYSTEM && EVENTS.some(code => code === coding['code']))
  return isKnown ? [] : [{ issue: 'code-invalid', path: `${path}.value`, text: 'has no code of JDV_J46' }]
}

function checkEventTime(resource: Json): Fault[] {
  const path = 'CommunicationRequest.extension:event-time'
  const [extension, ...more] = extensions(resource, 'event-time')
  if (extension === undefined || more.length > 0) return [{ issue: 'required', path, text: 'is needed exactly once' }]
  const time = extension['valueDateTime'] ?? extension['valueInstant']
  if (typeof time === 'string' && INSTANT.test(time) && !Number.isNaN(Date.parse(time))) return []
  return [{ issue: 'value', path: `${path}.value`, text: 'is no time with seconds and zone' }]
}

function checkStatus(resource: Json): Fault[] {
  const path = 'CommunicationRequest.status'
  if (resource['status'] === undefined) return [{ issue: 'required', path, text: 'is needed' }]
  return STATUSES.some(status => status === resource['status']) ? [] : [{ issue: 'code-invalid', path, text: 'is no status of a request' }]
}

/** A local reference must be contained, with one of the types; another one must name one of the types. */
function checkReference(resource: Json, element: string, types: string[]): Fault[] {
  const path = `CommunicationRequest.${element}`
  const value = resource[element]
  if (!isObject(value)) return [{ issue: 'required', path, text: 'is needed' }]
  const reference = value['reference']
  if (typeof reference !== 'string' || reference === '') return [{ issue: 'required', path: `${path}.reference`, text: 'is needed' }]
  const target = reference.startsWith('#') ? containedType(resource, reference.slice(1)) : /([A-Za-z]+)\/[A-Za-z0-9.-]+$/.exec(reference)?.[1]
  return target !== undefined && types.includes(target)
    ? []
    : [{ issue: 'invariant', path: `${path}.reference`, text: `does not lead to ${types.join(' or ')}` }]
}

function checkPayload(resource: Json): Fault[] {
  const path = 'CommunicationRequest.payload'
  const payload = list(resource['payload'])
  if (payload.length !== 1) return [{ issue: 'required', path, text: 'is needed exactly once' }]
  const [one] = payload
  const contents = isObject(one) ? ['contentString', 'contentAttachment', 'contentReference'].filter(name => one[name] !== undefined) : []
  return contents.length === 1 ? [] : [{ issue: 'structure', path: `${path}[0].content[x]`, text: 'is needed exactly once' }]
}

function extensions(resource: Json, name: string): Json[] {
  return list(resource['extension'])
    .filter(isObject)
    .filter(extension => extension['url'] === `${NDE}/${name}`)
}

function containedType(resource: Json, id: string): string | undefined {
  const found = list(resource['contained'])
    .filter(isObject)
    .find(one => one['id'] === id)
  const type = found?.['resourceType']
  return typeof type === 'string' ? type : undefined
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
