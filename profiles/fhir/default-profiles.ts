/*
  Which profile judges a resource: the default one of its type, and the loaded one behind a claim.
    claim => canonical [ "|" version ]     national: any version is read as the loaded one; hub: the current minor version and the one before it
  Spec: fhir-fr.md 2.0 a and its table, 6.2, 6.3.
*/
import { HUB } from '../canonicals.ts'

/** Version of each of the hub's profiles; its package counts the patches of their content. */
export const PROFILES_VERSION = '1.0.0'

const FR = 'https://hl7.fr/ig/fhir/core/StructureDefinition/'
const ANS = 'https://interop.esante.gouv.fr/ig/fhir/'
const BASE = 'http://hl7.org/fhir/StructureDefinition/'
const HUB_PROFILE = `${HUB}StructureDefinition/`

const HUB_IDS = [
  'hub-careplan-ppcs',
  'hub-careplan-pps',
  'hub-careteam',
  'hub-servicerequest-demande-appui',
  'hub-servicerequest-snp',
  'hub-task-demande-appui',
  'hub-task-validation-mt',
  'hub-task-snp',
  'hub-task-action-ppcs',
  'hub-consent',
  'hub-communication-cercle',
  'hub-communication-mssante',
  'hub-patient',
  'hub-patient-ins',
  'hub-organization',
  'hub-encounter',
  'hub-goal',
  'hub-observation',
  'hub-provenance',
]

const FR_IDS = [
  'fr-core-patient',
  'fr-core-patient-ins',
  'fr-core-practitioner',
  'fr-core-practitioner-role',
  'fr-core-organization',
  'fr-core-related-person',
  'fr-core-encounter',
]

const ANS_IDS: Record<string, string[]> = {
  annuaire: ['as-practitioner', 'as-practitionerrole'],
  cds: ['cds-ihe-careteam', 'cds-organization', 'cds-fr-related-person', 'cds-bundle-transaction-creation', 'cds-bundle-transaction-maj'],
  cdl: ['cdl-document-reference'],
  nde: ['nde-subscription', 'nde-eventdeclaration', 'nde-notificationrequest'],
  pdsm: ['pdsm-comprehensive-document-reference', 'pdsm-simplified-publish', 'pdsm-submissionset-comprehensive'],
  tddui: ['tddui-careplan-projet-personnalise', 'tddui-questionnaire-response'],
  tde: ['tde-auditevent'],
}

const ans = (guide: string, id: string): string => `${ANS}${guide}/StructureDefinition/${id}`

/** Every profile of a resource that the store and the first tier know by its own canonical. */
export const LOADED_PROFILES: readonly string[] = [
  ...HUB_IDS.map(id => HUB_PROFILE + id),
  ...FR_IDS.map(id => FR + id),
  ...Object.entries(ANS_IDS).flatMap(([guide, ids]) => ids.map(id => ans(guide, id))),
]
const LOADED = new Set(LOADED_PROFILES)

/** Claims judged by another profile: the hub's rules stand on top of the national ones (2.0, 2.7); directory copies are judged as what they were copied from (1.5). */
const JUDGED_BY = new Map([
  [`${FR}fr-core-patient`, `${HUB_PROFILE}hub-patient`],
  [`${FR}fr-core-patient-ins`, `${HUB_PROFILE}hub-patient-ins`],
  [ans('cds', 'cds-organization'), `${HUB_PROFILE}hub-organization`],
  ...['as-dp-practitioner', 'as-dr-practitioner'].map(id => [ans('annuaire', id), ans('annuaire', 'as-practitioner')] as const),
  ...['as-dp-practitionerrole', 'as-dr-practitionerrole'].map(id => [ans('annuaire', id), ans('annuaire', 'as-practitionerrole')] as const),
  ...['as-dp-organization', 'as-dr-organization', 'as-organization'].map(id => [ans('annuaire', id), `${HUB_PROFILE}hub-organization`] as const),
])

/** The loaded profile that judges a claim; undefined when the hub knows none, or the version is one it no longer speaks. */
export function loadedProfile(claim: string): string | undefined {
  const [canonical = '', version] = claim.split('|')
  const judge = JUDGED_BY.get(canonical) ?? canonical
  if (judge.startsWith(BASE)) return judge
  if (!LOADED.has(judge)) return undefined
  return canonical.startsWith(HUB) && version !== undefined && !isSpoken(version) ? undefined : judge
}

function isSpoken(version: string): boolean {
  const [major, minor] = version.split('.').map(Number)
  const [ourMajor, ourMinor] = PROFILES_VERSION.split('.').map(Number)
  return major === ourMajor && (minor === ourMinor || minor === (ourMinor ?? 0) - 1)
}

type Elements = Record<string, unknown>

