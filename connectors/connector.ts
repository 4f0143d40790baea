/*
  What a connector is: bytes ↔ messages of one kind of partner, exactly one attempt, no policy, no mapping.
*/
import type { ZodType } from 'zod'

export type Door = 'mllp' | 'mail'
/** `hl7v2` is a document; of ADT a movement or a change of identity, once it is judged. */
export type Format = 'hl7v2' | 'hl7v2-movement' | 'hl7v2-identity' | 'mail'

/** Bytes as they came through a door, before the hub knows whose they are. The body is kept byte for byte. */
export interface Incoming {
  door: Door
  format: Format
  bytes: Uint8Array
  /** What the transport proves of the peer: the SHA-256 of its client certificate in base64url, if there is one. */
  certificate?: string
  /** When that certificate ends. */
  certificateEndsAt?: Date
  receivedAt: Date
  /** The door did not get the whole message: `bytes` are its beginning, to be answered and never to be read as a message. */
  fault?: 'hl7v2.too_large' | 'hl7v2.framing'
}

/** Resolves with the answer (ER7 acknowledgement; empty for mail) once the message is ours for good, or refused with a durable trace. Never rejects for bad input. */
export type Accept = (incoming: Incoming) => Promise<Uint8Array>

/** One thing to send, rendered by the gateway; the same on every attempt. */
export interface Outgoing<Payload> {
  /** The delivery's id, for logs. */
  deliveryId: string
  payload: Payload
  traceparent?: string
}

/** What the partner said at once. A later DSN or MDN is a receipt of its own. */
export interface Receipt {
  /** `250`, `AA`, `201`. */
  code: string
  /** The partner's own reference of what it took (queue id, Location), if it gave one. */
  reference?: string
}

export interface Connector<Config, Payload> {
  /** Folder name = key in the configuration = `connector` in logs and metrics. */
  name: string
  /** Every field: type, limits, default, unit, one sentence. */
  config: ZodType<Config>
  /** Runs until aborted; resolves once everything accepted so far is answered. `ready` is called when the door is open. */
  receive?(accept: Accept, config: Config, options: { signal: AbortSignal; ready?: () => void; log?: ConnectorLog }): Promise<void>
  /** Exactly one attempt. Throws a HubError whose kind says what it means. */
  send?(delivery: Outgoing<Payload>, config: Config, signal: AbortSignal): Promise<Receipt>
  /** Reachable and allowed? Throws a HubError otherwise. */
  check(config: Config): Promise<void>
}

/** The one thing a connector may say of itself: an event name (`connection.refused`) and fields without identity. */
export type ConnectorLog = (event: string, fields?: Record<string, string | number | boolean>) => void
