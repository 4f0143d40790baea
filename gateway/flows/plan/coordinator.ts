/*
  A complex case needs somebody who coordinates it: an active PPCS, or support asked for a complex coordination, in a circle without current coordinator.
*/
import type { CarePlan, CareTeam, ServiceRequest } from 'fhir/r4.js'
import { SYSTEM } from '../../../profiles/canonicals.ts'
import { tre } from '../../../profiles/oids.ts'
import type { Draft, Write } from '../care-flow.ts'
import { isRunning } from '../period.ts'
import { currentOf, hasCode, targetOf } from '../person.ts'

export const COORDINATOR = { system: tre('R85-RolePriseCharge'), code: '330' }
const COMPLEX = 'coordination-complexe'

export function hasCoordinator({ participant = [] }: CareTeam, now: Date): boolean {
  return participant.some(({ role, period }) => isRunning(period, now) && hasCode(role, COORDINATOR.system, COORDINATOR.code))
}

export function warnNoCoordinator(write: Write, draft: Draft): void {
  const text = {
    en: 'A complex case has no current coordinator in its circle.',
    fr: 'Situation complexe : le cercle de soins n’a pas de coordonnateur de parcours.',
  }
  write.warn(draft, { rule: 'circle.no-coordinator', text })
}

/** Asks the store: to be asked only where a coordinator is missing. */
export async function isComplexCase(write: Write, patient: string): Promise<boolean> {
  const plans = await currentOf<CarePlan>(write, 'CarePlan', {
    parameters: { patient, status: 'active', category: `${SYSTEM.hub}|PPCS` },
    isMeant: plan => plan.status === 'active' && targetOf(plan.subject) === patient && hasCode(plan.category, SYSTEM.hub, 'PPCS'),
  })
  if (plans.length > 0) return true
  const requests = await currentOf<ServiceRequest>(write, 'ServiceRequest', {
    parameters: { patient, status: 'active', code: `${SYSTEM.hubSupport}|${COMPLEX}` },
    isMeant: request => request.status === 'active' && targetOf(request.subject) === patient && hasCode(request.code, SYSTEM.hubSupport, COMPLEX),
  })
  return requests.length > 0
}
