import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSandbox } from '../support/sandbox.ts'
import { runCurl } from './curl.ts'
import { runFhirKit } from './fhir-kit.ts'
import { EXPECTED, newScenario, type Outcome, type Scenario } from './scenario.ts'

// Four clients that nobody wrote for this hub do the same work through its door, each with its own defaults.

const JARS = resolve(import.meta.dirname, '../../docker/embedded/target/hapi/lib/*')
const program = (name: string): string => join(import.meta.dirname, 'programs', name)

const onPath = (command: string): boolean => (process.env['PATH'] ?? '').split(delimiter).some(folder => existsSync(join(folder, command)))

const CLIENTS: [string, string, (scenario: Scenario) => Promise<Outcome>][] = [
  ['curl', 'curl', runCurl],
  ['fhir-kit-client', 'node', runFhirKit],
  ['a Python program', 'python3', scenario => runProgram('python3', [program('fhir_client.py')], scenario)],
  ['the HAPI client', 'java', scenario => runProgram('java', ['-cp', JARS, program('HapiClient.java')], scenario)],
]

/** Gives the scenario to a program of another language, and reads what it saw. */
function runProgram(command: string, args: string[], scenario: Scenario): Promise<Outcome> {
  return new Promise((seen, failed) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let [out, errors] = ['', '']
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (errors += chunk))
    child.on('error', failed)
    child.on('close', code => (code === 0 ? seen(JSON.parse(out.slice(out.indexOf('{'))) as Outcome) : failed(new Error(errors.slice(-4000)))))
    child.stdin.end(JSON.stringify(scenario))
  })
}

describe('independent clients', () => {
  it.each(CLIENTS.filter(([, command]) => onPath(command)))(
    '%s creates, transacts, updates with If-Match, searches and pages',
    async (_name, _command, run) => {
      expect(await run(await newScenario(readSandbox()))).toEqual(EXPECTED)
    },
  )
})
