import type { OperationOutcomeIssue } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { toIssues } from '../../../../gateway/fhir/validate/store-findings.ts'

// What HAPI FHIR 8.8 answers, word for word, with a value where it has one.

const HUB = 'https://hub.e-parcours.example/fhir'
const CP = `${HUB}/StructureDefinition/hub-careplan-ppcs`

const said = (id: string | undefined, severity: string, expression: string | undefined, diagnostics: string): OperationOutcomeIssue => ({
  severity: severity as OperationOutcomeIssue['severity'],
  code: 'processing',
  diagnostics,
  ...(id === undefined ? {} : { details: { coding: [{ code: id }] } }),
  ...(expression === undefined ? {} : { expression: [expression] }),
})

const found = (...issue: OperationOutcomeIssue[]): string[] =>
  toIssues({ resourceType: 'OperationOutcome', issue }, 'Bundle.entry[1].resource').map(
    one => `${one.severity} ${one.code} ${one.rule} ${one.expression?.slice(16)}`,
  )

describe('what the store says of a resource', () => {
  it.each<[string, OperationOutcomeIssue, string[]]>([
    [
      'a missing element stands at its own place',
      said('Validation_VAL_Profile_Minimum', 'error', 'CarePlan', `CarePlan.title: minimum required = 1, but only found 0 (from ${CP}|1.0.0)`),
      ['error required element.required resource.title'],
    ],
    [
      'so does one of a datatype profile',
      said(
        'Validation_VAL_Profile_Minimum',
        'error',
        'Patient.telecom[0]',
        'ContactPoint.value: minimum required = 1, but only found 0 (from https://hl7.fr/x|2.1.0)',
      ),
      ['error required element.required resource.telecom[0].value'],
    ],
    [
      'a missing slice stands at its element',
      said(
        'Validation_VAL_Profile_Minimum_SLICE',
        'error',
        'CarePlan',
        `Slice 'CarePlan.category:plan': a matching slice is required, but not found (from ${CP}|1.0.0).`,
      ),
      ['error required slice.required resource.category'],
    ],
    [
      'too many, within a slice',
      said(
        'Validation_VAL_Profile_Maximum',
        'error',
        'Patient.name[0]',
        'Patient.name:officialName.prefix: max allowed = 1, but found 2 (from https://hl7.fr/x|2.1.0)',
      ),
      ['error structure element.too-many resource.name[0].prefix'],
    ],
    [
      'a constraint has its id as rule',
      said(`${CP}#hub-cp-1`, 'error', 'CarePlan', "Constraint failed: hub-cp-1: 'an active plan names a référent and holds at least one activity'"),
      ['error invariant hub-cp-1 resource'],
    ],
    [
      'and may be a warning',
      said(`${CP}#hub-cp-6`, 'warning', 'CarePlan', "Constraint failed: hub-cp-6: 'an active plan has a goal'"),
      ['warning invariant hub-cp-6 resource'],
    ],
    [
      'an extension that the hub does not define under its own address',
      said('Extension_EXT_Unknown', 'information', 'CarePlan.status.extension[0]', `Unknown extension ${HUB}/StructureDefinition/hub-ext-nulle-part`),
      ['error structure extension.unknown resource.status.extension[0]'],
    ],
    [
      'an extension of somebody else is none of its business',
      said('Extension_EXT_Unknown', 'information', 'CarePlan.extension[0]', 'Unknown extension http://exemple.test/x'),
      [],
    ],
    [
      'a fixed value',
      said('_DT_Fixed_Wrong', 'error', 'CarePlan.intent', `Value is 'order' but is fixed to 'plan' in the profile ${CP}|1.0.0#CarePlan.intent`),
      ['error value value.fixed resource.intent'],
    ],
    [
      'a code outside a required list',
      said(
        'Terminology_TX_NoValid_1_CC',
        'error',
        'Task.businessStatus',
        `None of the codings provided are in the value set 'Business statuses' (${HUB}/ValueSet/hub-vs-statut-metier|1.0.0), and a coding from this value set is required) (codes = x#lost)`,
      ),
      ['error code-invalid code.unknown resource.businessStatus'],
    ],
    [
      'a code of a list that is there in part: a warning, whatever the store calls it',
      said(
        'Terminology_PassThrough_TX_Message',
        'error',
        'Patient.address[0].extension[0].value.ofType(Coding)',
        "Unknown code in fragment CodeSystem 'https://x#51215'",
      ),
      ['warning code-invalid code.unchecked resource.address[0].extension[0].value'],
    ],
    [
      'a code of a list nobody has',
      said(
        'Terminology_PassThrough_TX_Message',
        'warning',
        'Consent.category[0]',
        "CodeSystem is unknown and can't be validated: http://loinc.org for 'http://loinc.org#59284-0'",
      ),
      ['warning code-invalid code.unchecked resource.category[0]'],
    ],
    [
      'an extension of another type',
      said('Extension_EXT_Type', 'error', 'CarePlan.extension[0]', "The Extension 'x' definition allows for the types [date] but found type string"),
      ['error structure element.type resource.extension[0].value'],
    ],
    [
      'within a contained resource',
      said(
        'http://hl7.org/fhir/StructureDefinition/Period#per-1',
        'error',
        'CarePlan.contained[0]/*Task/abc*/.restriction.period',
        "Constraint failed: per-1: 'If present, start SHALL have a lower value than end'",
      ),
      ['error invariant per-1 resource.contained[0].restriction.period'],
    ],
    [
      'a contained resource nobody refers to',
      said('CONTAINED_ORPHAN_DOM3', 'error', 'CarePlan.contained[0]', "The contained resource 'x' is not referenced to (dom-3)"),
      ['error invariant dom-3 resource.contained[0]'],
    ],
    [
      'what it could not read',
      said(undefined, 'error', undefined, 'HAPI-0450: Failed to parse request body. Error was: HAPI-1821: [element="status"] Invalid attribute value "SECRET"'),
      ['error value value.form resource'],
    ],
    ['what nobody has seen before', said('Some_New_Message', 'error', 'Task.note[0]', 'SECRET'), ['error structure profile.rule resource.note[0]']],
    ['a place that is no path', said('Some_New_Message', 'error', 'Line[0] Col[0]', 'SECRET'), ['error structure profile.rule resource']],
    [
      'that there is no narrative, which nobody needs to know',
      said(
        'http://hl7.org/fhir/StructureDefinition/DomainResource#dom-6',
        'warning',
        'Goal',
        "Constraint failed: dom-6: 'A resource should have narrative' (Best Practice Recommendation)",
      ),
      [],
    ],
    [
      'that an element fits no slice where slices are open',
      said('Details_for__matching_against_Profile_', 'information', 'CarePlan.category[1]', 'This element does not match any known slice'),
      [],
    ],
    [
      'that a French code is none of the codes HL7 proposes',
      said(
        'Terminology_TX_NoValid_2_CC',
        'warning',
        'Patient.identifier[0].type',
        "None of the codings provided are in the value set 'IdentifierType' (http://hl7.org/fhir/ValueSet/identifier-type|4.0.1), and a coding should come from this value set unless",
      ),
      [],
    ],
    ['that all is well', said(undefined, 'information', undefined, 'No issues detected during validation'), []],
  ])('%s', (_what, issue, expected) => {
    expect(found(issue)).toEqual(expected)
  })

  it('is said once when two profiles say it, and as an error when one of them does', () => {
    const minimum = (severity: string) =>
      said('Validation_VAL_Profile_Minimum', severity, 'CarePlan', 'CarePlan.title: minimum required = 1, but only found 0 (from a)')
    expect(found(minimum('warning'), minimum('error'), minimum('warning'))).toEqual(['error required element.required resource.title'])
  })

  it('is that alone when the profile is one of another type', () => {
    const wrongType = said(
      'Validation_VAL_Profile_WrongType',
      'error',
      'CareTeam',
      "Specified profile type was 'Consent' in profile 'x', but found type 'CareTeam'",
    )
    expect(found(wrongType, said('Some_New_Message', 'error', 'CareTeam.name', 'x'))).toEqual(['error structure profile.type resource.meta.profile'])
  })

  it('is never passed on in its own words', () => {
    const issues = [
      'Validation_VAL_Profile_Minimum',
      'Terminology_TX_NoValid_16',
      'Reference_REF_CantResolve',
      'Type_Specific_Checks_DT_OID_Valid',
      'x#hub-cp-1',
      'Other',
      undefined,
    ].map(id => said(id, 'error', 'Task.SECRET', "SECRET.SECRET 'SECRET' (http://SECRET/SECRET)"))
    expect(JSON.stringify(toIssues({ resourceType: 'OperationOutcome', issue: issues }, 'Task'))).not.toMatch(/SECRET(?!\.)/)
  })
})
