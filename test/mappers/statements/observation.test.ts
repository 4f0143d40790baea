import { describe, expect, it } from 'vitest'
import { CISIS, LOINC, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

const NEGATION = { url: expect.stringMatching(/hub-ext-negation$/), valueBoolean: true }
const inSection = (...entries: string[]) => section({ code: '42545-4', entries })

describe('the value of an observation', () => {
  it.each([
    ['BL', '<value xsi:type="BL" value="true"/>', { valueBoolean: true }],
    ['INT', '<value xsi:type="INT" value="4"/>', { valueInteger: 4 }],
    [
      'PQ in UCUM',
      '<value xsi:type="PQ" value="37.2" unit="Cel"/>',
      { valueQuantity: { value: 37.2, unit: 'Cel', system: 'http://unitsofmeasure.org', code: 'Cel' } },
    ],
    ['PQ in a thing to count', '<value xsi:type="PQ" value="2" unit="{tablet}"/>', { valueQuantity: { value: 2, unit: '{tablet}' } }],
    ['PQ in no UCUM unit', '<value xsi:type="PQ" value="12" unit="mm Hg"/>', { valueQuantity: { value: 12, unit: 'mm Hg' } }],
    [
      'PQ in a code of the EDQM',
      '<value xsi:type="PQ" value="2" unit="30009000"/>',
      { valueQuantity: { value: 2, system: 'http://standardterms.edqm.eu', code: '30009000' } },
    ],
    ['REAL', '<value xsi:type="REAL" value="2.5"/>', { valueQuantity: { value: 2.5 } }],
    ['ST', '<value xsi:type="ST">Aucun</value>', { valueString: 'Aucun' }],
    ['ED', '<value xsi:type="ED">&lt;1.0 mg/L</value>', { valueString: '<1.0 mg/L' }],
    ['TS', '<value xsi:type="TS" value="202302091130+0100"/>', { valueDateTime: '2023-02-09T11:30:00+01:00' }],
    [
      'IVL_PQ with both ends',
      '<value xsi:type="IVL_PQ"><low value="1" unit="g/L"/><high value="2" unit="g/L"/></value>',
      { valueRange: { low: { value: 1, unit: 'g/L' }, high: { value: 2, unit: 'g/L' } } },
    ],
    [
      'IVL_PQ open above, exclusive',
      '<value xsi:type="IVL_PQ"><high value="0.128" unit="ug/mL" inclusive="false"/></value>',
      { valueQuantity: { value: 0.128, comparator: '<' } },
    ],
    [
      'IVL_PQ with equal ends',
      '<value xsi:type="IVL_PQ"><low value="3" unit="g"/><high value="3" unit="g"/></value>',
      { valueQuantity: { value: 3, unit: 'g' } },
    ],
    ['a type with a prefix', '<value xmlns:c="urn:hl7-org:v3" xsi:type="c:INT" value="7"/>', { valueInteger: 7 }],
  ])('%s', (_, value, expected) => {
    expect(made(inSection(observation({ value }))).one('Observation')).toMatchObject(expected)
  })

  it('a code goes along with translations and qualifiers, under the URI of its system or as urn:oid', () => {
    const value = `<value xsi:type="CD" code="C50" codeSystem="2.16.840.1.113883.6.3"><qualifier><name code="20228-3" codeSystem="${LOINC}" displayName="Latéralité"/><value code="24028007" codeSystem="${SNOMED}" displayName="droit"/></qualifier><translation code="X" codeSystem="1.2.3.4"/></value>`
    expect(made(inSection(observation({ value }))).one('Observation').valueCodeableConcept?.coding).toEqual([
      { system: 'http://hl7.org/fhir/sid/icd-10', code: 'C50' },
      { system: 'urn:oid:1.2.3.4', code: 'X' },
      { system: 'http://snomed.info/sct', code: '24028007', display: 'Latéralité : droit' },
    ])
  })

  it('a code that is missing leaves the words of the narrative, written #id or id', () => {
    const text = '<paragraph><content ID="n1">Fièvre</content><content ID="n2">Toux</content></paragraph>'
    const value = (pointer: string) => `<value xsi:type="CD"><originalText><reference value="${pointer}"/></originalText></value>`
    const found = made(section({ code: '42545-4', text, entries: [observation({ value: value('#n1') }), observation({ value: value('n2') })] })).all(
      'Observation',
    )
    expect(found.map(one => one.valueCodeableConcept)).toEqual([{ text: 'Fièvre' }, { text: 'Toux' }])
  })

  it('a dead pointer gives no words: the code falls back on its display, the value says that it is not there', () => {
    const value = '<value xsi:type="CD"><originalText><reference value="#gone"/></originalText></value>'
    const found = made(inSection(observation({ value }))).one('Observation')
    expect(found.valueCodeableConcept).toBeUndefined()
    expect(found.dataAbsentReason?.coding?.[0]?.code).toBe('unknown')
  })

  it.each([
    ['NASK', 'not-asked'],
    ['ASKU', 'asked-unknown'],
    ['MSK', 'masked'],
    ['NA', 'not-applicable'],
    ['NI', 'unknown'],
  ])('nullFlavor %s is the reason why it is absent: %s', (nullFlavor, reason) => {
    const found = made(inSection(observation({ value: `<value xsi:type="CD" nullFlavor="${nullFlavor}"/>` }))).one('Observation')
    expect(found.dataAbsentReason?.coding?.[0]).toEqual({ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: reason })
  })

  const two = '<value xsi:type="BL" value="true"/><value xsi:type="INT" value="2"/>'

  it('several values of one statement are components of one Observation, none of them beside the others (obs-7)', () => {
    const found = made(inSection(observation({ value: two }))).one('Observation')
    expect(found.component).toMatchObject([{ valueBoolean: true }, { valueInteger: 2 }])
    expect(Object.keys(found).filter(name => /^value|^dataAbsent/.test(name))).toEqual([])
  })

  it('several values that are denied are all denied', () => {
    const found = made(inSection(observation({ attributes: 'negationInd="true"', value: two }))).one('Observation')
    expect(found.modifierExtension).toEqual([NEGATION])
    expect(found.component).toMatchObject([{ valueBoolean: true }, { valueInteger: 2 }])
  })
})

describe('a negated observation', () => {
  const negated = (value: string) => made(inSection(observation({ attributes: 'negationInd="true"', value }))).one('Observation')

  it('whose value is yes is a no', () => expect(negated('<value xsi:type="BL" value="true"/>')).toMatchObject({ valueBoolean: false }))
  it.each(['TRUE', '1'])('written %s is denied no less', written => {
    const value = '<value xsi:type="BL" value="true"/>'
    expect(made(inSection(observation({ attributes: `negationInd="${written}"`, value }))).one('Observation').valueBoolean).toBe(false)
  })
  it('without a value is a no', () => expect(negated('')).toMatchObject({ valueBoolean: false }))
  it('with any other value carries the flag, and the value as it is written', () => {
    expect(negated('<value xsi:type="PQ" value="41" unit="wk"/>')).toMatchObject({ modifierExtension: [NEGATION], valueQuantity: { value: 41, unit: 'wk' } })
  })
  it('whose value has no place in FHIR carries the flag: it is no "no" to all of its code', () => {
    const found = negated('<value xsi:type="II" root="1.2.3" extension="12"/>')
    expect(found).toMatchObject({ modifierExtension: [NEGATION], dataAbsentReason: { coding: [{ code: 'unsupported' }] } })
    expect(found.valueBoolean).toBeUndefined()
  })
  it('that says "none known" in its value is not turned around', () => {
    const found = negated('<value xsi:type="CD" code="no-known-problems" codeSystem="2.16.840.1.113883.5.1150.1"/>')
    expect(found.modifierExtension).toBeUndefined()
    expect(found.valueCodeableConcept?.coding?.[0]?.system).toBe('http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips')
  })
})

describe('the time of an observation', () => {
  it.each([
    ['20230531', '2023-05-31'],
    ['2023', '2023'],
    ['202305', '2023-05'],
    ['20230701101500', '2023-07-01T10:15:00+02:00'],
  ])('%s is no more precise than written: %s', (written, expected) => {
    expect(made(inSection(observation({ time: `<effectiveTime value="${written}"/>` }))).one('Observation').effectiveDateTime).toBe(expected)
  })

  it.each(['20230231', '20231341', '202305311075', 'hier', '20230531104500+9900'])('%s is no time: it is left out, with a finding at its place', written => {
    const { mapped, one } = made(inSection(observation({ time: `<effectiveTime value="${written}"/>`, value: '<value xsi:type="INT" value="1"/>' })))
    expect(one('Observation').effectiveDateTime).toBeUndefined()
    expect(mapped.findings).toContainEqual(
      expect.objectContaining({ code: 'statement.date-invalid', path: expect.stringMatching(/observation\/effectiveTime\/@value$/) }),
    )
  })

  it('an end before its start is left out, with a finding', () => {
    const { one, findings } = made(inSection(observation({ time: '<effectiveTime><low value="20230601"/><high value="20230501"/></effectiveTime>' })))
    expect(one('Observation').effectivePeriod).toEqual({ start: '2023-06-01' })
    expect(findings).toContain('statement.end-before-start')
  })
})

describe('observations together', () => {
  it('what stands inside one is its member, its comment its note', () => {
    const comment = `<act classCode="ACT" moodCode="EVN">${template('E3.32')}<code code="48767-8" codeSystem="${LOINC}"/><text>À revoir</text></act>`
    const inner = observation({ value: '<value xsi:type="INT" value="2"/>', inner: related(comment) })
    const [whole, part] = made(inSection(observation({ value: '<value xsi:type="INT" value="1"/>', inner: related(inner, 'COMP') }))).all('Observation')
    expect(whole?.hasMember).toEqual([{ reference: `Observation/${part?.id}` }])
    expect(part).toMatchObject({ valueInteger: 2, note: [{ text: 'À revoir' }] })
  })

  it('systolic and diastolic pressure of a panel are one Observation of two components', () => {
    const sign = (code: string, value: number) =>
      `<component>${observation({ template: 'E3.50', code: `<code code="${code}" codeSystem="${LOINC}"/>`, value: `<value xsi:type="PQ" value="${value}" unit="mm[Hg]"/>` })}</component>`
    const panel = `<organizer classCode="CLUSTER" moodCode="EVN">${template('E3.49')}<statusCode code="completed"/><effectiveTime value="20230601"/>${sign('8480-6', 130)}${sign('8462-4', 80)}${sign('8867-4', 60)}</organizer>`
    const found = made(section({ code: '8716-3', entries: [panel] })).all('Observation')
    const of = new Map(found.map(one => [one.code.coding?.[0]?.code, one]))
    expect([...of.keys()].sort()).toEqual(['85353-1', '85354-9', '8867-4'])
    expect(of.get('85354-9')?.component?.map(one => one.valueQuantity?.value)).toEqual([130, 80])
    expect(found.map(one => one.effectiveDateTime)).toEqual(['2023-06-01', '2023-06-01', '2023-06-01'])
    expect(of.get('85353-1')?.hasMember).toHaveLength(2)
  })

  it('what a document says of somebody else is in the focus of that person, not of the patient', () => {
    const subject = '<subject><relatedSubject classCode="PRS"><code code="MTH" codeSystem="2.16.840.1.113883.5.111"/></relatedSubject></subject>'
    const found = made(
      section({ code: '29762-2', entries: [observation({ template: 'E3.52', value: '<value xsi:type="ST">Infirmière</value>', inner: subject })] }),
    ).one('Observation')
    expect(found.focus).toEqual([{ reference: '#subject' }])
    expect(found.contained?.[0]).toMatchObject({ resourceType: 'RelatedPerson', relationship: [{ coding: [{ code: 'MTH' }] }] })
  })

  it('a statement of no known kind is not mapped: it stays in the narrative, with a finding', () => {
    const { findings, outcomes } = made(inSection('<regionOfInterest classCode="ROIOVL" moodCode="EVN"><id root="1.2.3"/></regionOfInterest>'))
    expect([findings.includes('statement.unmapped'), outcomes]).toEqual([true, ['unmapped']])
  })
})

describe('the stay', () => {
  const modality = (code: string, value: string) =>
    observation({ code: `<code code="${code}" codeSystem="${CISIS}"/>`, value: `<value xsi:type="CD" code="${value}" codeSystem="${SNOMED}"/>` })

  it('ORG-070 and ORG-074 say how it began and ended', () => {
    const found = made(inSection(modality('ORG-070', '107724000'), modality('ORG-074', '306689006')))
    expect(found.one('Encounter').hospitalization).toMatchObject({
      admitSource: { coding: [{ code: '107724000' }] },
      dischargeDisposition: { coding: [{ code: '306689006' }] },
    })
    expect(found.all('Observation')).toHaveLength(2)
  })

  it('a reason in words alone is the reason of the stay', () => {
    expect(made(section({ code: '42349-1', text: '<paragraph>Chute à domicile</paragraph>' })).one('Encounter').reasonCode).toEqual([
      { text: 'Chute à domicile' },
    ])
  })

  it('nothing of a hidden document is said there', () => {
    const found = made([section({ code: '42349-1', text: 'Chute' }), inSection(modality('ORG-070', '1'))], { flags: { masquePs: true } })
    expect([found.one('Encounter').reasonCode, found.one('Encounter').hospitalization]).toEqual([undefined, undefined])
  })

  it('the state of the document is the state of its card, and no Observation', () => {
    const state = observation({
      template: 'E3.48',
      code: `<code code="GEN-065" codeSystem="${CISIS}"/>`,
      value: `<value xsi:type="CD" code="385651009" codeSystem="${SNOMED}"/>`,
    })
    const found = made(section({ code: '33557-0', entries: [state] }))
    expect([found.all('Observation'), found.one('DocumentReference').docStatus, found.outcomes]).toEqual([[], 'preliminary', ['in-header']])
  })
})

describe('a code whose code system is no OID', () => {
  it('stands without a system, and a finding says where', () => {
    const said = made(
      section({
        code: '42545-4',
        entries: [observation({ value: '<value xsi:type="CD" code="N10" codeSystem="9.9.9"><translation code="X" codeSystem="CIM-10"/></value>' })],
      }),
    )
    expect(said.one('Observation').valueCodeableConcept?.coding).toEqual([{ code: 'N10' }, { code: 'X' }])
    expect(said.findings.filter(code => code.startsWith('statement.code-system-invalid'))).toHaveLength(2)
  })
})
