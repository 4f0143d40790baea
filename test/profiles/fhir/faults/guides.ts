/*
  Faults of the resources of the national guides: AuditEvent, Subscription, CommunicationRequest, DocumentReference, List, Bundle (fhir-fr.md 2.7, 3.4, 5.2).
*/
import { ANY, add, concept, type Fault, faultsOf, type Row, SYSTEM, swap, to, without } from './fault.ts'

const NDE = 'https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/'

const event: Row[] = [
  ...ANY,
  ['contained min', 'contained', 'required', without('/contained'), swap('/subject', to('Patient/p1')), swap('/requester', to('Organization/chu-1'))],
  ['extension:event-type min', 'extension', 'required', without('/extension/0')],
  ['event-type value[x] binding', 'extension[0].value', 'code-invalid', swap('/extension/0/valueCodeableConcept/coding/0/code', 'PPS')],
  ['subject min', 'subject', 'required', without('/subject'), without('/contained/0')],
  ['subject type', 'subject', 'structure', swap('/subject', to('Group/g-1')), without('/contained/0')],
  ['payload min', 'payload', 'required', without('/payload')],
  ['payload max', 'payload', 'structure', add('/payload/-', { contentString: 'Encore' })],
  ['requester min', 'requester', 'required', without('/requester'), without('/contained/1')],
  ['requester type', 'requester', 'structure', swap('/requester', to('Device/d-1')), without('/contained/1')],
  ['event-subject', '', 'invariant', add('/about', [to('CarePlan/ppcs-1')])],
]

const document = (): Row[] => [
  ...ANY,
  ['type min', 'type', 'required', without('/type')],
  ['subject type', 'subject', 'structure', swap('/subject', to('Device/d-1'))],
  ['date min', 'date', 'required', without('/date')],
]

const SHARED: Row[] = [
  ...document(),
  ['custodian min', 'custodian', 'required', without('/custodian')],
  ['content.attachment.title min', 'content[0].attachment.title', 'required', without('/content/0/attachment/title')],
  ['context min', 'context', 'required', without('/context')],
  ['context.period min', 'context.period', 'required', swap('/context', { facilityType: { text: 'Hôpital' } })],
  ['context.period.start min', 'context.period.start', 'required', swap('/context/period', { end: '2026-06-02' })],
]

const transaction: Row[] = [
  ['type value', 'type', 'value', swap('/type', 'batch')],
  ['entry.resource min', 'entry[1].resource', 'required', without('/entry/1/resource')],
  ['entry.request min', 'entry[1].request', 'required', without('/entry/1/request')],
  ['cds-bundle-2', '', 'invariant', add('/entry/-', { resource: { resourceType: 'Basic', code: { text: 'x' } }, request: { method: 'POST', url: 'Basic' } })],
  ['cds-bundle-3', 'entry[1].request.method', 'invariant', swap('/entry/1/request/method', 'PATCH')],
]

