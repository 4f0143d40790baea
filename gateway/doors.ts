/*
  What happens between a door and the ledger: judge, say who sends, commit, answer. Nothing is acknowledged before it is durable.
*/
import { createHash } from 'node:crypto'
import { readReport } from '../connectors/mssante/report.ts'
import type { Accept, Incoming } from '../connectors/connector.ts'
import { HubError, toHubError } from '../profiles/errors.ts'
import { writeAck } from '../mappers/hl7v2/ack.ts'
import type { Judgement } from '../mappers/hl7v2/judge.ts'
import { readMessageHeader } from '../mappers/hl7v2/message-header.ts'
import type { HubConfig } from './config.ts'
import type { Keys } from './keys.ts'
import { type Acceptor, newMessageId } from './ledger/accept.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { requireSender, type Sender } from './partners.ts'
import { newTraceparent } from './trace.ts'
import type { Workers } from './workers/pool.ts'

export interface DoorParts {
  config: HubConfig
  acceptor: Acceptor
  workers: Workers
  keys: Keys
  log: Log
  metrics: Metrics
  /** Throws ledger.disk_full below the free-disk threshold. */
  requireDisk(): void
}

/** The hospital door: every message gets one technical acknowledgement, AA only once the ledger holds it. */
export function hospitalDoor(parts: DoorParts): Accept {
  return async incoming => {
    const id = newMessageId(incoming.receivedAt)
    let judgement: Judgement | undefined
    try {
      parts.requireDisk()
      const sender = senderOf(parts.config, incoming)
      judgement = await parts.workers.run('judge', { bytes: incoming.bytes, policy: policyFor(parts.config, sender) })
      if (sender instanceof HubError && judgement.msh !== undefined) judgement.errors.unshift({ code: sender.code, path: 'MSH-3', location: 'MSH^1^3' })
      const answer = acknowledge(judgement, id, incoming.receivedAt)
      const known = sender instanceof HubError ? undefined : sender
      const accepted = await parts.acceptor.accept(arrival(parts, { id, incoming, judgement, sender: known, answer }))
      parts.metrics.received('mllp', judgement.errors.length > 0 ? 'refused' : accepted.isRepeat ? 'repeated' : 'accepted')
      return accepted.answer
    } catch (error) {
      return later(parts, toHubError(error), { judgement, id, incoming })
    }
  }
}

/** The mail door: a report in our own mailbox is ours once the ledger holds it; until then the mail stays unread. */
export function mailDoor(parts: DoorParts): Accept {
  return async incoming => {
    parts.requireDisk()
    const id = newMessageId(incoming.receivedAt)
    const sha = createHash('sha256').update(incoming.bytes).digest('base64url')
    const report = await readReport(incoming.bytes).catch(() => undefined)
    const reference = report?.envelopeId ?? report?.originalMessageId ?? sha
    const accepted = await parts.acceptor.accept({
      id, door: 'mail', format: 'mail', sender: 'mail-operator', controlId: sha, bytes: incoming.bytes, receivedAt: incoming.receivedAt,
      laneKey: `in:${parts.keys.pseudonym(`mail|${reference}`)}`, findings: [], answer: new Uint8Array(), traceparent: newTraceparent(),
    })
    parts.metrics.received('mail', accepted.isRepeat ? 'repeated' : 'accepted')
    return accepted.answer
  }
}

function senderOf(config: HubConfig, incoming: Incoming): Sender | HubError {
  const msh = readMessageHeader(incoming.bytes)
  try {
    return requireSender(config, msh?.sendingApplication ?? '', msh?.sendingFacility ?? '', incoming.certificate)
  } catch (error) {
    return toHubError(error)
  }
}

function policyFor(config: HubConfig, sender: Sender | HubError) {
  return { environment: config.environment, mssMatrix: sender instanceof HubError ? ('lenient' as const) : sender.mssMatrix, maxDocumentBytes: config.limits.maxDocumentBytes }
}

function acknowledge(judgement: Judgement, id: string, at: Date): Uint8Array {
  return writeAck(judgement.msh, { code: judgement.errors.length === 0 ? 'AA' : 'AE', errors: judgement.errors, controlId: id, at })
}

function arrival(parts: DoorParts, message: { id: string; incoming: Incoming; judgement: Judgement; sender: Sender | undefined; answer: Uint8Array }) {
  const { id, incoming, judgement, sender, answer } = message
  const senderId = sender?.id ?? 'unknown'
  return {
    id, door: incoming.door, format: incoming.format, sender: senderId, controlId: judgement.msh?.controlId ?? '', bytes: incoming.bytes, receivedAt: incoming.receivedAt,
    laneKey: `in:${parts.keys.pseudonym(judgement.laneKey === undefined ? id : `${senderId}|${judgement.laneKey}`)}`,
    findings: judgement.findings, answer, traceparent: newTraceparent(),
    ...(sender?.territory === undefined ? {} : { territory: sender.territory }),
    ...(judgement.documentType === undefined ? {} : { documentType: judgement.documentType }),
    ...(judgement.documentId === undefined ? {} : { documentId: judgement.documentId }),
    ...(judgement.errors.length === 0 ? {} : { refusedWith: judgement.errors.map(({ code, path }) => ({ code, path })) }),
  }
}

/** AR: not the sender's fault, the same bytes may come again. A false AA is impossible here: the ledger did not say that it holds the message. */
function later(parts: DoorParts, error: HubError, message: { judgement: Judgement | undefined; id: string; incoming: Incoming }): Uint8Array {
  parts.log.error('message.deferred', error, { door: message.incoming.door, messageId: message.id })
  parts.metrics.received(message.incoming.door, 'deferred')
  const code = error.kind === 'retry' ? error.code : 'hub.defect'
  return writeAck(message.judgement?.msh ?? readMessageHeader(message.incoming.bytes), { code: 'AR', errors: [{ code, path: '', location: '' }], controlId: message.id, at: message.incoming.receivedAt })
}
