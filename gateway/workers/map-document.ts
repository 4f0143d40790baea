/*
  Maps one stored document message, once, in a thread: serialised resources, claims on shared identities, what the fan-out has to know, lineage.
*/
import { randomUUID } from 'node:crypto'
import type { DocumentReference, Resource } from 'fhir/r4.js'
import type { MailParty } from '../../mappers/communication/communication.ts'
import { readCdaHeader } from '../../mappers/cda/header-reader.ts'
import { CDA_LIMITS, readCda } from '../../mappers/cda/tree.ts'
import { identityOf, recipientFacts } from '../../mappers/hl7v2/gating.ts'
import { readTransmission } from '../../mappers/hl7v2/read-transmission.ts'
import type { Recipient, Transmission } from '../../mappers/hl7v2/transmission.ts'
import { Recorder } from '../../mappers/lineage.ts'
import type { Finding, Lineage, MapContext } from '../../mappers/mapper.ts'
import { mapTransmissionToTransaction } from '../../mappers/transmission-to-transaction/map-transmission.ts'
import { MAPPING_VERSION } from '../../mappers/transmission-to-transaction/provenance.ts'
import type { Claim } from '../../mappers/transmission-to-transaction/transaction.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import type { Deposit, Mailbox } from '../fanout/deposit.ts'
import type { Entry } from '../flows/bundle.ts'
import type { ClaimKeys } from '../ledger/identity.ts'
import { type LargeBinary, serialised } from './serialised.ts'

export interface MapDocument {
  bytes: Uint8Array
  receivedAt: Date
  environment: 'test' | 'production'
  maxDocumentBytes: number
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
  const { owned, stored, claims, patientClaim, documentReferenceId } = mapped.output
  const unread = [...ctx.recorder.unread(message.leafPaths), ...mapped.unread]
  const resources = owned.map(one => one.resource)
  return {
    ...serialised(resources, stored),
    claims: claims.map(toClaimKeys),
    patient: patientClaim.id,
    contentHash: stored[0].sha256.toString('hex'),
    deposit: depositOf(transmission, { documentId: header.uniqueId, claim: patientClaim, document: resources.find(one => one.id === documentReferenceId) }),
    mapper: { name: 'transmission-to-transaction', version: MAPPING_VERSION },
    findings: ctx.findings,
    lineage: mapped.lineage,
    unread,
  }
}

function createContext(now: Date, environment: MapContext['environment']): MapContext {
  const recorder = new Recorder()
  return { now, environment, recorder, findings: [], newId: randomUUID, element: (path, build) => recorder.element(path, build) }
}

export function toClaimKeys({ type, id, keys, resource, person }: Claim): ClaimKeys {
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
    ackLecture: flags.ackLecture,
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
