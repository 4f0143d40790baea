import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { load } from './load.ts'

const { copyLiving } = await load<{ copyLiving(from: string, to: string): void }>('backup/copy-living.mjs')

const folder = mkdtempSync(join(tmpdir(), 'hub-living-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('what is listed and no longer there is left out; all else is copied with its time and mode', () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  mkdirSync(join(from, 'mailboxes', 'empty'), { recursive: true, mode: 0o700 })
  writeFileSync(join(from, 'mailboxes', 'one.eml'), 'one')
  utimesSync(join(from, 'mailboxes', 'one.eml'), 1000, 2000)
  // A name that leads nowhere is what a mail is that was taken meanwhile.
  symlinkSync(join(from, 'gone.eml'), join(from, 'mailboxes', 'gone.eml'))
  copyLiving(from, to)
  expect(readdirSync(to, { recursive: true }).map(String).sort()).toEqual(['mailboxes', 'mailboxes/empty', 'mailboxes/one.eml'])
  expect(readFileSync(join(to, 'mailboxes', 'one.eml'), 'utf8')).toBe('one')
  expect(statSync(join(to, 'mailboxes', 'one.eml')).mtimeMs).toBe(2_000_000)
  expect(statSync(join(to, 'mailboxes')).mode & 0o777).toBe(0o700)
})

it('a folder that is not there is nothing', () => {
  copyLiving(join(folder, 'never'), join(folder, 'nothing'))
  expect(readdirSync(folder)).not.toContain('nothing')
})

it('any other failure is thrown', () => {
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'source'))
  expect(() => copyLiving(join(folder, 'source'), join(folder, 'file'))).toThrow('EEXIST')
})
