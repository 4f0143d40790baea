/*
  Checks the policy of a sender: the MSSanté decision matrix when it is strict, a qualified identity for the DMP, a right matricule for a citizen.
    matrix (all other combinations with a mail asked for are outside it):
      masque N  invisible-patient N  invisible-rep N  dmp any  ps Y  patient Y
      masque N  invisible-patient Y  invisible-rep N  dmp any  ps Y  patient N
      masque *  invisible-patient N  invisible-rep *  connexion-secrete N  dmp N  ps N  patient Y
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { hasValidInsKey, insKindOf } from '../../../profiles/identity.ts'
import type { Finding } from '../../mapper.ts'
import { type Fault, faultAt } from '../fault.ts'
import { gate, insOf } from './gating.ts'
import { metadataSegment } from '../reading/read-metadata.ts'
import type { Transmission } from '../reading/transmission.ts'

export interface GatePolicy {
  environment: 'test' | 'production'
  mssMatrix: 'lenient' | 'strict'
}

export function checkGates(message: Er7Message, transmission: Transmission, options: { policy: GatePolicy; findings: Finding[] }): Fault[] {
  const { policy, findings } = options
  findings.push(...citizenFindings(transmission))
  return [...checkMatrix(message, transmission, policy), ...checkDmpIdentity(message, transmission, findings), ...checkIns(message, transmission, options)]
}

export function isInMatrix(flags: Transmission['flags']): boolean {
  const { masquePs, invisiblePatient, invisibleRepLegaux, connexionSecrete, destDmp, destMssPs, destMssPatient } = flags
  if (!destMssPs && !destMssPatient) return true
  if (destMssPs) return !masquePs && !invisibleRepLegaux && invisiblePatient !== destMssPatient
  return !invisiblePatient && !connexionSecrete && !destDmp
}

function checkMatrix(message: Er7Message, { flags }: Transmission, policy: GatePolicy): Fault[] {
  if (policy.mssMatrix === 'lenient' || isInMatrix(flags)) return []
  const obx = metadataSegment(message, flags.destMssPs ? 'DESTMSSANTEPS' : 'DESTMSSANTEPAT')
  return obx === undefined ? [] : [faultAt('mss.matrix', obx, 5)]
}

/** The mail part of a message goes out without a qualified identity; a message for the DMP alone has nothing left. */
function checkDmpIdentity(message: Er7Message, transmission: Transmission, findings: Finding[]): Fault[] {
  const { flags, patient } = transmission
  const pid = message.first('PID')
  if (!flags.destDmp || pid === undefined) return []
  const isValidated = patient.identityStatus.some(status => status === 'VALI' || status === 'QUAL')
  if (isValidated && insOf(patient.identifiers).length > 0) return []
  const field = isValidated ? 3 : 32
  if (!flags.destMssPs && !flags.destMssPatient) return [faultAt('dmp.identity', pid, field)]
  findings.push({ code: 'dmp.identity-unqualified', severity: 'warning', path: `PID-${field}` })
  return []
}

function citizenFindings(transmission: Transmission): Finding[] {
  if (!transmission.flags.destMssPatient) return []
  return gate(transmission).flatMap(({ recipient, rule }) =>
    recipient.kind === 'patient' && (rule === 'citizen-address.invalid' || rule === 'identity.unqualified')
      ? [{ code: rule, severity: 'warning' as const, path: `${recipient.path}-15.4` }]
      : [],
  )
}

/** Test and demonstration identities never enter production; a wrong key is told, not refused. */
function checkIns(message: Er7Message, { patient }: Transmission, { policy, findings }: { policy: GatePolicy; findings: Finding[] }): Fault[] {
  const pid = message.first('PID')
  const ins = insOf(patient.identifiers)
  if (ins.some(one => !hasValidInsKey(one.value))) findings.push({ code: 'ins.key', severity: 'warning', path: 'PID-3' })
  const isForeign = ins.some(one => insKindOf(one.authority)?.environment !== policy.environment)
  if (!isForeign || pid === undefined) return []
  if (policy.environment === 'production') return [faultAt('insi.identity_missing', pid, 3)]
  findings.push({ code: 'ins.production-oid', severity: 'warning', path: 'PID-3' })
  return []
}
