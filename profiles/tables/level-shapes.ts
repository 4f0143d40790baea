/*
  What is left of each type at the levels `restreint` and `minimal`, element by element; a type that is not listed is not shown at that level at all.
    whole     the element as it stands, without extensions of unknown meaning
    link      of a reference the reference alone: no display, no identifier
    { … }     some elements of it
    { of, keep }   those entries that concern the one who reads (own), him and the référent (own-or-referent), the person (person); that are telephones (phone)
  Source: fhir-fr.md 4.4.
*/

export type Of = 'own' | 'own-or-referent' | 'person' | 'phone'
export type Keep = 'whole' | 'link' | Shape | { of: Of; keep: Shape }
export interface Shape {
  readonly [element: string]: Keep
}

export interface Row {
  shape: Shape
  /** Only if the resource concerns the one who reads: one of these elements leads to him. */
  ownBy?: readonly string[]
  /** Only documents of these types (LOINC). */
  documentTypes?: readonly string[]
  /** Only if it was addressed to him. */
  isAddressed?: true
  /** What stands for a text that is not shown. */
  payload?: 'notice'
}

const ALWAYS: Shape = { id: 'whole', status: 'whole' }

/** Title, date, status. */
const OWN_ACTIVITY: Keep = {
  of: 'own',
  keep: {
    detail: {
      kind: 'whole',
      code: 'whole',
      description: 'whole',
      status: 'whole',
      doNotPerform: 'whole',
      scheduledTiming: 'whole',
      scheduledPeriod: 'whole',
      scheduledString: 'whole',
      performer: 'link',
    },
  },
}

const TASK: Shape = {
  ...ALWAYS,
  identifier: 'whole',
  intent: 'whole',
  code: 'whole',
  businessStatus: 'whole',
  priority: 'whole',
  authoredOn: 'whole',
  lastModified: 'whole',
  executionPeriod: 'whole',
  restriction: { period: 'whole' },
  focus: 'link',
  for: 'link',
  owner: 'link',
  requester: 'link',
}

const REQUEST: Shape = {
  ...ALWAYS,
  doNotPerform: 'whole',
  identifier: 'whole',
  intent: 'whole',
  code: 'whole',
  priority: 'whole',
  authoredOn: 'whole',
  occurrenceDateTime: 'whole',
  occurrencePeriod: 'whole',
  subject: 'link',
  requester: 'link',
  performer: 'link',
}

const DOCUMENT: Shape = {
  ...ALWAYS,
  masterIdentifier: 'whole',
  identifier: 'whole',
  docStatus: 'whole',
  type: 'whole',
  category: 'whole',
  subject: 'link',
  date: 'whole',
  author: 'link',
  custodian: 'link',
  securityLabel: 'whole',
  content: 'whole',
  context: { period: 'whole' },
}

const MESSAGE: Shape = {
  ...ALWAYS,
  identifier: 'whole',
  category: 'whole',
  partOf: 'link',
  inResponseTo: 'link',
  subject: 'link',
  sent: 'whole',
  received: 'whole',
  sender: 'link',
  recipient: 'link',
}

/** When, and nothing of what it is for or with whom. */
const APPOINTMENT: Row = {
  shape: { ...ALWAYS, start: 'whole', end: 'whole', requestedPeriod: 'whole', participant: { of: 'person', keep: { actor: 'link', status: 'whole' } } },
}

const CIRCLE: Shape = { ...ALWAYS, identifier: 'whole', name: 'whole', category: 'whole', subject: 'link', period: 'whole', managingOrganization: 'link' }
const MEMBER: Shape = { extension: 'whole', role: 'whole', member: 'whole', onBehalfOf: 'link', period: 'whole' }

const PLAN: Shape = {
  ...ALWAYS,
  extension: 'whole',
  identifier: 'whole',
  intent: 'whole',
  subject: 'link',
  period: 'whole',
  created: 'whole',
  author: 'link',
  careTeam: 'link',
  activity: OWN_ACTIVITY,
}

const MESSAGE_OF: readonly string[] = ['sender', 'recipient']

export const SHAPES: Record<'restreint' | 'minimal', Record<string, Row>> = {
  /** Identity, circle, contacts, title of the plan and the actions that concern him, documents addressed to him, events without diagnosis. */
  restreint: {
    Appointment: APPOINTMENT,
    Patient: {
      shape: {
        id: 'whole',
        active: 'whole',
        deceasedBoolean: 'whole',
        deceasedDateTime: 'whole',
        extension: 'whole',
        identifier: 'whole',
        name: 'whole',
        telecom: 'whole',
        gender: 'whole',
        birthDate: 'whole',
        address: 'whole',
        contact: { relationship: 'whole', name: 'whole', telecom: 'whole' },
        generalPractitioner: 'link',
      },
    },
    RelatedPerson: {
      shape: { id: 'whole', identifier: 'whole', active: 'whole', patient: 'link', relationship: 'whole', name: 'whole', telecom: 'whole', period: 'whole' },
    },
    CareTeam: { shape: { ...CIRCLE, participant: MEMBER } },
    CarePlan: { shape: { ...PLAN, category: 'whole', title: 'whole' } },
    Task: { shape: TASK, ownBy: ['owner', 'requester'] },
    ServiceRequest: { shape: REQUEST, ownBy: ['requester', 'performer'] },
    DocumentReference: { shape: DOCUMENT, isAddressed: true },
    Encounter: {
      shape: {
        ...ALWAYS,
        identifier: 'whole',
        class: 'whole',
        subject: 'link',
        period: 'whole',
        serviceProvider: 'link',
        hospitalization: { dischargeDisposition: 'whole' },
      },
    },
    Communication: { shape: { ...MESSAGE, medium: 'whole', topic: 'whole', payload: 'whole', about: 'link' }, ownBy: MESSAGE_OF },
  },
  /** Name and telephone of the person and of the référent, own actions and Tasks, appointment times, "a change happened". */
  minimal: {
    Appointment: APPOINTMENT,
    Patient: {
      shape: { id: 'whole', name: 'whole', telecom: { of: 'phone', keep: { system: 'whole', value: 'whole', use: 'whole', rank: 'whole', period: 'whole' } } },
    },
    CareTeam: { shape: { ...ALWAYS, subject: 'link', period: 'whole', participant: { of: 'own-or-referent', keep: MEMBER } } },
    CarePlan: { shape: PLAN },
    Task: { shape: TASK, ownBy: ['owner', 'requester'] },
    ServiceRequest: { shape: REQUEST, ownBy: ['requester', 'performer'] },
    DocumentReference: { shape: DOCUMENT, isAddressed: true, documentTypes: ['28653-4', '34842-5', '80788-3'] },
    Communication: { shape: MESSAGE, ownBy: MESSAGE_OF, payload: 'notice' },
  },
}

/** What an alert says to whoever must not know more. */
export const NOTICE = 'Un changement est intervenu : appelez le référent de la personne.'
