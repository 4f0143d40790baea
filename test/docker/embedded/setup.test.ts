import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { load } from './load.ts'

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean }>
}

const { requireNode, requireSpace } = await load<{ requireNode(version: string): void; requireSpace(folder: string, mib: number, what: string): void }>(
  'setup/requirements.mjs',
)
const { isInstalled, left } = await load<{
  isInstalled(wanted: Lock | undefined, found: Lock | undefined): boolean
  left(built: string[], sources: string[]): string[]
}>('setup/steps.mjs')
const { filesUnder, contentsOf } = await load<{ filesUnder(root: string, folders: string[]): string[]; contentsOf(root: string, files: string[]): string }>(
  'setup/freshness.mjs',
)

describe('what a machine must have', () => {
  it('Node older than 20.19 is refused in one line that says which to install', () => {
    expect(() => requireNode('20.18.3')).toThrow(/Node 20\.18\.3 is too old\. Install Node 20\.19 or newer/)
    expect(() => requireNode('18.20.0')).toThrow(/too old/)
  })

  it('Node 20.19 and everything newer is taken', () => {
    for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0']) expect(() => requireNode(version)).not.toThrow()
  })

  it('a full disk is said with the folder and the room that is needed', () => {
    expect(() => requireSpace('/does/not/exist/yet', 1e9, 'the data of the hub')).toThrow(
      /only \d+ MiB are free on the disk of \/, and 1000000000 MiB are needed for the data of the hub/,
    )
  })
})

describe('npm packages', () => {
  const lock: Lock = { packages: { '': {}, 'node_modules/pg': { version: '8.23.1' }, 'node_modules/other-system': { version: '1.0.0', optional: true } } }

  it('are fresh when every package is there in the version of the lockfile', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/pg': { version: '8.23.1' } } })).toBe(true)
  })

  it('are stale when one is missing, of another version, or nothing was ever installed', () => {
    expect(isInstalled(lock, { packages: {} })).toBe(false)
    expect(isInstalled(lock, { packages: { 'node_modules/pg': { version: '8.22.0' } } })).toBe(false)
    expect(isInstalled(lock, undefined)).toBe(false)
  })
})

describe('the hash of sources', () => {
  it('changes with a content, a name and a new file, and with nothing else', () => {
    const root = mkdtempSync(join(tmpdir(), 'hub-fresh-'))
    mkdirSync(join(root, 'src', 'inner'), { recursive: true })
    const write = (name: string, text: string): void => writeFileSync(join(root, 'src', name), text)
    const now = (): string => contentsOf(root, filesUnder(root, ['src', 'absent']))
    write('inner/a.java', 'one')
    const first = now()
    write('inner/a.java', 'one')
    expect(now()).toBe(first)
    write('inner/a.java', 'two')
    const second = now()
    expect(second).not.toBe(first)
    write('b.java', '')
    expect(now()).not.toBe(second)
  })
})

describe('what was compiled', () => {
  it('of a source that has moved is left over; its neighbours, copies and the page are not', () => {
    const built = [
      'gateway/a.js',
      'gateway/a.js.map',
      'gateway/moved.js',
      'gateway/moved.js.map',
      'gateway/monitor/page/index.html',
      'docker/partners/b.mjs',
      'x.sql',
    ]
    expect(left(built, ['gateway/a.ts', 'docker/partners/b.mjs', 'x.sql', 'gateway/rooms/moved.ts'])).toEqual(['gateway/moved.js', 'gateway/moved.js.map'])
  })
})
