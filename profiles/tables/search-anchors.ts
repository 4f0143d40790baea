/*
  What a search about persons must name, per type: a person, a resource, or one's own place in a population (a DAC's circles, an owner's Tasks). Source: fhir-fr.md 4.3; the closed list of population searches.
    narrowed    where nothing is named, the search is about what is the caller's own by this parameter
*/

export interface Anchors {
  by: readonly string[]
  narrowed?: 'owner' | 'performer' | 'recipient' | '_id'
}

const PERSON = ['patient', 'subject', 'patient.identifier', 'subject:Patient.identifier', 'subject:Patient', '_id', 'identifier']
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
  Encounter: { by: bound('service-provider') },
  QuestionnaireResponse: { by: bound('author', 'source', 'encounter', 'based-on') },
  Provenance: { by: ['target', 'agent', 'patient', '_id', 'entity'] },
  CommunicationRequest: { by: bound('requester', 'recipient', 'sender') },
}

export const anchorsOf = (type: string): Anchors => ANCHORS[type] ?? { by: PERSON }

/** Parameters about elements that every level shows; a filter on any other finds nothing below `complet`, whatever its value. */
export const OPEN_PARAMETERS: ReadonlySet<string> = new Set([
  ...PERSON,
  ...['_lastUpdated', 'status', 'owner', 'requester', 'performer', 'participant', 'recipient', 'sender', 'code', 'authored-on', 'modified', 'business-status'],
  ...['echeance', 'territoire', 'date', 'period', 'sent', 'received', 'type', 'custodian', 'managingOrganization', 'care-team', 'name', 'family', 'given', 'active', 'focus'],
])
