import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { issue, makeAuthority, revoke } from '../support/certificates.ts'
import { exampleConfiguration } from '../support/configuration.ts'

// The complete example with files that are there, and with the partners of this stack in place of invented ones.

interface Json extends Record<string, unknown> {
  connectors: Record<string, object>
  monitor: { login: object }
}

const folder = mkdtempSync(join(tmpdir(), 'hub-example-'))
afterAll(() => rmSync(folder, { recursive: true }))
const jsonOf = (text: string): Json => JSON.parse(text) as Json

it('the complete example passes hub check-config', () => {
  const stack = jsonOf(readFileSync(join(process.env['HUB_DATA_DIR'] ?? '.hub', 'hub.json'), 'utf8'))
  const authority = makeAuthority(folder)
  const own = issue(folder, authority, { name: 'hub' })
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 })
  const made: Record<string, string> = { ...own, caFile: authority.certFile, clientCaFile: authority.certFile }
  const lists = revoke(folder, authority, [])
  const example = JSON.parse(JSON.stringify(exampleConfiguration()), (key, value: unknown) => {
    if (!key.endsWith('File')) return value
    return key.endsWith('rlFile') ? lists : (made[key] ?? secretFile)
  }) as Json

  const { mssante, platform, directory } = stack.connectors
  const met = {
    ...example,
    connectors: { ...example.connectors, mssante, platform, directory },
    monitor: { login: { ...example.monitor.login, ...stack.monitor.login } },
  }
  writeFileSync(join(folder, 'hub.json'), JSON.stringify(met))
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'gateway/cli.ts', 'check-config', join(folder, 'hub.json')], { encoding: 'utf8' })
  expect(stdout.split('\n').filter(line => !line.startsWith('ok '))).toEqual([''])
  expect(status).toBe(0)
})
