import { describe, expect, it } from 'vitest'
import { LOINC, made, observation, related, SNOMED, section, template } from '../../support/statements.ts'

// Units mean what the sender meant by them, and nothing that stands in an observation is dropped without a word: it is read, or a finding says where it stands.

const UCUM = 'http://unitsofmeasure.org'
const inSection = (...entries: string[]) => section({ code: '42545-4', entries })
const valued = (value: string, inner = '') => made(inSection(observation({ value, inner })))
const findingsOf = (found: ReturnType<typeof made>) =>
  found.mapped.findings.filter(({ code }) => code.startsWith('statement.')).map(({ code, path }) => [code, path?.split('/observation/').at(-1)])

describe('a unit', () => {
  const quantityIn = (unit: string) => {
    const found = valued(`<value xsi:type="PQ" value="2" unit="${unit}"/>`)
    return [found.one('Observation').valueQuantity, findingsOf(found)]
  }
  const FOUND = [['statement.unit-unknown', 'value/@unit']]

  it('of any length is read in one go, and a name that JavaScript knows is a word like another', () => {
    const digits = `${'1'.repeat(400_000)}!`
    expect(quantityIn(digits)).toEqual([{ value: 2, unit: digits }, FOUND])
    expect(quantityIn('constructor')).toEqual([{ value: 2, unit: 'constructor' }, FOUND])
    expect(quantityIn('10*+3/2-1')[0]).toMatchObject({ code: '10*+3/2-1', system: UCUM })
  })

  it.each(
    'g/L mg/dL ug/mL mmol/L 10*9/L 10*12/L 10^9/L /uL /mm3 mL/min/{1.73_m2} kg/m2 mm[Hg] cm[H2O] [iU]/L k[iU]/L m[IU]/mL U/L ukat/L Cel % fL pg kPa hPa MBq MHz kJ J T mT [diop] deg Ohm kOhm mV mA cGy mSv kcal/d ms wk mo a meq/L mosm/kg dB uS/cm uF bar L/min mL/h'.split(
      ' ',
    ),
  )('%s is that of UCUM', unit => expect(quantityIn(unit)).toEqual([{ value: 2, unit, system: UCUM, code: unit }, []]))

  it.each([
    ['mg/J', 'per joule'],
    ['mL/H', 'per henry'],
    ['ML', 'megalitre'],
    ['Ml/min', 'megalitre'],
    ['Mg', 'megagram'],
    ['Mmol/L', 'megamole'],
    ['PA', 'petaampere'],
    ['pt', 'picotonne'],
    ['cs', 'centisecond'],
    ['C', 'coulomb'],
    ['F', 'farad'],
    ['u', 'dalton'],
    ["'", 'minute of an angle'],
    ['G/L', 'giga, or grams in capitals'],
    ['mm Hg', 'nothing'],
  ])('%s is no %s: it is kept as words, with a finding', unit => {
    expect(quantityIn(unit)).toEqual([{ value: 2, unit }, FOUND])
  })

  it('T/L is a million million in a litre, not a magnetic field', () => {
    expect(quantityIn('T/L')).toEqual([{ value: 2, unit: 'T/L', system: UCUM, code: '10*12/L' }, FOUND])
  })

  it.each(['{tablet}', '1'])('%s needs no finding', unit => expect(quantityIn(unit)[1]).toEqual([]))
})

