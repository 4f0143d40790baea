/*
  Every access through the FHIR door leaves a row in the ledger's audit before its answer.
*/
import type { Auditor } from '../ledger/audit.ts'
import type { Actor } from '../access/actor.ts'
import type { Access } from './door.ts'

export function fhirAudit(auditor: Auditor): (access: Access) => Promise<void> {
  return ({ actor, action, object, outcome, requestId, found }) =>
    auditor.record({
      at: new Date(),
      actor: actor.clientId,
      action: `fhir.${action}`,
      object,
      outcome,
      detail: { requestId, structure: actor.structure ?? null, ...humanBehind(actor), ...(found === undefined ? {} : { found }) },
    })
}

/** For whom and why: the audit is the one place that keeps it. */
const humanBehind = ({ user, person, purpose, reason }: Actor): object => ({ user, person, purpose, reason })
