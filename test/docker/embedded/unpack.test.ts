import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { load } from './load.ts'

const { unpack } = await load<{ unpack(tar: string, home: string): Promise<void> }>('backup/unpack.mjs')

const folder = mkdtempSync(join(tmpdir(), 'hub-unpack-'))
const archive = join(folder, 'whole.tar.gz')
const homes = Array.from({ length: 3 }, (_, home) => join(folder, String(home))) as [string, string, string]
let tar: Buffer

beforeAll(() => {
  // The databases belong to another user where we are root, who passes through to them.
  chmodSync(folder, 0o711)
  const filled = join(folder, 'filled')
  mkdirSync(filled)
  writeFileSync(join(filled, 'PG_VERSION'), '15\n')
  tar = execFileSync('tar', ['-cf', '-', '-C', filled, '.'])
  writeFileSync(archive, gzipSync(tar))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const versionIn = (home: string): string => readFileSync(join(home, 'data', 'PG_VERSION'), 'utf8')

it('what was backed up is there', async () => {
  await unpack(archive, homes[0])
  expect(versionIn(homes[0])).toBe('15\n')
})

it('whatever follows the mark of its end is no fault, though nobody reads it', async () => {
  const padded = join(folder, 'padded.tar.gz')
  writeFileSync(padded, gzipSync(Buffer.concat([tar, Buffer.alloc(4 << 20)])))
  await unpack(padded, homes[1])
  expect(versionIn(homes[1])).toBe('15\n')
})

it('an archive that was cut is refused, with what tar says of it', async () => {
  const cut = join(folder, 'cut.tar.gz')
  writeFileSync(cut, readFileSync(archive).subarray(0, 60))
  await expect(unpack(cut, homes[2])).rejects.toThrow(/could not be unpacked: .*(end of|EOF)/s)
})
