/*
  What a resource says to the indicators of its territory, as rows of the ledger; pure.
    Task             DEM-APPUI => demand      VALIDATION-MT => validation      SNP => unscheduled
    ServiceRequest   demande d'appui => ask, with the kind of support
    CarePlan         PPS, PPCS => plan, and one review for its date of re-assessment
    CareTeam         with a médecin traitant => circle      Consent   opposition => opposition      Communication   ALERTE to one recipient => alert
  Spec: fhir-fr.md 4.6.
*/
import type { CarePlan, CareTeam, Communication, Consent, FhirResource, Reference, ServiceRequest, Task } from 'fhir/r4.js'
import { EXTENSION, SYSTEM } from '../../profiles/canonicals.ts'
import { placesOf } from '../../profiles/tables/communes.ts'
import { instant } from '../access/rights/instant.ts'
import { storedReference } from '../access/rights/reference.ts'
import { codeOf, hasCode } from '../flows/person.ts'

export interface CareFact {
  reference: string
  kind: 'ask' | 'demand' | 'validation' | 'unscheduled' | 'plan' | 'review' | 'alert' | 'circle' | 'opposition'
  patient: string
  isCounted: boolean
  structure?: string | undefined
  party?: string | undefined
  about?: string | undefined
  support?: string | undefined
  places?: string[]
  startedAt: string
  dueAt?: string | undefined
  endedAt?: string | undefined
  /** When this version was reached, where it is the first that says so. */
  acceptedAt?: string | undefined
  refusedAt?: string | undefined
  answeredAt?: string | undefined
}

/** Types that may say something. */
export const FACT_TYPES = ['Task', 'ServiceRequest', 'CarePlan', 'CareTeam', 'Consent', 'Communication']

/** In: one version of a resource as it is stored, with its id. */
export function careFactsOf(resource: FhirResource): CareFact[] {
  switch (resource.resourceType) {
    case 'Task':
      return ofTask(resource)
    case 'ServiceRequest':
      return ofRequest(resource)
    case 'CarePlan':
      return ofPlan(resource)
    case 'CareTeam':
      return ofCircle(resource)
    case 'Consent':
      return ofConsent(resource)
    case 'Communication':
      return ofCommunication(resource)
    default:
      return []
  }
}

const UNCOUNTED = /^(draft|preparation|proposed|entered-in-error)$/
const ACCEPTED = /^(accepted|in-progress|on-hold|completed|failed)$/
const CLOSED = /^(completed|failed|rejected)$/
const ANSWERED = /^(creneau-propose|creneau-pris|orientation|cloture)$/
const TASKS = { 'DEM-APPUI': 'demand', 'VALIDATION-MT': 'validation', SNP: 'unscheduled' } as const

function ofTask(task: Task): CareFact[] {
  const kind = Object.entries(TASKS).find(([code]) => hasCode(task.code, SYSTEM.hub, code))?.[1]
  const startedAt = instant(task.authoredOn)
  if (kind === undefined || startedAt === undefined) return []
  const { status, lastModified, extension = [] } = task
  const [owner, requester] = [targetOf(task.owner), targetOf(task.requester)]
  const at = (isReached: boolean): string | undefined => (isReached ? instant(lastModified) : undefined)
  const isAnswered =
    kind === 'validation' ? status === 'completed' : CLOSED.test(status) || ANSWERED.test(codeOf(task.businessStatus, SYSTEM.hubBusinessStatus) ?? '')
  return fact(task, task.for, {
    kind,
    isCounted: !UNCOUNTED.test(status),
    // The médecin traitant is asked by the DAC, which answers for it.
    ...(kind === 'validation' ? { structure: requester, party: owner } : { structure: owner, party: requester }),
    about: targetOf(task.focus),
    places: placesOf(extension.flatMap(({ url, valueCoding }) => (url === EXTENSION.territoire ? (valueCoding?.code ?? []) : []))),
    startedAt,
    dueAt: instant(task.restriction?.period?.end),
    endedAt: at(status === 'cancelled'),
    ...(kind === 'demand' ? { acceptedAt: at(ACCEPTED.test(status)), refusedAt: at(status === 'rejected') } : { answeredAt: at(isAnswered) }),
  })
}

