/*
  Faults of ServiceRequest (fhir-fr.md 2.3, 2.4).
*/
import { ANY, add, concept, type Fault, faultsOf, hub, HUB, KEYED, type Row, swap, to, without } from './fault.ts'

const rows = (slice: string, kind: string, other: string): Row[] => [
  ...ANY,
  ...KEYED,
  ['status binding', 'status', 'code-invalid', swap('/status', 'unknown')],
  ['status is mandatory', 'status', 'required', without('/status')],
  ['intent value', 'intent', 'value', swap('/intent', 'plan')],
  ['intent is mandatory', 'intent', 'required', without('/intent')],
  ['category min', 'category', 'required', without('/category')],
  [`category:${slice} min`, 'category', 'required', swap('/category/0', hub('ACTION'))],
  [`category:${slice} max`, 'category', 'structure', add('/category/-', hub(kind))],
  [`category:${slice} value`, 'category', 'required', swap('/category/0', hub(other))],
  ['priority min', 'priority', 'required', without('/priority')],
  ['priority is known', 'priority', 'code-invalid', swap('/priority', 'demain')],
  ['hub-sr-1', 'priority', 'invariant', swap('/priority', 'stat')],
  ['code min', 'code', 'required', without('/code')],
  ['subject is mandatory', 'subject', 'required', without('/subject')],
  ['subject type', 'subject', 'structure', swap('/subject', to('Location/l-1'))],
  [
    'occurrence[x] type',
    'occurrence',
    'structure',
    without(slice === 'appui' ? '/occurrencePeriod' : '/occurrenceDateTime'),
    add('/occurrenceTiming', { event: ['2026-06-03'] }),
  ],
  [
    'one occurrence[x]',
    'occurrence',
    'structure',
    add(slice === 'appui' ? '/occurrenceDateTime' : '/occurrencePeriod', slice === 'appui' ? '2026-06-03' : { start: '2026-06-03' }),
  ],
  ['authoredOn min', 'authoredOn', 'required', without('/authoredOn')],
  ['authoredOn has its offset', 'authoredOn', 'value', swap('/authoredOn', '2026-06-02T09:10:00')],
  ['requester min', 'requester', 'required', without('/requester')],
  ['requester type', 'requester', 'structure', swap('/requester', to('Device/d-1'))],
  ['performer min', 'performer', 'required', without('/performer')],
  ['performer type', 'performer[0]', 'structure', swap('/performer/0', to('PractitionerRole/mt-1'))],
  ['reasonCode min', 'reasonCode', 'required', without('/reasonCode')],
  ['hub-sr-2', 'reasonCode[0]', 'invariant', swap('/reasonCode/0', concept('https://exemple.fr/motifs', 'R1'))],
  ['hub-sr-3', '', 'invariant', swap('/status', 'revoked')],
  ['hub-sr-4', '', 'invariant', add('/supportingInfo/-', to('Consent/co-2'))],
]

export const SERVICE_REQUEST: Record<string, Fault[]> = {
  'hub-servicerequest-demande-appui': faultsOf('ServiceRequest', [
    ...rows('appui', 'DEM-APPUI', 'SNP'),
    ['code binding', 'code', 'code-invalid', swap('/code', concept(`${HUB}CodeSystem/hub-cs-appui`, 'tout'))],
    ['code binding (a text alone)', 'code', 'code-invalid', swap('/code', { text: 'Évaluation' })],
  ]),
  'hub-servicerequest-snp': faultsOf('ServiceRequest', [
    ...rows('snp', 'SNP', 'DEM-APPUI'),
    ['a circle does not perform', 'performer[0]', 'structure', swap('/performer/0', to('CareTeam/ct-1'))],
  ]),
}
