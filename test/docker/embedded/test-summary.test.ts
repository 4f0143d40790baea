import { expect, it } from 'vitest'
import { load } from './load.ts'

const { summary } = await load<{ summary(results: unknown): string | undefined }>('commands/test.mjs')

const results = (more: object) => ({ numPassedTests: 12, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...more })

it('the last line of a test run counts what passed, failed and was skipped', () => {
  expect(summary(results({}))).toBe('12 passed, 0 failed')
  expect(summary(results({ numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 }))).toBe('12 passed, 2 failed, 4 skipped')
})

it('a file that could not be loaded is a failure, though no test of it ran', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
  ]
  expect(summary(results({ numFailedTests: 1, testResults }))).toBe('12 passed, 2 failed')
})

it('no results are no summary', () => {
  expect(summary(undefined)).toBeUndefined()
})
