import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readSandbox } from './support/sandbox.ts'

// The commands of the README, copied and run one after the other on this stack, after the letter of the demo.

const block = /## Trying each door\n\n```sh\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
const commands = block.split('\n').flatMap(line => line.replace(/\s+#.*$/, '') || [])
/** The stack of whoever tries, a copy of it, and a hub elsewhere. */
const isOfThisStack = (command: string): boolean => !/^(npm start|npx hub backup|HUB_URL=)/.test(command)

it('the commands that the README prints do what it says', () => {
  const tried = ['npx hub demo', ...commands.filter(isOfThisStack)]
  expect(tried.length).toBeGreaterThan(14)
  const script = [
    'set -euo pipefail',
    'npx() { shift; node dist/gateway/cli.js "$@"; }',
    'curl() { command curl -fsS "$@"; }',
    ...tried.map(command => `echo '$ ${command.replaceAll("'", '"')}' >&2\n${command.replace('http://127.0.0.1:8080', readSandbox().http)} >/dev/null`),
  ]
  const { status, stderr } = spawnSync('bash', ['-c', script.join('\n')], { encoding: 'utf8' })
  expect({ status, last: status === 0 ? '' : stderr.split('\n').slice(-4).join('\n') }).toEqual({ status: 0, last: '' })
})
