/*
  Every access through the FHIR door leaves a row in the ledger's audit before its answer.
*/
import type { AuditEntry, Auditor } from '../ledger/audit/audit.ts'
import type { Actor } from '../access/callers/actor.ts'
import type { OnRefused } from '../access/callers/require-token.ts'
import { contextOf } from '../request.ts'
import type { Access } from './parts.ts'

export function fhirAudit(auditor: Auditor): (access: Access) => Promise<void> {
  return ({ actor, action, object, outcome, requestId, found, patients = [], decided = [] }) => {
    const persons = new Set([...patientOf(object), ...patients, ...decided.flatMap(({ patient }) => patient ?? [])])
    const [first] = decided
    return auditor.record({
      ...callerIn(actor),
      at: new Date(),
      action: `fhir.${action}`,
      object,
      outcome,
      requestId,
      level: first?.level,
      rule: first?.rule,
      patients: [...persons],
      detail: {
        ...(actor.reason === undefined ? {} : { reason: actor.reason }),
        ...(found === undefined ? {} : { found }),
        ...(persons.size > 1 ? { decided: decidedOf(decided) } : {}),
      },
    })
  }
}

/** What an address below the base asks for, as far as it has the form of a type and an id. */
export const objectAt = (path: string): string => /^\/?([A-Z][A-Za-z]{1,40}(?:\/[A-Za-z0-9.-]{1,64}(?=[/?]|$))?)(?=[/?]|$)/.exec(path)?.[1] ?? ''

const FEW = 20

/** Whom a search below the base names by id, whatever becomes of it. */
export function personsNamed(path: string, sent: Iterable<[string, string]>): string[] {
  const named = [...sent].flatMap(([name, values]) => {
    const isPerson = /^(patient|subject)(:Patient)?$/.test(name) || (name === '_id' && objectAt(path) === 'Patient')
    return values.split(',').map(one => (isPerson && !one.includes('/') ? `Patient/${one}` : one.replace(/^.*\/(?=Patient\/)/, '')))
  })
  return named.flatMap(patientOf).slice(0, FEW)
}

/** Whoever is turned away at the door of tokens is nobody yet: what he asked for, and from where. */
export function refusalAudit(auditor: Auditor): OnRefused {
  return async (request, { code }) => {
    const object = objectAt(`${request.baseUrl}${request.path}`.replace(/^\/fhir\//, ''))
    await auditor.record({
      at: new Date(),
      actor: 'nobody',
      action: `access.${request.method.toLowerCase()}`,
      object,
      outcome: code,
      requestId: contextOf(request).requestId,
      address: request.ip,
      patients: patientOf(object),
    })
  }
}

/** Each person once, with what was decided about him first. */
function decidedOf(decided: NonNullable<Access['decided']>): { patient: string; level: string; rule: string }[] {
  const persons = new Map<string, { patient: string; level: string; rule: string }>()
  for (const { patient, level, rule } of decided) if (patient !== undefined && !persons.has(patient)) persons.set(patient, { patient, level, rule })
  return [...persons.values()]
}

/** Who asks, why and from where: the audit is the one place that keeps it. */
export function callerIn(actor: Actor): Pick<AuditEntry, 'actor' | 'structure' | 'human' | 'purpose' | 'address'> {
  const { clientId, user, person, purpose, address } = actor
  return { actor: clientId, structure: structureIn(actor), human: user?.idNatPs ?? person?.relative ?? person?.patient, purpose, address }
}

/** The structure he works for, not that of his software: its FINESS number, or its idNatSt where it has none. */
export const structureIn = ({ structure, user }: Actor): string | undefined => user?.structure?.replace(/^1/, '') ?? structure

const patientOf = (object: string): string[] => (/^Patient\/[A-Za-z0-9.-]{1,64}$/.test(object) ? [object] : [])
