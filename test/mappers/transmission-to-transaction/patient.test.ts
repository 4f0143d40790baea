import type { Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { Mapped, MapContext } from '../../../mappers/mapper.ts'
import type { Transaction } from '../../../mappers/transmission-to-transaction/transaction.ts'
import { type CdaChange, TEST_INS, TEST_IPP, writeCda } from '../../support/cda.ts'
import { codesOf, contextOf, mapCda } from '../../support/mapping.ts'

const WRONG_KEY = { root: TEST_INS.root, extension: '279035121518988' }
const REAL_INS = { root: '1.2.250.1.213.1.4.8', extension: TEST_INS.extension }

function map(change: CdaChange = {}, status: string[] = ['VALI'], environment: MapContext['environment'] = 'test'): Mapped<Transaction> {
  const ids = change.patientIds ?? [TEST_INS, TEST_IPP]
  const identifiers = ids.map(({ root, extension }) => ({ value: extension, authority: root }))
  return mapCda(writeCda(change), { patient: { identifiers, identityStatus: status, names: [] } }, contextOf(environment))
}

const patientOf = (mapped: Mapped<Transaction>): Patient => mapped.output.patientClaim.resource as Patient
const insOf = (mapped: Mapped<Transaction>) => patientOf(mapped).identifier?.find(identifier => identifier.type?.coding?.[0]?.code?.startsWith('INS-'))
const tagsOf = (mapped: Mapped<Transaction>) => patientOf(mapped).meta?.tag?.map(tag => tag.code)
const without = (part: RegExp): CdaChange => ({ edit: text => text.replace(part, '') })

describe('an INS is official only if it is qualified', () => {
  it('INS, VALI and the traits: official, a search key, the profile of FR Core with INS', () => {
    const mapped = map()
    expect(insOf(mapped)).toEqual({
      use: 'official',
      type: { coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203', code: 'INS-NIR-TEST' }] },
      system: 'urn:oid:1.2.250.1.213.1.4.10',
      value: '279035121518989',
    })
    expect(tagsOf(mapped)).toEqual(['qualifiee'])
    expect(patientOf(mapped).meta?.profile).toEqual(['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins'])
    expect(mapped.output.patientClaim.keys).toEqual([
      { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' },
      { system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' },
    ])
    expect(mapped.output.patientClaim.person?.ins?.isQualified).toBe(true)
  })

  it.each<[string, CdaChange, string[], MapContext['environment'], string, string[]]>([
    ['not validated', {}, ['PROV'], 'test', '', ['provisoire', 'quarantaine']],
    ['no status at all', {}, [], 'test', '', ['provisoire', 'quarantaine']],
    ['fetched, not checked', {}, ['RECUP'], 'test', '', ['recuperee', 'quarantaine']],
    ['wrong key', { patientIds: [WRONG_KEY, TEST_IPP] }, ['VALI'], 'test', 'ins.key-wrong', ['validee']],
    ['test INS in production', {}, ['VALI'], 'production', 'ins.other-environment', ['validee']],
    ['real INS in a test environment', { patientIds: [REAL_INS, TEST_IPP] }, ['VALI'], 'test', 'ins.other-environment', ['validee']],
    ['no birth place', without(/<birthplace>.*<\/birthplace>/), ['VALI'], 'test', 'ins.trait-missing', ['validee']],
    ['no list of given names', without(/<given>CLAIRE ANNE<\/given>/), ['VALI'], 'test', 'ins.trait-missing', ['validee']],
    ['no birth date', without(/<birthTime[^>]*>/), ['VALI'], 'test', 'ins.trait-missing', ['validee']],
  ])('%s: temp, received but not verified, no key of search', (_, change, status, environment, finding, tags) => {
    const mapped = map(change, status, environment)
    expect(insOf(mapped)).toMatchObject({
      use: 'temp',
      extension: [{ url: 'https://hub.e-parcours.example/fhir/StructureDefinition/hub-ext-ins-statut', valueCode: 'recu-non-verifie' }],
    })
    expect(tagsOf(mapped)).toEqual(tags)
    expect(patientOf(mapped).meta?.profile).toEqual(['https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient'])
    expect(mapped.output.patientClaim.keys).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' }])
    expect(mapped.output.patientClaim.person?.ins?.isQualified).toBe(false)
    expect(codesOf(mapped).filter(code => code.startsWith('ins.'))).toEqual(finding === '' ? [] : [finding])
  })

  it.each([
    [['VALI', 'DOUT'], 'identity.status-doubtful', ['provisoire', 'quarantaine']],
    [['DOUB'], 'identity.status-doubtful', ['provisoire', 'quarantaine']],
    [['VALI', 'HOMA'], 'identity.status-doubtful', ['qualifiee']],
    [['???'], 'identity.status-unknown', ['provisoire', 'quarantaine']],
  ])('PID-32 %j is said', (status, finding, tags) => {
    const mapped = map({}, status)
    expect(mapped.findings).toContainEqual({ code: finding, severity: 'warning', path: 'PID-32' })
    expect(tagsOf(mapped)).toEqual(tags)
  })

  it('a real INS is qualified in production', () => {
    const mapped = map({ patientIds: [REAL_INS, TEST_IPP] }, ['VALI'], 'production')
    expect(insOf(mapped)).toMatchObject({ use: 'official', system: 'urn:oid:1.2.250.1.213.1.4.8' })
  })

  it('a waiting number (NIA) stays temp also when qualified', () => {
    const mapped = map({ patientIds: [{ root: '1.2.250.1.213.1.4.9', extension: TEST_INS.extension }, TEST_IPP] }, ['VALI'], 'production')
    expect(insOf(mapped)?.use).toBe('temp')
    expect(tagsOf(mapped)).toEqual(['qualifiee'])
  })

  it('a social-security number is no INS and no search key', () => {
    const mapped = map({ patientIds: [{ root: '1.2.250.1.213.1.4.13', extension: TEST_INS.extension }, TEST_IPP] })
    expect(insOf(mapped)).toBeUndefined()
    expect(patientOf(mapped).identifier?.[1]).toMatchObject({ type: { coding: [{ code: 'NH' }] } })
    expect(mapped.output.patientClaim.keys).toHaveLength(1)
  })

  it('a person known by nothing else is found again by the same document only', () => {
    const mapped = map({ patientIds: [TEST_INS] }, ['PROV'])
    expect(mapped.output.patientClaim.keys).toEqual([
      { system: 'https://hub.e-parcours.example/fhir/NamingSystem/document-person', value: 'urn:oid:1.2.250.1.999.1.1' },
    ])
  })

  it('an IPP of PID-3 that the document does not repeat counts too', () => {
    const identifiers = [
      { value: TEST_INS.extension, authority: TEST_INS.root },
      { value: 'IPP-9', authority: '1.2.250.1.999.8' },
    ]
    const mapped = mapCda(writeCda({ patientIds: [TEST_INS] }), { patient: { identifiers, identityStatus: ['VALI'], names: [] } })
    expect(mapped.output.patientClaim.person?.ipps).toEqual([{ system: 'urn:oid:1.2.250.1.999.8', value: 'IPP-9' }])
  })
})

it('CX.5 of PID-3 says that a number of the document is not of the person alone', () => {
  const identifiers = [
    { value: 'IPP-1', authority: TEST_IPP.root, type: 'PI' },
    { value: 'ASSURE-1', authority: '1.2.250.1.999.8', type: 'NH' },
  ]
  const mapped = mapCda(writeCda({ patientIds: [{ root: '1.2.250.1.999.8', extension: 'ASSURE-1' }, TEST_IPP] }), {
    patient: { identifiers, identityStatus: ['VALI'], names: [] },
  })
  expect(mapped.output.patientClaim.keys).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' }])
})

it.each(['IPP', 'PN', undefined])('a number of the document stays one of the person whose type in PID-3 is %s, also where it is an account besides', type => {
  const typed = (said: string | undefined) => ({ value: 'IPP-1', authority: TEST_IPP.root, ...(said === undefined ? {} : { type: said }) })
  for (const identifiers of [[typed(type)], [typed('AN'), typed(type)], [typed(type), typed('AN')]]) {
    const mapped = mapCda(writeCda({ patientIds: [TEST_IPP] }), { patient: { identifiers, identityStatus: ['VALI'], names: [] } })
    expect(mapped.output.patientClaim.keys).toEqual([{ system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-1' }])
  }
})

describe('the person', () => {
  it('has the birth name as official name, with the whole list of given names beside the first', () => {
    expect(patientOf(map()).name).toEqual([
      {
        extension: [{ url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name', valueString: 'CLAIRE ANNE' }],
        use: 'official',
        family: 'EXEMPLE',
        given: ['CLAIRE'],
      },
    ])
  })

  it.each([
    ['F', '', 'female'],
    ['M', '', 'male'],
    ['UN', 'Inconnu', 'unknown'],
    ['UN', 'Indifférencié', 'unknown'],
    ['U', '', 'unknown'],
  ])('sex %s %s is %s beside an INS', (code, display, gender) => {
    const patient = patientOf(
      map({ edit: text => text.replace('administrativeGenderCode code="F"', `administrativeGenderCode code="${code}" displayName="${display}"`) }),
    )
    expect(patient.gender).toBe(gender)
    expect(patient._gender?.extension?.[0]?.valueCoding?.code).toBe(code === 'UN' ? 'UN' : undefined)
  })

  it('without an INS, undifferentiated is other', () => {
    const mapped = map({
      patientIds: [TEST_IPP],
      edit: text => text.replace('administrativeGenderCode code="F"', 'administrativeGenderCode code="UN" displayName="Indifférencié"'),
    })
    expect(patientOf(mapped).gender).toBe('other')
  })

  it('the birth place carries its COG code', () => {
    const place = patientOf(map()).extension?.find(extension => extension.url.endsWith('patient-birthPlace'))
    expect(place?.valueAddress?.extension?.[0]?.valueCoding?.code).toBe('51215')
  })

  it('its creation names no resource of the document: another document may complete it', () => {
    const edit = (text: string) =>
      text.replace(
        '<documentationOf>',
        '<participant typeCode="INF"><functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88"/><time nullFlavor="NA"/><associatedEntity classCode="PROV"><id root="1.2.250.1.71.4.2.1" extension="810100000024"/><associatedPerson><name><family>MODELE</family><given>Marc</given></name></associatedPerson></associatedEntity></participant><documentationOf>',
      )
    const patient = patientOf(map({ edit }))
    expect(JSON.stringify(patient)).not.toContain('"reference"')
    expect(patient.generalPractitioner).toMatchObject([{ identifier: { system: 'https://rpps.esante.gouv.fr', value: '10100000024' }, display: 'Marc MODELE' }])
  })

  it('each element knows where it was read', () => {
    const { lineage } = map()
    expect(lineage.find(one => one.element === 'Patient.birthDate')?.sources).toEqual(['ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value'])
  })
})
