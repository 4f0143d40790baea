import { describe, expect, it } from 'vitest'
import { isElementShown, isFieldShown, isNodeShown, withoutNames } from '../../../../gateway/monitor/flow/hidden.ts'

describe('what nobody sees without giving a reason', () => {
  it.each([
    ['MSH', 10, undefined, true],
    ['TXA', 12, undefined, true],
    ['TXA', 16, undefined, false],
    ['OBR', 4, undefined, true],
    ['OBR', 31, undefined, false],
    ['ORC', 16, undefined, false],
    ['MSA', 3, undefined, false],
    ['PID', 3, undefined, false],
    ['PID', 5, undefined, false],
    ['NK1', 2, undefined, false],
    ['MRG', 1, undefined, false],
    ['PRT', 15, undefined, false],
    ['NTE', 3, undefined, false],
    ['PV1', 2, undefined, true],
    ['PV1', 19, undefined, false],
    ['OBX', 3, 'ED', true],
    ['OBX', 5, 'CWE', true],
    ['OBX', 5, 'ED', false],
    ['OBX', 5, 'TX', false],
    ['ZZZ', 1, undefined, false],
  ])('%s-%i (%s) is shown: %s', (segment, field, type, isShown) => {
    expect(isFieldShown({ segment, field, type })).toBe(isShown)
  })

  it.each([
    ['ClinicalDocument/id/@root', true],
    ['ClinicalDocument/code/@code', true],
    ['ClinicalDocument/component/structuredBody/component[3]/section/code/@code', true],
    ['ClinicalDocument/component/structuredBody/component[3]/section/text', false],
    ['ClinicalDocument/component/structuredBody/component[3]/section/entry/observation/value/@value', false],
    ['ClinicalDocument/component/structuredBody/component[3]/section/entry/act/section/code/@code', false],
    ['ClinicalDocument/recordTarget/patientRole/id/@extension', false],
    ['ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value', false],
    ['ClinicalDocument/recordTarget/patientRole/patient/administrativeGenderCode/@code', false],
    ['ClinicalDocument/informant/relatedEntity/relatedPerson/name/family', false],
    ['ClinicalDocument/title', false],
  ])('%s is shown: %s', (path, isShown) => {
    expect(isNodeShown(path)).toBe(isShown)
  })

  it.each([
    ['Patient', 'name', false],
    ['Patient', 'birthDate', false],
    ['Patient', 'identifier', false],
    ['RelatedPerson', 'telecom', false],
    ['Observation', 'valueQuantity', false],
    ['Observation', 'status', true],
    ['Composition', 'section', false],
    ['DocumentReference', 'type', true],
    ['DocumentReference', 'description', false],
    ['Encounter', 'identifier', false],
    ['Encounter', 'period', true],
    ['Unheard', 'anything', false],
  ])('%s.%s is shown: %s', (type, element, isShown) => {
    expect(isElementShown(type, element)).toBe(isShown)
  })

  it('a reference to a person keeps where it leads and loses the name and the number', () => {
    const value = [{ actor: { reference: 'Patient/1', display: 'CLAIRE EXEMPLE', identifier: { value: '279035121518989' } } }, { display: 'CH Exemple' }]
    expect(withoutNames(value)).toEqual([{ actor: { reference: 'Patient/1' } }, { display: 'CH Exemple' }])
  })

  it.each<[object, object]>([
    [{ reference: '#p1' }, { reference: '#p1' }],
    [{ reference: 'https://dpi.exemple/fhir/Patient/1' }, { reference: 'https://dpi.exemple/fhir/Patient/1' }],
    [{ reference: 'urn:uuid:0b6b0e4e-0000-4000-8000-000000000001' }, { reference: 'urn:uuid:0b6b0e4e-0000-4000-8000-000000000001' }],
    [{ type: 'Patient' }, { type: 'Patient' }],
    [{}, {}],
  ])('so does one to what is contained, to elsewhere, or by a number alone: %j', (reference, shown) => {
    expect(withoutNames({ ...reference, display: 'CLAIRE EXEMPLE', identifier: { value: '279035121518989' } })).toEqual(shown)
  })

  it.each([{ reference: 'Organization/1' }, { type: 'Organization' }])('one to a structure keeps its name: %j', reference => {
    const named = { ...reference, display: 'CH Exemple', identifier: { value: '750000001' } }
    expect(withoutNames(named)).toEqual(named)
  })
})
