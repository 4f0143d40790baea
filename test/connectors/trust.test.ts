import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { authoritiesIn } from '../../connectors/trust.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-trust-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.each(['', '-----BEGIN CERTIFICATE-----\nMIIB', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'])(
  'a file without a whole certificate trusts nobody: %j',
  text => {
    const caFile = join(folder, 'half.pem')
    writeFileSync(caFile, text)
    expect(() => authoritiesIn(caFile)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }))
  },
)
