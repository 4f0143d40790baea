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
import { isUuid } from '../datatypes.ts'
import { readCode, readIi, readIis } from '../read-datatypes.ts'
import type { ReadTracker } from '../xml/tracker.ts'
import type { Cda } from '../xml/tree.ts'

const RPLC = 'RPLC'

/**
 * Reads the header.
 * Out:    the header as written, and what is missing or doubtful in it.
 * Throws: document.header when there is no document id, patient identifier, author or custodian.
 * Spec:   CI-SIS "Structuration minimale de documents de santé".
 */
export function readCdaHeader(cda: Cda): { header: CdaHeader; findings: Finding[] } {
  const { root, tracker } = cda
  const role = requireIdentity(root)
  const header = tracker.object<CdaHeader>({ ...identityParts(root, cda), ...peopleParts(root, role, tracker), ...actParts(root, tracker) })
  return { header, findings: checkHeader(root) }
}

/** What a message is judged by: which document, of whom, which version of what, in which form. */
export interface CdaOutline extends Pick<CdaHeader, 'id' | 'uniqueId' | 'setId' | 'versionNumber' | 'code' | 'replaces' | 'body'> {
  patient: Pick<CdaHeader['patient'], 'identifiers'>
}

/** The same, and the same demands on the document, but only those parts are read: this runs before every acknowledgement. */
export function readCdaOutline(cda: Cda): { header: CdaOutline; findings: Finding[] } {
  const { root, tracker } = cda
  const role = requireIdentity(root)
  requireCustodian(root, tracker)
  const { id, uniqueId, setId, versionNumber, code, replaces } = identityParts(root, cda)
  const patient = () => ({ identifiers: readIis(role) })
  const header = tracker.object<CdaOutline>({ id, uniqueId, setId, versionNumber, code, replaces, patient, body: () => readBody(root) })
  return { header, findings: checkHeader(root) }
}

/** Out: recordTarget/patientRole. */
function requireIdentity(root: CdaElement): CdaElement {
  const role = root.at('recordTarget', 'patientRole')
  if (!root.child('id')?.attributes.get('root')) throw new HubError('document.header', { path: 'ClinicalDocument/id' })
  if (role === undefined || !role.all('id').some(said => said.attributes.get('root'))) {
    throw new HubError('document.header', { path: 'ClinicalDocument/recordTarget/patientRole/id' })
  }
  if (!root.all('author').some(author => author.child('assignedAuthor') !== undefined)) {
    throw new HubError('document.header', { path: 'ClinicalDocument/author/assignedAuthor' })
  }
  return role
}

function requireCustodian(root: CdaElement, tracker: ReadTracker): CdaHeader['custodian'] {
  const custodian = readOrganization(root.at('custodian', 'assignedCustodian', 'representedCustodianOrganization'), tracker)
  if (custodian === undefined) throw new HubError('document.header', { path: 'ClinicalDocument/custodian/assignedCustodian/representedCustodianOrganization' })
  return custodian
}

type ActKey = 'orders' | 'serviceEvents' | 'encounter' | 'body'
type PeopleKey = 'patient' | 'guardians' | 'dataEnterer' | 'informants' | 'custodian' | 'recipients' | 'participants' | Signer
type Signer = 'authors' | 'legalAuthenticator' | 'authenticators'
type Parts<K extends keyof CdaHeader> = { [P in K]: () => CdaHeader[P] | undefined }

function identityParts(root: CdaElement, cda: Cda): Parts<Exclude<keyof CdaHeader, PeopleKey | ActKey>> {
  const id = () => readIi(root.child('id'))
  return {
    id,
    uniqueId: () => {
      const said = id()
      return said === undefined ? undefined : uniqueIdOf(said)
    },
    setId: () => readIi(root.child('setId')),
    versionNumber: () => positive(root.child('versionNumber')?.attr('value')),
    templateIds: () =>
      root
        .all('templateId')
        .map(template => template.attr('root'))
        .filter(template => template !== undefined),
    code: () => readCode(root.child('code')) ?? {},
    title: () => root.child('title')?.line() ?? '',
    effectiveTime: () => root.child('effectiveTime')?.attr('value') ?? '',
    confidentiality: () => readCode(root.child('confidentialityCode')),
    language: () => root.child('languageCode')?.attr('code'),
    replaces: () => readReplaced(root),
    selfPresenting: () => cda.selfPresenting,
  }
}

function peopleParts(root: CdaElement, role: CdaElement, tracker: ReadTracker): Parts<PeopleKey> {
  return {
    patient: () => readPatientTraits(role, tracker),
    guardians: () => readGuardians(role, tracker),
    authors: () => readParticipations(root, 'author', tracker),
    dataEnterer: () => readParticipation(root.child('dataEnterer'), tracker),
    informants: () => readParticipations(root, 'informant', tracker),
    custodian: () => requireCustodian(root, tracker),
    legalAuthenticator: () => readParticipation(root.child('legalAuthenticator'), tracker),
    authenticators: () => readParticipations(root, 'authenticator', tracker),
    recipients: () => readParticipations(root, 'informationRecipient', tracker),
    participants: () => readParticipations(root, 'participant', tracker),
  }
}

function actParts(root: CdaElement, tracker: ReadTracker): Parts<ActKey> {
  return {
    orders: () => readOrders(root, tracker),
    serviceEvents: () => readServiceEvents(root, tracker),
    encounter: () => readEncounter(root, tracker),
    body: () => readBody(root),
  }
}

/** The one text form of an id: a URN for a root alone, else root and extension with a caret between. */
export function uniqueIdOf(id: Pick<Ii, 'root' | 'extension'>): string {
  if (id.extension !== undefined) return `${id.root}^${id.extension}`
  return isUuid(id.root) ? `urn:uuid:${id.root.toLowerCase()}` : `urn:oid:${id.root}`
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