function ofRequest(request: ServiceRequest): CareFact[] {
  const startedAt = instant(request.authoredOn)
  if (startedAt === undefined || !(request.category ?? []).some(one => hasCode(one, SYSTEM.hub, 'DEM-APPUI'))) return []
  return fact(request, request.subject, {
    kind: 'ask',
    isCounted: !UNCOUNTED.test(request.status),
    support: codeOf(request.code, SYSTEM.hubSupport),
    party: targetOf(request.requester),
    startedAt,
  })
}

function ofPlan(plan: CarePlan): CareFact[] {
  const startedAt = instant(plan.period?.start ?? plan.created)
  if (startedAt === undefined || !(plan.category ?? []).some(one => hasCode(one, SYSTEM.hub, 'PPS') || hasCode(one, SYSTEM.hub, 'PPCS'))) return []
  const [party, isRunning, about] = [targetOf(plan.author), plan.status === 'active', `CarePlan/${plan.id}`]
  const base = { structure: party, party, isCounted: !UNCOUNTED.test(plan.status) }
  const endedAt = isRunning ? undefined : instant(plan.period?.end ?? plan.meta?.lastUpdated ?? plan.period?.start)
  const date = plan.extension?.find(({ url }) => url === EXTENSION.nextReassessment)?.valueDate
  const dueAt = instant(date)
  const review = { ...base, kind: 'review' as const, about, startedAt: instant(plan.meta?.lastUpdated) ?? startedAt, dueAt }
  return [
    ...fact(plan, plan.subject, { ...base, kind: 'plan', startedAt, endedAt }),
    ...(isRunning && dueAt !== undefined ? fact(plan, plan.subject, review, `#${date}`) : []),
  ]
}

function ofCircle(circle: CareTeam): CareFact[] {
  const treating = (circle.participant ?? []).filter(({ role = [] }) => role.some(one => hasCode(one, SYSTEM.participationFunction, 'PCP'))).at(-1)
  const startedAt = instant(treating?.period?.start ?? circle.period?.start)
  if (treating === undefined || startedAt === undefined) return []
  const structure = targetOf(circle.managingOrganization?.[0])
  const isOver = circle.status === 'inactive'
  return fact(circle, circle.subject, {
    kind: 'circle',
    isCounted: circle.status !== undefined && !UNCOUNTED.test(circle.status),
    structure,
    party: structure,
    startedAt,
    endedAt: instant(treating.period?.end ?? circle.period?.end ?? (isOver ? circle.meta?.lastUpdated : undefined)),
  })
}

function ofConsent(consent: Consent): CareFact[] {
  const startedAt = instant(consent.provision?.period?.start ?? consent.dateTime)
  if (startedAt === undefined || !consent.category.some(one => hasCode(one, SYSTEM.hub, 'opposition'))) return []
  const structure = targetOf(consent.organization?.[0])
  const isCounted = consent.status === 'active' || consent.status === 'inactive'
  return fact(consent, consent.patient, {
    kind: 'opposition',
    isCounted,
    structure,
    party: structure,
    startedAt,
    endedAt: instant(consent.provision?.period?.end),
  })
}

/** What went to several is counted by its children, one for each recipient. */
function ofCommunication(message: Communication): CareFact[] {
  const [startedAt, recipients] = [instant(message.sent), message.recipient ?? []]
  const party = targetOf(recipients[0])
  const isOne = recipients.length === 1 && party !== undefined && !party.startsWith('CareTeam/')
  if (startedAt === undefined || !isOne || !(message.category ?? []).some(one => hasCode(one, SYSTEM.hub, 'ALERTE'))) return []
  const isCounted = /^(in-progress|completed)$/.test(message.status)
  return fact(message, message.subject, { kind: 'alert', isCounted, structure: party, party, startedAt, answeredAt: instant(message.received) })
}

/** None where nobody is meant. */
function fact({ resourceType, id }: FhirResource, subject: Reference | undefined, said: Omit<CareFact, 'reference' | 'patient'>, part = ''): CareFact[] {
  const patient = targetOf(subject)
  return patient === undefined ? [] : [{ ...said, reference: `${resourceType}/${id}${part}`, patient }]
}

const targetOf = (link: Reference | undefined): string | undefined => storedReference(link?.reference)