const DEFAULTS: Record<string, (resource: Elements) => string | undefined> = {
  CarePlan: plan => {
    const esms = ans('tddui', 'tddui-careplan-projet-personnalise')
    if (claims(plan).some(claim => claim.split('|')[0] === esms)) return esms
    return `${HUB_PROFILE}hub-careplan-${hubCodes(plan['category']).has('PPS') ? 'pps' : 'ppcs'}`
  },
  CareTeam: () => `${HUB_PROFILE}hub-careteam`,
  ServiceRequest: request => {
    const kinds = hubCodes([request['category'], request['code']].flat())
    if (kinds.has('ACCES-MT')) return undefined
    return `${HUB_PROFILE}hub-servicerequest-${kinds.has('SNP') ? 'snp' : 'demande-appui'}`
  },
  Task: task => {
    const kinds = hubCodes(task['code'])
    if (kinds.has('ACCES-MT') || kinds.has('IDENTITE')) return undefined
    const [, id = 'demande-appui'] = TASKS.find(([code]) => kinds.has(code)) ?? []
    return `${HUB_PROFILE}hub-task-${id}`
  },
  Consent: () => `${HUB_PROFILE}hub-consent`,
  Communication: message => `${HUB_PROFILE}hub-communication-${codes(message['medium']).some(({ code }) => code === 'MSSANTE') ? 'mssante' : 'cercle'}`,
  Patient: patient => `${HUB_PROFILE}hub-patient${isQualified(patient) ? '-ins' : ''}`,
  Practitioner: () => ans('annuaire', 'as-practitioner'),
  PractitionerRole: () => ans('annuaire', 'as-practitionerrole'),
  Organization: () => `${HUB_PROFILE}hub-organization`,
  RelatedPerson: () => ans('cds', 'cds-fr-related-person'),
  Encounter: () => `${HUB_PROFILE}hub-encounter`,
  DocumentReference: document => {
    if (codes(document['type']).some(({ system }) => system?.includes('/TRE_R234-TypeNote/'))) return ans('cdl', 'cdl-document-reference')
    const isInline = list(document['content']).some(content => asElements(asElements(content)['attachment'])['data'] !== undefined)
    return ans('pdsm', isInline ? 'pdsm-simplified-publish' : 'pdsm-comprehensive-document-reference')
  },
  List: set => (codes(set['code']).some(({ code }) => code === 'folder') ? undefined : ans('pdsm', 'pdsm-submissionset-comprehensive')),
  QuestionnaireResponse: () => ans('tddui', 'tddui-questionnaire-response'),
  Goal: () => `${HUB_PROFILE}hub-goal`,
  Observation: () => `${HUB_PROFILE}hub-observation`,
  Provenance: () => `${HUB_PROFILE}hub-provenance`,
  AuditEvent: () => ans('tde', 'tde-auditevent'),
  Subscription: ({ criteria }) => (typeof criteria === 'string' && criteria.startsWith('CommunicationRequest?') ? ans('nde', 'nde-subscription') : undefined),
  CommunicationRequest: request => ans('nde', request['recipient'] === undefined ? 'nde-eventdeclaration' : 'nde-notificationrequest'),
}

const TASKS = [
  ['DEM-APPUI', 'demande-appui'],
  ['VALIDATION-MT', 'validation-mt'],
  ['SNP', 'snp'],
  ['ACTION', 'action-ppcs'],
] as const

/**
 * The profile that judges a resource when it claims none, and beside what it claims when it is written; undefined: base R4.
 * In: a parsed resource, whatever its form.
 */
export function defaultProfile(resource: { resourceType: string }): string | undefined {
  return Object.hasOwn(DEFAULTS, resource.resourceType) ? DEFAULTS[resource.resourceType]?.({ ...resource }) : undefined
}

/** Said to be validated or qualified, with an INS of official use: an INS without that proof is no reason to judge it as qualified (1.3). */
function isQualified(patient: Elements): boolean {
  const hasIns = list(patient['identifier'])
    .map(asElements)
    .some(identifier => identifier['use'] === 'official' && codes(identifier['type']).some(({ code }) => code?.startsWith('INS-N')))
  const reliability = extensions(patient, `${FR}fr-core-identity-reliability`).flatMap(one => extensions(one, 'identityStatus'))
  return hasIns && reliability.some(({ valueCoding }) => ['VALI', 'QUAL'].includes(String(asElements(valueCoding)['code'])))
}

function extensions(element: Elements, url: string): Elements[] {
  return list(element['extension'])
    .map(asElements)
    .filter(one => one['url'] === url)
}

const claims = (resource: Elements): string[] => list(asElements(resource['meta'])['profile']).filter(claim => typeof claim === 'string')

const hubCodes = (concepts: unknown): Set<string> =>
  new Set(codes(concepts).flatMap(({ system, code }) => (system === `${HUB}CodeSystem/hub-cs` && code !== undefined ? [code] : [])))

/** The codings of one CodeableConcept or of several. */
function codes(concepts: unknown): { system?: string; code?: string }[] {
  return list(concepts)
    .flatMap(concept => list(asElements(concept)['coding']))
    .map(asElements)
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

const asElements = (value: unknown): Elements => (typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {})
