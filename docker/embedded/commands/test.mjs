/*
  hub test: every test, unit and stack; its last lines name what failed, the very last says how many passed, failed and were skipped.
*/
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { readJson } from '../stack/files.mjs'
import { ROOT } from '../stack/settings.mjs'
import { say } from '../stack/terminal.mjs'
import { runNode } from './run-node.mjs'

const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')

export async function test(args) {
  const folder = mkdtempSync(join(tmpdir(), 'hub-test-'))
  const file = join(folder, 'results.json')
  try {
    const code = await runNode([VITEST, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], {}, { cwd: ROOT })
    const results = readJson(file)
    for (const one of failures(results)) say(one)
    const line = summary(results)
    say(line ?? '0 passed, 1 failed (the test run itself broke)')
    return line === undefined ? code || 1 : code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Out: `N passed, N failed[, N skipped]`, undefined without results. A file that could not be loaded counts as one failure. */
export function summary(results) {
  if (results === undefined) return undefined
  const broken = results.testResults.filter(file => file.status === 'failed' && file.assertionResults.every(one => one.status !== 'failed')).length
  const skipped = results.numPendingTests + results.numTodoTests
  return `${results.numPassedTests} passed, ${results.numFailedTests + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Out: `failed: file: test: first line of the message` each, so that the end of a long output says what to look at. */
export function failures(results) {
  return (results?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter(one => one.status === 'failed')
    const faults = failed.map(one => `${one.fullName}: ${firstLine(one.failureMessages?.[0])}`)
    if (status === 'failed' && faults.length === 0) faults.push(`not loaded: ${firstLine(message)}`)
    return faults.map(fault => `failed: ${relative(ROOT, name)}: ${fault}`)
  })
}

const firstLine = (text = '') => stripVTControlCharacters(text).split('\n', 1)[0]
