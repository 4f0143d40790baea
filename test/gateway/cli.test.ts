import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

function hub(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'gateway/cli.ts', ...args], { encoding: 'utf8' })
  return { status, out: stdout, first: stderr.split('\n')[0] }
}

describe('the hub command', () => {
  it.each(['sned', 'constructor'])('says in its first line that there is no command %s', name => {
    expect(hub(name)).toMatchObject({ status: 2, first: `hub: there is no command ${name}` })
  })

  it('without a command, prints how it is used, and that is an error', () => {
    expect(hub()).toMatchObject({ status: 2, out: '', first: 'usage:' })
  })

  it('asked for help, prints how it is used, and that is none', () => {
    const { status, out } = hub('--help')
    expect(status).toBe(0)
    expect(out).toContain('hub send FILE')
  })
})
