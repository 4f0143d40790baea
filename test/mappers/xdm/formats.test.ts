import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeCx, writeXcn, writeXon } from '../../../mappers/xdm/formats.ts'

describe('XCN, XON, CX', () => {
  it('a person of another register keeps that register', () => {
    expect(writeXcn({ id: 'A-7', authority: '1.2.250.1.999.5', family: 'FICTIVE', given: 'Alice' })).toBe('A-7^FICTIVE^Alice^^^^^^&1.2.250.1.999.5&ISO^D^^^EI')
  })

  it('the person herself is known by her INS', () => {
    expect(writeXcn({ id: '279035121518989', authority: '1.2.250.1.213.1.4.10', family: 'EXEMPLE', given: 'CLAIRE' })).toBe(
      '279035121518989^EXEMPLE^CLAIRE^^^^^^&1.2.250.1.213.1.4.10&ISO^D^^^INS',
    )
  })

  it('a device says so', () => {
    expect(writeXcn({ id: 'D1', authority: '1.2.250.1.999.6', family: 'Modèle', given: 'Logiciel', isDevice: true })).toBe(
      'D1^Modèle^Logiciel^^^^^^&1.2.250.1.999.6&ISO^U^^^RI',
    )
  })

  it('who is neither named nor numbered is not written', () => {
    expect(writeXcn({})).toBeUndefined()
    expect(writeXon({})).toBeUndefined()
  })

  it('a structure without number is its name alone', () => {
    expect(writeXon({ name: 'Cabinet du docteur Modele' })).toBe('Cabinet du docteur Modele')
  })

  it('no text changes the number of components', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (id, family, given) => {
        expect((writeXcn({ id, authority: '1.2', family, given }) ?? '').split('^')).toHaveLength(13)
        expect((writeXon({ id, authority: '1.2', name: family }) ?? '').split('^')).toHaveLength(10)
        expect(writeCx({ root: '1.2', value: id }, 'PI').split('^')).toHaveLength(5)
      }),
    )
  })
})
