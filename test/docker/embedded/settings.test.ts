import { type AddressInfo, createServer, type Server } from 'node:net'
import { describe, expect, it } from 'vitest'
import { load } from './load.ts'

interface Settings {
  dataDir: string
  offset: number
  ports: Record<string, number>
  files: Record<string, string>
}

const { readSettings, PORTS_OF } = await load<{
  readSettings(options: { environment: Record<string, string>; isJoining?: boolean }): Settings
  PORTS_OF: Record<string, Record<string, string>>
}>('stack/settings.mjs')
const { requireFreePorts } = await load<{ requireFreePorts(settings: Settings, parts: string[]): Promise<void> }>('stack/ports.mjs')

const at = (offset: string): Settings => readSettings({ environment: { HUB_DATA_DIR: '/tmp/x', HUB_PORT_OFFSET: offset } })

describe('ports', () => {
  it('are those of the sandbox, and HUB_PORT_OFFSET moves every one of them', () => {
    const plain = at('')
    expect(plain.ports).toMatchObject({
      http: 8080,
      mllp: 2575,
      hapi: 8081,
      kafka: 9092,
      postgres: 5433,
      smtp: 3025,
      imap: 3143,
      hospitalMllp: 2576,
      hospitalHttp: 8083,
      platform: 8082,
      directory: 8084,
      webhooks: 8086,
    })
    const moved = at('1000')
    for (const [name, port] of Object.entries(plain.ports)) expect(moved.ports[name]).toBe(port + 1000)
  })

  it('every port belongs to a part, so that each is checked before the start', () => {
    const checked = Object.values(PORTS_OF).flatMap(ports => Object.keys(ports))
    expect(checked.sort()).toEqual(Object.keys(at('').ports).sort())
  })

  it('an offset that is no whole number, or too large, is refused', () => {
    for (const wrong of ['x', '-1', '1.5', '60000']) expect(() => at(wrong)).toThrow(/HUB_PORT_OFFSET must be a whole number/)
  })

  it('an offset that makes a port to which nothing here would connect is refused', async () => {
    await expect(fetch('http://127.0.0.1:10080')).rejects.toMatchObject({ cause: { message: 'bad port' } })
    for (const wrong of ['2000', '1996']) expect(() => at(wrong)).toThrow(/^HUB_PORT_OFFSET=\d+ makes a port of the hub 10080/)
    expect(at('2100').ports['http']).toBe(10_180)
  })

  it('a taken port is one line: which port, who needs it, which setting moves it', async () => {
    const other = await listen()
    const taken = (other.address() as AddressInfo).port
    const plain = at('1000')
    const settings = { ...plain, ports: { ...plain.ports, hapi: taken } }
    await expect(requireFreePorts(settings, ['hapi'])).rejects.toThrow(new RegExp(`^port ${taken} \\(HAPI FHIR\\) is taken .* HUB_PORT_OFFSET=11000\\.$`))
    await new Promise(resolve => other.close(resolve))
    await expect(requireFreePorts(settings, ['hapi'])).resolves.toBeUndefined()
  })
})

it('a hub process that joins keeps its book and its configuration apart from those of the stack', () => {
  const stack = at('0')
  const joined = readSettings({ environment: { HUB_DATA_DIR: '/tmp/x', HUB_PORT_OFFSET: '10' }, isJoining: true })
  expect(joined.files['sandbox']).toBe(stack.files['sandbox'])
  for (const name of ['hubConfig', 'pids', 'state', 'lock']) expect(joined.files[name]).not.toBe(stack.files[name])
})

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