describe('a value', () => {
  const ratio = '<numerator xsi:type="PQ" value="1" unit="mg"/><denominator xsi:type="PQ" value="2" unit="mL"/>'

  it.each([
    ['RTO_QTY_QTY', `<value xsi:type="RTO_QTY_QTY">${ratio}</value>`, { valueRatio: { numerator: { value: 1, unit: 'mg' }, denominator: { value: 2 } } }],
    [
      'PQ said in another unit alone',
      '<value xsi:type="PQ" nullFlavor="OTH"><translation value="5.8" code="mmol/L" codeSystem="2.16.840.1.113883.6.8"/></value>',
      { valueQuantity: { value: 5.8, unit: 'mmol/L', system: UCUM, code: 'mmol/L' } },
    ],
    [
      'PQ said in a unit of its own list alone',
      '<value xsi:type="PQ" nullFlavor="OTH"><translation value="3" code="C1" codeSystem="1.2.3.4" displayName="croix"/></value>',
      { valueQuantity: { value: 3, unit: 'croix', system: 'urn:oid:1.2.3.4', code: 'C1' } },
    ],
    ['number with a comma', '<value xsi:type="PQ" value="1,5" unit="g/L"/>', { valueString: '1,5 g/L' }],
    ['number with a sign before it', '<value xsi:type="PQ" value="&lt;0.5" unit="mg/L"/>', { valueString: '<0.5 mg/L' }],
    [
      'trace',
      '<value xsi:type="PQ" nullFlavor="TRC"/>',
      { valueCodeableConcept: { coding: [{ system: expect.stringMatching(/v3-NullFlavor$/), code: 'TRC' }] } },
    ],
    ['PPD_PQ', '<value xsi:type="PPD_PQ" value="5" unit="g/L"/>', { valueString: '5 g/L' }],
    ['number that is none in XML', '<value xsi:type="PQ" value="0x10" unit="g"/>', { valueString: '0x10 g' }],
    ['INT that is none in XML', '<value xsi:type="INT" value="0x10"/>', { valueString: '0x10' }],
    ['MO', '<value xsi:type="MO" value="30" currency="EUR"/>', { valueString: '30 EUR' }],
  ])('%s is told with its unit', (_, value, expected) => expect(valued(value).one('Observation')).toMatchObject(expected))

  it.each([
    ['ED in base64', '<value xsi:type="ED" representation="B64" mediaType="image/png">iVBORw0KGgo=</value>'],
    ['ED elsewhere', '<value xsi:type="ED" mediaType="image/png"><reference value="https://exemple.fr/i.png"/></value>'],
    ['SLIST_PQ', '<value xsi:type="SLIST_PQ"><origin value="0" unit="s"/><scale value="1" unit="uV"/><digits>1 2 3</digits></value>'],
    ['II', '<value xsi:type="II" root="1.2.3" extension="12"/>'],
    ['RTO of no numbers', '<value xsi:type="RTO_PQ_PQ"><numerator value="un"/><denominator value="2"/></value>'],
  ])('%s has no place in an Observation: it says so, and a finding says where', (_, value) => {
    const found = valued(value)
    expect(found.one('Observation').dataAbsentReason?.coding?.[0]?.code).toBe('unsupported')
    expect(findingsOf(found)).toContainEqual(['statement.part-unread', 'value'])
  })

  it.each([
    ['<value xsi:type="PQ" nullFlavor="NASK" unit="g/L"/>', 'not-asked'],
    ['<value xsi:type="CD" nullFlavor="OTH"/>', 'unsupported'],
    ['<value xsi:type="IVL_PQ"><low nullFlavor="UNK"/><high nullFlavor="UNK"/></value>', 'unknown'],
    ['<value xsi:type="CD"><originalText><reference value="#gone"/></originalText></value>', 'unknown'],
  ])('%s says nothing, and needs no finding', (value, reason) => {
    const found = valued(value)
    expect(found.one('Observation').dataAbsentReason?.coding?.[0]?.code).toBe(reason)
    expect(findingsOf(found).map(([code]) => code)).not.toContain('statement.part-unread')
  })

  it('keeps a qualifier that is said in words', () => {
    const qualifier = (value: string) => `<qualifier><name code="20228-3" codeSystem="${LOINC}" displayName="Latéralité"/>${value}</qualifier>`
    const value = `<value xsi:type="CD" code="C50" codeSystem="2.16.840.1.113883.6.3">${qualifier('<value><originalText>les deux</originalText></value>')}${qualifier('<value xsi:type="PQ" value="50" unit="%"/>')}${qualifier('<value nullFlavor="NA"/>')}</value>`
    expect(valued(value).one('Observation').valueCodeableConcept?.coding?.slice(1)).toEqual([
      { display: 'Latéralité : les deux' },
      { display: 'Latéralité : 50 %' },
    ])
  })
})

