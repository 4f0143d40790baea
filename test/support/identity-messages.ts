/*
  ADT messages that change identities (A28, A31, A24, A37, A40, A47) of invented persons, as plain text.
*/
import { TEST_INS, TEST_IPP } from './cda.ts'

export interface Pid {
  ipp: string
  /** Matricule; sent with PID-32 `status`. */
  ins?: string
  status?: string
  family?: string
  given?: string
}

export const ippOf = (value: string): string => `${value}^^^CH-1&${TEST_IPP.root}&ISO^PI`

const STRUCTURE: Record<string, string> = { A24: 'ADT_A24', A28: 'ADT_A05', A31: 'ADT_A05', A37: 'ADT_A37', A40: 'ADT_A39', A47: 'ADT_A30' }

/** In: `former` is MRG-1 as it stands; undefined leaves the segment out. */
export function writeIdentity(trigger: string, { controlId, pids, former }: { controlId: string; pids: Pid[]; former?: string }): Buffer {
  const at = '20260301100000'
  const segments = [
    `MSH|^~\\&|DPI-1|CH-1|HUB|HUB|${at}||ADT^${trigger}^${STRUCTURE[trigger]}|${controlId}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8|FR||2.11^IHE_FRANCE-2.11-PAM`,
    `EVN||${at}`,
    ...pids.map(pidOf),
    ...(former === undefined ? [] : [`MRG|${former}`]),
  ]
  return Buffer.from(segments.map(segment => `${segment}\r`).join(''), 'utf8')
}

function pidOf({ ipp, ins, status = 'VALI', family = 'EXEMPLE', given = 'CLAIRE' }: Pid): string {
  const numbers = [ippOf(ipp), ...(ins === undefined ? [] : [`${ins}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS`])].join('~')
  return `PID|1||${numbers}||${family}^${given}^${given}^^^^L||19790328|F|||^^^^^^BDL^^51215|||||||||||||||||||||${status}`
}
