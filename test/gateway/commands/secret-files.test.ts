import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openSecrets } from '../../../gateway/commands/secret-files.ts'
import type { HubConfig } from '../../../gateway/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, mode: number): string => {
  const path = join(folder, name)
  writeFileSync(path, 'x')
  chmodSync(path, mode)
  return path
}

it('a secret that others than its owner may read is named by its path in the configuration, with its mode', () => {
  const config = {
    http: { keyFile: file('tls', 0o640) },
    keys: { pseudonymFile: file('pseudonym', 0o600), referenceFile: file('reference', 0o644), signingFile: join(folder, 'missing') },
    clients: [{ jwksFile: file('public', 0o644) }],
    connectors: { hospital: {}, mssante: { passwordFile: file('password', 0o400) } },
    alerts: { webhooks: [{ secretFile: file('webhook', 0o604) }] },
  } as unknown as HubConfig
  expect(openSecrets(config)).toEqual([
    { path: 'http.keyFile', mode: '640' },
    { path: 'keys.referenceFile', mode: '644' },
    { path: 'alerts.webhooks.0.secretFile', mode: '604' },
  ])
})
