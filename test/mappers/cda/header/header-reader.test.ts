import { describe, expect, it } from 'vitest'
import { pathOf } from '../../../../mappers/lineage.ts'
import { readCdaHeader, readCdaOutline } from '../../../../mappers/cda/header/header-reader.ts'
import { CDA_LIMITS, readCda } from '../../../../mappers/cda/xml/tree.ts'
import { judgeMessage } from '../../../../mappers/hl7v2/checks/judge-message.ts'
import type { HubError } from '../../../../profiles/errors.ts'
import { asStructured, type CdaChange, TEST_INS, TEST_IPP, writeCda } from '../../../support/cda.ts'
import { writeMessage } from '../../../support/messages.ts'

const headerOf = (change: CdaChange = {}) => readCdaHeader(readCda(writeCda(change))).header
const edited = (from: string | RegExp, to: string) => headerOf({ edit: text => text.replace(from, to) })

describe('the header of a document', () => {
  it('its identifiers, type and people are read as written', () => {
    const header = headerOf()
    expect(header.uniqueId).toBe('urn:oid:1.2.250.1.999.1.1')
    expect(header.code).toMatchObject({ code: '11490-0', system: '2.16.840.1.113883.6.1' })
    expect(header.patient.identifiers.map(({ root, extension }) => ({ root, extension }))).toEqual([TEST_INS, TEST_IPP])
    expect(header.patient).toMatchObject({
      birthFamily: 'EXEMPLE',
      firstBirthGiven: 'CLAIRE',
      birthGivenList: 'CLAIRE ANNE',
      birthTime: '19790328',
      birthPlaceCode: '51215',
    })
    expect(header.authors[0]?.entity).toMatchObject({ person: { family: 'FICTIVE', given: ['Alice'] }, organization: { name: 'Centre hospitalier Exemple' } })
    expect(header.body).toEqual({ kind: 'nonXml', mediaType: 'application/pdf', base64: 'JVBERi0xLjQK' })
  })

  it('a root with an extension keeps both, a UUID is written in lower case', () => {
    expect(headerOf({ id: '1.2.250.1.999.1^A-1' }).uniqueId).toBe('1.2.250.1.999.1^A-1')
    expect(headerOf({ id: '2ED5EF29-0000-4000-8000-ABCDEFABCDEF' }).uniqueId).toBe('urn:uuid:2ed5ef29-0000-4000-8000-abcdefabcdef')
  })

  it('a document of several persons is of the first, and a finding says so', () => {
    const document = writeCda({ edit: text => text.replace('</recordTarget>', '</recordTarget><recordTarget><patientRole/></recordTarget>') })
    expect(readCdaHeader(readCda(document)).findings).toContainEqual({
      code: 'document.patients-several',
      severity: 'warning',
      path: 'ClinicalDocument/recordTarget[2]',
    })
  })

  it('the old qualifier SP is a used name', () => {
    const { patient } = edited('<given qualifier="BR">', '<family qualifier="SP">USAGE</family><given qualifier="SP">USUEL</given><given qualifier="BR">')
    expect([patient.usedFamily, patient.usedGiven, patient.birthFamily]).toEqual(['USAGE', 'USUEL', 'EXEMPLE'])
  })

  it.each([
    ['00000000', 'false', false],
    ['20260601', 'false', false],
    ['00000000', 'true', true],
    ['20260601', 'true', '20260601'],
  ])('deceasedTime %s beside deceasedInd %s: who is said to live does, zeros are no time', (time, is, told) => {
    const said = `<deceasedInd xmlns="urn:hl7-org:sdtc" value="${is}"/><deceasedTime xmlns="urn:hl7-org:sdtc" value="${time}"/>`
    expect(edited('<birthplace>', `${said}<birthplace>`).patient.deceased).toBe(told)
  })

  it('a structured address has its street first, an unstructured one its lines', () => {
    const addr =
      '<addr use="H"><houseNumber>7</houseNumber><streetNameType>rue</streetNameType><streetName>des Mirabelles</streetName><unitID>Bât. B</unitID><postalCode>54000</postalCode><city>NANCY</city></addr>'
    const lines =
      '<addr><streetAddressLine>7 rue des Mirabelles</streetAddressLine><streetAddressLine>54000 NANCY</streetAddressLine></addr><addr nullFlavor="NASK"/>'
    const { patient } = edited('<patient><name>', `${addr}${lines}<patient><name>`)
    expect(patient.addresses).toEqual([
      { lines: ['7 rue des Mirabelles', 'Bât. B'], use: 'H', city: 'NANCY', postalCode: '54000' },
      { lines: ['7 rue des Mirabelles', '54000 NANCY'] },
    ])
  })

  it('a replaced document is the parent of RPLC only', () => {
    expect(headerOf({ replaces: '1.2.250.1.999.1.0' }).replaces).toMatchObject({ root: '1.2.250.1.999.1.0' })
    expect(headerOf({ replaces: '1.2.250.1.999.1.0', edit: text => text.replace('"RPLC"', '"APND"') }).replaces).toBeUndefined()
  })

  it('a text body is kept as its bytes', () => {
    const { body } = edited(/<text mediaType[\s\S]*<\/text>/, '<text mediaType="text/plain">Bonjour</text>')
    expect(body).toEqual({ kind: 'nonXml', mediaType: 'text/plain', base64: Buffer.from('Bonjour').toString('base64') })
  })
})

