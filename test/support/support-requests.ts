/*
  Invented requests of care as a vendor sends them: demande d'appui, soins non programmés, recherche de médecin traitant, with their Tasks, consent, circle and messages.
*/
import type { CareTeam, Communication, Consent, Organization, Patient, PractitionerRole, ServiceRequest, Task } from 'fhir/r4.js'
import { EXTENSION, HUB, PROFILE, SYSTEM } from '../../profiles/canonicals.ts'
import { tre } from '../../profiles/oids.ts'

const profile = (id: string) => ({ profile: [`${HUB}StructureDefinition/${id}`] })
export const hubCode = (code: string) => ({ coding: [{ system: SYSTEM.hub, code }] })
export const businessStatus = (code: string) => ({ coding: [{ system: SYSTEM.hubBusinessStatus, code }] })
export const reason = (code: string) => ({ coding: [{ system: SYSTEM.hubStatusReason, code }] })
const identifier = () => [{ system: 'urn:oid:1.2.250.1.999.4', value: crypto.randomUUID() }]
export const territory = (code: string) => ({ url: EXTENSION.territoire, valueCoding: { system: tre('R13-CommuneOM'), code } })

export const homeIn = (commune: string): Pick<Patient, 'address'> => ({
  address: [
    { use: 'home', extension: [{ url: EXTENSION.addressInseeCode, valueCoding: { system: tre('R13-CommuneOM'), code: commune } }], city: 'Commune Exemple' },
  ],
})

export const dac = (id: string, ...communes: string[]): Organization => ({
  resourceType: 'Organization',
  id,
  active: true,
  extension: communes.map(territory),
  type: [{ coding: [{ system: tre('R66-CategorieEtablissement'), code: '606' }] }],
  name: 'DAC Exemple',
})

export const role = (id: string, practitioner: string, organization: string): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id,
  practitioner: { reference: practitioner },
  organization: { reference: organization },
})

export const consent = (patient: string, nature: string, organization: string, more: Partial<Consent> = {}): Consent => ({
  resourceType: 'Consent',
  meta: profile('hub-consent'),
  identifier: identifier(),
  status: 'active',
  scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
  category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }, hubCode(nature)],
  patient: { reference: patient },
  dateTime: '2026-05-20T11:00:00+02:00',
  performer: [{ reference: patient }],
  organization: [{ reference: organization }],
  policyRule: { coding: [{ system: `${HUB}CodeSystem/hub-cs-regle`, code: 'dac' }] },
  provision: {
    type: nature === 'opposition' ? 'deny' : 'permit',
    period: { start: '2026-05-20' },
    purpose: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'CAREMGT' }],
  },
  ...more,
})

interface Parties {
  patient: string
  requester: string
  performer?: string
  /** When it was asked. */
  at: string
}

const request = ({ patient, requester, performer, at }: Parties): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  identifier: identifier(),
  status: 'active',
  intent: 'order',
  priority: 'routine',
  subject: { reference: patient },
  authoredOn: at,
  requester: { reference: requester },
  ...(performer === undefined ? {} : { performer: [{ reference: performer }] }),
  reasonCode: [{ text: 'Retour à domicile, personne isolée' }],
})

export const supportRequest = (parties: Parties, more: Partial<ServiceRequest> = {}): ServiceRequest => ({
  ...request(parties),
  meta: profile('hub-servicerequest-demande-appui'),
  category: [hubCode('DEM-APPUI')],
  code: { coding: [{ system: `${HUB}CodeSystem/hub-cs-appui`, code: 'sortie-hospitalisation' }] },
  ...more,
})

export const unscheduledRequest = (parties: Parties, more: Partial<ServiceRequest> = {}): ServiceRequest => ({
  ...request(parties),
  meta: profile('hub-servicerequest-snp'),
  category: [hubCode('SNP')],
  code: { text: 'Consultation dans les deux jours' },
  ...more,
})

export const searchRequest = (parties: Parties, more: Partial<ServiceRequest> = {}): ServiceRequest => ({
  ...request(parties),
  code: hubCode('ACCES-MT'),
  ...more,
})

const motif = { type: hubCode('motif'), valueCodeableConcept: { text: 'Retour à domicile, personne isolée' } }

const task = ({ patient, requester, performer, at }: Parties, focus: string): Omit<Task, 'code'> => ({
  resourceType: 'Task',
  identifier: identifier(),
  status: 'requested',
  intent: 'order',
  focus: { reference: focus },
  for: { reference: patient },
  authoredOn: at,
  lastModified: at,
  requester: { reference: requester },
  ...(performer === undefined ? {} : { owner: { reference: performer } }),
  input: [motif],
})

export const supportTask = (parties: Parties, { focus, accord }: { focus: string; accord: string }, more: Partial<Task> = {}): Task => ({
  ...task(parties, focus),
  meta: { profile: [PROFILE.taskSupport] },
  code: hubCode('DEM-APPUI'),
  input: [motif, { type: hubCode('accord'), valueReference: { reference: accord } }],
  ...more,
})

export const unscheduledTask = (parties: Parties, focus: string, more: Partial<Task> = {}): Task => ({
  ...task(parties, focus),
  meta: { profile: [PROFILE.taskUnscheduled] },
  code: hubCode('SNP'),
  restriction: { period: { end: new Date(Date.parse(parties.at) + 48 * 3_600_000).toISOString() } },
  ...more,
})

export const decision = (code: 'mt-valide' | 'mt-refuse') => ({ type: hubCode('decision'), valueCodeableConcept: businessStatus(code) })

export const circle = (patient: string, organization: string, members: { member: string; role?: string; end?: string }[]): CareTeam => ({
  resourceType: 'CareTeam',
  meta: profile('hub-careteam'),
  identifier: identifier(),
  status: 'active',
  name: 'Cercle de soins',
  subject: { reference: patient },
  period: { start: '2026-05-10' },
  managingOrganization: [{ reference: organization }],
  participant: members.map(({ member, role: code, end }) => ({
    role: [
      code === undefined
        ? { coding: [{ system: tre('R85-RolePriseCharge'), code: '353' }] }
        : { coding: [{ system: tre('R259-HL7ParticipationFunction'), code }] },
    ],
    member: { reference: member },
    period: { start: '2026-05-10', ...(end === undefined ? {} : { end }) },
  })),
})

export const circleMessage = (
  { patient, sender, recipients }: { patient: string; sender: string; recipients: string[] },
  more: Partial<Communication> = {},
): Communication => ({
  resourceType: 'Communication',
  meta: profile('hub-communication-cercle'),
  status: 'completed',
  category: [hubCode('MESSAGE')],
  subject: { reference: patient },
  sent: '2026-06-01T09:10:00+02:00',
  sender: { reference: sender },
  recipient: recipients.map(reference => ({ reference })),
  payload: [{ contentString: 'Point de coordination jeudi.' }],
  ...more,
})
