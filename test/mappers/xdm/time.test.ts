import { describe, expect, it } from 'vitest'
import { toUtcDtm } from '../../../mappers/xdm/time.ts'

describe('times of the metadata', () => {
  it.each([
    ['20191203133000+0100', '20191203123000'],
    ['20260602143000+0200', '20260602123000'],
    ['202312010930+0100', '202312010830'],
    ['20260101001500+0100', '20251231231500'],
    ['20260602143000', '20260602123000'],
    ['20260102143000', '20260102133000'],
    ['20191203', '20191203'],
    ['201912', '201912'],
    ['2019', '2019'],
  ])('%s is %s in UTC', (written, utc) => {
    expect(toUtcDtm(written)).toBe(utc)
  })

  it('what is no time is left out', () => {
    expect(toUtcDtm('hier')).toBeUndefined()
    expect(toUtcDtm(undefined)).toBeUndefined()
  })
})
