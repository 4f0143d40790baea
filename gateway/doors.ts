/*
  What happens between a door and the ledger: judge, say who sends, commit, answer. Nothing is acknowledged before it is durable.
*/
import { createHash } from 'node:crypto'
import { beginningOf } from '../connectors/mssante/report.ts'
import type { Accept, Format, Incoming } from '../connectors/connector.ts'
import { HubError, toHubError } from '../profiles/errors.ts'
import { refusalCode, writeAck } from '../mappers/hl7v2/ack.ts'
import { refuseUnread } from '../mappers/hl7v2/checks/judge.ts'
import { type MessageHeader, readMessageHeader } from '../mappers/hl7v2/reading/message-header.ts'
import type { VersionClaim } from '../mappers/hl7v2/reading/version-claim.ts'
import type { Expiries } from './certificates.ts'
import type { HubConfig } from './config.ts'
import type { Keys } from './keys.ts'
import { type Acceptor, newMessageId } from './ledger/acceptance/accept.ts'
import { laneOf } from './lane-of.ts'
import { judgeChange } from './ledger/identity/identity-judged.ts'
import { documentPerson } from './ledger/documents/deposited-documents.ts'
import type { VersionAsked } from './ledger/documents/document-chain.ts'
import { takeMovement, visitLock } from './ledger/stays/movements.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { MAIL_OPERATOR, requireSender, type Sender, STRANGER } from './partners.ts'
import type { RightOfWay } from './right-of-way.ts'
import { newTraceparent } from './trace.ts'
import type { Workers } from './workers/pool.ts'
import type { ArrivedMessage } from './ledger/acceptance/arrival.ts'
import type { Judgement } from '../mappers/hl7v2/checks/judgement.ts'

export interface DoorParts {
  config: HubConfig
  acceptor: Acceptor
  workers: Workers
  keys: Keys
  log: Log
  metrics: Metrics
  expiries: Pick<Expiries, 'seen'>
  rightOfWay: Pick<RightOfWay, 'accepted'>
  /** Throws ledger.disk_full below the free-disk threshold. */
  requireDisk(): void
}

/** The hospital door: every message gets one technical acknowledgement, AA only once the ledger holds it. */
export function hospitalDoor(parts: DoorParts): Accept {
  return async incoming => {
    const id = newMessageId(incoming.receivedAt)
    try {
      parts.requireDisk()
      const msh = readMessageHeader(incoming.bytes)
      const sender = senderOf(parts.config, incoming, msh)
      if (!(sender instanceof HubError) && incoming.certificateEndsAt !== undefined) parts.expiries.seen(sender.id, incoming.certificateEndsAt)
      const judgement = await judge(parts, { incoming, sender, messageType: msh?.messageType })
      const answer = acknowledge(judgement, id, incoming.receivedAt)
      const accepted = await parts.acceptor.accept(arrival(parts, { id, incoming, judgement, sender, answer }))
      parts.rightOfWay.accepted(Date.now() - incoming.receivedAt.getTime())
      parts.metrics.received('mllp', judgement.errors.length > 0 || accepted.isRefused === true ? 'refused' : accepted.isRepeat ? 'repeated' : 'accepted')
      return accepted.answer
    } catch (error) {
      return later(parts, toHubError(error), id, incoming)
    }
  }
}

async function judge(
  { config, workers }: DoorParts,
  { incoming, sender, messageType }: { incoming: Incoming; sender: Sender | HubError; messageType: string | undefined },
): Promise<Judgement> {
  const judgement =
    incoming.fault === undefined
      ? await workers.run('judge', { bytes: incoming.bytes, policy: policyFor(config, sender), messageType })
      : refuseUnread(incoming.bytes, incoming.fault)
  const stranger = sender instanceof HubError && judgement.msh !== undefined ? [{ code: sender.code, path: 'MSH-3', location: 'MSH^1^3' }] : []
  return { ...judgement, errors: [...stranger, ...judgement.errors] }
}

/** The mail door: a report in our own mailbox is ours once the ledger holds it; until then the mail stays unread. */
export function mailDoor(parts: DoorParts): Accept {
  return async incoming => {
    parts.requireDisk()
    const id = newMessageId(incoming.receivedAt)
    const sha = createHash('sha256').update(incoming.bytes).digest('base64url')
    const report = await parts.workers.run('readReport', { bytes: beginningOf(incoming.bytes) }).catch(() => undefined)
    // ENVID and Message-ID begin with the same reference: all that is said of one mail stands in one lane.
    const reference = (report?.envelopeId ?? report?.originalMessageId ?? sha).replace(/^</, '').split('@')[0]
    const accepted = await parts.acceptor.accept({
      id,
      door: 'mail',
      format: 'mail',
      sender: MAIL_OPERATOR,
      controlId: sha,
      bytes: incoming.bytes,
      receivedAt: incoming.receivedAt,
      laneKey: `in:${parts.keys.pseudonym(`mail|${reference}`)}`,
      findings: [],
      answer: new Uint8Array(),
      traceparent: newTraceparent(),
    })
    parts.metrics.received('mail', accepted.isRepeat ? 'repeated' : 'accepted')
    return accepted.answer
  }
}

