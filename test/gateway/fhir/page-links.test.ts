import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPageLinks } from '../../../gateway/fhir/page-links.ts'

const page = { query: '_getpages=3f1c&_getpagesoffset=20&_count=20&_bundletype=searchset', clientId: 'dac-54', type: 'Patient' as const }

describe('sealed page links', () => {
  it('open again for the same client, also on another replica with the same secret', () => {
    expect(createPageLinks('secret').open(createPageLinks('secret').seal(page), 'dac-54')).toEqual(page)
  })

  it('tell nothing of what they hold', () => {
    const sealed = createPageLinks('secret').seal(page)
    expect(sealed).not.toContain('getpages')
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('getpages')
  })

  it('of another client, of another hub or changed in any byte do not exist', () => {
    const links = createPageLinks('secret')
    const absent = expect.objectContaining({ code: 'store.not_found' })
    expect(() => links.open(links.seal(page), 'dac-88')).toThrowError(absent)
    expect(() => links.open(createPageLinks('other').seal(page), 'dac-54')).toThrowError(absent)
    const sealed = Buffer.from(links.seal(page), 'base64url')
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(() => links.open(changed.toString('base64url'), 'dac-54')).toThrowError(absent)
      }),
    )
  })

  it.each(['', 'x', 'AAAA', '%00'])('%j does not exist', sealed => {
    expect(() => createPageLinks('secret').open(sealed, 'dac-54')).toThrowError(expect.objectContaining({ code: 'store.not_found' }))
  })
})
