/*
  The declaration of an event to the regional platform by REST (NdE flux 3); the event itself goes onto the platform's own topic by `publish.ts`.
*/
import type { CommunicationRequest, DocumentReference, Encounter, FhirResource, Organization, Patient } from 'fhir/r4.js'
import { mapDocumentToEventDeclaration } from '../../../mappers/notification/event-declaration.ts'
import { mapStayToEventDeclaration } from '../../../mappers/notification/stay-declaration.ts'
import { type ErrorCode, HubError } from '../../../profiles/errors.ts'
import type { Delivery } from '../../ledger/deliveries/deliveries.ts'
import type { HubParts } from '../../parts.ts'
import { type Remembered, remembering } from '../../remembering.ts'
import type { Deposit } from '../deposit.ts'
import type { StayNews } from '../stay-news.ts'
import type { Route, Sending } from './sending.ts'

type Declaring = Omit<Sending, 'deposit'>

/** A document that a message brought, or that came through the FHIR door. */
type Declared = Pick<Deposit, 'document' | 'change' | 'custodian'> & Partial<Pick<Deposit, 'documentType' | 'sender'>>

export const declarationRoute = (sending: Declaring, declared: Declared): Route => declaring(sending, delivery => declare(sending, declared, delivery))

export interface StayDeclaring extends Declaring {
  news: StayNews & { alert: NonNullable<StayNews['alert']> }
}

export function stayDeclarationRoute(sending: StayDeclaring): Route {
  return declaring(sending, delivery => declareStay(sending, delivery))
}

function declaring({ parts, event }: Declaring, render: (delivery: Delivery) => Promise<CommunicationRequest>): Route {
  const { breakers, config, connectors } = parts
  return {
    connector: 'platform',
    kind: 'http',
    dependency: 'platform',
    awaitsReport: false,
    async send(delivery, signal) {
      const payload = { path: '/CommunicationRequest', json: JSON.stringify(await render(delivery)) }
      return breakers
        .of('platform')
        .run(() => connectors.platform.send({ deliveryId: delivery.id, payload, traceparent: event.traceparent }, config.connectors.platform, signal))
    },
  }
}

async function declareStay(sending: StayDeclaring, delivery: Delivery): Promise<CommunicationRequest> {
  const { event, news } = sending
  return mapStayToEventDeclaration({
    kind: event.type === 'encounter.adm' ? 'ADM' : 'SOR',
    alert: news.alert.id,
    isWithdrawn: news.alert.state === 'withdrawn',
    happenedAt: news.happenedAt,
    announcedAt: event.at,
    encounter: news.stay,
    visit: news.visit ?? (await visitOf(sending, news.stay)),
    sentences: news.sentences,
    patient: await read<Patient>(sending, event.patient),
    organization: await readStructure(sending, news.structure),
    level: delivery.level === 'aucun' ? 'minimal' : delivery.level,
  })
}

async function visitOf(sending: Declaring, stay: string): Promise<{ system: string; value: string }> {
  const [visit] = (await read<Encounter>(sending, stay)).identifier ?? []
  return { system: visit?.system ?? '', value: visit?.value ?? '' }
}

async function declare(sending: Declaring, declared: Declared, { level }: Delivery): Promise<CommunicationRequest> {
  const { event, parts } = sending
  const { documentType = '', custodian, sender = parts.config.product.name } = declared
  const document = await read<DocumentReference>(sending, declared.document)
  const patient = await read<Patient>(sending, event.patient)
  const organization = custodian === undefined ? { resourceType: 'Organization' as const, name: sender } : await readStructure(sending, custodian)
  const coding = document.type?.coding?.[0]
  return mapDocumentToEventDeclaration({
    document: declared.document,
    documentIdentifier: { system: document.masterIdentifier?.system ?? '', value: document.masterIdentifier?.value ?? '' },
    documentType: {
      system: coding?.system ?? '',
      code: coding?.code ?? documentType,
      ...(coding?.display === undefined ? {} : { display: coding.display }),
    },
    title: document.description ?? coding?.display ?? documentType,
    occurredAt: event.at,
    isWithdrawn: declared.change === 'delete',
    patient,
    organization,
    level: level === 'aucun' ? 'minimal' : level,
  })
}

/** Many events are of few structures, whose name and numbers seldom change. */
const STRUCTURE_KEPT_MS = 30_000
const structures = new WeakMap<HubParts['store'], Remembered>()

function readStructure(sending: Declaring, reference: string): Promise<Organization> {
  const { store } = sending.parts
  const kept = structures.get(store) ?? remembering(STRUCTURE_KEPT_MS)
  structures.set(store, kept)
  return kept(reference, () => read<Organization>(sending, reference))
}

/** What the flow has stored is there; if it is not, that is a defect of ours, not of the platform. */
async function read<R extends FhirResource>({ parts, event }: Declaring, reference: string): Promise<R> {
  const [type = '', id = ''] = reference.split('/')
  const found = await parts.breakers.of('hapi').run(() => parts.store.read<R>(type as R['resourceType'], id, { traceparent: event.traceparent }))
  const code: ErrorCode = 'store.not_found'
  if (found === undefined) throw new HubError('hub.defect', { path: type, cause: new HubError(code, { path: type }) })
  return found
}
