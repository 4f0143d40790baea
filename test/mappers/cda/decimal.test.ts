import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalOf, writeJson } from '../../../mappers/cda/decimal.ts'

describe('a decimal', () => {
  it('keeps its text in the JSON, trailing zeros and all, wherever it stands', () => {
    const decimal = fc.tuple(fc.boolean(), fc.nat(), fc.option(fc.stringMatching(/^\d{1,12}$/))).map(([isNegative, whole, part]) => {
      const text = part === null ? String(whole) : `${whole}.${part}`
      return isNegative ? `-${text}` : text
    })
    fc.assert(
      fc.property(decimal, fc.string(), (text, other) => {
        const json = writeJson({ low: { value: decimalOf(text) }, parts: [decimalOf(text)], text: other })
        expect(json).toBe(`{"low":{"value":${text}},"parts":[${text}],"text":${JSON.stringify(other)}}`)
      }),
    )
  })

  it('counts like any number', () => {
    expect(decimalOf('2.50') > decimalOf('2.4')).toBe(true)
    expect(Number(decimalOf('1.00'))).toBe(1)
  })

  it('is NaN where there is none, and as JSON has it where it is written otherwise', () => {
    expect(decimalOf('douze')).toBeNaN()
    expect(writeJson([decimalOf('+1.50'), decimalOf('01'), decimalOf('1e3')])).toBe('[1.5,1,1000]')
  })
})
