import { describe, expect, it } from 'vitest'
import { defaultProfile, loadedProfile } from '../../../profiles/fhir/default-profiles.ts'

// The table of fhir-fr.md 2.0: which profile judges a resource that claims none, and which one stands behind a claim.

const HUB = 'https://hub.e-parcours.example/fhir/'
const FR = 'https://hl7.fr/ig/fhir/core/StructureDefinition/'
const ANS = 'https://interop.esante.gouv.fr/ig/fhir/'
const coded = (code: string) => ({ coding: [{ system: `${HUB}CodeSystem/hub-cs`, code }] })
const ins = { use: 'official', type: { coding: [{ code: 'INS-NIR-TEST' }] } }
const reliability = (code: string) => ({
  url: `${FR}fr-core-identity-reliability`,
  extension: [{ url: 'identityStatus', valueCoding: { code } }],
})

describe('the default profile of a resource', () => {
  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['CarePlan', { category: [coded('sociale'), coded('PPCS')] }, 'hub-careplan-ppcs'],
    ['CarePlan', { category: [coded('PPS')] }, 'hub-careplan-pps'],
    ['CarePlan', {}, 'hub-careplan-ppcs'],
    ['CareTeam', {}, 'hub-careteam'],
    ['ServiceRequest', { category: [coded('DEM-APPUI')] }, 'hub-servicerequest-demande-appui'],
    ['ServiceRequest', { category: [coded('SNP')] }, 'hub-servicerequest-snp'],
    ['ServiceRequest', { category: [coded('ACCES-MT')] }, undefined],
    ['Task', { code: coded('DEM-APPUI') }, 'hub-task-demande-appui'],
    ['Task', { code: coded('VALIDATION-MT') }, 'hub-task-validation-mt'],
    ['Task', { code: coded('SNP') }, 'hub-task-snp'],
    ['Task', { code: coded('ACTION') }, 'hub-task-action-ppcs'],
    ['Task', { code: coded('ACCES-MT') }, undefined],
    ['Task', { code: coded('IDENTITE') }, undefined],
    ['Task', {}, 'hub-task-demande-appui'],
    ['Consent', {}, 'hub-consent'],
    ['Communication', {}, 'hub-communication-cercle'],
    ['Communication', { medium: [{ coding: [{ code: 'MSSANTE' }] }] }, 'hub-communication-mssante'],
    ['Patient', {}, 'hub-patient'],
    ['Patient', { identifier: [ins], extension: [reliability('VALI')] }, 'hub-patient-ins'],
    ['Patient', { identifier: [ins], extension: [reliability('QUAL')] }, 'hub-patient-ins'],
    ['Patient', { identifier: [ins], extension: [reliability('PROV')] }, 'hub-patient'],
    ['Patient', { identifier: [{ ...ins, use: 'temp' }], extension: [reliability('VALI')] }, 'hub-patient'],
    ['Patient', { identifier: [], extension: [reliability('VALI')] }, 'hub-patient'],
    ['Organization', {}, 'hub-organization'],
    ['Encounter', {}, 'hub-encounter'],
    ['Goal', {}, 'hub-goal'],
    ['Observation', {}, 'hub-observation'],
    ['Provenance', {}, 'hub-provenance'],
    ['Composition', {}, undefined],
    ['constructor', {}, undefined],
  ])('%s %j is judged by %s', (resourceType, elements, id) => {
    expect(defaultProfile({ resourceType, ...elements })).toBe(id === undefined ? undefined : `${HUB}StructureDefinition/${id}`)
  })

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['Practitioner', {}, 'annuaire/StructureDefinition/as-practitioner'],
    ['PractitionerRole', {}, 'annuaire/StructureDefinition/as-practitionerrole'],
    ['RelatedPerson', {}, 'cds/StructureDefinition/cds-fr-related-person'],
    ['DocumentReference', { content: [{ attachment: { url: 'urn:uuid:1' } }] }, 'pdsm/StructureDefinition/pdsm-comprehensive-document-reference'],
    ['DocumentReference', { content: [{ attachment: { data: 'AAAA' } }] }, 'pdsm/StructureDefinition/pdsm-simplified-publish'],
    [
      'DocumentReference',
      { type: { coding: [{ system: 'https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote' }] } },
      'cdl/StructureDefinition/cdl-document-reference',
    ],
    ['List', {}, 'pdsm/StructureDefinition/pdsm-submissionset-comprehensive'],
    ['QuestionnaireResponse', {}, 'tddui/StructureDefinition/tddui-questionnaire-response'],
    ['AuditEvent', {}, 'tde/StructureDefinition/tde-auditevent'],
    ['Subscription', { criteria: 'CommunicationRequest?event-type=SOR' }, 'nde/StructureDefinition/nde-subscription'],
    ['CommunicationRequest', {}, 'nde/StructureDefinition/nde-eventdeclaration'],
    ['CommunicationRequest', { recipient: [{}] }, 'nde/StructureDefinition/nde-notificationrequest'],
    [
      'CarePlan',
      { meta: { profile: [`${ANS}tddui/StructureDefinition/tddui-careplan-projet-personnalise|2.1.0`] } },
      'tddui/StructureDefinition/tddui-careplan-projet-personnalise',
    ],
  ])('%s %j is judged by the national profile %s', (resourceType, elements, path) => {
    expect(defaultProfile({ resourceType, ...elements })).toBe(`${ANS}${path}`)
  })

  it('a resource of a wrong form has a default profile all the same', () => {
    for (const wrong of [null, 'x', 3, [], [null], { coding: 'x' }, { coding: [null] }]) {
      expect(defaultProfile({ resourceType: 'Task', ...{ code: wrong } })).toBe(`${HUB}StructureDefinition/hub-task-demande-appui`)
      expect(defaultProfile({ resourceType: 'Patient', ...{ identifier: wrong, extension: wrong } })).toBe(`${HUB}StructureDefinition/hub-patient`)
    }
  })
})

describe('the profile behind a claim', () => {
  it.each([
    [`${HUB}StructureDefinition/hub-consent`, `${HUB}StructureDefinition/hub-consent`],
    [`${HUB}StructureDefinition/hub-consent|1.0.0`, `${HUB}StructureDefinition/hub-consent`],
    [`${HUB}StructureDefinition/hub-consent|7.0.0`, undefined],
    [`${HUB}StructureDefinition/hub-nothing`, undefined],
    [`${FR}fr-core-practitioner|2.2.0`, `${FR}fr-core-practitioner`],
    [`${FR}fr-core-patient`, `${HUB}StructureDefinition/hub-patient`],
    [`${FR}fr-core-patient-ins|2.2.0`, `${HUB}StructureDefinition/hub-patient-ins`],
    [`${ANS}cds/StructureDefinition/cds-organization`, `${HUB}StructureDefinition/hub-organization`],
    [`${ANS}annuaire/StructureDefinition/as-dp-practitioner|1.1.0`, `${ANS}annuaire/StructureDefinition/as-practitioner`],
    ['http://hl7.org/fhir/StructureDefinition/Patient|4.0.1', 'http://hl7.org/fhir/StructureDefinition/Patient'],
    ['https://elsewhere.example/StructureDefinition/x', undefined],
  ])('%s is judged by %s', (claim, profile) => {
    expect(loadedProfile(claim)).toBe(profile)
  })
})
