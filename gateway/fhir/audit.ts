/*
  Every access through the FHIR door leaves a row in the ledger's audit before its answer.
*/
import type { Auditor } from '../ledger/audit.ts'
import type { Actor } from '../access/actor.ts'
import type { Access } from './door.ts'

export function fhirAudit(auditor: Auditor): (access: Access) => Promise<void> {
  return ({ actor, action, object, outcome, requestId, found, decided }) =>
    auditor.record({
      at: new Date(),
      actor: actor.clientId,
      action: `fhir.${action}`,
      object,
      outcome,
      detail: { requestId, structure: actor.structure ?? null, ...humanBehind(actor), ...(found === undefined ? {} : { found }), ...personsOf(decided) },
    })
}

/** For whom and why: the audit is the one place that keeps it. */
const humanBehind = ({ user, person, purpose, reason }: Actor): object => ({ user, person, purpose, reason })

/** Each person once, with what was decided about him first. */
function personsOf(decided: Access['decided'] = []): { persons?: { patient: string; level: string; rule: string }[] } {
  const persons = new Map<string, { patient: string; level: string; rule: string }>()
  for (const { patient, level, rule } of decided) if (patient !== undefined && !persons.has(patient)) persons.set(patient, { patient, level, rule })
  return persons.size === 0 ? {} : { persons: [...persons.values()] }
}
