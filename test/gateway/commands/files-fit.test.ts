import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { faultsOfFiles } from '../../../gateway/commands/files-fit.ts'
import type { HubConfig } from '../../../gateway/config.ts'
import { issue, makeAuthority, revoke } from '../../support/certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string): string => {
  const path = join(folder, name)
  writeFileSync(path, 'x')
  return path
}

describe('files that are there', () => {
  const authority = makeAuthority(folder)
  const [own, others] = ['own', 'others'].map(name => issue(folder, authority, { name })) as [typeof authority, typeof authority]
  const crlFile = revoke(folder, authority, [])
  const door = { ...own, caFile: authority.certFile, crlFile }
  const faultsOf = (tls: object, now?: Date) => faultsOfFiles({ connectors: { hospital: { tls } } } as unknown as HubConfig, now)

  it('fit together', () => expect(faultsOf(door)).toEqual([]))

  it.each([
    ['certFile', { certFile: join(folder, 'none') }, /^cannot be read \(ENOENT\)$/],
    ['certFile', { certFile: file('no certificate') }, /^holds no certificate/],
    ['caFile', { caFile: file('no authority'), crlFile: undefined }, /^holds no certificate/],
    ['keyFile', { keyFile: others.keyFile }, /^is not the key of the certificate \(ERR_OSSL_X509_KEY_VALUES_MISMATCH\)$/],
    ['crlFile', { crlFile: file('no list') }, /^holds no list/],
  ])('%s: %j', (part, changed, text) => {
    expect(faultsOf({ ...door, ...changed })).toContainEqual({ path: `connectors.hospital.tls.${part}`, text: expect.stringMatching(text) })
  })

  it('an authority without a list, and what has ended, are named', () => {
    const of = (name: string, text: RegExp) => ({ path: `connectors.hospital.tls.${name}`, text: expect.stringMatching(text) })
    expect(faultsOf({ ...door, caFile: own.certFile })).toEqual([of('crlFile', /^there is no list of CN=own: nobody of it is taken$/)])
    expect(faultsOf(door, new Date(Date.now() + 3 * 86_400_000))).toEqual([
      of('certFile', /^a certificate ended on /),
      of('caFile', /^a certificate ended on /),
      of('crlFile', /^a list ended on /),
    ])
  })
})
