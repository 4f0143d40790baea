import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { load } from './load.ts'

const { writeAtomically } = await load<{ writeAtomically(path: string, text: string): void }>('stack/files.mjs')

it('a file that cannot be put in its place leaves nothing beside it: what is tried again would fill the folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-files-'))
  mkdirSync(join(folder, 'taken'))
  expect(() => writeAtomically(join(folder, 'taken'), 'text')).toThrow(expect.objectContaining({ syscall: 'rename' }) as Error)
  expect(readdirSync(folder)).toEqual(['taken'])
})
