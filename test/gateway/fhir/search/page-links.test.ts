import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../../gateway/access/callers/actor.ts'
import { createPageLinks } from '../../../../gateway/fhir/search/page-links.ts'

const page = { path: '?_getpages=3f1c&_getpagesoffset=20&_count=20&_bundletype=searchset', type: 'Patient' as const, action: 'search' as const, total: 45 }
const dac: Actor = { clientId: 'dac-54', kind: 'dac', structure: undefined, scopes: new Set() }
const nurse: Actor = { ...dac, context: 'user', user: { idNatPs: '810100000024' } }
const refused = (code: string) => expect.objectContaining({ code, path: '_page' })

describe('sealed page links', () => {
  it('open again for the same client, also on another replica with the same secret', () => {
    expect(createPageLinks('secret').open(createPageLinks('secret').seal(page, dac), dac)).toEqual(page)
  })

  it('tell nothing of what they hold', () => {
    const sealed = createPageLinks('secret').seal(page, dac)
    expect(sealed).not.toContain('getpages')
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('getpages')
  })

  it.each([
    ['another client', { ...dac, clientId: 'dac-88' }],
    ['another user of the same client', nurse],
    ['a person who uses the same client', { ...dac, person: { patient: 'Patient/1' } }],
  ])('of %s are foreign', (_who, caller: Actor) => {
    const links = createPageLinks('secret')
    expect(() => links.open(links.seal(page, caller), dac)).toThrowError(refused('fhir.page_foreign'))
  })

  it('end after half an hour', () => {
    let now = 0
    const links = createPageLinks('secret', () => now)
    const sealed = links.seal(page, dac)
    now = 30 * 60_000
    expect(links.open(sealed, dac)).toEqual(page)
    now += 1
    expect(() => links.open(sealed, dac)).toThrowError(refused('fhir.page_expired'))
  })

  it('of another hub, or changed in any byte or letter, are no links', () => {
    const links = createPageLinks('secret')
    const altered = refused('fhir.page_altered')
    expect(() => links.open(createPageLinks('other').seal(page, dac), dac)).toThrowError(altered)
    const text = links.seal(page, dac)
    const sealed = Buffer.from(text, 'base64url')
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(sealed)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(() => links.open(changed.toString('base64url'), dac)).toThrowError(altered)
      }),
    )
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom('A', 'B', '_', '=', '%'), (at, letter) => {
        fc.pre(text[at] !== letter)
        expect(() => links.open(text.slice(0, at) + letter + text.slice(at + 1), dac)).toThrowError(altered)
      }),
    )
  })

  it.each(['', 'x', 'AAAA', '%00'])('%j is none', sealed => {
    expect(() => createPageLinks('secret').open(sealed, dac)).toThrowError(refused('fhir.page_altered'))
  })
})
