/*
  XDSDocumentEntry of one CDA: an ExtrinsicObject.
    slots            hash size URI creationTime languageCode legalAuthenticator? serviceStartTime? serviceStopTime? sourcePatientId sourcePatientInfo action?
    classifications  author+ classCode typeCode formatCode confidentialityCode+ healthcareFacilityTypeCode practiceSettingCode eventCodeList*
    identifiers      patientId uniqueId
*/
import { createHash } from 'node:crypto'
import { OID } from '../../profiles/oids.ts'
import { CLASS_SYSTEM_OID, classOfType } from '../../profiles/tables/x04-type-classes.ts'
import { formatOf } from '../../profiles/tables/a11-a12-formats.ts'
import { J02_FACILITY_TYPES } from '../../profiles/tables/j02-facility-types.ts'
import { J04_PRACTICE_SETTINGS } from '../../profiles/tables/j04-practice-settings.ts'
import { J06_DOCUMENT_CLASSES } from '../../profiles/tables/j06-document-classes.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import { J08_CONFIDENTIALITY } from '../../profiles/tables/j08-confidentiality.ts'
import type { CodeTable } from '../../profiles/tables/code-table.ts'
import { practiceSettingOf } from '../cda/header/header-acts.ts'
import type { CdaHeader, Code, Ii, Participation } from '../cda/header/header.ts'
import type { Action } from '../hl7v2/reading/transmission.ts'
import type { Finding } from '../mapper.ts'
import { type CodedValue, element, type ObjectIds, writeAuthor, writeCode, writeIdentifier, writeName, writeSlots } from './ebrim.ts'
import { part, personOf, structureOf, writeXcn, writeXon } from './formats.ts'
import { entryIdOf } from './entry-id.ts'
import { patientIdOf, sourcePatientIdOf, sourcePatientInfoOf } from './patient.ts'
import { toUtcDtm } from './time.ts'
import type { MetadataInput, SubmittedDocument } from './submission.ts'

const OBJECT_TYPE = 'urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1'
const APPROVED = 'urn:oasis:names:tc:ebxml-regrep:StatusType:Approved'
const SCHEME = {
  author: 'urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d',
  classCode: 'urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a',
  typeCode: 'urn:uuid:f0306f51-975f-434e-a61c-c59651d33983',
  formatCode: 'urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d',
  confidentialityCode: 'urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f',
  healthcareFacilityTypeCode: 'urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1',
  practiceSettingCode: 'urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead',
  eventCodeList: 'urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4',
  patientId: 'urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427',
  uniqueId: 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab',
}
/** Extra metadata of the volet: what changed; absent of a first transmission. */
const ACTIONS: Readonly<Record<Action, readonly string[]>> = { create: [], replace: ['C'], delete: ['D'] }
const FORMAT_SYSTEM = { 'A06-FormatCodeComplementaire': '1.2.250.1.213.1.1.4.2.282', 'A11-IheFormatCode': '1.3.6.1.4.1.19376.1.2.3' }

/** Of one document, with what the whole submission says. */
type Entry = MetadataInput & SubmittedDocument

export function writeDocumentEntry(submission: MetadataInput, one: SubmittedDocument, { ids, findings }: { ids: ObjectIds; findings: Finding[] }): string {
  const { header } = one
  const input: Entry = { ...submission, ...one }
  const id = entryIdOf(header.uniqueId)
  const codes = codesOf(input, findings).map(([scheme, coded]) => writeCode(ids, id, scheme, coded))
  return element('rim:ExtrinsicObject', { id, mimeType: mimeTypeOf(header), objectType: OBJECT_TYPE, status: APPROVED }, [
    slotsOf(input),
    writeName(header.title === '' ? (header.code.display ?? header.code.code ?? '') : header.title),
    ...header.authors.map(author => writeAuthor(ids, id, SCHEME.author, authorSlots(author))),
    ...codes,
    writeIdentifier(ids, id, { scheme: SCHEME.patientId, name: 'XDSDocumentEntry.patientId', value: patientIdOf(input) }),
    writeIdentifier(ids, id, { scheme: SCHEME.uniqueId, name: 'XDSDocumentEntry.uniqueId', value: uniqueIdOf(header.id) }),
  ])
}

/** A self-presenting CDA is a style sheet that carries its document. */
function mimeTypeOf(header: CdaHeader): string {
  return header.selfPresenting ? 'application/xslt+xml' : 'text/xml'
}

/** XDS writes the identifier of a CDA as its root, with `^extension` if there is one. */
function uniqueIdOf(id: Ii): string {
  return id.extension === undefined ? id.root : `${id.root}^${id.extension}`
}

