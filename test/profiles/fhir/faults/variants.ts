/*
  Variants of the valid examples that are valid too: a profile refuses nothing that the specification allows.
*/
import type { Operation } from 'fast-json-patch'
import { add, concept, extension, hub, swap, SYSTEM, to, without } from './fault.ts'

const tre = (name: string): string => `https://mos.esante.gouv.fr/NOS/TRE_${name}/FHIR/TRE-${name}`
const FR = 'https://hl7.fr/ig/fhir/core/'
const reason = { coding: [{ system: SYSTEM.reason, code: 'autre' }], text: 'Partie en vacances' }
const act = (system: string, code: string) => ({ system, code })
const loinc = (code: string, display: string) => ({ coding: [{ system: 'http://loinc.org', code, display }] })

/** [what it is, …changes of the example] */
export type Variant = [name: string, ...patch: Operation[]]

const plan: Variant[] = [
  ['a draft without référent nor activity', swap('/status', 'draft'), without('/author'), without('/activity')],
  ['completed, with its end', swap('/status', 'completed'), add('/period/end', '2026-12-31')],
  ['revoked, with its note', swap('/status', 'revoked')],
  ['on hold', swap('/status', 'on-hold')],
  ['entered in error', swap('/status', 'entered-in-error')],
  ['all four dimensions', ...['medical', 'psychologique', 'environnementale'].map(code => add('/category/-', hub(code)))],
  ['a category of another system', add('/category/-', { coding: [{ system: 'http://snomed.info/sct', code: '736055001' }] })],
  ['the référent is a structure', swap('/author', to('Organization/dac-54'))],
  ['no extension yet', without('/extension')],
  ['an action stopped with its reason', swap('/activity/0/detail/status', 'stopped'), add('/activity/0/detail/statusReason', { text: 'Refus de la personne' })],
  [
    'an action coded with its display',
    without('/activity/0/detail/description'),
    add('/activity/0/detail/code', { coding: [{ system: 'https://exemple.fr/actes', code: 'A1', display: 'Portage de repas' }] }),
  ],
  [
    'scheduled by a timing, with a goal',
    without('/activity/0/detail/scheduledString'),
    add('/activity/0/detail/scheduledTiming', { repeat: { frequency: 1, period: 1, periodUnit: 'd', dayOfWeek: ['mon'] } }),
    add('/activity/0/detail/goal', [to('Goal/g1')]),
  ],
  ['a note by a Practitioner', add('/note/0/authorReference', to('Practitioner/mt'))],
  [
    'references by urn:uuid and by address',
    swap('/subject', to('urn:uuid:0197c0de-0000-7000-8000-000000000001')),
    swap('/careTeam/0', to('https://hub.exemple.fr/fhir/CareTeam/ct-1')),
  ],
  ['a person by identifier', swap('/subject', { type: 'Patient', identifier: { system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' } })],
  ['it replaces another plan', add('/replaces', [to('CarePlan/ppcs-0')])],
]

const taskStates = (from: string[]): Variant[] =>
  from.map(status => [
    `status ${status}`,
    swap('/status', status),
    ...(['on-hold', 'rejected', 'cancelled', 'failed'].includes(status) ? [add('/statusReason', reason)] : []),
  ])

const TASK_STATES = ['draft', 'requested', 'received', 'accepted', 'in-progress', 'on-hold', 'rejected', 'cancelled', 'failed', 'completed', 'entered-in-error']

const consent = (nature: string, type: string): Variant => [`nature ${nature}, ${type}`, swap('/category/1', hub(nature)), swap('/provision/type', type)]

export const VARIANTS: Record<string, Variant[]> = {
  'hub-careplan-ppcs': plan,
  'hub-careplan-pps': plan,
  'hub-careteam': [
    ['proposed', swap('/status', 'proposed')],
    ['suspended', swap('/status', 'suspended')],
    ['inactive, with its end', swap('/status', 'inactive'), add('/period/end', '2026-12-31')],
    [
      'a médecin traitant after another',
      add('/participant/0/period/end', '2026-06-01'),
      add('/participant/-', { role: [concept(SYSTEM.r259, 'PCP')], member: to('PractitionerRole/mt-2'), period: { start: '2026-06-01' } }),
    ],
    [
      'a structure as member, a member of the care team',
      swap('/participant/0/member', to('Organization/cab-1')),
      swap('/participant/0/role/0', concept(SYSTEM.r85, '353')),
    ],
    [
      'every circle role',
      ...['ECON', 'GUARD', 'NOK', 'CON', 'POLHOLD', 'PROV', 'QUAL'].map(code =>
        add('/participant/-', { role: [concept(SYSTEM.r260, code)], member: to('RelatedPerson/rp-2'), period: { start: '2026-06-01' } }),
      ),
    ],
    [
      'every level of access',
      ...['complet', 'restreint', 'aucun'].map(code => swap('/participant/1/extension/0', extension('hub-ext-niveau-acces', { valueCode: code }))),
    ],
    ['member with two roles', add('/participant/0/role/-', concept(SYSTEM.r260, 'PROV'))],
  ],
  'hub-servicerequest-demande-appui': [
    ...['info-orientation', 'evaluation', 'concertation', 'planification', 'admission', 'coordination-complexe'].map(
      (code): Variant => [`support ${code}`, swap('/code/coding/0/code', code)],
    ),
    ['urgent', swap('/priority', 'urgent')],
    ['as soon as possible', swap('/priority', 'asap')],
    ['a draft', swap('/status', 'draft')],
    ['revoked, with its note', swap('/status', 'revoked'), add('/note', [{ text: 'Retirée par la famille' }])],
    ['asked by a relative of a circle', swap('/requester', to('RelatedPerson/rp-1')), swap('/performer/0', to('CareTeam/ct-1'))],
    ['asked by the person', swap('/requester', to('Patient/p1'))],
    ['a coded reason with its display', swap('/reasonCode/0', { coding: [{ system: 'https://exemple.fr/motifs', code: 'R1', display: 'Isolement' }] })],
    ['no supporting information', without('/supportingInfo')],
    ['supporting information beside the consent', add('/supportingInfo/-', to('DocumentReference/d1')), add('/supportingInfo/-', to('Observation/o1'))],
    ['no occurrence', without('/occurrencePeriod')],
  ],
  'hub-servicerequest-snp': [['routine, coded', swap('/priority', 'routine'), swap('/code', { coding: [{ system: 'https://exemple.fr/actes', code: 'C' }] })]],
  'hub-task-demande-appui': [
    ...taskStates(TASK_STATES),
    ...['mt-valide', 'mt-refuse', 'mt-sans-reponse', 'sans-mt', 'evaluation', 'orientation', 'ppcs-en-cours', 'suivi', 'cloture', 'a-orienter'].map(
      (code): Variant => [`business status ${code}`, swap('/businessStatus/coding/0/code', code)],
    ),
    ...[
      'hors-territoire',
      'hors-perimetre',
      'doublon',
      'refus-personne',
      'refus-mt',
      'opposition',
      'injoignable',
      'pris-en-charge-ailleurs',
      'deces',
      'urgence-vitale',
    ].map((code): Variant => [`rejected, ${code}`, swap('/status', 'rejected'), add('/statusReason', concept(SYSTEM.reason, code))]),
    ['requested, no business status', swap('/status', 'requested'), without('/businessStatus')],
    ['only what must be there', without('/input/4'), without('/input/3'), without('/input/2'), without('/output'), without('/extension')],
    ['evaluation is an Observation', swap('/input/2/valueReference', to('Observation/o1'))],
    [
      'several reasons, an input of another kind',
      add('/input/-', { type: hub('motif'), valueCodeableConcept: { text: 'Aidant épuisé' } }),
      add('/input/-', { type: { text: 'Commentaire' }, valueString: 'Rappeler le soir' }),
    ],
    ['a département', swap('/extension/0/valueCoding/code', '54')],
    ['an answer', add('/output/-', { type: hub('reponse'), valueString: 'Pris en charge' })],
  ],
  'hub-task-validation-mt': [
    ...taskStates(['requested', 'received', 'completed', 'cancelled']),
    ['requested, without output', swap('/status', 'requested'), without('/output')],
    ['refused, with a note', swap('/output/0/valueCodeableConcept', concept(SYSTEM.status, 'mt-refuse')), add('/note', [{ text: 'Déjà suivi' }])],
  ],
  'hub-task-snp': [
    ...taskStates(TASK_STATES),
    ['late', swap('/businessStatus/coding/0/code', 'hors-delai')],
    ['due in 24 h, owned by a professional', swap('/restriction/period/end', '2026-06-03T09:10:00+02:00'), swap('/owner', to('PractitionerRole/mt-1'))],
    ['due in another time zone', swap('/restriction/period/end', '2026-06-04T07:10:00Z')],
    ['oriented', add('/output/-', { type: hub('orientation'), valueReference: to('Organization/chu-1') })],
  ],
  'hub-task-action-ppcs': [
    ...taskStates(TASK_STATES.filter(status => status !== 'on-hold')),
    ['owned by the person, without requester nor focus', swap('/owner', to('Patient/p1'))],
    ['nobody owns it', without('/owner')],
  ],
  'hub-consent': [
    ...['information', 'accord', 'partage'].map(nature => consent(nature, 'permit')),
    ...['dmp-alimentation', 'dmp-consultation'].flatMap(nature => [consent(nature, 'permit'), consent(nature, 'deny')]),
    ...['proposed', 'draft', 'rejected', 'entered-in-error'].map((status): Variant => [`status ${status}`, swap('/status', status)]),
    ['withdrawn', swap('/status', 'inactive'), add('/provision/period/end', '2026-07-01')],
    ['against everyone', without('/provision/actor')],
    ['no signed form', without('/sourceReference')],
    ['by the legal representative', swap('/performer/0', to('RelatedPerson/rp-1'))],
    ...['equipe-soins', 'hors-equipe', 'dmp'].map((code): Variant => [`rule ${code}`, swap('/policyRule/coding/0/code', code)]),
    ...['ETREAT', 'BTG', 'CAREMGT', 'PATRQT', 'HOPERAT'].map(
      (code): Variant => [`purpose ${code}`, add('/provision/purpose/-', act('http://terminology.hl7.org/CodeSystem/v3-ActReason', code))],
    ),
    [
      'narrowed to some resources and documents',
      add('/provision/class', [act('http://hl7.org/fhir/resource-types', 'DocumentReference')]),
      add('/provision/code', [loinc('11490-0', 'Lettre de liaison')]),
      add('/provision/data', [{ meaning: 'instance', reference: to('DocumentReference/d1') }]),
    ],
    [
      'actors of every kind',
      ...['PractitionerRole/mt-1', 'RelatedPerson/rp-1', 'CareTeam/ct-1'].map(one =>
        add('/provision/actor/-', { role: concept('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'IRCP'), reference: to(one) }),
      ),
    ],
  ],
  'hub-communication-cercle': [
    ...['ALERTE', 'INFO-MT', 'INFO-PERSONNE'].map((code): Variant => [`category ${code}`, swap('/category/0', hub(code))]),
    ...['preparation', 'in-progress', 'on-hold', 'stopped', 'entered-in-error', 'unknown'].map(
      (status): Variant => [`status ${status}`, swap('/status', status)],
    ),
    ['not done, with its reason', swap('/status', 'not-done'), add('/statusReason', concept(SYSTEM.reason, 'injoignable'))],
    ['one child per member', add('/partOf', [to('Communication/com-1')]), swap('/recipient', [to('RelatedPerson/rp-1')])],
    ['no topic, no identifier, not read', without('/topic'), without('/identifier'), without('/received')],
    ['an attachment', add('/payload/-', { contentAttachment: { contentType: 'text/plain', data: 'Qm9uam91cg==', title: 'Mot' } })],
    ['about a task, a stay, a document', add('/about/-', to('Task/t-1')), add('/about/-', to('Encounter/e1')), add('/about/-', to('DocumentReference/d1'))],
    ['sent by the person', swap('/sender', to('Patient/p1'))],
  ],
  'hub-communication-mssante': [
    ...['preparation', 'in-progress', 'stopped'].map((status): Variant => [`status ${status}`, swap('/status', status)]),
    [
      'not delivered, with its reason',
      swap('/status', 'not-done'),
      add('/statusReason', { coding: [{ system: SYSTEM.reason, code: 'injoignable' }], text: 'Réponse de la messagerie : 550' }),
    ],
    ['read', add('/received', '2026-06-02T10:00:00+02:00')],
    ['no person, a document', without('/subject'), swap('/payload/0', { contentReference: to('DocumentReference/d1') })],
    ['to the citizen mailbox', swap('/recipient/0/extension/0/valueString', '279035121518989@patient.mssante.fr')],
    [
      'to mssante.fr itself, the recipient by identifier',
      swap('/recipient/0', {
        extension: [extension('hub-ext-mss-address', { valueString: 'a@mssante.fr' })],
        type: 'Practitioner',
        identifier: { system: 'https://rpps.esante.gouv.fr', value: '10100000024' },
      }),
    ],
    ['no Message-ID yet', without('/extension')],
  ],
  'hub-patient': [
    ['only an identifier', without('/name'), without('/telecom'), without('/gender'), without('/extension')],
    ['validated, without INS', swap('/extension/0/extension/0/valueCoding/code', 'VALI'), without('/identifier/1')],
    ['fetched', swap('/extension/0/extension/0/valueCoding', { system: `${FR}CodeSystem/fr-core-cs-identity-status`, code: 'RECUP' })],
    ['doubtful', swap('/extension/0/extension/0/valueCoding/code', 'DOUT')],
    [
      'an old local number beside the current one',
      add('/identifier/-', {
        use: 'old',
        type: concept('http://terminology.hl7.org/CodeSystem/v2-0203', 'PI'),
        system: 'urn:oid:1.2.250.1.999.2',
        value: 'IPP-1',
      }),
    ],
    ['replaced by another', add('/active', false), add('/link', [{ other: to('Patient/p1'), type: 'replaced-by' }])],
    ['an identifier without system beside the others', add('/identifier/-', { value: 'X' })],
  ],
  'hub-patient-ins': [
    ['qualified in the newer system', swap('/extension/0/extension/0/valueCoding', { system: `${FR}CodeSystem/fr-core-cs-identity-status`, code: 'QUAL' })],
    ['QUAL in the 2.x system', swap('/extension/0/extension/0/valueCoding/code', 'QUAL')],
    ['the commune under the older name', swap('/extension/1/valueAddress/extension/0/valueCoding/system', tre('R13-Commune'))],
    ['male', swap('/gender', 'male')],
    ['sex unknown', swap('/gender', 'unknown')],
    ['a usual name beside the official one', add('/name/-', { use: 'usual', family: 'EXEMPLE-MODELE', given: ['Claire', 'Anne'] })],
    ['INS of the demonstration', swap('/identifier/0/type/coding/0/code', 'INS-NIR-DEMO'), swap('/identifier/0/system', 'urn:oid:1.2.250.1.213.1.4.11')],
    ['an e-mail of secure messaging', add('/telecom/-', { system: 'email', value: '279035121518989@patient.mssante.fr' })],
  ],
  'as-practitioner': [
    ['only an idNatPs', without('/identifier/0')],
    ['an RPPS without type', swap('/identifier', [{ system: 'https://rpps.esante.gouv.fr', value: '10100000024' }])],
    [
      'an ADELI number besides',
      add('/identifier/-', { type: concept(`${FR}CodeSystem/fr-core-cs-v2-0203`, 'ADELI'), system: 'http://adeli.esante.gouv.fr', value: '549300123' }),
    ],
    ['a mailbox', add('/telecom', [{ system: 'email', value: 'dr@exemple.mssante.fr' }])],
  ],
  'as-practitionerrole': [
    ['a coordinator of the DAC', swap('/code/0', concept(SYSTEM.r85, '330'))],
    ['a social worker', swap('/code/0', concept(tre('R94-ProfessionSocial'), '41'))],
    ['another profession and its role', swap('/code/0', concept(tre('R291-AutreProfession'), '99')), add('/code/-', concept(SYSTEM.r85, '372'))],
    ['its situation d’exercice', add('/identifier', [{ system: 'https://rpps.esante.gouv.fr', value: '1012345678' }])],
    ['no mailbox', without('/telecom')],
    [
      'the practitioner by identifier alone',
      swap('/practitioner', { type: 'Practitioner', identifier: { system: 'https://rpps.esante.gouv.fr', value: '10100000024' } }),
    ],
  ],
  'hub-organization': [
    ...['604', '603', '124'].map((code): Variant => [`category ${code}, without territory`, swap('/type/0/coding/0/code', code), without('/extension')]),
    [
      'several communes and a département',
      add('/extension/-', extension('hub-ext-territoire', { valueCoding: { system: SYSTEM.commune, code: '35238' } })),
      add('/extension/-', extension('hub-ext-territoire', { valueCoding: { system: SYSTEM.commune, code: '54' } })),
    ],
    [
      'every register',
      add('/identifier/-', { type: concept(`${FR}CodeSystem/fr-core-cs-v2-0203`, 'SIREN'), system: 'https://sirene.fr', value: '732829320' }),
      add('/identifier/-', { type: concept(`${FR}CodeSystem/fr-core-cs-v2-0203`, 'IDNST'), system: 'urn:oid:1.2.250.1.71.4.2.2', value: '1540002102' }),
    ],
    ['old names, a mother structure', add('/alias', ['MAIA 54']), add('/partOf', to('Organization/gcs-1'))],
  ],
  'cds-fr-related-person': [
    ['a role alone', without('/relationship/1')],
    ['two roles', add('/relationship/-', concept(SYSTEM.r260, 'NOK'))],
    ['a trusted person under the closed code', swap('/relationship/0', concept(SYSTEM.r260, 'QUAL'))],
  ],
  'hub-encounter': [
    ['planned', swap('/status', 'planned'), without('/period/end')],
    ['under way', swap('/status', 'in-progress'), without('/period/end')],
    ['on leave', swap('/status', 'onleave'), without('/period/end')],
    ['cancelled', swap('/status', 'cancelled')],
    ['emergency', swap('/class/code', 'EMER')],
  ],
  'hub-goal': [
    [
      'completed, with what was achieved',
      swap('/lifecycleStatus', 'completed'),
      add('/achievementStatus', concept('http://terminology.hl7.org/CodeSystem/goal-achievement', 'achieved')),
    ],
    ['no due date', without('/target')],
    ['on an Observation', swap('/addresses/0', to('Observation/o1'))],
  ],
  'hub-observation': [
    [
      'no value, with the reason why',
      without('/valueCodeableConcept'),
      add('/dataAbsentReason', concept('http://terminology.hl7.org/CodeSystem/data-absent-reason', 'not-performed')),
    ],
    [
      'a weight',
      swap('/code', loinc('29463-7', 'Poids')),
      without('/valueCodeableConcept'),
      add('/valueQuantity', { value: 62.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }),
    ],
    [
      'a pressure, by its components',
      swap('/code', loinc('85354-9', 'Pression artérielle')),
      without('/valueCodeableConcept'),
      add('/component', [
        { code: loinc('8480-6', 'Systolique'), valueQuantity: { value: 120, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } },
      ]),
    ],
    ...['MED-339', 'MED-340', 'MED-342', 'MED-343', 'MED-344'].map(
      (code): Variant => [`GIR ${code}`, swap('/valueCodeableConcept', concept('https://smt.esante.gouv.fr/fhir/CodeSystem/terminologie-cisis', code))],
    ),
    ['over a period', without('/effectiveDateTime'), add('/effectivePeriod', { start: '2026-05-29', end: '2026-05-30' })],
  ],
  'hub-provenance': [
    [
      'written by the hub: an author, the software, the request',
      add('/agent/-', { type: concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'assembler'), who: { display: 'e-parcours hub' } }),
      swap('/entity/0', { role: 'source', what: { identifier: { system: 'urn:x:requests', value: 'r-1' } } }),
    ],
    [
      'validated by the médecin traitant',
      add('/agent/-', { type: concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'verifier'), who: to('PractitionerRole/mt-1') }),
    ],
    ['nothing before it', without('/entity')],
    ['several targets', add('/target/-', to('Task/t-1'))],
  ],
  'tddui-questionnaire-response': [
    ['in progress, not answered yet', swap('/status', 'in-progress'), without('/item/0/answer')],
    ['amended', swap('/status', 'amended')],
    [
      'another questionnaire',
      swap('/questionnaire', 'https://exemple.fr/Questionnaire/mna'),
      swap('/item/0', { linkId: 'score', answer: [{ valueInteger: 12 }] }),
    ],
  ],
}

/** Valid where the hub runs in production. */
export const PRODUCTION_VARIANTS: Record<string, Variant[]> = {
  'hub-patient-ins': [
    ['INS of production', swap('/identifier/0/type/coding/0/code', 'INS-NIR'), swap('/identifier/0/system', 'urn:oid:1.2.250.1.213.1.4.8')],
    [
      'a waiting number',
      swap('/identifier/0', {
        use: 'temp',
        type: concept(`${FR}CodeSystem/fr-core-cs-v2-0203`, 'INS-NIA'),
        system: 'urn:oid:1.2.250.1.213.1.4.9',
        value: '279035121518989',
      }),
    ],
  ],
}
