/*
  Reads the CDA header ("structuration minimale") of every document kind; refuses only what cannot be worked with, the rest is a finding.
    ClinicalDocument => id code title effectiveTime confidentialityCode languageCode setId? versionNumber? recordTarget author+ dataEnterer? informant* custodian
                        informationRecipient* legalAuthenticator authenticator* participant* inFulfillmentOf* documentationOf+ relatedDocument? componentOf component
*/
import { HubError } from '../../../profiles/errors.ts'
import type { Finding } from '../../mapper.ts'
import type { CdaElement } from '../xml/element.ts'
import type { CdaHeader, Ii } from './header.ts'
import { readBody, readEncounter, readOrders, readServiceEvents } from './header-acts.ts'
import { readGuardians, readPatientTraits } from './header-patient.ts'
import { readOrganization, readParticipation, readParticipations } from './header-people.ts'
import { isUuid, only } from '../datatypes.ts'
import { readCode, readIi, readIis } from '../read-datatypes.ts'
import type { Readers } from '../xml/tracker.ts'
import type { Cda } from '../xml/tree.ts'

const RPLC = 'RPLC'
/** Of the identifiers by which versions of documents and persons are known: XDS takes 128 characters, and a key of the ledger has its end. */
const LONGEST_ID = 400

/**
 * Reads the header.
 * Out:    the header as written, and what is missing or doubtful in it.
 * Throws: document.header when there is no document id, patient identifier, author or custodian.
 * Spec:   CI-SIS "Structuration minimale de documents de santé".
 */
export function readCdaHeader(cda: Cda): { header: CdaHeader; findings: Finding[] } {
  const { root, tracker } = cda
  const header = tracker.object(HEADER, { ...cda, role: requireIdentity(root) })
  return { header, findings: checkHeader(root) }
}

/** What a message is judged by: which document, of whom, which version of what, in which form. */
export interface CdaOutline extends Pick<CdaHeader, 'id' | 'uniqueId' | 'setId' | 'versionNumber' | 'code' | 'replaces' | 'custodian' | 'body'> {
  patient: Pick<CdaHeader['patient'], 'identifiers'>
}

/** The same, and the same demands on the document, but only those parts are read: this runs before every acknowledgement. */
export function readCdaOutline(cda: Cda): { header: CdaOutline; findings: Finding[] } {
  const { root, tracker } = cda
  const role = requireIdentity(root)
  requireCustodian(root)
  const header = tracker.object(OUTLINE, { ...cda, role })
  const tooLong = [header.id, header.setId, header.replaces, ...header.patient.identifiers].find(
    one => one !== undefined && uniqueIdOf(one).length > LONGEST_ID,
  )
  if (tooLong !== undefined) throw new HubError('document.not_cda', { path: tooLong.path })
  return { header, findings: checkHeader(root) }
}

/** Out: recordTarget/patientRole. */
function requireIdentity(root: CdaElement): CdaElement {
  const role = root.at('recordTarget', 'patientRole')
  if (!root.child('id')?.attributes.get('root')?.trim()) throw new HubError('document.header', { path: 'ClinicalDocument/id' })
  if (role === undefined || !role.all('id').some(said => said.attributes.get('root')?.trim())) {
    throw new HubError('document.header', { path: 'ClinicalDocument/recordTarget/patientRole/id' })
  }
  if (!root.all('author').some(author => author.child('assignedAuthor') !== undefined)) {
    throw new HubError('document.header', { path: 'ClinicalDocument/author/assignedAuthor' })
  }
  return role
}

function requireCustodian(root: CdaElement): CdaHeader['custodian'] {
  const custodian = readOrganization(root.at('custodian', 'assignedCustodian', 'representedCustodianOrganization'))
  if (custodian === undefined) throw new HubError('document.header', { path: 'ClinicalDocument/custodian/assignedCustodian/representedCustodianOrganization' })
  return custodian
}

type Said = Pick<Cda, 'root' | 'selfPresenting'> & { role: CdaElement }

