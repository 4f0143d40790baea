/*
  Judges a message before it is acknowledged: everything that speaks against taking it, with its place. Pure: neither ledger nor store is asked.
    bytes => ER7 => MSH => segments => fields => recipients => document => policy of the sender; a step that cannot go on ends the judgement
*/
import { type ErrorCode, HubError } from '../../../profiles/errors.ts'
import { type Er7Message, readEr7 } from '../../../profiles/hl7v2/er7.ts'
import { checkStructure } from '../../../profiles/hl7v2/grammar.ts'
import type { Finding } from '../../mapper.ts'
import { checkLengths } from './check-lengths.ts'
import { checkMetadata, checkParticipations } from './check-metadata.ts'
import { checkMsh } from './check-msh.ts'
import { checkOrder } from './check-order.ts'
import { practiceFindings } from './check-practice.ts'
import { excused } from './excuses.ts'
import { type Fault, faultOf } from '../fault.ts'
import { judgeDocuments } from './judge-documents.ts'
import { headerOf, readMessageHeader } from '../reading/message-header.ts'
import type { JudgePolicy, Judgement } from './judgement.ts'

/** A hostile message may be wrong twenty thousand times: nobody reads that, the ledger does not keep it. */
const MOST_REMARKS = 100

/**
 * Judges a document message.
 * In:     the bytes as received, and the policy towards this sender.
 * Out:    never throws for what the bytes hold: it is in `errors`.
 * Spec:   hl7v2-mssante.md 1, 2.1 and 7.1; design 4 "Answers are judged against what the ledger has accepted".
 */
export function judgeTransmission(bytes: Uint8Array, policy: JudgePolicy): Judgement {
  return judged(bytes, () => judge(bytes, policy))
}

/** A judgement as it leaves: whatever the bytes did to it, and not longer than anybody reads. */
export function judged(bytes: Uint8Array, judge: () => Judgement): Judgement {
  try {
    const { errors, findings, ...known } = judge()
    return { ...known, errors: errors.slice(0, MOST_REMARKS), findings: findings.slice(0, MOST_REMARKS) }
  } catch (error) {
    if (error instanceof HubError) return refuseUnread(bytes, error.code, error.path)
    throw error
  }
}

/** The judgement of bytes that were not read to their end, or could not be: too large, cut, in another character set. */
export function refuseUnread(bytes: Uint8Array, code: ErrorCode, path = 'MSH'): Judgement {
  const field = /^MSH-(\d+)$/.exec(path)?.[1]
  return { msh: readMessageHeader(bytes), errors: [{ code, path, location: field === undefined ? 'MSH^1' : `MSH^1^${field}` }], findings: [] }
}

function judge(bytes: Uint8Array, policy: JudgePolicy): Judgement {
  const message = readEr7(bytes)
  const [msh] = message.segments
  if (msh === undefined) throw new HubError('hl7v2.not_hl7', { path: 'MSH' })
  const findings: Finding[] = []
  const serious = (faults: Fault[]): Fault[] => excused(message, faults, { policy, findings })
  const judgement: Judgement = { msh: headerOf(msh, message.charset), errors: serious(checkMsh(msh, policy.environment)), findings }
  if (judgement.errors.length > 0) return judgement
  const { errors } = judgement
  errors.push(...serious(checkSegments(message)))
  if (errors.length > 0) return judgement
  findings.push(...practiceFindings(message))
  errors.push(...serious([...checkLengths(message), ...checkOrder(message, findings), ...checkMetadata(message, findings)]))
  const isReadable = errors.length === 0
  errors.push(...checkParticipations(message, findings))
  if (!isReadable) return judgement
  const known = judgeDocuments(message, policy, judgement)
  return { ...judgement, ...known, errors: serious(errors) }
}

function checkSegments(message: Er7Message): Fault[] {
  const structure = message.first('MSH')?.text(9) === 'ORU' ? 'ORU_R01' : 'MDM_T02'
  return checkStructure(
    structure,
    message.segments.map(segment => segment.name),
  ).map(fault => faultOf(fault.code, fault.name, fault.nth))
}
