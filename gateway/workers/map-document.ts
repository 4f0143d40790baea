/*
  Maps one stored document message, once, in a thread: serialised resources, claims on shared identities, what the fan-out has to know, lineage.
*/
import { createHash, randomUUID } from 'node:crypto'
import type { Binary, DocumentReference, Resource } from 'fhir/r4.js'
import type { MailParty } from '../../mappers/communication/communication.ts'
import { readCdaHeader } from '../../mappers/cda/header-reader.ts'
import { CDA_LIMITS, readCda } from '../../mappers/cda/tree.ts'
import { identityOf, recipientFacts } from '../../mappers/hl7v2/gating.ts'
import { readTransmission } from '../../mappers/hl7v2/read-transmission.ts'
import type { Recipient, Transmission } from '../../mappers/hl7v2/transmission.ts'
import { Recorder } from '../../mappers/lineage.ts'
import type { Finding, Lineage, MapContext } from '../../mappers/mapper.ts'
import { mapTransmissionToTransaction } from '../../mappers/transmission-to-transaction/map-transmission.ts'
import type { Claim } from '../../mappers/transmission-to-transaction/transaction.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import type { Deposit, Mailbox } from '../fanout/deposit.ts'
import type { Entry } from '../flows/bundle.ts'
import type { ClaimKeys } from '../ledger/identity.ts'

export interface MapDocument {
  bytes: Uint8Array
  receivedAt: Date
  environment: 'test' | 'production'
  maxDocumentBytes: number
}

export interface LargeBinary {
  id: string
  contentType: string
  bytes: Uint8Array
  securityContext?: string
}

export interface MappedDocument {
  entries: Entry[]
  /** Content over 1 MiB: stored before the transaction. */
  binaries: LargeBinary[]
  claims: ClaimKeys[]
  /** Candidate id of the person. */
  patient: string
  /** SHA-256 of the CDA: one document id stands for one content. */
  contentHash: string
  deposit: Omit<Deposit, 'messageId' | 'sender'>
  mapper: { name: string; version: number }
  findings: Finding[]
  lineage: Lineage[]
  unread: string[]
}

const LARGE_BASE64 = Math.ceil((1 << 20) / 3) * 4

/** Throws: mapping.impossible, document.* and hl7v2.* where an accepted message cannot be read again: a defect that parks its lane. */
export function mapDocument({ bytes, receivedAt, environment, maxDocumentBytes }: MapDocument): MappedDocument {
  const ctx = createContext(receivedAt, environment)
  const onRead = (path: string): void => ctx.recorder.read(path)
  const message = readTransmission(bytes, { onRead, maxDocumentBytes })
  const { transmission } = message
  const cda = readCda(transmission.document, { ...CDA_LIMITS, maxBytes: maxDocumentBytes }, onRead)
  const { header, findings } = readCdaHeader(cda)
  ctx.findings.push(...message.findings, ...findings)
  const mapped = mapTransmissionToTransaction({ transmission, header, cda }, ctx)
  const { owned, claims, patientClaim, documentReferenceId } = mapped.output
  const unread = [...ctx.recorder.unread(message.leafPaths), ...mapped.unread]
  const resources = owned.map(one => one.resource)
  const lineage = ctx.recorder.lineage()
  return {
    ...splitLarge(resources),
    claims: claims.map(toClaimKeys),
    patient: patientClaim.id,
    contentHash: createHash('sha256').update(transmission.document).digest('hex'),
    deposit: depositOf(transmission, { documentId: header.uniqueId, claim: patientClaim, document: resources.find(one => one.id === documentReferenceId) }),
    mapper: { name: 'transmission-to-transaction', version: 1 },
    findings: ctx.findings,
    lineage,
    unread,
  }
}

function createContext(now: Date, environment: MapContext['environment']): MapContext {
  const recorder = new Recorder()
  return { now, environment, recorder, findings: [], newId: randomUUID, element: (path, build) => recorder.element(path, build) }
}

function splitLarge(resources: (Resource & { id: string })[]): { entries: Entry[]; binaries: LargeBinary[] } {
  const isLarge = (one: Resource & { id: string }): one is Binary & { id: string } =>
    one.resourceType === 'Binary' && ((one as Binary).data?.length ?? 0) > LARGE_BASE64
  return {
    entries: resources.filter(one => !isLarge(one)).map(one => ({ type: one.resourceType, id: one.id, json: serialised(one) })),
    binaries: resources.filter(isLarge).map(one => ({
      id: one.id,
      contentType: one.contentType,
      bytes: Buffer.from(one.data ?? '', 'base64'),
      ...(one.securityContext?.reference === undefined ? {} : { securityContext: one.securityContext.reference }),
    })),
  }
}

/** The JSON of a resource; the base64 of a Binary needs no escapes, so it is copied once instead of being looked through. */
function serialised(resource: Resource): Uint8Array {
  const { data, ...rest } = resource as Binary
  if (resource.resourceType !== 'Binary' || data === undefined) return Buffer.from(JSON.stringify(resource))
  const head = Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"data":"`)
  const json = Buffer.allocUnsafeSlow(head.length + data.length + 2)
  head.copy(json)
  json.write(data, head.length, 'latin1')
  json.write('"}', head.length + data.length, 'latin1')
  return json
}

function toClaimKeys({ type, id, keys, resource, person }: Claim): ClaimKeys {
  return { type, id, keys, creation: JSON.stringify(resource), ...(person === undefined ? {} : { person }) }
}

function depositOf(transmission: Transmission, known: { documentId: string; claim: Claim; document: Resource | undefined }): MappedDocument['deposit'] {
  const document = known.document as DocumentReference | undefined
  const { flags } = transmission
  const byAddress = new Map(transmission.recipients.map(recipient => [recipient.address, recipient]))
  const mailboxes = [...byAddress.values()].map((recipient): Mailbox => ({ party: partyOf(recipient), facts: recipientFacts(transmission, recipient) }))
  const { masquePs, invisiblePatient, invisibleRepLegaux } = flags
  const byMessage = identityOf(transmission.patient)
  const isMinor = recipientFacts(transmission, { address: '', kind: 'ps', path: '' }).isMinor
  return {
    documentId: known.documentId,
    documentType: transmission.documentType.code,
    document: `DocumentReference/${document?.id ?? ''}`,
    ...(document?.custodian?.reference === undefined ? {} : { custodian: document.custodian.reference }),
    destDmp: flags.destDmp,
    ackReception: flags.ackReception,
    mailboxes,
    facts: { identity: byMessage === 'conflit' ? 'conflit' : (known.claim.person?.tag ?? byMessage), masquePs, invisiblePatient, invisibleRepLegaux, isMinor },
  }
}

/** Who a mailbox belongs to, as far as the message says: an identifier of the national directories, else the address alone. */
function partyOf({ address, kind, professional, structure }: Recipient): MailParty {
  if (kind === 'patient') return { address, type: 'Patient' }
  if (professional?.id !== undefined)
    return { address, type: 'Practitioner', identifier: { system: professional.idType === 'RPPS' ? SYSTEM.rpps : SYSTEM.idNatPs, value: professional.id } }
  if (structure?.id !== undefined)
    return { address, type: 'Organization', identifier: { system: structure.idType?.startsWith('FINE') ? SYSTEM.finess : SYSTEM.idNatSt, value: structure.id } }
  return { address, type: kind === 'app' ? 'Device' : 'Organization' }
}
