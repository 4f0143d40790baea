import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterAll, expect, it } from 'vitest'
import { authoritiesIn, listsIn, revokedIn } from '../../connectors/trust.ts'
import { issue, makeAuthority, revoke } from '../support/certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-trust-'))
const authority = makeAuthority(folder)
afterAll(() => rmSync(folder, { recursive: true }))

it.each(['', '-----BEGIN CERTIFICATE-----\nMIIB', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'])(
  'a file without a whole certificate trusts nobody: %j',
  text => {
    const caFile = join(folder, 'half.pem')
    writeFileSync(caFile, text)
    expect(() => authoritiesIn(caFile)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }))
  },
)

it('a list says its two days, however many it revokes', () => {
  const names = ['one', 'two', 'three']
  const [list, ...more] = listsIn(
    revoke(
      folder,
      authority,
      names.map(name => issue(folder, authority, { name })),
    ),
  )
  if (list?.endsAt === undefined) throw new Error('no list')
  expect(more).toEqual([])
  expect(list.endsAt.getTime() - list.from.getTime()).toBe(2 * 86_400_000)
  expect(Math.abs(Date.now() - list.from.getTime())).toBeLessThan(60_000)
})

it('a file that was cut off in its second certificate, or list, does not count for the whole', () => {
  const cut = (file: string): string => {
    const whole = readFileSync(file, 'utf8')
    const path = join(folder, 'cut.pem')
    writeFileSync(path, `${whole}${whole.slice(0, whole.length / 2)}`)
    return path
  }
  expect(() => authoritiesIn(cut(authority.certFile))).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }))
  const lists = cut(revoke(folder, authority, []))
  expect(() => createSecureContext(revokedIn(lists))).toThrow('CRL')
})
