/*
  ADT messages of PAM-FR 2.11 for tests, written as plain text and not with our own writer: one movement of a stay of an invented person.
*/
import { TEST_INS, TEST_IPP } from './cda.ts'

export interface MovementChange {
  trigger?: string
  /** ZBE-4 */
  act?: 'INSERT' | 'UPDATE' | 'CANCEL'
  /** ZBE-1 */
  id?: string
  /** ZBE-2 */
  startsAt?: string
  /** EVN-2 */
  recordedAt?: string
  /** ZBE-6 */
  origin?: string
  visit?: string
  /** PV1-3 */
  place?: string
  class?: string
  controlId?: string
  ipp?: string
  ins?: string
  status?: string
  sender?: string
  /** Fields said otherwise, by path: `{ 'PID-32': 'PROV' }`. */
  set?: Record<string, string>
  edit?: (segments: string[]) => string[]
}

export const VISIT_OID = '1.2.250.1.999.9'

export function writeMovement(change: MovementChange = {}): Buffer {
  let segments = segmentsOf(change)
  for (const [path, value] of Object.entries(change.set ?? {})) segments = withField(segments, path, value)
  return Buffer.from((change.edit?.(segments) ?? segments).map(segment => `${segment}\r`).join(''), 'utf8')
}

function segmentsOf(change: MovementChange): string[] {
  const { trigger = 'A01', act = 'INSERT', id = 'M-1', startsAt = '20260301100000', recordedAt = startsAt, origin = '', visit = 'V-1' } = change
  const { place = '6268^12^1^CH-1&1.2.250.1.999.8&ISO', controlId = `${trigger}-${id}`, ipp = TEST_IPP.extension, ins = TEST_INS.extension } = change
  const unit = 'Chirurgie^^^^^CH-1&1.2.250.1.999.8&ISO^UF^^^6268'
  return [
    `MSH|^~\\&|${change.sender ?? 'DPI-1|CH-1'}|HUB|HUB|${recordedAt}||ADT^${trigger}^ADT_A01|${controlId}|P|2.5^FRA^2.11|||||FRA|UNICODE UTF-8|FR||2.11^IHE_FRANCE-2.11-PAM`,
    `EVN||${recordedAt}||||${startsAt}`,
    `PID|1||${ipp}^^^CH-1&${TEST_IPP.root}&ISO^PI~${ins}^^^ASIP-SANTE-INS-NIR&${TEST_INS.root}&ISO^INS||EXEMPLE^CLAIRE^CLAIRE ANNE^^^^L||19790328|F|||^^^^^^BDL^^51215|||||||D-1^^^CH-1&1.2.250.1.999.8&ISO^AN||||||||||||||${change.status ?? 'VALI'}`,
    `PV1|1|${change.class ?? 'I'}|${place}|R|||801234567897^MODELE^Marc^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS||||||||||||${visit}^^^CH-1&${VISIT_OID}&ISO^VN`,
    `ZBE|${id}^CH-1^1.2.250.1.999.8^ISO|${startsAt}||${act}|N|${origin}|${unit}|${unit}|HMS`,
  ]
}

function withField(segments: string[], path: string, value: string): string[] {
  const [, name = '', field = ''] = /^([A-Z0-9]{3})-(\d+)$/.exec(path) ?? []
  return segments.map(segment => {
    const fields = segment.split('|')
    if (fields[0] !== name) return segment
    const at = Number(field) - (name === 'MSH' ? 1 : 0)
    while (fields.length <= at) fields.push('')
    fields[at] = value
    return fields.join('|')
  })
}