describe('what stands beside the value', () => {
  const number = '<value xsi:type="INT" value="1"/>'
  const range = (inner: string) => `<referenceRange><observationRange>${inner}</observationRange></referenceRange>`

  it('a range of reference that is a code or a ratio is told in words, and of whom it holds goes along', () => {
    const found = valued(
      number,
      [
        range(`<value xsi:type="CD" code="260415000" codeSystem="${SNOMED}" displayName="Non détecté"/>`),
        range('<value xsi:type="RTO_PQ_PQ"><numerator value="1" unit="mg"/><denominator value="2" unit="mL"/></value>'),
        range(
          `<value xsi:type="IVL_PQ"><high value="5"/></value><precondition typeCode="PRCN"><criterion><value xsi:type="CD" code="77386006" codeSystem="${SNOMED}" displayName="Grossesse"/></criterion></precondition><precondition><criterion><value xsi:type="IVL_PQ"><low value="18" unit="a"/><high value="65" unit="a"/></value></criterion></precondition>`,
        ),
      ].join(''),
    ).one('Observation')
    expect(found.referenceRange).toMatchObject([
      { text: 'Non détecté' },
      { text: '1 mg / 2 mL' },
      { high: { value: 5 }, appliesTo: [{ coding: [{ code: '77386006' }] }, { text: '18 a – 65 a' }] },
    ])
  })

  it('a second place or method is said by a finding: an Observation has room for one', () => {
    const coded = (local: string, code: string) => `<${local} code="${code}" codeSystem="${SNOMED}"/>`
    const inner = [coded('methodCode', '1'), coded('methodCode', '2'), coded('targetSiteCode', '3'), coded('targetSiteCode', '4')].join('')
    const found = valued(number, inner)
    expect(found.one('Observation')).toMatchObject({ method: { coding: [{ code: '1' }] }, bodySite: { coding: [{ code: '3' }] } })
    expect(findingsOf(found)).toEqual([
      ['statement.part-unread', 'methodCode[2]'],
      ['statement.part-unread', 'targetSiteCode[2]'],
    ])
  })

  it('a sample is a Specimen of the observation', () => {
    const specimen = `<specimen><specimenRole><id root="1.2.3" extension="P12"/><specimenPlayingEntity><code code="119297000" codeSystem="${SNOMED}"/></specimenPlayingEntity></specimenRole></specimen>`
    const found = valued(number, specimen)
    const sample = found.one('Specimen')
    expect(sample).toMatchObject({ identifier: [{ value: 'P12' }], type: { coding: [{ code: '119297000' }] } })
    expect(found.one('Observation').specimen).toEqual({ reference: `Specimen/${sample.id}` })
  })

  it.each([
    ['that has a number and is named twice is one Specimen', () => '<id root="1.2.3" extension="P12"/>', '119297000', 1],
    ['of another number is another', (n: number) => `<id root="1.2.3" extension="P1${n}"/>`, '119297000', 2],
    ['without a number is each time another', () => '', '119297000', 2],
  ])('a sample %s', (_what, id, type, count) => {
    const specimen = (n: number): string =>
      `<specimen><specimenRole>${id(n)}<specimenPlayingEntity><code code="${type}" codeSystem="${SNOMED}"/></specimenPlayingEntity></specimenRole></specimen>`
    const result = (n: number): string => observation({ template: 'E3.80', value: `<value xsi:type="INT" value="${n}"/>${specimen(n)}` })
    const report = `<act classCode="ACT" moodCode="EVN">${template('E3.21')}<code code="18719-5" codeSystem="${LOINC}"/><statusCode code="completed"/>${related(result(1), 'COMP')}${related(result(2), 'COMP')}</act>`
    const found = made(section({ code: '18719-5', entries: [report] }))
    const samples = found.all('Specimen')
    expect(samples).toHaveLength(count)
    expect(found.all('Observation').map(one => (one as { specimen?: { reference?: string } }).specimen?.reference)).toEqual(
      [samples[0], samples.at(-1)].map(one => `Specimen/${one?.id}`),
    )
  })
})

