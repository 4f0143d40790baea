/*
  Break-glass at the FHIR door: what it opened is noted before the answer goes out, so that the person, the coordinator and the privacy officer are told.
*/
import type { DecisionRule } from '../../profiles/tables/decisions.ts'
import type { Tx } from '../ledger/db.ts'
import { openEmergency } from '../ledger/rights/emergencies.ts'
import type { Log } from '../log.ts'
import type { FhirParts } from './parts.ts'

const RULE: DecisionRule = 'emergency.break-glass'

/** In: the audit of the door, which comes first. */
export function notingEmergencies(audit: FhirParts['audit'], { db, log }: { db: Tx; log: Pick<Log, 'warn'> }): FhirParts['audit'] {
  return async access => {
    await audit(access)
    const human = access.actor.user?.idNatPs
    if (access.actor.purpose !== 'BTG' || human === undefined) return
    const opened = new Set((access.decided ?? []).flatMap(({ rule, patient }) => (rule === RULE && patient !== undefined ? [patient] : [])))
    for (const patient of opened) {
      const isNew = await openEmergency(db, { patient, human, openedAt: new Date() })
      if (isNew) log.warn('emergency.opened', { client: access.actor.clientId, requestId: access.requestId })
    }
  }
}
