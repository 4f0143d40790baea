/*
  Showing traits or a body leaves its row in the audit first: who, of whom, why.
*/
import type { Request } from 'express'
import type { Auditor } from '../ledger/audit/audit.ts'
import { contextOf } from '../request.ts'
import { viewerOf } from './viewer.ts'

export interface Reveal {
  /** `flow/<id>` */
  object: string
  /** `Patient/<id>` */
  patients: readonly string[]
  reason: string
  what: string
}

export function noteReveal(auditor: Auditor, request: Request, { object, patients, reason, what }: Reveal): Promise<void> {
  const { name, role } = viewerOf(request)
  const { requestId } = contextOf(request)
  return auditor.record({
    at: new Date(),
    actor: name,
    action: 'monitor.reveal',
    object,
    outcome: 'done',
    requestId,
    patients,
    address: request.ip,
    detail: { reason, what, role },
  })
}
