/*
  Maps one stored document message, once, in a thread: serialised resources, claims on shared identities, what the fan-out has to know, lineage.
*/
import { randomUUID } from 'node:crypto'
import type { DocumentReference } from 'fhir/r4.js'
import type { MailParty } from '../../mappers/communication/communication.ts'
import { readCdaHeader } from '../../mappers/cda/header/header-reader.ts'
import { CDA_LIMITS, readCda } from '../../mappers/cda/xml/tree.ts'
import { identityOf, recipientFacts } from '../../mappers/hl7v2/checks/gating.ts'
import { readTransmission } from '../../mappers/hl7v2/reading/read-transmission.ts'
import type { Recipient, Transmission } from '../../mappers/hl7v2/reading/transmission.ts'
import { Recorder, type Lineage } from '../../mappers/lineage.ts'
import type { Finding, MapContext } from '../../mappers/mapper.ts'
import { mapTransmissionToTransaction } from '../../mappers/transmission-to-transaction/map-transmission.ts'
import { MAPPING_VERSION } from '../../mappers/transmission-to-transaction/provenance.ts'
import type { VersionStanding } from '../../mappers/transmission-to-transaction/standing.ts'
import type { Claim } from '../../mappers/transmission-to-transaction/transaction.ts'
import { HubError } from '../../profiles/errors.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { OID } from '../../profiles/oids.ts'
import type { Deposit, Mailbox } from '../fanout/deposit.ts'
import type { Entry } from '../store/bundle.ts'
import type { ClaimKeys } from '../ledger/identity/identity.ts'
import type { BinaryPut } from '../store/store.ts'
import { serialised } from './serialised.ts'

export interface MapDocument {
  bytes: Uint8Array
  receivedAt: Date
  environment: 'test' | 'production'
  maxDocumentBytes: number
  /** How its documents stand among their versions, by unique id; those not named stand alone. */
  standings?: Readonly<Record<string, VersionStanding>>
}

/** Where what was mapped comes from. */
export interface Traced {
  mapper: { name: string; version: number }
  findings: Finding[]
  lineage: Lineage[]
  unread: string[]
}

export interface MappedDocument extends Traced {
  entries: Entry[]
  /** Content over 1 MiB: stored before the transaction. */
  binaries: BinaryPut[]
  claims: ClaimKeys[]
  /** Candidate id of the person. */
  patient: string
  deposit: Omit<Deposit, 'messageId' | 'sender'>
}

/** Throws: mapping.impossible, document.* and hl7v2.* where an accepted message cannot be read again: a defect that parks its lane. */
export function mapDocument({ bytes, receivedAt, environment, maxDocumentBytes, standings = {} }: MapDocument): MappedDocument {
  const ctx = createContext(receivedAt, environment)
  const message = readTransmission(bytes, { onRead: path => ctx.recorder.read(path), maxDocumentBytes })
  const { transmission } = message
  ctx.findings.push(...message.findings)
  const { document, otherFormat } = transmission
  const main = mapOne({ transmission, document, maxDocumentBytes, standings }, ctx)
  const other =
    otherFormat === undefined ? [] : [mapOne({ transmission, document: otherFormat, maxDocumentBytes, standings, transforms: main.documentId }, ctx)]
  const all = [main, ...other]
  return {
    entries: other.length === 0 ? main.entries : unique(all.flatMap(one => one.entries)),
    binaries: all.flatMap(one => one.binaries),
    claims: all.flatMap(one => one.claims),
    patient: main.claim.id,
    deposit: {
      ...depositOf(transmission, main),
      ...(other.length === 0 ? {} : { others: other.map(({ documentId, document }) => ({ documentId, document: `DocumentReference/${document.id}` })) }),
    },
    mapper: { name: 'transmission-to-transaction', version: MAPPING_VERSION },
    findings: ctx.findings,
    lineage: ctx.recorder.lineage(),
    unread: [...ctx.recorder.unread(message.leafPaths), ...all.flatMap(one => one.unread)],
  }
}

interface Mapped {
  entries: Entry[]
  binaries: BinaryPut[]
  claims: ClaimKeys[]
  claim: Claim
  documentId: string
  document: DocumentReference & { id: string }
  unread: string[]
}