function slotsOf(input: Entry): string {
  const { header, document } = input
  const act = header.serviceEvents[0]?.period
  return writeSlots({
    hash: [createHash('sha1').update(document).digest('hex')],
    size: [String(document.byteLength)],
    URI: [input.uri],
    creationTime: present(toUtcDtm(header.effectiveTime)),
    languageCode: [header.language ?? 'fr-FR'],
    legalAuthenticator: present(header.legalAuthenticator === undefined ? undefined : writeXcn(personOf(header.legalAuthenticator.entity))),
    serviceStartTime: present(toUtcDtm(act?.low ?? act?.value)),
    serviceStopTime: present(toUtcDtm(act?.high)),
    sourcePatientId: [sourcePatientIdOf(input)],
    sourcePatientInfo: sourcePatientInfoOf(input),
    action: ACTIONS[input.change],
  })
}

function authorSlots(author: Participation): Record<string, readonly string[] | undefined> {
  const { entity } = author
  const structure = structureOf(entity.organization)
  const { code } = entity
  return {
    authorInstitution: present(structure === undefined ? undefined : writeXon(structure)),
    authorPerson: present(writeXcn(personOf(entity))),
    authorRole: present(author.functionCode?.display),
    authorSpecialty: present(code?.code === undefined ? undefined : [code.code, code.display, code.system].map(part).join('^')),
  }
}

function codesOf(input: Entry, findings: Finding[]): [string, CodedValue][] {
  const { header } = input
  const place = header.encounter?.facility?.code
  const required: [keyof typeof SCHEME, CodedValue | undefined, string][] = [
    ['classCode', classOf(header.code), 'code'],
    ['typeCode', labelled(header.code, J07_DOCUMENT_TYPES), 'code'],
    ['formatCode', formatCodeOf(header), 'templateId'],
    ['healthcareFacilityTypeCode', labelled(place, J02_FACILITY_TYPES), 'componentOf/encompassingEncounter/location/healthCareFacility/code'],
    [
      'practiceSettingCode',
      labelled(practiceSettingOf(header), J04_PRACTICE_SETTINGS),
      'documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode',
    ],
  ]
  const codes: [string, CodedValue][] = []
  for (const [name, coded, path] of required) {
    if (coded === undefined) findings.push({ code: 'metadata.code-missing', severity: 'warning', path: `ClinicalDocument/${path}` })
    else codes.push([SCHEME[name], coded])
  }
  for (const coded of confidentialityOf(input)) codes.push([SCHEME.confidentialityCode, coded])
  for (const { code } of header.serviceEvents) {
    const coded = labelled(code, undefined)
    if (coded !== undefined) codes.push([SCHEME.eventCodeList, coded])
  }
  return codes
}

function classOf(type: Code): CodedValue | undefined {
  const code = classOfType(type.code)
  return code === undefined ? undefined : { code, system: CLASS_SYSTEM_OID, display: J06_DOCUMENT_CLASSES.get(code)?.display ?? code }
}

function formatCodeOf(header: CdaHeader): CodedValue | undefined {
  const format = formatOf(header.templateIds, header.body?.kind === 'nonXml' ? header.body.mediaType : undefined)
  if (format === undefined) return undefined
  return { code: format.code, system: FORMAT_SYSTEM[format.terminology], display: format.display ?? format.code }
}

/** The level of the document first, then the marks of the message; XDS has a longer word for legal representatives than HL7v2. */
function confidentialityOf(input: Entry): CodedValue[] {
  const { masquePs, invisiblePatient, invisibleRepLegaux } = input.transmission.flags
  const level: Code = { code: 'N', system: OID.confidentiality, ...input.header.confidentiality }
  const marks = [masquePs && 'MASQUE_PS', invisiblePatient && 'INVISIBLE_PATIENT', invisibleRepLegaux && 'INVISIBLE_REPRESENTANTS_LEGAUX']
  return [labelled(level, J08_CONFIDENTIALITY), ...marks.map(mark => (mark === false ? undefined : J08_CONFIDENTIALITY.get(mark)))].filter(
    row => row !== undefined,
  )
}

/** The code with the label it came with, else that of the table; undefined without a code or a system. */
function labelled(code: Code | undefined, table: CodeTable | undefined): CodedValue | undefined {
  if (code?.code === undefined) return undefined
  const row = table?.get(code.code)
  const system = code.system ?? row?.system
  return system === undefined ? undefined : { code: code.code, system, display: code.display ?? row?.display ?? code.code }
}

function present(value: string | undefined): readonly string[] | undefined {
  return value === undefined || value === '' ? undefined : [value]
}