describe('what a header cannot be without', () => {
  it.each([
    ['an id', /<id root="1\.2\.250\.1\.999\.1\.1"\/>/, 'ClinicalDocument/id'],
    ['a patient identifier', /<patientRole><id[\s\S]*?(?=\s*<patient>)/, 'ClinicalDocument/recordTarget/patientRole/id'],
    ['an author', /<author>[\s\S]*<\/author>/, 'ClinicalDocument/author/assignedAuthor'],
    ['a custodian', /<custodian>[\s\S]*<\/custodian>/, 'ClinicalDocument/custodian/assignedCustodian/representedCustodianOrganization'],
  ])('%s', (_, part, path) => {
    const bytes = writeCda({ edit: text => text.replace(part, match => (match.startsWith('<patientRole') ? '<patientRole>' : '')) })
    for (const read of [readCdaHeader, readCdaOutline])
      expect(() => read(readCda(bytes))).toThrow(expect.objectContaining({ code: 'document.header', path }) as HubError)
  })

  it.each([
    ['an id of a blank', /<id root="1\.2\.250\.1\.999\.1\.1"\/>/, '<id root=" "/>', 'ClinicalDocument/id'],
    [
      'patient identifiers of blanks',
      /<patientRole><id[\s\S]*?(?=\s*<patient>)/,
      '<patientRole><id root=" " extension="1"/>',
      'ClinicalDocument/recordTarget/patientRole/id',
    ],
  ])('%s is none', (_, part, blank, path) => {
    const bytes = writeCda({ edit: text => text.replace(part, blank) })
    for (const read of [readCdaHeader, readCdaOutline])
      expect(() => read(readCda(bytes))).toThrow(expect.objectContaining({ code: 'document.header', path }) as HubError)
    expect(judgeMessage(writeMessage({ document: bytes }), { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 1_000_000 }).errors).toMatchObject([
      { code: 'document.header', path },
    ])
  })

  it.each([
    ['no setId', /<setId[^>]*>/, '', 'document.set-missing'],
    ['no title', /<title>[^<]*<\/title>/, '', 'document.title-missing'],
    ['no legal authenticator', /<legalAuthenticator>[\s\S]*<\/legalAuthenticator>/, '', 'document.authenticator-missing'],
    ['a time without offset', 'effectiveTime value="20260602143000+0200"', 'effectiveTime value="20260602143000"', 'document.time-without-offset'],
    ['a second version that replaces nothing', 'versionNumber value="1"', 'versionNumber value="2"', 'document.version-without-parent'],
  ])('%s is only said', (_, from, to, code) => {
    const { findings } = readCdaHeader(readCda(writeCda({ edit: text => text.replace(from, to) })))
    expect(findings.map(finding => finding.code)).toEqual([code])
  })

  it.each<[string, CdaChange]>([
    ['as written', {}],
    ['a replacement with an extension', { id: '1.2.3^A', replaces: '1.2.3^B' }],
    ['a structured body', { edit: asStructured }],
    ['no set, no version', { edit: text => text.replace(/<setId[^>]*><versionNumber[^>]*>/, '') }],
  ])('what a message is judged by says the same, in the parts it has: %s', (_, change) => {
    const whole = readCdaHeader(readCda(writeCda(change)))
    const outline = readCdaOutline(readCda(writeCda(change)))
    expect(whole.header).toMatchObject(outline.header)
    expect(outline.findings).toEqual(whole.findings)
    expect(Object.keys(outline.header)).toEqual(
      ['id', 'uniqueId', 'setId', 'versionNumber', 'code', 'replaces', 'custodian', 'patient', 'body'].filter(part => part in whole.header),
    )
  })
})

describe('what was read', () => {
  it('reading the header takes nothing; taking a part reports its own paths', () => {
    const reads: string[] = []
    const { header } = readCdaHeader(readCda(writeCda(), CDA_LIMITS, source => reads.push(pathOf(source))))
    expect(reads).toEqual([])
    expect(header.patient.birthTime).toBe('19790328')
    expect(reads).toEqual(['ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value'])
  })
})