export const GUIDES: Record<string, Fault[]> = {
  'tde-auditevent': faultsOf('AuditEvent', [
    ...ANY,
    ['type is mandatory', 'type', 'required', without('/type')],
    ['subtype max', 'subtype', 'structure', add('/subtype/-', { system: 'http://hl7.org/fhir/restful-interaction', code: 'search' })],
    ['period min', 'period', 'required', without('/period')],
    ['period.start min', 'period.start', 'required', swap('/period', { end: '2026-06-05' })],
    ['recorded is mandatory', 'recorded', 'required', without('/recorded')],
    [
      'agent max',
      'agent',
      'structure',
      swap(
        '/agent',
        [1, 2, 3].map(n => ({ who: to(`PractitionerRole/r-${n}`), requestor: n === 1 })),
      ),
    ],
    ['agent.who min', 'agent[0].who', 'required', without('/agent/0/who')],
    ['agent.requestor is mandatory', 'agent[0].requestor', 'required', without('/agent/0/requestor')],
    ['source.observer is mandatory', 'source.observer', 'required', swap('/source', { site: 'Nancy' })],
  ]),
  'nde-subscription': faultsOf('Subscription', [
    ...ANY,
    ...['start', 'subject', 'declarant', 'subscriber', 'event-type'].flatMap((name, index): Row[] => [
      [`extension:${name} min`, 'extension', 'required', without(`/extension/${index}`), ...(name === 'subject' ? [without('/contained/0')] : [])],
    ]),
    ['extension:start max', 'extension', 'structure', add('/extension/-', { url: `${NDE}start`, valueDateTime: '2026-05-13' })],
    ['start value[x] type', 'extension[0]', 'structure', swap('/extension/0', { url: `${NDE}start`, valueDate: '2026-05-12' })],
    ['event-type value[x] binding', 'extension[4].value', 'code-invalid', swap('/extension/4/valueCodeableConcept/coding/0/code', 'PPS')],
    ['reason is mandatory', 'reason', 'required', without('/reason')],
    ['criteria is mandatory', 'criteria', 'required', without('/criteria')],
    ['channel is mandatory', 'channel', 'required', without('/channel')],
  ]),
  'nde-eventdeclaration': faultsOf('CommunicationRequest', [
    ...event,
    ['extension:event-time min', 'extension', 'required', without('/extension/1')],
    ['event-time value[x] type', 'extension[1]', 'structure', swap('/extension/1', { url: `${NDE}event-time`, valueDate: '2026-06-02' })],
  ]),
  'nde-notificationrequest': faultsOf('CommunicationRequest', [
    ...event.filter(([rule]) => rule !== 'contained min'),
    ['extension:event-emission-time max', 'extension', 'structure', add('/extension/-', { url: `${NDE}event-emission-time`, valueDateTime: '2026-06-02' })],
    ['basedOn min', 'basedOn', 'required', without('/basedOn')],
    ['basedOn max', 'basedOn', 'structure', add('/basedOn/-', to('Subscription/sub-2'))],
    ['basedOn type', 'basedOn[0]', 'structure', swap('/basedOn/0', to('CarePlan/ppcs-1'))],
    ['medium min', 'medium', 'required', without('/medium')],
    ['medium max', 'medium', 'structure', add('/medium/-', { text: 'SMS' })],
    ['recipient min', 'recipient', 'required', without('/recipient'), without('/contained/2')],
    ['recipient.extension:recipient-endpoint min', 'recipient[0].extension', 'required', without('/recipient/0/extension')],
  ]),
  'pdsm-comprehensive-document-reference': faultsOf('DocumentReference', [
    ...SHARED,
    ['contained min', 'contained', 'required', without('/contained'), swap('/author/0', to('PractitionerRole/mt-1'))],
    ['author min', 'author', 'required', without('/author'), add('/authenticator', to('#author'))],
    ['securityLabel min', 'securityLabel', 'required', without('/securityLabel')],
    ['content.attachment.url min', 'content[0].attachment.url', 'required', without('/content/0/attachment/url')],
    ['content.attachment.size min', 'content[0].attachment.size', 'required', without('/content/0/attachment/size')],
    ['content.attachment.hash min', 'content[0].attachment.hash', 'required', without('/content/0/attachment/hash')],
    ['pdsm-ext-is-archived value[x] type', 'extension[0]', 'structure', without('/extension/0/valueBoolean'), add('/extension/0/valueString', 'non')],
  ]),
  'pdsm-simplified-publish': faultsOf('DocumentReference', [
    ...SHARED,
    ['author min', 'author', 'required', without('/author')],
    ['masterIdentifier min', 'masterIdentifier', 'required', without('/masterIdentifier')],
    ['content.attachment.contentType min', 'content[0].attachment.contentType', 'required', without('/content/0/attachment/contentType')],
    ['content.attachment.data min', 'content[0].attachment.data', 'required', without('/content/0/attachment/data')],
  ]),
  'cdl-document-reference': faultsOf('DocumentReference', [
    ...document(),
    ['type binding', 'type', 'code-invalid', swap('/type/coding/0/code', 'AUTRE')],
    ['subject min', 'subject', 'required', without('/subject')],
    ['author min', 'author', 'required', without('/author')],
    ['custodian max', 'custodian', 'structure', add('/custodian', to('Organization/dac-54'))],
    ['securityLabel max', 'securityLabel', 'structure', add('/securityLabel/-', concept(SYSTEM.visibility, 'MASQUE_PS'))],
    ['securityLabel binding', 'securityLabel[0]', 'code-invalid', swap('/securityLabel/0/coding/0/code', 'CACHE')],
    ['content.format max', 'content[0].format', 'structure', add('/content/0/format', { code: 'urn:x' })],
  ]),
  'pdsm-submissionset-comprehensive': faultsOf('List', [
    ...ANY,
    ['extension:designationType min', 'extension', 'required', without('/extension/0')],
    ['extension:sourceId min', 'extension', 'required', without('/extension/1')],
    ['identifier min', 'identifier', 'required', without('/identifier')],
    ['subject min', 'subject', 'required', without('/subject')],
    ['subject type', 'subject', 'structure', swap('/subject', to('Group/g-1'))],
    ['date min', 'date', 'required', without('/date')],
    ['source min', 'source', 'required', without('/source')],
    ['pdsm-list-1', '', 'invariant', swap('/identifier/0/value', 'LOT-1')],
  ]),
  'tddui-careplan-projet-personnalise': faultsOf('CarePlan', [...ANY, ['subject type', 'subject', 'structure', swap('/subject', to('Group/g-1'))]]),
  'cds-bundle-transaction-creation': faultsOf('Bundle', [
    ...transaction,
    ['cds-bundle-1', '', 'invariant', without('/entry/1')],
    ['entry min', 'entry', 'required', without('/entry')],
  ]),
  'cds-bundle-transaction-maj': faultsOf('Bundle', [...transaction, ['entry min', 'entry', 'required', without('/entry')]]),
}
