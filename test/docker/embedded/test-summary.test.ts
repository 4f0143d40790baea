import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { load } from './load.ts'

const { failures, summary } = await load<{ summary(results: unknown): string | undefined; failures(results: unknown): string[] }>('commands/test.mjs')

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

it('what failed is named, with the first line of why', () => {
  const name = resolve('test/a.test.ts')
  const why = '\u001B[31mexpected 1 to be 2\u001B[39m\n    at line 3'
  const assertionResults = [
    { status: 'passed', fullName: 'adds' },
    { status: 'failed', fullName: 'subtracts', failureMessages: [why] },
  ]
  expect(failures(results({ testResults: [{ name, status: 'failed', assertionResults }] }))).toEqual(['failed: test/a.test.ts: subtracts: expected 1 to be 2'])
  expect(failures(results({ testResults: [{ name, status: 'failed', message: 'no such module\nat', assertionResults: [] }] }))).toEqual([
    'failed: test/a.test.ts: not loaded: no such module',
  ])
  expect(failures(undefined)).toEqual([])
})
