import type { Endpoint, ImagingStudy } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { mapCda, resourcesOf } from '../../support/mapping.ts'
import { LOINC, made, observation, related, SNOMED, section, structured, template } from '../../support/statements.ts'

// An imaging report (CR-IMG): what was done, with what, and where its images are.

const DCM = '1.2.840.10008.2.16.4'
const study = '1.2.250.1.999.6.1'
const address = 'https://drim.example.org/IHEInvokeImageDisplay?requestType=STUDY&amp;studyUID=1.2.250.1.999.6.1'
const act = (names: string[], uid: string, code: string, inner: string) =>
  `<act classCode="ACT" moodCode="EVN">${template(...names)}<id root="${uid}"/>${code}${inner}</act>`
const coded = (code: string, inner = '') => `<code code="${code}" codeSystem="${DCM}">${inner}</code>`
const modality = (code: string) =>
  `<qualifier><name code="121139" codeSystem="${DCM}"/><value code="${code}" codeSystem="${DCM}" displayName="Image"/></qualifier>`
const object = ({ uid = `${study}.1.1`, url = address, inner = '' } = {}) =>
  `<observation classCode="DGIMG" moodCode="EVN">${template('1.2.840.10008.9.18', 'E3.157')}<id root="${uid}"/><code code="1.2.840.10008.5.1.4.1.1.2" codeSystem="1.2.840.10008.2.6.1" displayName="CT Image Storage"/><text mediaType="application/dicom"><reference value="${url}"/></text>${inner}</observation>`
const series = ({ uid = `${study}.1`, code = coded('113015', modality('CT')), inner = object() } = {}) =>
  act(['1.2.840.10008.9.17', 'E3.156'], uid, code, `<effectiveTime value="20260108113000+0100"/>${related(inner, 'COMP')}`)
const examination = (inner: string, { names = ['1.2.840.10008.9.16', 'E3.155'], status = '' } = {}) =>
  act(names, study, `${coded('113014')}${status}<effectiveTime value="20260108112900+0100"/>`, inner)
const catalogue = (...entries: string[]) =>
  section({ code: '121181', entries }).replace(`code="121181" codeSystem="${LOINC}"`, `code="121181" codeSystem="${DCM}"`)

