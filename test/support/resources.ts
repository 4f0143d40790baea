/*
  Small sound R4 resources with invented content, one for each shape that the form of R4 has: choices, siblings with `_`, contained resources, references, narrative.
*/
export const CARE_PLAN = {
  resourceType: 'CarePlan',
  id: 'plan-1',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Plan de <b>coordination</b></p></div>' },
  contained: [{ resourceType: 'Practitioner', id: 'inf', name: [{ family: 'EXEMPLE' }] }],
  status: 'active',
  intent: 'plan',
  title: 'Plan de coordination',
  subject: { reference: 'Patient/p-1' },
  period: { start: '2026-06-01' },
  created: '2026-06-01T08:00:00+02:00',
  author: { reference: 'PractitionerRole/role-1', type: 'PractitionerRole' },
  contributor: [{ reference: '#inf' }],
  careTeam: [{ reference: 'CareTeam/team-1/_history/2' }],
  activity: [
    {
      detail: {
        status: 'scheduled',
        description: 'Passage infirmier',
        scheduledString: 'tous les jours',
        performer: [{ reference: 'urn:uuid:4fd9f4f2-6b0d-4d6e-9a3e-1f2d3c4b5a69' }],
      },
    },
    { reference: { reference: 'https://partenaire.example/fhir/Task/t-1' } },
  ],
}

export const PATIENT = {
  resourceType: 'Patient',
  identifier: [{ use: 'usual', system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' }],
  name: [
    {
      use: 'official',
      family: 'EXEMPLE',
      given: ['Claire', null],
      _given: [null, { extension: [{ url: 'http://example.org/absent', valueCode: 'unknown' }] }],
    },
  ],
  gender: 'female',
  birthDate: '1979-03-28',
  _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: '1979-03-28T14:35:45+01:00' }] },
  multipleBirthInteger: 2,
}

export const OBSERVATION = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: 'Patient?identifier=urn:oid:1.2.250.1.999.2|IPP-42' },
  effectiveInstant: '2026-05-30T09:00:00.5Z',
  valueQuantity: { value: 71.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  referenceRange: [{ low: { value: 60 }, text: 'pour cette personne' }],
}

export const ANSWERS = {
  resourceType: 'QuestionnaireResponse',
  questionnaire: 'https://example.org/Questionnaire/aggir|1',
  _questionnaire: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/display', valueString: 'AGGIR' }] },
  status: 'completed',
  item: [{ linkId: 'a', item: [{ linkId: 'a.1', answer: [{ valueDecimal: 1.5 }, { valueTime: '08:30:00' }] }] }],
}

export const BINARY = { resourceType: 'Binary', contentType: 'application/pdf', data: 'JVBERi0xLjQK' }

export const TRANSACTION = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    { fullUrl: 'urn:uuid:4fd9f4f2-6b0d-4d6e-9a3e-1f2d3c4b5a69', resource: PATIENT, request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=a|b' } },
    { resource: CARE_PLAN, request: { method: 'PUT', url: 'CarePlan/plan-1', ifMatch: 'W/"3"' } },
  ],
}

export const RESOURCES = [CARE_PLAN, PATIENT, OBSERVATION, ANSWERS, BINARY, TRANSACTION]
