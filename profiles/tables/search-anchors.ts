/*
  What a search about persons must name, per type: a person, a resource, or one's own place in a population (a DAC's circles, an owner's Tasks). Source: fhir-fr.md 4.3; the closed list of population searches.
    narrowed    where nothing is named, the search is about what is the caller's own by this parameter
*/

export interface Anchors {
  by: readonly string[]
  narrowed?: 'owner' | 'performer' | 'recipient' | '_id'
}

export const PERSON = ['patient', 'subject', 'patient.identifier', 'subject:Patient.identifier', 'subject:Patient', '_id', 'identifier']
const bound = (...more: string[]): readonly string[] => [...PERSON, ...more]

export const ANCHORS: Readonly<Record<string, Anchors>> = {
  Patient: { by: ['_id', 'identifier'], narrowed: '_id' },
  Task: { by: bound('owner', 'requester', 'focus', 'based-on', 'part-of'), narrowed: 'owner' },
  ServiceRequest: { by: bound('performer', 'requester'), narrowed: 'performer' },
  Communication: { by: bound('recipient', 'sender', 'part-of', 'message-id'), narrowed: 'recipient' },
  CareTeam: {
    by: bound(
      'participant',
      'managingOrganization',
      'participant:PractitionerRole.practitioner.identifier',
      'participant:Organization.identifier',
      'participant:RelatedPerson.name',
    ),
  },
  CarePlan: { by: bound('author', 'care-team', 'goal', 'activity-reference', 'replaces') },
  Consent: { by: bound('organization', 'actor', 'consentor') },
  DocumentReference: { by: bound('custodian', 'author', 'encounter', 'related') },
  Encounter: { by: bound('service-provider', 'episode-of-care') },
  Location: { by: ['_id', 'identifier', 'organization', 'partof', 'name'] },
  QuestionnaireResponse: { by: bound('author', 'source', 'encounter', 'based-on') },
  Provenance: { by: ['target', 'agent', 'patient', 'patient.identifier', '_id', 'entity'] },
  CommunicationRequest: { by: bound('requester', 'recipient', 'sender') },
}

export const anchorsOf = (type: string): Anchors => ANCHORS[type] ?? { by: PERSON }

const OWN_WORK = 'status code business-status priority intent owner requester performer focus authored-on modified period occurrence authored echeance'
const DOCUMENT = 'status type category date period author custodian security-label format contenttype language'
const MESSAGE = 'status category sender recipient sent received part-of'
const APPOINTMENT = 'status date'

/** By level and type: parameters about elements that the level shows, beside those that name a person or a resource. Source: the shapes of mappers/projection. */
const OPEN: Readonly<Record<'restreint' | 'minimal', Readonly<Record<string, string>>>> = {
  restreint: {
    Patient: 'active deceased death-date name family given birthdate gender telecom phone email address address-city address-postalcode general-practitioner birthplace',
    RelatedPerson: 'active relationship name telecom phone email',
    CareTeam:
      'status category date start end participant participant-start participant-end managingOrganization participant:PractitionerRole.practitioner.identifier participant:Organization.identifier',
    CarePlan: 'status intent category date author care-team version-plan prochaine-reevaluation',
    Task: OWN_WORK,
    ServiceRequest: OWN_WORK,
    DocumentReference: DOCUMENT,
    Encounter: 'status class date service-provider',
    Appointment: APPOINTMENT,
    Communication: `${MESSAGE} medium`,
  },
  minimal: {
    Patient: 'name family given phone',
    CareTeam: 'status date start end',
    CarePlan: 'status intent date author care-team version-plan prochaine-reevaluation',
    Task: OWN_WORK,
    ServiceRequest: OWN_WORK,
    DocumentReference: DOCUMENT,
    Communication: MESSAGE,
    Appointment: APPOINTMENT,
  },
}

/** Where identifiers are not shown, one of them names somebody and tells nothing else: not whether there is one, of which system, or which comes first. */
const NAMED_ALONE: Readonly<Record<'restreint' | 'minimal', readonly string[]>> = {
  restreint: ['Appointment'],
  minimal: ['Patient', 'CareTeam', 'Appointment'],
}

/** May who sees this type at this level filter by this parameter? A chain is named letter by letter; `:sort` stands for an order, `:system` for a system alone. */
export function isOpenAt(level: 'restreint' | 'minimal', type: string, asked: string): boolean {
  const name = level === 'minimal' ? asked : asked.replace(/(\..*):system$/, '$1')
  const open = [...PERSON, '_lastUpdated', ...(OPEN[level][type] ?? '').split(' ')]
  const [base = ''] = name.split(':')
  if (base === 'identifier' && name !== base && NAMED_ALONE[level].includes(type)) return false
  return open.includes(name) || (!name.includes('.') && open.includes(base))
}
