import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readSandbox } from './support/sandbox.ts'

// The page for vendors as a vendor pastes it: all blocks in one bash, and each prints what the page says it prints.

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'gateway/fhir/VENDORS.md'), 'utf8')
const blocks = [...page.matchAll(/```bash\n([\s\S]*?)```(?:\n```text\n([\s\S]*?)```)?/g)].map(([, code = '', printed]) => ({ code, printed }))

const MARK = '---- end of block ----'

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `…` is anything on one line. */
const patternOf = (printed: string): RegExp => new RegExp(`^${printed.trim().split('…').map(literal).join('.*')}$`)

describe('the page for vendors', () => {
  it('runs as it stands, and prints what it says', async () => {
    const sandbox = readSandbox()
    const script = ['set -euo pipefail', ...blocks.map(({ code }) => `${code}\necho '${MARK}'`)].join('\n')
    const env = { ...process.env, HUB: sandbox.http, KAFKA: sandbox.kafka }
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env, timeout: 150_000 }).catch(error => {
      throw new Error(`a block failed after:\n${error.stdout}\n${error.stderr}`)
    })
    const printed = stdout.split(MARK).map(text => text.replaceAll('\r', '').trim())
    expect(blocks.length).toBeGreaterThan(8)
    for (const [at, block] of blocks.entries()) if (block.printed !== undefined) expect(printed[at]).toMatch(patternOf(block.printed))
  })
})
