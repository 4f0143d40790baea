/*
  Faults of Consent (fhir-fr.md 2.5).
*/
import { ANY, add, concept, type Fault, faultsOf, hub, HUB, KEYED, swap, to, without } from './fault.ts'

const loinc = concept('http://loinc.org', '59284-0')

export const CONSENT: Record<string, Fault[]> = {
  'hub-consent': faultsOf('Consent', [
    ...ANY,
    ...KEYED,
    ['status is mandatory', 'status', 'required', without('/status')],
    ['status is one of a consent', 'status', 'code-invalid', swap('/status', 'revoked')],
    ['scope is mandatory', 'scope', 'required', without('/scope')],
    ['scope value', 'scope', 'value', swap('/scope', concept('http://terminology.hl7.org/CodeSystem/consentscope', 'research'))],
    ['category min', 'category', 'required', without('/category')],
    ['category:loinc min', 'category', 'required', swap('/category/0', { text: 'Consentement' })],
    ['category:loinc max', 'category', 'structure', add('/category/-', loinc)],
    ['category:loinc value', 'category', 'required', swap('/category/0', concept('http://loinc.org', '64292-6'))],
    ['category:nature min', 'category', 'required', swap('/category/1', { text: 'Opposition' })],
    ['category:nature max', 'category', 'structure', add('/category/-', hub('dmp-consultation'))],
    ['category:nature binding', 'category', 'required', swap('/category/1', hub('SNP'))],
    ['patient min', 'patient', 'required', without('/patient')],
    ['patient type', 'patient', 'structure', swap('/patient', to('RelatedPerson/rp-1'))],
    ['dateTime min', 'dateTime', 'required', without('/dateTime')],
    ['performer min', 'performer', 'required', without('/performer')],
    ['performer type', 'performer[0]', 'structure', swap('/performer/0', to('PractitionerRole/mt-1'))],
    ['organization min', 'organization', 'required', without('/organization')],
    ['organization is a structure', 'organization[0]', 'structure', swap('/organization/0', to('Practitioner/mt'))],
    ['source[x] type', 'source', 'structure', swap('/sourceReference', to('QuestionnaireResponse/q1'))],
    ['source[x] is a reference', 'source', 'structure', without('/sourceReference'), add('/sourceAttachment', { title: 'Formulaire' })],
    ['policyRule min', 'policyRule', 'required', without('/policyRule'), add('/policy', [{ uri: 'https://exemple.fr/regle' }])],
    ['policyRule binding', 'policyRule', 'code-invalid', swap('/policyRule', concept(`${HUB}CodeSystem/hub-cs-regle`, 'libre'))],
    ['provision min', 'provision', 'required', without('/provision'), swap('/category/1', hub('dmp-alimentation'))],
    ['provision.type min', 'provision.type', 'required', without('/provision/type'), swap('/category/1', hub('dmp-alimentation'))],
    ['provision.type is known', 'provision.type', 'code-invalid', swap('/provision/type', 'refuse'), swap('/category/1', hub('dmp-alimentation'))],
    ['provision.period min', 'provision.period', 'required', without('/provision/period')],
    ['provision.period.start min', 'provision.period.start', 'required', swap('/provision/period', { end: '2027-01-01' })],
    ['provision.actor.reference type', 'provision.actor[0].reference', 'structure', swap('/provision/actor/0/reference', to('Practitioner/mt'))],
    ['an actor has a role', 'provision.actor[0].role', 'required', without('/provision/actor/0/role')],
    ['an actor is somebody', 'provision.actor[0].reference', 'required', without('/provision/actor/0/reference')],
    ['provision.purpose min', 'provision.purpose', 'required', without('/provision/purpose')],
    [
      'provision.purpose binding',
      'provision.purpose[0]',
      'code-invalid',
      swap('/provision/purpose/0', { system: 'https://exemple.fr/finalites', code: 'TREAT' }),
    ],
    ['hub-co-1', '', 'invariant', swap('/provision/type', 'permit')],
    ['hub-co-2', '', 'invariant', swap('/status', 'inactive')],
    ['hub-co-3', '', 'invariant', swap('/category/1', hub('accord'))],
    ['hub-co-4', '', 'invariant', swap('/category/1', hub('partage')), swap('/provision/type', 'permit'), without('/provision/actor')],
  ]),
}
