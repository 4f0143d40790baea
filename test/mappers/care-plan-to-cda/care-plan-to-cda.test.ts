import type { DocumentReference, Patient } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { drawPdf } from '../../../gateway/workers/draw-pdf.ts'
import { type EditionToSign, mapCarePlanToCda } from '../../../mappers/care-plan-to-cda/care-plan-to-cda.ts'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { documentPdf } from '../../../mappers/cda/media.ts'
import type { CdaElement } from '../../../mappers/cda/xml/element.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import { EXTENSION, SYSTEM } from '../../../profiles/canonicals.ts'
import { mapCda, resourcesOf } from '../../support/mapping.ts'

const PATIENT: Patient = {
  resourceType: 'Patient',
  meta: { tag: [{ system: SYSTEM.hubIdentity, code: 'qualifiee' }] },
  extension: [{ url: EXTENSION.birthPlace, valueAddress: { extension: [{ url: EXTENSION.addressInseeCode, valueCoding: { code: '51215' } }] } }],
  identifier: [
    { use: 'official', type: { coding: [{ system: SYSTEM.fr0203, code: 'INS-NIR-TEST' }] }, system: 'urn:oid:1.2.250.1.213.1.4.10', value: '279035121518989' },
    { system: 'urn:oid:1.2.250.1.999.2', value: 'IPP-42' },
  ],
  name: [
    { use: 'official', family: 'EXEMPLE', given: ['CLAIRE'], extension: [{ url: EXTENSION.birthListGivenName, valueString: 'CLAIRE ANNE' }] },
    { use: 'usual', family: 'D’EXEMPLE & FILS', given: ['Claire'] },
  ],
  gender: 'female',
  birthDate: '1979-03-28',
}

const EDITION: EditionToSign = {
  id: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  setId: '0e37df36-f698-41e6-8b63-6e3a8f0b3a11',
  number: 2,
  replaces: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  type: '18776-5',
  title: 'Plan de coordination <« à domicile »>',
  writtenAt: new Date('2026-06-05T08:00:00Z'),
  environment: 'test',
  patient: PATIENT,
  signatory: { rpps: '10100000032', family: 'FICTIVE', given: 'Alice', structure: { finess: '540009990', name: 'DAC Exemple' } },
  custodian: { finess: '540009990', name: 'DAC Exemple' },
  period: { start: '2026-06-01' },
  pdf: await drawPdf({ title: 'Plan', writtenAt: new Date(0), blocks: [{ kind: 'paragraph', text: 'Plan' }] }),
}

const written = (change: Partial<EditionToSign> = {}): Uint8Array => mapCarePlanToCda({ ...EDITION, ...change }).output ?? new Uint8Array()
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')