describe('the state of what was found', () => {
  const state = (code: string | undefined, statement: string) =>
    statement.replace(/<statusCode code="completed"\/>/, code === undefined ? '' : `<statusCode code="${code}"/>`)
  const report = `<act classCode="ACT" moodCode="EVN">${template('E3.21')}<code code="18719-5" codeSystem="${LOINC}"/><statusCode code="completed"/>${related(observation({ template: 'E3.80', value: '<value xsi:type="INT" value="1"/>' }).replace('completed', 'active'), 'COMP')}</act>`

  it.each([
    ['completed', 'final', 'final'],
    ['active', 'preliminary', 'partial'],
    ['held', 'registered', 'registered'],
    ['suspended', 'registered', 'registered'],
    ['new', 'registered', 'registered'],
    ['aborted', 'cancelled', 'cancelled'],
    ['nullified', 'entered-in-error', 'entered-in-error'],
    ['obsolete', 'entered-in-error', 'entered-in-error'],
    ['normal', 'unknown', 'unknown'],
    [undefined, 'unknown', 'unknown'],
  ])('%s: an Observation is %s, a DiagnosticReport %s', (code, ofObservation, ofReport) => {
    expect(made(inSection(state(code, observation({ value: '<value xsi:type="INT" value="1"/>' })))).one('Observation').status).toBe(ofObservation)
    expect(made(inSection(state(code, report))).one('DiagnosticReport').status).toBe(ofReport)
  })

  it.each([
    ['completed', 'completed'],
    ['held', 'on-hold'],
    ['new', 'preparation'],
    ['obsolete', 'unknown'],
    ['nullified', 'entered-in-error'],
  ])('an act that is %s is %s', (code, status) => {
    const act = `<procedure classCode="PROC" moodCode="EVN">${template('E3.62')}<code code="1" codeSystem="${SNOMED}"/><statusCode code="completed"/><effectiveTime value="20200101"/></procedure>`
    expect(made(section({ code: '47519-4', entries: [state(code, act)] })).one('Procedure').status).toBe(status)
    const denied = made(section({ code: '47519-4', entries: [state(code, act).replace('moodCode', 'negationInd="true" moodCode')] })).one('Procedure').status
    expect(denied).toBe(code === 'nullified' ? 'entered-in-error' : 'not-done')
  })
})

describe('a group', () => {
  const group = `<organizer classCode="CLUSTER" moodCode="EVN"><statusCode code="completed"/><component>${observation({ value: '<value xsi:type="INT" value="1"/>' })}</component></organizer>`

  const groupIn = (code: string) =>
    made(`<component><section>${code}<entry>${group}</entry></section></component>`)
      .all('Observation')
      .find(one => one.hasMember !== undefined)

  it('without a code, in a section without one, says that it has none', () => {
    expect(groupIn('')?.code).toEqual({ extension: [expect.objectContaining({ valueCode: 'unknown' })] })
  })
  it('without a code is about its section, also where the code system of that is no OID or its words stand beside it', () => {
    expect(groupIn('<code code="S1" codeSystem="local"/>')?.code.coding).toEqual([{ code: 'S1' }])
    expect(groupIn('<code code="S1" codeSystem="1.2.3"><originalText>Bilan</originalText></code>')?.code.text).toBe('Bilan')
  })
})