interface OneDocument extends Required<Pick<MapDocument, 'maxDocumentBytes' | 'standings'>> {
  transmission: Transmission
  document: Uint8Array
  /** The document whose other format it is. */
  transforms?: string
}

/** One document of a transmission; of two formats each is one. */
function mapOne({ transmission, document: bytes, maxDocumentBytes, standings, transforms }: OneDocument, ctx: Context): Mapped {
  const cda = readCda(bytes, { ...CDA_LIMITS, maxBytes: maxDocumentBytes }, path => ctx.recorder.read(path))
  const { header, findings } = readCdaHeader(cda)
  ctx.findings.push(...findings)
  const standing = { status: 'current' as const, ...standings[header.uniqueId], ...(transforms === undefined ? {} : { transforms }) }
  const { output, unread } = mapTransmissionToTransaction({ transmission, header, cda, standing }, ctx)
  const resources = output.owned.map(one => one.resource)
  const document = resources.find((one): one is DocumentReference & { id: string } => one.id === output.documentReferenceId)
  if (document === undefined) throw new HubError('mapping.impossible', { path: 'DocumentReference' })
  return {
    ...serialised(resources, output.stored),
    claims: output.claims.map(toClaimKeys),
    claim: output.patientClaim,
    documentId: header.uniqueId,
    document,
    unread,
  }
}

/** Two formats share their stay: the main document says it. */
const unique = (entries: readonly Entry[]): Entry[] => [...new Map(entries.toReversed().map(one => [`${one.type}/${one.id}`, one])).values()].toReversed()

type Context = ReturnType<typeof createContext>

function createContext(now: Date, environment: MapContext['environment']) {
  const recorder = new Recorder()
  const context: MapContext = { now, environment, recorder, findings: [], newId: randomUUID, element: (path, build) => recorder.element(path, build) }
  return context
}

export function toClaimKeys({ type, id, keys, resource, person }: Claim): ClaimKeys {
  return { type, id, keys, creation: JSON.stringify(resource), ...(person === undefined ? {} : { person }) }
}

function depositOf(transmission: Transmission, { documentId, document, claim }: Pick<Mapped, 'documentId' | 'document' | 'claim'>): MappedDocument['deposit'] {
  const { flags } = transmission
  const byAddress = new Map(transmission.recipients.map(recipient => [recipient.address, recipient]))
  const mailboxes = [...byAddress.values()].map((recipient): Mailbox => ({ party: partyOf(recipient), facts: recipientFacts(transmission, recipient) }))
  const { masquePs, invisiblePatient, invisibleRepLegaux } = flags
  const byMessage = identityOf(transmission.patient)
  const isMinor = recipientFacts(transmission, { address: '', kind: 'ps', path: '' }).isMinor
  return {
    documentId,
    documentType: transmission.documentType.code,
    document: `DocumentReference/${document.id}`,
    ...(document.custodian?.reference === undefined ? {} : { custodian: document.custodian.reference }),
    destDmp: flags.destDmp,
    ackReception: flags.ackReception,
    ackLecture: flags.ackLecture,
    mailboxes,
    facts: { identity: byMessage === 'conflit' ? 'conflit' : (claim.person?.tag ?? byMessage), masquePs, invisiblePatient, invisibleRepLegaux, isMinor },
  }
}

/** Who a mailbox belongs to, as far as the message says: an identifier of the national directories, else what it is, else the address alone. */
function partyOf({ address, kind, professional, structure }: Recipient): MailParty {
  if (kind === 'patient') return { address, type: 'Patient' }
  if (professional?.id !== undefined && professional.authority === OID.professional)
    return { address, type: 'Practitioner', identifier: { system: professional.idType === 'RPPS' ? SYSTEM.rpps : SYSTEM.idNatPs, value: professional.id } }
  if (professional !== undefined) return { address, type: 'Practitioner' }
  if (structure?.id !== undefined)
    return { address, type: 'Organization', identifier: { system: structure.idType?.startsWith('FINE') ? SYSTEM.finess : SYSTEM.idNatSt, value: structure.id } }
  if (structure !== undefined || kind === 'org') return { address, type: 'Organization' }
  return kind === 'app' ? { address, type: 'Device' } : { address }
}