function senderOf(config: HubConfig, incoming: Incoming, msh: MessageHeader | undefined): Sender | HubError {
  try {
    return requireSender(config, msh?.sendingApplication ?? '', msh?.sendingFacility ?? '', incoming.certificate)
  } catch (error) {
    return toHubError(error)
  }
}

function policyFor(config: HubConfig, sender: Sender | HubError) {
  return {
    environment: config.environment,
    mssMatrix: sender instanceof HubError ? ('lenient' as const) : sender.mssMatrix,
    maxDocumentBytes: config.limits.maxDocumentBytes,
    ...(sender instanceof HubError ? {} : { a08: sender.a08, zbe: sender.zbe, profiles: sender.profiles, oddities: sender.oddities }),
  }
}

function acknowledge(judgement: Judgement, id: string, at: Date): Uint8Array {
  return writeAck(judgement.msh, { code: judgement.errors.length === 0 ? 'AA' : refusalCode(judgement.errors), errors: judgement.errors, controlId: id, at })
}

/** Which flow a message is for. */
const FORMATS: Readonly<Record<NonNullable<Judgement['kind']>, Format>> = { document: 'hl7v2', movement: 'hl7v2-movement', identity: 'hl7v2-identity' }

function arrival(
  parts: DoorParts,
  message: { id: string; incoming: Incoming; judgement: Judgement; sender: Sender | HubError; answer: Uint8Array },
): ArrivedMessage {
  const { id, incoming, judgement, answer } = message
  const sender = message.sender instanceof HubError ? undefined : message.sender
  const senderId = sender?.id ?? STRANGER
  const organisation = sender?.finess ?? judgement.msh?.sendingFacility ?? senderId
  return {
    id,
    door: incoming.door,
    format: FORMATS[judgement.kind ?? 'document'],
    sender: senderId,
    controlId: judgement.msh?.controlId ?? '',
    bytes: incoming.bytes,
    receivedAt: incoming.receivedAt,
    laneKey: judgement.laneKey === undefined ? `in:${parts.keys.pseudonym(id)}` : laneOf(parts.keys, senderId, judgement.laneKey),
    findings: judgement.findings,
    answer,
    traceparent: newTraceparent(),
    ...(sender?.territory === undefined ? {} : { territory: sender.territory }),
    ...(judgement.documentType === undefined ? {} : { documentType: judgement.documentType }),
    ...(judgement.documentId === undefined ? {} : { documentId: judgement.documentId }),
    ...(judgement.errors.length === 0 ? {} : { refusedWith: judgement.errors.map(({ code, path }) => ({ code, path })) }),
    ...(judgement.versions === undefined ? {} : { versions: judgement.versions.map(claim => askedOf(parts, claim, { organisation, finess: sender?.finess })) }),
    refuse: faults => acknowledge({ ...judgement, errors: [...faults] }, id, incoming.receivedAt),
    ...ruleOf(judgement),
    ...identityRuleOf(judgement, key => laneOf(parts.keys, senderId, key)),
  }
}

/** Whether a former number is known, whether two were made one. */
function identityRuleOf({ identity, errors }: Judgement, lane: (laneKey: string) => string): Pick<ArrivedMessage, 'rule'> {
  if (identity === undefined || errors.length > 0) return {}
  return { rule: { locks: [], judge: tx => judgeChange(tx, identity, lane) } }
}

/** What only the ledger can say against a message: whether its movement is known, and the current one. */
function ruleOf({ movement, errors }: Judgement): Pick<ArrivedMessage, 'rule'> {
  if (movement === undefined || errors.length > 0) return {}
  return { rule: { locks: [visitLock(movement)], judge: (tx, messageId) => takeMovement(tx, movement, messageId) } }
}

function askedOf(
  { keys }: DoorParts,
  { keeper, ...claim }: VersionClaim,
  { organisation, finess }: { organisation: string; finess: string | undefined },
): VersionAsked {
  return { ...claim, organisation, keeper: finess === undefined ? keeper : undefined, persons: claim.persons.map(one => documentPerson(keys, one)) }
}

/** AR: not the sender's fault, the same bytes may come again. A false AA is impossible here: the ledger did not say that it holds the message. */
function later(parts: DoorParts, error: HubError, id: string, incoming: Incoming): Uint8Array {
  parts.log.error('message.deferred', error, { door: incoming.door, messageId: id })
  parts.metrics.received(incoming.door, 'deferred')
  const code = error.kind === 'retry' ? error.code : 'hub.defect'
  return writeAck(readMessageHeader(incoming.bytes), { code: 'AR', errors: [{ code }], controlId: id, at: incoming.receivedAt })
}
