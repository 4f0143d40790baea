import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { readCdaHeader } from '../../../mappers/cda/header/header-reader.ts'
import { readCda } from '../../../mappers/cda/xml/tree.ts'
import type { CdaHeader } from '../../../mappers/cda/header/header.ts'
import { entryIdOf } from '../../../mappers/xdm/entry-id.ts'
import { mapDocumentToMetadata, submissionIds } from '../../../mappers/xdm/metadata.ts'
import { openEbrimSchema } from '../../support/ebrim.ts'
import { type TransmissionChange, transmissionOf } from '../../support/transmission.ts'
import type { MetadataInput } from '../../../mappers/xdm/submission.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/cda')
const CORPUS = join(import.meta.dirname, '../../../../shared/corpus/cda')
const NAMESPACES = { rim: 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0' }
const letter = readFileSync(join(FIXTURES, 'ldl-ses/in.xml'))
const unstructured = readFileSync(join(FIXTURES, 'n1/in.xml'))

const schema = await openEbrimSchema()

interface Change {
  transmission?: TransmissionChange
  header?: Partial<CdaHeader>
  isInsQualified?: boolean
  change?: MetadataInput['change']
}

function inputOf(document: Uint8Array, change: Change = {}): MetadataInput {
  const { header } = readCdaHeader(readCda(document))
  return {
    transmission: transmissionOf(document, change.transmission),
    documents: [{ header: { ...header, ...change.header }, document, uri: 'DOC00001.XML' }],
    change: change.change ?? 'create',
    isInsQualified: change.isInsQualified ?? true,
    ids: submissionIds('reference-1'),
    submittedAt: new Date('2026-06-02T12:31:00Z'),
    sourceId: '1.2.250.1.999.1.9',
  }
}

/** What XPath finds in the metadata: attribute values and texts. */
function query(metadata: string, xpath: string): string[] {
  const document = XmlDocument.fromString(metadata)
  try {
    return document.find(xpath, NAMESPACES).map(node => node.content)
  } finally {
    document.dispose()
  }
}
const slot = (metadata: string, name: string): string[] => query(metadata, `//rim:ExtrinsicObject/rim:Slot[@name='${name}']//rim:Value`)
const codes = (metadata: string, scheme: string): string[] =>
  query(metadata, `//rim:Classification[@classificationScheme='urn:uuid:${scheme}']/@nodeRepresentation`)

describe('METADATA.XML', () => {
  it('is valid against ebRIM 3.0, for a structured letter and an N1', context => {
    if (schema === undefined) context.skip('ebRIM schemas not available')
    for (const document of [letter, unstructured]) schema?.validate(mapDocumentToMetadata(inputOf(document)).output)
  })

  it('fails the schema when an object loses its identifier', context => {
    if (schema === undefined) context.skip('ebRIM schemas not available')
    const broken = mapDocumentToMetadata(inputOf(letter)).output.replace('<rim:Association id="', '<rim:Association ident="')
    expect(() => schema?.validate(broken)).toThrow()
  })

  it('describes the very bytes of the document: SHA-1, size, place in the archive', () => {
    const { output } = mapDocumentToMetadata(inputOf(letter))
    expect(slot(output, 'hash')).toEqual([createHash('sha1').update(letter).digest('hex')])
    expect(slot(output, 'size')).toEqual([String(letter.byteLength)])
    expect(slot(output, 'URI')).toEqual(['DOC00001.XML'])
  })

  it('writes times in UTC with the precision of the CDA', () => {
    const { output } = mapDocumentToMetadata(inputOf(letter))
    expect(slot(output, 'creationTime')).toEqual(['20260602123000'])
    expect(slot(output, 'serviceStartTime')).toEqual(['20260526123000'])
    expect(slot(output, 'serviceStopTime')).toEqual(['20260602123000'])
    expect(query(output, "//rim:RegistryPackage/rim:Slot[@name='submissionTime']//rim:Value")).toEqual(['20260602123100'])
  })

  it('takes class, type, format, place and setting from the header and the national tables', () => {
    const { output, findings } = mapDocumentToMetadata(inputOf(letter))
    expect(codes(output, '41a5887f-8865-4c09-adf7-e362475b143a')).toEqual(['10'])
    expect(codes(output, 'f0306f51-975f-434e-a61c-c59651d33983')).toEqual(['11490-0'])
    expect(codes(output, 'a09d5840-386c-46f2-b5ad-9c3699a4309d')).toEqual(['urn:asip:ci-sis:ldl-ses:2017'])
    expect(codes(output, 'f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1')).toEqual(['SA01'])
    expect(codes(output, 'cccf5598-8b07-4b77-a05e-ae952c785ead')).toEqual(['ETABLISSEMENT'])
    expect(codes(output, '2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4')).toEqual(['IMP'])
    expect(findings).toEqual([])
  })

  it('gives an N1 the format of its media type, under the IHE code system', () => {
    const { output } = mapDocumentToMetadata(inputOf(unstructured))
    expect(codes(output, 'a09d5840-386c-46f2-b5ad-9c3699a4309d')).toEqual(['urn:ihe:iti:xds-sd:pdf:2008'])
    expect(query(output, "//rim:Classification[@nodeRepresentation='urn:ihe:iti:xds-sd:pdf:2008']/rim:Slot//rim:Value")).toEqual(['1.3.6.1.4.1.19376.1.2.3'])
  })

  it('puts the level of the document first, then each mark of the message, in the long words of XDS', () => {
    const flags = { masquePs: true, invisiblePatient: true, invisibleRepLegaux: true }
    const { output } = mapDocumentToMetadata(inputOf(letter, { transmission: { flags } }))
    expect(codes(output, 'f4f85eac-e6cb-4883-b524-f2705394840f')).toEqual(['N', 'MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'])
  })

  it.each([
    [{ code: 'M' }, 'M'],
    [{ code: 'L', system: '2.16.840.1.113883.5.25', display: 'low' }, 'L'],
    [{ nullFlavor: 'NI' }, 'N'],
  ])('a level %j, of no table or not said, is told: %s', (confidentiality, level) => {
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { confidentiality } }))
    expect(codes(output, 'f4f85eac-e6cb-4883-b524-f2705394840f')).toEqual([level])
  })

  it('takes the setting where it is said: also of a second act, as the index card does', () => {
    const { header } = readCdaHeader(readCda(letter))
    const [main] = header.serviceEvents
    const serviceEvents = main === undefined ? [] : [{ ...main, performers: [] }, main]
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { serviceEvents } }))
    expect(codes(output, 'cccf5598-8b07-4b77-a05e-ae952c785ead')).toEqual(['ETABLISSEMENT'])
  })

  it('names the author, the signer and the sender in XCN and XON', () => {
    const { output } = mapDocumentToMetadata(inputOf(letter))
    const author = (name: string): string[] => query(output, `//rim:ExtrinsicObject/rim:Classification/rim:Slot[@name='${name}']//rim:Value`)
    expect(author('authorPerson')).toEqual(['810100000032^FICTIVE^Alice^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'])
    expect(author('authorInstitution')).toEqual(['Centre hospitalier Exemple^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1540009990'])
    expect(author('authorSpecialty')).toEqual(['G15_10/SM27^Médecin - Médecine interne (SM)^1.2.250.1.213.1.1.4.5'])
    expect(slot(output, 'legalAuthenticator')).toEqual(['810100000040^INVENTE^Hugo^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'])
    expect(query(output, "//rim:RegistryPackage/rim:Classification/rim:Slot[@name='authorPerson']//rim:Value")).toEqual([
      '810100000032^FICTIVE^Alice^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS',
    ])
  })

  const ofSet = (metadata: string, name: string): string[] =>
    query(
      metadata,
      `//rim:RegistryPackage/rim:Classification[@classificationScheme='urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d']/rim:Slot[@name='${name}']//rim:Value`,
    )

  it.each<[string, NonNullable<TransmissionChange['sender']>, string[], string[]]>([
    [
      'a professional and his structure',
      {
        professional: { id: '810100000057', family: 'ENVOI', given: 'Luc', authority: '1.2.250.1.71.4.2.1' },
        structure: { id: '1540009991', name: 'Clinique', authority: '1.2.250.1.71.4.2.2' },
      },
      ['810100000057^ENVOI^Luc^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS'],
      ['Clinique^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1540009991'],
    ],
    ['a device', { device: 'Automate' }, ['^Automate^^^^^^^^U'], []],
    ['a structure alone', { structure: { name: 'Clinique' } }, [], ['Clinique']],
  ])('the submission is of who sends it (PRT SB), and not of who wrote: %s', (_, sender, person, structure) => {
    const { output } = mapDocumentToMetadata(inputOf(letter, { transmission: { sender } }))
    expect([ofSet(output, 'authorPerson'), ofSet(output, 'authorInstitution')]).toEqual([person, structure])
  })

  it('without a sender it is of the author and his structure', () => {
    const { output } = mapDocumentToMetadata(inputOf(letter))
    expect(ofSet(output, 'authorInstitution')).toEqual(['Centre hospitalier Exemple^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1540009990'])
  })

  it('a device that wrote is an author of its own kind', () => {
    const { header } = readCdaHeader(readCda(letter))
    const [author] = header.authors
    if (author === undefined) throw new Error('no author')
    const { person: _, ...rest } = author.entity
    const entity = { ...rest, ids: [{ root: '1.2.250.1.999.7', extension: 'A-1', path: 'author' }], device: { model: 'Modèle', software: 'Logiciel' } }
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { authors: [{ ...author, entity }] } }))
    expect(query(output, "//rim:ExtrinsicObject/rim:Classification/rim:Slot[@name='authorPerson']//rim:Value")).toEqual([
      'A-1^Modèle^Logiciel^^^^^^&1.2.250.1.999.7&ISO^U^^^RI',
    ])
  })

  it.each([
    [false, 'text/xml'],
    [true, 'application/xslt+xml'],
  ])('self-presenting %s: %s', (selfPresenting, mimeType) => {
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { selfPresenting } }))
    expect(query(output, '//rim:ExtrinsicObject/@mimeType')).toEqual([mimeType])
  })

  it.each([
    ['M', 'M'],
    ['UN', 'U'],
    [undefined, 'U'],
  ])('sex %s is PID-8 %s', (code, sex) => {
    const { patient } = readCdaHeader(readCda(letter)).header
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { patient: { ...patient, gender: { ...(code === undefined ? {} : { code }) } } } }))
    expect(slot(output, 'sourcePatientInfo')).toContain(`PID-8|${sex}`)
  })

  it('what is not known of the person is left out', () => {
    const { birthPlaceCode: _, birthTime: __, ...patient } = readCdaHeader(readCda(letter)).header.patient
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { patient } }))
    expect(slot(output, 'sourcePatientInfo').filter(one => /^PID-(7|11)/.test(one))).toEqual([])
  })

  it('has its own unique id, by the scheme of IHE', () => {
    const { output } = mapDocumentToMetadata(inputOf(letter))
    expect(query(output, "//rim:ExternalIdentifier[@identificationScheme='urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8']/@value")).toEqual([
      submissionIds('reference-1').submissionSetUniqueId,
    ])
  })

  it('delimiters in the label of a specialty are escaped', () => {
    const labelled = Buffer.from(letter.toString('utf8').replace('displayName="Médecin - Médecine interne (SM)"', 'displayName="Médecin ^ A &amp; B"'))
    const { output } = mapDocumentToMetadata(inputOf(labelled))
    expect(query(output, "//rim:ExtrinsicObject/rim:Classification/rim:Slot[@name='authorSpecialty']//rim:Value")).toEqual([
      String.raw`G15_10/SM27^Médecin \S\ A \T\ B^1.2.250.1.213.1.1.4.5`,
    ])
  })

  it('identifies the person by a qualified INS, and by the IPP when the INS is not qualified', () => {
    const patientId = (metadata: string): string[] =>
      query(metadata, "//rim:ExternalIdentifier[contains(rim:Name/rim:LocalizedString/@value,'.patientId')]/@value")
    const ins = '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH'
    const ipp = 'IPP-42^^^&1.2.250.1.999.2&ISO^PI'
    const qualified = mapDocumentToMetadata(inputOf(letter)).output
    expect(patientId(qualified)).toEqual([ins, ins])
    expect(slot(qualified, 'sourcePatientId')).toEqual([ipp])
    expect(patientId(mapDocumentToMetadata(inputOf(letter, { isInsQualified: false })).output)).toEqual([ipp, ipp])
  })

  it('carries the traits of the person', () => {
    expect(slot(mapDocumentToMetadata(inputOf(letter)).output, 'sourcePatientInfo')).toEqual([
      'PID-3|IPP-42^^^&1.2.250.1.999.2&ISO^PI',
      'PID-5|EXEMPLE^CLAIRE^^^^^L',
      'PID-5|EXEMPLE^CLAIRE^^^^^D',
      'PID-7|19790328',
      'PID-8|F',
      'PID-11|^^^^^^BDL^^51215',
    ])
  })

  it('carries a given name without a family name', () => {
    const { birthFamily: _, ...patient } = readCdaHeader(readCda(letter)).header.patient
    const { output } = mapDocumentToMetadata(inputOf(letter, { header: { patient } }))
    expect(slot(output, 'sourcePatientInfo')).toContain('PID-5|^CLAIRE^^^^^L')
  })

  it('holds one submission set with its document as an original member', () => {
    const { output } = mapDocumentToMetadata(inputOf(letter))
    const [set] = query(output, '//rim:RegistryPackage/@id')
    const [entry] = query(output, '//rim:ExtrinsicObject/@id')
    expect(query(output, '//rim:Association/@sourceObject')).toEqual([set])
    expect(query(output, '//rim:Association/@targetObject')).toEqual([entry])
    expect(query(output, "//rim:Association/rim:Slot[@name='SubmissionSetStatus']//rim:Value")).toEqual(['Original'])
    expect(
      query(output, "//rim:RegistryObjectList/rim:Classification[@classificationNode='urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd']/@classifiedObject"),
    ).toEqual([set])
    expect(query(output, "//rim:ExternalIdentifier[contains(rim:Name/rim:LocalizedString/@value,'.sourceId')]/@value")).toEqual(['1.2.250.1.999.1.9'])
    expect(query(output, "//rim:ExternalIdentifier[@identificationScheme='urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab']/@value")).toEqual([
      '1.2.250.1.999.1.1.1',
    ])
  })

  it.each([
    ['I', '03'],
    ['O', '07'],
    ['E', '07'],
    ['R', '19'],
    ['N', '97'],
  ] as const)('PV1-2 %s is content type %s', (visit, code) => {
    const { output } = mapDocumentToMetadata(inputOf(letter, { transmission: { visit: { class: visit } } }))
    expect(codes(output, 'aa543740-bdda-424e-8c96-df4873be8500')).toEqual([code])
  })

  it('says which code the header lacks, and invents none', () => {
    const header = { templateIds: [], serviceEvents: [] }
    const { output, findings } = mapDocumentToMetadata(inputOf(letter, { header }))
    expect(findings.map(finding => finding.path)).toEqual([
      'ClinicalDocument/templateId',
      'ClinicalDocument/documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode',
    ])
    expect(codes(output, 'a09d5840-386c-46f2-b5ad-9c3699a4309d')).toEqual([])
  })

  it('a replacement has action C and points at the entry of its predecessor, a deletion has D, a first transmission neither', context => {
    if (schema === undefined) context.skip('ebRIM schemas not available')
    const replaces = { root: '1.2.250.1.999.1.1', path: 'ClinicalDocument/relatedDocument' }
    const said = (change: MetadataInput['change']) => {
      const { output } = mapDocumentToMetadata(inputOf(letter, { change, header: { replaces } }))
      schema?.validate(output)
      return {
        action: slot(output, 'action'),
        target: query(output, "//rim:Association[@associationType='urn:ihe:iti:2007:AssociationType:RPLC']/@targetObject"),
      }
    }
    expect(said('replace')).toEqual({ action: ['C'], target: [entryIdOf('urn:oid:1.2.250.1.999.1.1')] })
    expect(said('delete')).toEqual({ action: ['D'], target: [] })
    expect(said('create')).toEqual({ action: [], target: [] })
  })

  it('holds both formats of one content, each a member of the submission', context => {
    if (schema === undefined) context.skip('ebRIM schemas not available')
    const [first] = inputOf(letter).documents
    const [second] = inputOf(unstructured).documents
    const { output } = mapDocumentToMetadata({ ...inputOf(letter), documents: [first, { ...second, uri: 'DOC00002.XML' }] })
    schema?.validate(output)
    expect(slot(output, 'URI')).toEqual(['DOC00001.XML', 'DOC00002.XML'])
    expect(query(output, "//rim:Association[contains(@associationType, 'HasMember')]/@targetObject")).toEqual([
      entryIdOf(first.header.uniqueId),
      entryIdOf(second.header.uniqueId),
    ])
  })

  it('is the same for the same seed, and each seed has ids of its own', () => {
    expect(mapDocumentToMetadata(inputOf(letter)).output).toBe(mapDocumentToMetadata(inputOf(letter)).output)
    expect(submissionIds('a').submissionSetUniqueId).not.toBe(submissionIds('b').submissionSetUniqueId)
    expect(submissionIds('a').submissionSetUniqueId).toMatch(/^2\.25\.[1-9]\d{1,38}$/)
  })

  it('stays valid whatever the texts of the header hold', context => {
    if (schema === undefined) context.skip('ebRIM schemas not available')
    const text = fc.string({ unit: 'binary', maxLength: 400 })
    fc.assert(
      fc.property(text, text, text, text, (title, family, code, organization) => {
        const input = inputOf(letter)
        const [one] = input.documents
        const author = one.header.authors[0]
        const entity = {
          ids: [],
          telecoms: [],
          addresses: [],
          path: 'author',
          person: { family, given: [title] },
          organization: { ids: [], telecoms: [], addresses: [], name: organization },
        }
        const header = { ...one.header, title, code: { code, display: title, system: '2.16.840.1.113883.6.1' }, authors: [{ ...author, entity }] }
        schema?.validate(mapDocumentToMetadata({ ...input, documents: [{ ...one, header }] }).output)
      }),
      { numRuns: 60 },
    )
  })

  it.skipIf(!existsSync(CORPUS))('is valid and complete for every document of the corpus', context => {
    if (schema === undefined) context.skip('ebRIM schemas not available')
    const files = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.xml'))
    expect(files.length).toBeGreaterThan(40)
    for (const file of files) {
      const { output } = mapDocumentToMetadata(inputOf(readFileSync(join(CORPUS, file))))
      expect(() => schema?.validate(output), file).not.toThrow()
      expect(codes(output, '41a5887f-8865-4c09-adf7-e362475b143a'), file).toHaveLength(1)
      expect(slot(output, 'creationTime'), file).toHaveLength(1)
      expect(slot(output, 'sourcePatientId')[0], file).toMatch(/^[^^]+\^\^\^&[\d.]+&ISO\^(NH|PI)$/)
    }
  })
})
