/*
  The mailbox of a person in Mon espace santé: <matricule INS>@patient.mssante.fr.
*/
import { hasValidInsKey } from '../../profiles/identity.ts'

const DOMAIN = 'patient.mssante.fr'

/**
 * The address of a qualified INS; whoever calls has checked that it is one.
 * Out:  undefined when the matricule has not its form or its key.
 * Spec: ECO.2.2.6.
 */
export function citizenAddress(matricule: string): string | undefined {
  return hasValidInsKey(matricule) ? `${matricule.toLowerCase()}@${DOMAIN}` : undefined
}

/** Is it in the citizens' domain at all? */
export function isCitizenDomain(address: string): boolean {
  return address.toLowerCase().endsWith(`@${DOMAIN}`)
}

/** A right citizen address: fifteen characters with a right key. */
export function isCitizenAddress(address: string): boolean {
  const [local = '', ...rest] = address.split('@')
  return rest.join('@').toLowerCase() === DOMAIN && hasValidInsKey(local.toUpperCase())
}
