/*
  The segment grammars of the French profile 2.1, and their checker.
    ORU^R01^ORU_R01 (2.5) => MSH [{SFT}] PID [PD1] [{NTE}] [{NK1}] PV1 [PV2] ORC OBR [{NTE}] [{TQ1 [{TQ2}]}] [CTD] { OBX [{PRT}] [{NTE}] }
    MDM^Tnn^MDM_T02 (2.6) => MSH [{SFT}] [UAC] EVN PID PV1 ORC [{TQ1 [{TQ2}]}] OBR [{NTE}] TXA { OBX [{PRT}] [{NTE}] }
    ZAM^Znn^ZAM_Z01 (2.6) => MSH [{SFT}] EVN OBX [OBX] [ERR]
    ACK             => MSH [{SFT}] [UAC] MSA [{ERR}]
    ADT (2.5)       => adt-grammar.ts
  Segments whose name begins with Z are a sender's own: allowed anywhere, read by no one.
*/
import type { ErrorCode } from '../errors.ts'
import { ADT_GRAMMARS, type AdtStructure } from './adt-grammar.ts'
import { any, anyOf, type Item, maybe, one, someOf } from './grammar-items.ts'

export type Structure = 'ORU_R01' | 'MDM_T02' | 'ZAM_Z01' | 'ACK' | AdtStructure

export interface StructureFault {
  code: Extract<ErrorCode, 'hl7v2.segment_missing' | 'hl7v2.segment_order' | 'hl7v2.cardinality'>
  /** The segment that is missing, or that stands where it may not. */
  name: string
  nth: number
}

const OBSERVATIONS = someOf(one('OBX'), any('PRT'), any('NTE'))
const TIMINGS = anyOf(one('TQ1'), any('TQ2'))

const GRAMMARS: Readonly<Record<Structure, readonly Item[]>> = {
  ORU_R01: [
    one('MSH'),
    any('SFT'),
    one('PID'),
    maybe('PD1'),
    any('NTE'),
    any('NK1'),
    one('PV1'),
    maybe('PV2'),
    one('ORC'),
    one('OBR'),
    any('NTE'),
    TIMINGS,
    maybe('CTD'),
    OBSERVATIONS,
  ],
  MDM_T02: [one('MSH'), any('SFT'), maybe('UAC'), one('EVN'), one('PID'), one('PV1'), one('ORC'), TIMINGS, one('OBR'), any('NTE'), one('TXA'), OBSERVATIONS],
  ZAM_Z01: [one('MSH'), any('SFT'), one('EVN'), one('OBX'), maybe('OBX'), maybe('ERR')],
  ACK: [one('MSH'), any('SFT'), maybe('UAC'), one('MSA'), any('ERR')],
  ...ADT_GRAMMARS,
}

/**
 * Checks the order and number of segments.
 * In:     the names of the segments as they stand.
 * Out:    everything that is missing, and the first segment that stands where it may not; empty = conforms.
 */
export function checkStructure(structure: Structure, segments: readonly string[]): StructureFault[] {
  const walk = new Walk(segments.filter(name => !name.startsWith('Z')))
  walk.sequence(GRAMMARS[structure])
  walk.end()
  return walk.faults
}

class Walk {
  readonly faults: StructureFault[] = []
  readonly #names: readonly string[]
  readonly #seen = new Map<string, number>()
  /** Names the grammar allows once, which have stood there. */
  readonly #spent = new Set<string>()
  #at = 0
  #isStopped = false

  constructor(names: readonly string[]) {
    this.#names = names
  }

  sequence(items: readonly Item[]): void {
    for (const item of items) {
      if (this.#isStopped) return
      this.#item(item)
    }
  }

  end(): void {
    if (!this.#isStopped && this.#at < this.#names.length) this.#stop()
  }

  #item(item: Item): void {
    const first = firstName(item)
    let count = 0
    while (this.#names[this.#at] === first && (item.many || count === 0) && !this.#isStopped) {
      count++
      if ('group' in item) this.sequence(item.group)
      else this.#take(first)
    }
    if (!item.many && count > 0) this.#spent.add(first)
    if (count > 0 || item.min === 0 || this.#isStopped) return
    if (this.#names.includes(first, this.#at)) this.#stop()
    else this.faults.push({ code: 'hl7v2.segment_missing', name: first, nth: (this.#seen.get(first) ?? 0) + 1 })
  }

  #take(name: string): void {
    this.#seen.set(name, (this.#seen.get(name) ?? 0) + 1)
    this.#at++
  }

  #stop(): void {
    const name = this.#names[this.#at] ?? ''
    const code = this.#spent.has(name) ? 'hl7v2.cardinality' : 'hl7v2.segment_order'
    this.faults.push({ code, name: /^[A-Z][A-Z0-9]{2}$/.test(name) ? name : '', nth: (this.#seen.get(name) ?? 0) + 1 })
    this.#isStopped = true
  }
}

function firstName(item: Item): string {
  if ('name' in item) return item.name
  const [head] = item.group
  return head === undefined ? '' : firstName(head)
}
