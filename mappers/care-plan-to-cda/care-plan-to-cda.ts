/*
  An edition of a plan as a CDA N1: exactly the elements that the national schematrons ask for, around the PDF that a person reads.
    realmCode typeId templateId×3 id code title effectiveTime confidentialityCode languageCode setId versionNumber
    recordTarget author custodian legalAuthenticator documentationOf relatedDocument? componentOf component
  Spec: cda.md 6.4.
*/
import type { Patient } from 'fhir/r4.js'
import type { Environment } from '../../profiles/identity.ts'
import { OID } from '../../profiles/oids.ts'
import { J02_FACILITY_TYPES } from '../../profiles/tables/j02-facility-types.ts'
import { J04_PRACTICE_SETTINGS } from '../../profiles/tables/j04-practice-settings.ts'
import { J07_DOCUMENT_TYPES } from '../../profiles/tables/j07-document-types.ts'
import { J08_CONFIDENTIALITY } from '../../profiles/tables/j08-confidentiality.ts'
import type { CodeRow } from '../../profiles/tables/code-table.ts'
import { readMoment } from '../care-plan-diff/words.ts'
import type { Finding } from '../mapper.ts'
import { type Signatory, type Structure, writeAuthor, writeCustodian, writeLegalAuthenticator, writePerformer } from './parties.ts'
import { carriedIns, writeRecordTarget } from './record-target.ts'
import { element, textElement } from './xml.ts'

export interface EditionToSign {
  /** UUIDs, without prefix. */
  id: string
  setId: string
  /** The id of the edition before this one. */
  replaces?: string
  /** versionNumber */
  number: number
  /** Code of JDV_J07: 18776-5, 60591-5 … */
  type: string
  title: string
  writtenAt: Date
  environment: Environment
  patient: Patient
  /** The human who answers for it. */
  signatory?: Signatory
  custodian: Structure
  /** Days, or the times of them. */
  period: { start: string; end?: string }
  /** PDF/A-1. */
  pdf: Uint8Array
}

const TEMPLATES = ['2.16.840.1.113883.2.8.2.1', '1.2.250.1.213.1.1.1.1', '1.3.6.1.4.1.19376.1.2.20']
/** Of a plan: the structure that coordinates it. */
const PLACE = { setting: 'ESSMS', facility: 'SA41' }
const MAX_PDF_BYTES = 5_000_000

/**
 * Writes the document; the same edition gives the same bytes.
 * Out:  undefined where it must stay in the house, with the reason as a finding; no INS where it may not carry one (`ins.not-carried`).
 */
export function mapCarePlanToCda(edition: EditionToSign): { output: Uint8Array | undefined; findings: Finding[] } {
  const { patient, environment, signatory, pdf } = edition
  const type = J07_DOCUMENT_TYPES.get(edition.type)
  const recordTarget = writeRecordTarget(patient, environment)
  if (signatory === undefined) return refused('document.signatory-missing', 'CarePlan.author')
  if (type === undefined) return refused('document.type-unknown', 'DocumentReference.type')
  if (recordTarget === undefined) return refused('document.patient-id-missing', 'Patient.identifier')
  if (pdf.byteLength > MAX_PDF_BYTES) return refused('document.pdf-too-large', 'DocumentReference.content')
  const time = timestamp(edition.writtenAt)
  const children = [
    ...headOf(edition, type, time),
    recordTarget,
    writeAuthor(signatory, time),
    writeCustodian(edition.custodian),
    writeLegalAuthenticator(signatory, time),
    serviceEvent(edition, signatory),
    edition.replaces === undefined ? undefined : relatedDocument(edition.replaces),
    encounter(edition),
    body(pdf),
  ]
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${element('ClinicalDocument', { xmlns: 'urn:hl7-org:v3' }, children)}\n`
  const findings = carriedIns(patient, environment) === undefined ? [finding('ins.not-carried', 'Patient.identifier')] : []
  return { output: new TextEncoder().encode(xml), findings }
}

const finding = (code: string, path: string): Finding => ({ code, severity: 'information', path })
const refused = (code: string, path: string): { output: undefined; findings: Finding[] } => ({ output: undefined, findings: [finding(code, path)] })

function headOf({ id, setId, number, title }: EditionToSign, type: CodeRow, time: string): (string | undefined)[] {
  return [
    element('realmCode', { code: 'FR' }),
    element('typeId', { root: '2.16.840.1.113883.1.3', extension: 'POCD_HD000040' }),
    ...TEMPLATES.map(root => element('templateId', { root })),
    element('id', { root: id.toUpperCase() }),
    coded('code', type),
    textElement('title', title.trim() === '' ? type.display : title),
    element('effectiveTime', { value: time }),
    coded('confidentialityCode', J08_CONFIDENTIALITY.get('N')),
    element('languageCode', { code: 'fr-FR' }),
    element('setId', { root: setId.toUpperCase() }),
    element('versionNumber', { value: String(number) }),
  ]
}

const coded = (name: string, row: CodeRow | undefined): string => element(name, { code: row?.code, codeSystem: row?.system, displayName: row?.display })

/** Told in universal time, the day it is in France. */
const day = (date: string): string => (readMoment(date)?.date ?? date).replaceAll('-', '')

function periodOf({ period }: EditionToSign): string {
  return element('effectiveTime', {}, [
    element('low', { value: day(period.start) }),
    period.end === undefined ? undefined : element('high', { value: day(period.end) }),
  ])
}

function serviceEvent(edition: EditionToSign, signatory: Signatory): string {
  const setting = coded('standardIndustryClassCode', J04_PRACTICE_SETTINGS.get(PLACE.setting, OID.practiceSetting))
  return element('documentationOf', {}, [element('serviceEvent', {}, [periodOf(edition), writePerformer(signatory, setting)])])
}

const relatedDocument = (id: string): string =>
  element('relatedDocument', { typeCode: 'RPLC' }, [element('parentDocument', {}, [element('id', { root: id.toUpperCase() })])])

function encounter(edition: EditionToSign): string {
  const facility = element('healthCareFacility', {}, [coded('code', J02_FACILITY_TYPES.get(PLACE.facility))])
  return element('componentOf', {}, [element('encompassingEncounter', {}, [periodOf(edition), element('location', {}, [facility])])])
}

function body(pdf: Uint8Array): string {
  const text = element('text', { mediaType: 'application/pdf', representation: 'B64' }, [Buffer.from(pdf).toString('base64')])
  return element('component', {}, [element('nonXMLBody', {}, [text])])
}

/** TS in universal time, to the second, with its offset. */
const timestamp = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}+0000`