const HEADER: Readers<CdaHeader, Said> = {
  id: ({ root }) => readIi(root.child('id')),
  uniqueId: ({ root }) => uniqueIdAt(root.child('id')),
  setId: ({ root }) => readIi(root.child('setId')),
  versionNumber: ({ root }) => positive(root.child('versionNumber')?.attr('value')),
  templateIds: ({ root }) => root.all('templateId').flatMap(template => template.attr('root') ?? []),
  code: ({ root }) => readCode(root.child('code')) ?? {},
  title: ({ root }) => root.child('title')?.line() ?? '',
  effectiveTime: ({ root }) => root.child('effectiveTime')?.attr('value') ?? '',
  confidentiality: ({ root }) => readCode(root.child('confidentialityCode')),
  language: ({ root }) => root.child('languageCode')?.attr('code'),
  replaces: ({ root }) => readReplaced(root),
  selfPresenting: ({ selfPresenting }) => selfPresenting,
  patient: ({ role }) => readPatientTraits(role),
  guardians: ({ role }) => readGuardians(role),
  authors: ({ root }) => readParticipations(root, 'author'),
  dataEnterer: ({ root }) => readParticipation(root.child('dataEnterer')),
  informants: ({ root }) => readParticipations(root, 'informant'),
  custodian: ({ root }) => requireCustodian(root),
  legalAuthenticator: ({ root }) => readParticipation(root.child('legalAuthenticator')),
  authenticators: ({ root }) => readParticipations(root, 'authenticator'),
  recipients: ({ root }) => readParticipations(root, 'informationRecipient'),
  participants: ({ root }) => readParticipations(root, 'participant'),
  orders: ({ root }) => readOrders(root),
  serviceEvents: ({ root }) => readServiceEvents(root),
  encounter: ({ root }) => readEncounter(root),
  body: ({ root }) => readBody(root),
}

const { id, uniqueId, setId, versionNumber, code, replaces, custodian, body } = HEADER
const OUTLINE: Readers<CdaOutline, Said> = {
  id,
  uniqueId,
  setId,
  versionNumber,
  code,
  replaces,
  custodian,
  patient: ({ role }) => ({ identifiers: readIis(role) }),
  body,
}

/** A CDA among its versions. */
export interface CdaVersion {
  documentId: string
  /** Unique id of the predecessor that it names (RPLC). */
  replaces?: string
  /** Unique id of the set; absent where it only repeats the document's own. */
  setId?: string
  version?: number
  /** Type and form: versions of one set that differ in it are not versions of each other. */
  kind: string
}

export function versionIn(header: CdaOutline): CdaVersion {
  const { uniqueId: documentId, versionNumber } = header
  const [replaces, setId] = [header.replaces, header.setId].map(one => (one === undefined ? undefined : uniqueIdOf(one)))
  const kind = `${header.code.code ?? ''} ${header.body?.kind ?? ''}`
  return { documentId, kind, ...only('replaces', replaces), ...only('setId', setId === documentId ? undefined : setId), ...only('version', versionNumber) }
}

/** The one text form of an id: a URN for a root alone, else root and extension with a caret between. */
export function uniqueIdOf(id: Pick<Ii, 'root' | 'extension'>): string {
  if (id.extension !== undefined) return `${id.root}^${id.extension}`
  return isUuid(id.root) ? `urn:uuid:${id.root.toLowerCase()}` : `urn:oid:${id.root}`
}

function uniqueIdAt(element: CdaElement | undefined): string | undefined {
  const id = readIi(element)
  return id === undefined ? undefined : uniqueIdOf(id)
}

function readReplaced(root: CdaElement): Ii | undefined {
  const related = root.all('relatedDocument').find(document => document.attributes.get('typeCode') === RPLC)
  related?.attr('typeCode')
  return readIi(related?.at('parentDocument', 'id'))
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

function checkHeader(root: CdaElement): Finding[] {
  const findings: Finding[] = []
  const missing = (local: string, code: string) => {
    if (root.child(local) === undefined) findings.push({ code, severity: 'warning', path: `ClinicalDocument/${local}` })
  }
  missing('code', 'document.code-missing')
  missing('title', 'document.title-missing')
  missing('setId', 'document.set-missing')
  missing('legalAuthenticator', 'document.authenticator-missing')
  missing('component', 'document.body-missing')
  if (root.all('recordTarget').length > 1) findings.push({ code: 'document.patients-several', severity: 'warning', path: 'ClinicalDocument/recordTarget[2]' })
  const time = root.child('effectiveTime')?.attributes.get('value') ?? ''
  if (time === '') findings.push({ code: 'document.time-missing', severity: 'warning', path: 'ClinicalDocument/effectiveTime' })
  else if (time.length > 8 && !/[+-]\d{4}$/.test(time))
    findings.push({ code: 'document.time-without-offset', severity: 'warning', path: 'ClinicalDocument/effectiveTime/@value' })
  const version = positive(root.child('versionNumber')?.attributes.get('value'))
  if (version !== undefined && version > 1 && root.child('relatedDocument') === undefined) {
    findings.push({ code: 'document.version-without-parent', severity: 'warning', path: 'ClinicalDocument/versionNumber' })
  }
  return findings
}
