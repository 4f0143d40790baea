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
  ledger: { url: string }
  connectors: Record<string, object>
  monitor: { login: object }
}

const folder = mkdtempSync(join(tmpdir(), 'hub-example-'))
afterAll(() => rmSync(folder, { recursive: true }))
const jsonOf = (text: string): Json => JSON.parse(text) as Json

function checked(configuration: object): { status: number | null; others: string[] } {
  const path = join(folder, 'hub.json')
  writeFileSync(path, JSON.stringify(configuration))
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'gateway/cli.ts', 'check-config', path], { encoding: 'utf8' })
  return { status, others: stdout.split('\n').filter(line => !line.startsWith('ok ')) }
}

it('the complete example passes hub check-config, which says what does not let the hub in', () => {
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
    ledger: stack.ledger,
    store: stack['store'],
    kafka: stack['kafka'],
    connectors: { ...example.connectors, mssante, platform, directory },
    monitor: { login: { ...example.monitor.login, ...stack.monitor.login } },
  }
  expect(checked(met)).toEqual({ status: 0, others: [''] })

  const nobody = '127.0.0.1:1'
  const wrong = { ledger: { url: stack.ledger.url.replace(/:[^:@]+@/, ':wrong@') }, store: { url: `http://${nobody}/fhir` }, kafka: { brokers: [nobody] } }
  const { status, others } = checked({ ...met, ...wrong })
  expect(status).toBe(1)
  expect(others).toEqual([
    expect.stringMatching(/^fault {2}ledger: password authentication failed/),
    expect.stringMatching(/^fault {2}store: store.unavailable: .*ECONNREFUSED/),
    expect.stringMatching(/^fault {2}kafka: bus.unavailable: .*ECONNREFUSED/),
    '',
  ])
})
