import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'

function node(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, HUB_DATA_DIR: folder } })
  return { status, out: stdout, first: stderr.split('\n')[0], lines: stderr.trim().split('\n').length }
}
const folder = mkdtempSync(join(tmpdir(), 'hub-cli-'))
const hub = (...args: string[]) => node('--import', 'tsx', 'gateway/cli.ts', ...args)
const stack = (...args: string[]) => node('docker/embedded/hub.mjs', ...args)
afterAll(() => rmSync(folder, { recursive: true }))

describe('the hub command', () => {
  it.each(['sned', 'constructor'])('says in its first line that there is no command %s', name => {
    expect(hub(name)).toMatchObject({ status: 2, first: `hub: there is no command ${name}` })
  })

  it('without a command, prints how it is used, and that is an error', () => {
    expect(hub()).toMatchObject({ status: 2, out: '', first: 'usage:' })
  })

  it.each([
    ['a command of the hub', ['--import', 'tsx', 'gateway/cli.ts', 'help']],
    ['a command of the stack', ['docker/embedded/hub.mjs', 'status']],
  ])('%s ends quietly when nobody reads on', async (_what, args) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HUB_DATA_DIR: folder } })
    child.stdout.destroy()
    const said: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    const [code] = await once(child, 'close')
    expect({ code, said: Buffer.concat(said).toString() }).toEqual({ code: 0, said: '' })
  })

  it('asked for help, prints how it is used, and that is none', () => {
    const { status, out } = hub('--help')
    expect(status).toBe(0)
    expect(out).toContain('hub send FILE')
  })

  it('helps with every command, of the stack and of the hub, and with what each takes', () => {
    const { out } = hub('help')
    const ofStack = [...readFileSync('docker/embedded/hub.mjs', 'utf8').matchAll(/^ {2}(\w+): \{ setsUp/gm)].map(([, name]) => name)
    const ofHub = [...readFileSync('gateway/cli.ts', 'utf8').matchAll(/^ {2}'?([\w-]+)'?: async \(\) =>/gm)].map(([, name]) => name)
    expect(ofStack.length + ofHub.length).toBeGreaterThan(15)
    const helped = new Set(out.split('\n').flatMap(line => /^ {2}hub (\S.*?)(?= {2}|$)/.exec(line)?.[1]?.match(/(?<=^|\| )[\w-]+/g) ?? []))
    expect([...ofStack, ...ofHub].filter(name => name === undefined || !(helped.has(name) || out.includes(`; ${name} DIR:`)))).toEqual([])
    for (const use of ['check-config [FILE]', 'audit verify [FILE]', 'rebuild-access [FILE]']) expect(out).toContain(`hub ${use}`)
  })

  it.each([['stop', '--help'], ['status', 'now'], ['backup', '--help'], ['restore'], ['demo', '--help']])(
    '%s %s does nothing but say how it is used',
    (...args) => {
      expect(stack(...args)).toMatchObject({ status: 1, out: '', first: expect.stringMatching(`^hub: usage: hub ${args[0]}`), lines: 1 })
    },
  )

  it('says in one line that the hub does not answer, that a key cannot be read, and what no command foresaw', async () => {
    const port = await freePort()
    const said = {
      http: `http://127.0.0.1:${port}`,
      mllp: { host: '127.0.0.1', port },
      clients: [{ name: 'operator', clientId: 'o', key: 'no file' }],
      issuers: [],
    }
    writeFileSync(join(folder, 'sandbox.json'), JSON.stringify(said))
    expect(hub('send', 'package.json')).toMatchObject({ status: 1, first: `hub send: the hub does not answer at 127.0.0.1:${port}`, lines: 1 })
    expect(hub('flow', 'X')).toMatchObject({ status: 1, first: 'hub flow: no file is no private JWK that can be read', lines: 1 })
    writeFileSync(join(folder, 'sandbox.json'), JSON.stringify({ ...said, clients: 'none' }))
    expect(hub('flow', 'X')).toMatchObject({ status: 1, first: expect.stringMatching(/^hub flow: TypeError: .*token\.ts/), lines: 1 })
  })
})