describe('a study of the catalogue of objects', () => {
  it('is one ImagingStudy, with its series, their objects and where they are found; and no act', () => {
    const found = made(catalogue(examination(related(series(), 'COMP'))))
    expect(found.all('Procedure')).toEqual([])
    expect(found.one('ImagingStudy')).toMatchObject({
      identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${study}` }],
      status: 'available',
      modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }],
      started: '2026-01-08T11:29:00+01:00',
      series: [
        {
          uid: `${study}.1`,
          modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT', display: 'Image' },
          started: '2026-01-08T11:30:00+01:00',
          endpoint: [{ reference: '#images-1' }],
          instance: [
            { uid: `${study}.1.1`, sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2', display: 'CT Image Storage' } },
          ],
        },
      ],
      contained: [
        {
          resourceType: 'Endpoint',
          id: 'images-1',
          status: 'active',
          connectionType: { code: 'ihe-iid' },
          payloadMimeType: ['application/dicom'],
          address: address.replace('&amp;', '&'),
        },
      ],
    })
    expect([found.outcomes, found.findings.filter(code => code.startsWith('statement.'))]).toEqual([['mapped', 'mapped', 'mapped'], []])
    const traced = found.mapped.lineage.filter(({ element }) => element.startsWith('ImagingStudy/'))
    expect(traced.some(({ element }) => element.endsWith('.series'))).toBe(true)
  })

  it('is one by its code where no template is known; each modality and address is told once', () => {
    const [first, second] = [
      series({ inner: object() + object({ uid: `${study}.1.2` }) }).replace(
        '</observation><observation',
        `</observation></entryRelationship><entryRelationship typeCode="COMP"><observation`,
      ),
      series({ uid: `${study}.2`, inner: object({ uid: `${study}.2.1`, url: 'http://pacs.example.org/wado?requestType=WADO &amp;studyUID=1' }) }),
    ]
    const found = made(catalogue(examination([first, second].map(one => related(one, 'COMP')).join(''), { names: ['9.9'] }))).one('ImagingStudy')
    expect([found.modality?.length, found.series?.map(one => [one.uid, one.instance?.length, one.endpoint?.length])]).toEqual([
      1,
      [
        [`${study}.1`, 2, 1],
        [`${study}.2`, 1, 1],
      ],
    ])
    expect((found.contained as Endpoint[]).map(one => [one.connectionType.code, one.address])).toEqual([
      ['ihe-iid', address.replace('&amp;', '&')],
      ['dicom-wado-uri', 'http://pacs.example.org/wado?requestType=WADO&studyUID=1'],
    ])
  })

  it('a series of no known modality says so; one without a UID, and what is said of an object, stay in the narrative with a finding', () => {
    const frames = related(observation({ template: '9.9', code: coded('121190'), value: '<value xsi:type="INT" value="3"/>' }))
    const found = made(
      catalogue(
        examination(
          [
            series({ code: coded('113015') }),
            series({ uid: 'inconnu', inner: object({ uid: `${study}.2.1` }) }),
            series({ uid: `${study}.3`, inner: object({ inner: frames }) }),
          ]
            .map(one => related(one, 'COMP'))
            .join(''),
        ),
      ),
    )
    const { modality: all, series: told } = found.one('ImagingStudy')
    expect([all?.length, told?.map(one => [one.uid, one.modality.code, one.modality.extension?.[0]?.valueCode])]).toEqual([
      1,
      [
        [`${study}.1`, undefined, 'unknown'],
        [`${study}.3`, 'CT', undefined],
      ],
    ])
    expect([found.all('Observation'), found.outcomes.filter(one => one === 'unmapped').length]).toEqual([[], 3])
    expect(found.findings).toContain('statement.unmapped')
  })

  it.each([
    ['<statusCode code="completed"/>', 'available'],
    ['<statusCode code="cancelled"/>', 'cancelled'],
    ['<statusCode code="nullified"/>', 'entered-in-error'],
  ])('%s: %s', (status, told) => {
    expect(made(catalogue(examination(related(series(), 'COMP'), { status }))).one('ImagingStudy').status).toBe(told)
  })

  it.each([true, false])('an image shown with a result is no result: it rests on the study (catalogue first: %s)', isFirst => {
    const measured = observation({
      template: 'E3.154',
      code: `<code code="33728-7" codeSystem="${LOINC}"/>`,
      value: '<value xsi:type="PQ" value="12" unit="mm"/>',
      inner: related(object(), 'SPRT'),
    })
    const [listed, results] = [catalogue(examination(related(series(), 'COMP'))), section({ code: '59776-5', entries: [measured] })]
    const found = made(isFirst ? [listed, results] : [results, listed])
    expect(found.one('Observation').derivedFrom).toEqual([{ reference: `ImagingStudy/${found.one('ImagingStudy').id}` }])
    expect(found.one('Observation').category?.[0]?.coding?.[0]?.code).toBe('imaging')
  })

  it('an image of no study of the document is told by a finding alone', () => {
    const found = made(section({ code: '59776-5', entries: [object()] }))
    expect([found.all('Observation'), found.outcomes, found.findings.includes('statement.unmapped')]).toEqual([[], ['unmapped'], true])
  })
})

describe('the act of imaging', () => {
  it('tells by what it was done', () => {
    const technique = `<procedure classCode="PROC" moodCode="EVN">${template('1.2.840.10008.9.14', 'E3.153')}<code code="24727-0" codeSystem="${LOINC}"/><effectiveTime value="20260108"/><methodCode code="CT" codeSystem="${DCM}"/><targetSiteCode code="302548004" codeSystem="${SNOMED}"/></procedure>`
    const found = made(section({ code: '55111-9', entries: [technique] }))
    const { status, extension } = found.one('Procedure')
    expect([status, extension]).toMatchObject([
      'completed',
      [{ url: 'http://hl7.org/fhir/StructureDefinition/procedure-method', valueCodeableConcept: { coding: [{ code: 'CT' }] } }],
    ])
    expect(found.findings).not.toContain('statement.part-unread')
  })

  it.each(['E3.151', 'E3.173'])('what is injected for it is no treatment that goes on (%s)', name => {
    const given = `<substanceAdministration classCode="SBADM" moodCode="EVN">${template(name)}<statusCode code="completed"/><consumable><manufacturedProduct><manufacturedMaterial><code code="V08AB11" codeSystem="2.16.840.1.113883.6.73"/></manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>`
    expect(made(section({ code: '55111-9', entries: [given] })).one('MedicationStatement').status).toBe('completed')
  })
})

describe('the act and the accession number of the header', () => {
  const order = (number: string) =>
    `<inFulfillmentOf><order><id root="1.2.250.1.999.7" extension="O"/><accessionNumber xmlns="urn:dicom-org:ps3-20" root="1.2.250.1.999.8" extension="${number}"/></order></inFulfillmentOf>`
  const other = examination(related(series(), 'COMP')).replaceAll(study, '1.2.250.1.999.6.2')
  const studies = (orders: string[], entries: string[], uid?: string) => {
    const act = `${uid === undefined ? '' : `<id root="${uid}"/>`}<code code="LCQH001" codeSystem="1.2.250.1.215.300.1"/>`
    const text = Buffer.from(structured(catalogue(...entries))).toString()
    const document = text.replace('<documentationOf>', `${orders.map(order).join('')}<documentationOf>`).replace('<serviceEvent>', `<serviceEvent>${act}`)
    const found = resourcesOf<ImagingStudy>(mapCda(Buffer.from(document)), 'ImagingStudy')
    return found.map(one => [one.identifier?.find(({ type }) => type?.coding?.[0]?.code === 'ACSN')?.value, one.procedureCode?.[0]?.coding?.[0]?.code])
  }
  const own = examination(related(series(), 'COMP'))

  it('are those of the study that the document is about: of its UID, or the only one', () => {
    expect(studies(['A1'], [own])).toEqual([['A1', 'LCQH001']])
    expect(studies(['A1'], [own, other], study)).toEqual([
      ['A1', 'LCQH001'],
      [undefined, undefined],
    ])
  })

  it('are those of none where nothing says which, and no number is told of several', () => {
    expect(studies(['A1'], [own, other])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
    expect(studies(['A1', 'A2'], [own])).toEqual([[undefined, 'LCQH001']])
  })
})
