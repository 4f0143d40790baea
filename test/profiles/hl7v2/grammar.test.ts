import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStructure } from '../../../profiles/hl7v2/grammar.ts'

const MDM = ['MSH', 'EVN', 'PID', 'PV1', 'ORC', 'OBR', 'TXA', 'OBX', 'PRT', 'PRT', 'OBX', 'NTE', 'OBX']
const ORU = ['MSH', 'PID', 'PV1', 'ORC', 'OBR', 'OBX', 'PRT', 'OBX']

describe('segment grammars', () => {
  it('conforming messages have no fault, with their optional segments too', () => {
    expect(checkStructure('MDM_T02', MDM)).toEqual([])
    expect(checkStructure('ORU_R01', ORU)).toEqual([])
    expect(checkStructure('MDM_T02', ['MSH', 'SFT', 'UAC', ...MDM.slice(1, 5), 'TQ1', 'TQ2', 'TQ1', 'OBR', 'NTE', 'TXA', 'OBX'])).toEqual([])
    expect(checkStructure('ORU_R01', ['MSH', 'SFT', 'PID', 'PD1', 'NTE', 'NK1', 'PV1', 'PV2', 'ORC', 'OBR', 'NTE', 'TQ1', 'CTD', 'OBX', 'PRT', 'NTE'])).toEqual(
      [],
    )
    expect(checkStructure('ZAM_Z01', ['MSH', 'EVN', 'OBX', 'OBX', 'ERR'])).toEqual([])
    expect(checkStructure('ACK', ['MSH', 'MSA', 'ERR', 'ERR'])).toEqual([])
  })

  it('every missing required segment is named', () => {
    expect(checkStructure('MDM_T02', ['MSH', 'PID', 'PV1', 'OBR', 'OBX'])).toEqual([
      { code: 'hl7v2.segment_missing', name: 'EVN', nth: 1 },
      { code: 'hl7v2.segment_missing', name: 'ORC', nth: 1 },
      { code: 'hl7v2.segment_missing', name: 'TXA', nth: 1 },
    ])
  })

  it('the first segment out of order is named, and one too many', () => {
    expect(checkStructure('ORU_R01', ['MSH', 'PV1', 'PID', 'ORC', 'OBR', 'OBX'])).toEqual([{ code: 'hl7v2.segment_order', name: 'PV1', nth: 1 }])
    expect(checkStructure('ORU_R01', [...ORU, 'ORC'])).toEqual([{ code: 'hl7v2.cardinality', name: 'ORC', nth: 2 }])
    expect(checkStructure('ORU_R01', ['MSH', 'EVN', ...ORU.slice(1)])).toEqual([{ code: 'hl7v2.segment_order', name: 'EVN', nth: 1 }])
    expect(checkStructure('ORU_R01', ['MSH', 'PRT', ...ORU.slice(1)])).toEqual([{ code: 'hl7v2.segment_order', name: 'PRT', nth: 1 }])
  })

  it('Z segments may stand anywhere', () => {
    fc.assert(fc.property(fc.nat(MDM.length), at => checkStructure('MDM_T02', [...MDM.slice(0, at), 'ZFD', ...MDM.slice(at)]).length === 0))
  })

  it('every message that lacks one required segment or has one strange one is refused', () => {
    for (const name of new Set(ORU)) {
      if (name !== 'PRT')
        expect(
          checkStructure(
            'ORU_R01',
            ORU.filter(other => other !== name),
          ),
        ).not.toEqual([])
    }
    fc.assert(
      fc.property(
        fc.nat(ORU.length),
        fc.constantFrom('DG1', 'AL1', '', 'obx', 'M'),
        (at, strange) => checkStructure('ORU_R01', [...ORU.slice(0, at), strange, ...ORU.slice(at)]).length > 0,
      ),
    )
  })
})
