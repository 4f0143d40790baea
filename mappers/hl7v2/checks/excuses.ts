/*
  The one place where an older sender is read with indulgence: a fault that a switch of the sender excuses becomes a finding.
  Readers know nothing of it: they read whatever can be read. The judge stays as strict as profile 2.1, and what is excused is seen here.
*/
import type { Er7Message } from '../../../profiles/hl7v2/er7.ts'
import { FORMER_PROFILES, type FormerProfile, type Oddity } from '../../../profiles/tables/oddities.ts'
import type { Finding } from '../../mapper.ts'
import type { Fault } from '../fault.ts'
import { METADATA, metadataSegment } from '../reading/read-metadata.ts'
import { trimmed } from '../reading/read-patient.ts'

export interface Indulgence {
  /** Profiles before 2.1 that this sender may name; none if not said. */
  profiles?: readonly FormerProfile[]
  /** What of older practice is taken from this sender; nothing if not said. */
  oddities?: readonly Oddity[]
}

interface Excuse {
  finding: Oddity | 'profile.former'
  isMeant(fault: Fault, message: Er7Message): boolean
}

const ACKS = new Set<string>(['ACK_RECEPTION', 'ACK_LECTURE_MSS'])

const EXCUSES: readonly Excuse[] = [
  { finding: 'profile.former', isMeant: ({ code }, message) => code === 'hl7v2.profile' && formerProfileOf(message) !== undefined },
  {
    finding: 'order.status-code',
    isMeant: ({ code, location }, message) => code === 'hl7v2.incoherent_action' && location === 'ORC^1^1' && trimmed(message.first('ORC'), 1) === 'SC',
  },
  {
    finding: 'order.segments-missing',
    isMeant: ({ code, location }, message) => code === 'hl7v2.segment_missing' && /^(?:ORC|OBR)\^1$/.test(location) && message.first('TXA') !== undefined,
  },
  {
    finding: 'order.act-for-type',
    isMeant: ({ code, location }, message) => code === 'hl7v2.incoherent_type' && location === 'OBR^1^4' && message.first('TXA') === undefined,
  },
  {
    finding: 'metadata.acks-missing',
    isMeant: ({ code, location }, message) =>
      code === 'hl7v2.segment_missing' && location === `OBX^${message.all('OBX').length + 1}` && isMissingOnly(message, ACKS),
  },
  {
    finding: 'document.id-differs',
    isMeant: ({ code, location }, message) => code === 'document.other_id' && location.startsWith('TXA^') && formerProfileOf(message) !== undefined,
  },
]

/** The faults that stay; each that is excused is a finding at its place, told once. */
export function excused(message: Er7Message, faults: readonly Fault[], options: { policy: Indulgence; findings: Finding[] }): Fault[] {
  const { policy, findings } = options
  return faults.filter(fault => {
    const excuse = EXCUSES.find(one => isSwitchedOn(one, message, policy) && one.isMeant(fault, message))
    if (excuse === undefined) return true
    const isTold = findings.some(({ code, path }) => code === excuse.finding && path === fault.path)
    if (!isTold) findings.push({ code: excuse.finding, severity: 'warning', path: fault.path })
    return false
  })
}

/** The profile before 2.1 that a message is written in. */
export function formerProfileOf(message: Er7Message): FormerProfile | undefined {
  const msh = message.first('MSH')
  const [version, name] = [trimmed(msh, 21), trimmed(msh, 21, 1, 2)]
  return (Object.keys(FORMER_PROFILES) as FormerProfile[]).find(one => one === version && FORMER_PROFILES[one] === name)
}

function isSwitchedOn({ finding }: Excuse, message: Er7Message, { profiles = [], oddities = [] }: Indulgence): boolean {
  return finding === 'profile.former' ? profiles.some(one => one === formerProfileOf(message)) : oddities.includes(finding)
}

function isMissingOnly(message: Er7Message, codes: ReadonlySet<string>): boolean {
  return METADATA.every(code => codes.has(code) || metadataSegment(message, code) !== undefined)
}