/** POCD_MT000040 by name of the parent, as far as the hub writes it. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  recordTarget: ['patientRole'],
  patientRole: ['id', 'addr', 'telecom', 'patient', 'providerOrganization'],
  patient: ['id', 'name', 'administrativeGenderCode', 'birthTime', 'maritalStatusCode', 'guardian', 'birthplace'],
  birthplace: ['place'],
  place: ['name', 'addr'],
  addr: ['county'],
  author: ['functionCode', 'time', 'assignedAuthor'],
  assignedAuthor: ['id', 'code', 'addr', 'telecom', 'assignedPerson', 'assignedAuthoringDevice', 'representedOrganization'],
  assignedPerson: ['name'],
  representedOrganization: ['id', 'name', 'telecom', 'addr', 'standardIndustryClassCode'],
  custodian: ['assignedCustodian'],
  assignedCustodian: ['representedCustodianOrganization'],
  representedCustodianOrganization: ['id', 'name', 'telecom', 'addr'],
  legalAuthenticator: ['time', 'signatureCode', 'assignedEntity'],
  assignedEntity: ['id', 'code', 'addr', 'telecom', 'assignedPerson', 'representedOrganization'],
  documentationOf: ['serviceEvent'],
  serviceEvent: ['id', 'code', 'effectiveTime', 'performer'],
  effectiveTime: ['low', 'high'],
  performer: ['functionCode', 'time', 'assignedEntity'],
  relatedDocument: ['parentDocument'],
  parentDocument: ['id', 'code', 'text', 'setId', 'versionNumber'],
  componentOf: ['encompassingEncounter'],
  encompassingEncounter: ['id', 'code', 'effectiveTime', 'dischargeDispositionCode', 'responsibleParty', 'encounterParticipant', 'location'],
  location: ['healthCareFacility'],
  healthCareFacility: ['id', 'code', 'location', 'serviceProviderOrganization'],
  component: ['nonXMLBody'],
  nonXMLBody: ['text'],
}

/** cda.md 6.4: mandatory there. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  patientRole: ['id', 'patient'],
  patient: ['name', 'administrativeGenderCode', 'birthTime'],
  author: ['time', 'assignedAuthor'],
  assignedAuthor: ['id', 'assignedPerson'],
  representedCustodianOrganization: ['id'],
  legalAuthenticator: ['time', 'signatureCode', 'assignedEntity'],
  serviceEvent: ['effectiveTime', 'performer'],
  performer: ['assignedEntity'],
  encompassingEncounter: ['effectiveTime', 'location'],
  healthCareFacility: ['code'],
}

describe('an edition of a plan as a CDA N1', () => {
  it('read back through our own door it is the same document of the same person', () => {
    const mapped = mapCda(written())
    const [reference] = resourcesOf<DocumentReference>(mapped, 'DocumentReference')
    expect(reference).toMatchObject({
      masterIdentifier: { system: SYSTEM.uri, value: `urn:uuid:${EDITION.id}` },
      identifier: [{ value: `urn:uuid:${EDITION.setId}` }],
      type: { coding: [{ code: '18776-5', system: 'http://loinc.org' }] },
      description: EDITION.title,
    })
    expect(new Date(reference?.content[0]?.attachment.creation ?? '').toISOString()).toBe('2026-06-05T08:00:00.000Z')
    const [patient] = resourcesOf<Patient>(mapped, 'Patient')
    expect(patient?.identifier?.map(({ system, value }) => `${system}|${value}`)).toEqual([
      'urn:oid:1.2.250.1.213.1.4.10|279035121518989',
      'urn:oid:1.2.250.1.999.2|IPP-42',
    ])
    expect(patient).toMatchObject({ name: PATIENT.name, gender: 'female', birthDate: '1979-03-28' })
  })

  it('a number of social security has the OID of an INS and is none: it may be that of the insured', () => {
    const number = (code: string, value: string) => ({
      use: 'official' as const,
      type: { coding: [{ system: SYSTEM.fr0203, code }] },
      system: 'urn:oid:1.2.250.1.213.1.4.8',
      value,
    })
    const identifier = [number('NH', '155037512345630'), number('INS-NIR', '279035121518989')]
    const carried = (numbers: Patient['identifier']) => {
      const { header } = readCdaHeader(readCda(written({ environment: 'production', patient: { ...PATIENT, identifier: numbers } })))
      return header.patient.identifiers.map(({ extension }) => extension)
    }
    expect(carried(identifier)).toEqual(['279035121518989'])
    expect(mapCarePlanToCda({ ...EDITION, environment: 'production', patient: { ...PATIENT, identifier: identifier.slice(0, 1) } }).findings).toMatchObject([
      { code: 'document.patient-id-missing' },
    ])
  })

  it('says who signed it and when, for which structure, and that nothing was left out', () => {
    const { output, findings } = mapCarePlanToCda(EDITION)
    const { header } = readCdaHeader(readCda(output ?? new Uint8Array()))
    expect(findings).toEqual([])
    expect(header.legalAuthenticator).toMatchObject({
      time: { value: '20260605080000+0000' },
      entity: { ids: [{ extension: '810100000032' }], person: { family: 'FICTIVE', given: ['Alice'] }, organization: { ids: [{ extension: '1540009990' }] } },
    })
    expect(header.authors[0]?.time).toMatchObject({ value: '20260605080000+0000' })
    expect(text(output ?? new Uint8Array())).toContain('<signatureCode code="S"/>')
    expect(header.serviceEvents[0]?.performers[0]).toMatchObject({ organization: { ids: [{ extension: '1540009990' }], name: 'DAC Exemple' } })
  })

  it('without a list of given names says those that are known', () => {
    const name = [{ use: 'official' as const, family: 'EXEMPLE', given: ['CLAIRE', 'ANNE'] }]
    const { header } = readCdaHeader(readCda(written({ patient: { ...PATIENT, name } })))
    expect(header.patient).toMatchObject({ birthGivenList: 'CLAIRE ANNE', firstBirthGiven: 'CLAIRE' })
  })

  it.each([
    [
      { city: 'Commune Exemple', extension: [{ url: EXTENSION.addressInseeCode, valueCoding: { code: '51215' } }] },
      { city: 'Commune Exemple', district: '51215' },
    ],
    [{ city: 'Commune Exemple' }, { city: 'Commune Exemple' }],
  ])('tells where the person was born, by name too', (valueAddress, told) => {
    const mapped = mapCda(written({ patient: { ...PATIENT, extension: [{ url: EXTENSION.birthPlace, valueAddress }] } }))
    const [patient] = resourcesOf<Patient>(mapped, 'Patient')
    expect(patient?.extension?.find(({ url }) => url === EXTENSION.birthPlace)?.valueAddress).toMatchObject(told)
  })

  it('carries the signatory as author and legal authenticator, the structure that keeps it, and the edition it replaces', () => {
    const { header } = readCdaHeader(readCda(written()))
    expect(header.authors[0]?.entity).toMatchObject({ ids: [{ root: '1.2.250.1.71.4.2.1', extension: '810100000032' }], person: { family: 'FICTIVE' } })
    expect(header.legalAuthenticator?.entity.ids[0]?.extension).toBe('810100000032')
    expect(header.custodian.ids[0]?.extension).toBe('1540009990')
    expect(header).toMatchObject({ versionNumber: 2, replaces: { root: '1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED' } })
  })

  it('holds the PDF byte for byte', () => {
    const cda = readCda(written())
    expect(Buffer.compare(documentPdf(cda, readCdaHeader(cda).header)?.bytes ?? Buffer.alloc(0), EDITION.pdf)).toBe(0)
  })

  it('has the elements in the order of the schema', () => {
    const names = readCda(written()).root.elements()
    expect(names.map(({ local }) => local).join(' ')).toBe(
      'realmCode typeId templateId templateId templateId id code title effectiveTime confidentialityCode languageCode setId versionNumber recordTarget author custodian legalAuthenticator documentationOf relatedDocument componentOf component',
    )
  })

  it('below, too: every child is one that the schema knows there, in its order, and what the header rules ask for is there', () => {
    const faults: string[] = []
    const visit = (one: CdaElement): void => {
      const known = ORDER[one.local]
      const names = one.elements().map(({ local }) => local)
      const places = names.map(name => known?.indexOf(name) ?? -1)
      // Names are mixed content: any order.
      if (one.local !== 'name' && places.some((place, at) => place < Math.max(0, places[at - 1] ?? 0))) faults.push(`${one.local}: ${names.join(' ')}`)
      for (const name of REQUIRED[one.local] ?? []) if (!names.includes(name)) faults.push(`${one.local} without ${name}`)
      for (const child of one.elements()) visit(child)
    }
    for (const child of readCda(written()).root.elements()) visit(child)
    expect(faults).toEqual([])
  })

  it('is the same to the byte for the same edition, and the first one replaces nothing', () => {
    expect(text(written())).toBe(text(written()))
    const { replaces: _, ...first } = EDITION
    expect(text(mapCarePlanToCda({ ...first, number: 1 }).output ?? new Uint8Array())).not.toContain('relatedDocument')
  })

  it('carries no INS that is not qualified, of another environment, or without all its traits', () => {
    const unqualified = { ...PATIENT, meta: { tag: [{ system: SYSTEM.hubIdentity, code: 'validee' }] } }
    const nameless = { ...PATIENT, name: [{ use: 'usual' as const, family: 'EXEMPLE', given: ['Claire'] }] }
    for (const patient of [unqualified, nameless]) expect(text(written({ patient }))).not.toContain('279035121518989')
    expect(text(written({ environment: 'production' }))).not.toContain('279035121518989')
    expect(mapCarePlanToCda({ ...EDITION, patient: unqualified }).findings).toEqual([expect.objectContaining({ code: 'ins.not-carried' })])
  })

  it.each([
    ['used name', [{ use: 'usual' as const, family: 'EXEMPLE', given: ['Claire'] }], { usedFamily: 'EXEMPLE', usedGiven: 'Claire' }],
    ['old name', [{ use: 'old' as const, family: 'EXEMPLE', given: ['Claire'] }], { usedFamily: 'EXEMPLE', usedGiven: 'Claire' }],
    ['given name', [{ use: 'official' as const, given: ['Claire'] }], { firstBirthGiven: 'Claire' }],
    ['name', [{ family: 'EXEMPLE', given: ['Claire'] }], { birthFamily: 'EXEMPLE', firstBirthGiven: 'Claire' }],
    [
      'name before marriage',
      [
        { use: 'usual' as const, family: 'FICTIVE' },
        { use: 'maiden' as const, family: 'EXEMPLE' },
      ],
      { birthFamily: 'EXEMPLE', usedFamily: 'FICTIVE' },
    ],
  ])('of a person of whom but a %s is known no other is read back', (_name, name, expected) => {
    const { patient } = readCdaHeader(readCda(written({ patient: { ...PATIENT, name } }))).header
    const { birthFamily, firstBirthGiven, usedFamily, usedGiven } = patient
    expect({ birthFamily, firstBirthGiven, usedFamily, usedGiven }).toEqual({
      birthFamily: undefined,
      firstBirthGiven: undefined,
      usedFamily: undefined,
      usedGiven: undefined,
      ...expected,
    })
  })

  const { signatory: _, ...unsigned } = EDITION
  it.each([
    ['without a human who signs', unsigned, 'document.signatory-missing'],
    ['of a type that no table knows', { ...EDITION, type: '00000-0' }, 'document.type-unknown'],
    ['of a person without any number', { ...EDITION, patient: { resourceType: 'Patient' as const } }, 'document.patient-id-missing'],
    ['with a PDF over 5 MB', { ...EDITION, pdf: new Uint8Array(5_000_001) }, 'document.pdf-too-large'],
  ])('stays in the house %s', (_name, edition, code) => {
    expect(mapCarePlanToCda(edition)).toMatchObject({ output: undefined, findings: [{ code }] })
  })

  it('a day told in universal time is the one it is in France', () => {
    const { header } = readCdaHeader(readCda(written({ period: { start: '2026-06-04T22:30:00.000Z', end: '2026-12-31' } })))
    expect([header.serviceEvents[0]?.period, header.encounter?.period]).toMatchObject([
      { low: '20260605', high: '20261231' },
      { low: '20260605', high: '20261231' },
    ])
  })

  it('leaves out what XML cannot say, and escapes the rest', () => {
    const { header } = readCdaHeader(readCda(written({ title: 'a\u0000\u0008 & <b> "c" e\u0301' })))
    expect(header.title).toBe('a & <b> "c" é')
  })
})
