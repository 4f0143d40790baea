import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../gateway/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const example = JSON.parse(readFileSync('docker/hub.example.json', 'utf8')) as Record<string, object>

function faultsOf(changes: Record<string, object>): { path: string }[] {
  const path = join(folder, 'hub.json')
  const changed = Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, { ...example[key], ...value }]))
  writeFileSync(path, JSON.stringify({ ...example, ...changed }))
  const read = readConfig(path)
  return 'faults' in read ? read.faults : []
}

describe('the configuration', () => {
  it('as the example has it is valid', () => {
    expect(faultsOf({})).toEqual([])
  })
  it('does not let a call to the store outlive the lease of its lane', () => {
    expect(faultsOf({ store: { timeoutMs: 20_000 }, limits: { laneLeaseMs: 20_000 } }).map(fault => fault.path)).toEqual(['store.timeoutMs'])
    expect(faultsOf({ store: { timeoutMs: 19_000 }, limits: { laneLeaseMs: 20_000 } })).toEqual([])
  })
  it('tells every key it does not know, with its path', () => {
    expect(faultsOf({ limits: { laneLease: 1 }, http: { prt: 1 } }).map(fault => fault.path)).toEqual(expect.arrayContaining(['limits.laneLease', 'http.prt']))
  })
})
