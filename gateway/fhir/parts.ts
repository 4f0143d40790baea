/*
  What the FHIR door works with, how it answers, and what it leaves in the audit.
*/
import type { Actor } from '../access/callers/actor.ts'
import type { OnRefused } from '../access/callers/require-token.ts'
import type { Tokens } from '../access/callers/tokens.ts'
import type { Log } from '../log.ts'
import type { Db } from '../ledger/db.ts'
import type { PagedAction, PageLinks } from './search/page-links.ts'
import type { SharedReads } from './shared-reads.ts'
import type { SubscriptionParts } from './subscription/write.ts'
import type { Decided } from './visibility.ts'
import type { RightsParts } from './search/decide-found.ts'
import type { Request, Response } from 'express'
import type { CheckForm, WriteParts } from './write/parts.ts'

/** One row of the audit: who asked for what, and what came of it. */
export interface Access {
  actor: Actor
  action: 'read' | 'vread' | 'diff' | 'indicators' | PagedAction | 'validate' | 'create' | 'update' | 'patch' | 'delete' | 'transaction' | 'batch'
  /** `Patient/<id>`, or the type and the names of the parameters. */
  object: string
  /** `shown`, `written`, or the code of the error that refused it. */
  outcome: string
  requestId: string
  /** `Type/<id>` of what a search showed, of what a transaction wrote. */
  found?: string[]
  /** About whom it was, and what was decided: also where the answer is that there is nothing. */
  decided?: readonly Decided[]
  /** Whom a write was about, `Patient/<id>`s. */
  patients?: readonly string[]
}

export interface FhirParts extends RightsParts {
  /** Of the store, by id. */
  reads: SharedReads
  /** A door without them only reads. */
  writes?: WriteParts
  /** What clients asked to be told of; a door without it has none. */
  subscriptions?: SubscriptionParts & { form: CheckForm }
  tokens: Tokens
  /** Requests that one client may have under way. */
  mostAtOnce?: number
  pageLinks: PageLinks
  /** Where the audit is read, and the reports of territories are counted; a door without it serves neither AuditEvent nor MeasureReport. */
  auditTrail?: Db
  /** Durable before the answer goes out. */
  audit(access: Access): Promise<void>
  /** Asked before anything is written. Throws ledger.disk_full below the free-disk threshold. */
  requireDisk(): void
  /** Of whoever is turned away before he is anybody. */
  refused: OnRefused
  /** `http://127.0.0.1:8080/fhir` */
  baseUrl(): string
  log: Log
  product: { name: string; version: string }
}

export type Answer = (parts: FhirParts, request: Request, response: Response) => Promise<void>
