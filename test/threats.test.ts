import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const rows = readFileSync(join(root, 'THREATS.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| attacker'))

describe('the threat model', () => {
  it('names for every threat a test that exists', () => {
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) {
      const tests = [...row.matchAll(/`(test\/[^`]+)`/g)].map(match => match[1] ?? '')
      expect(tests, row).not.toEqual([])
      expect(
        tests.filter(file => !existsSync(join(root, file))),
        row,
      ).toEqual([])
    }
  })
})
