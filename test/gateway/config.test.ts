import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../gateway/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const example = JSON.parse(readFileSync('docker/hub.example.json', 'utf8')) as Record<string, object>

function faultsOf(changes: Record<string, object>): { path: string }[] {
  const path = join(folder, 'hub.json')
  const changed = Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, { ...example[key], ...value }]))
  writeFileSync(path, JSON.stringify({ ...example, ...changed }))
  const read = readConfig(path)
  return 'faults' in read ? read.faults : []
}

describe('the configuration', () => {
  it('as the example has it is valid', () => {
    expect(faultsOf({})).toEqual([])
  })
  it('may begin with the mark that an editor leaves; a file that is none, and one that is not there, are told apart', () => {
    const path = join(folder, 'marked.json')
    writeFileSync(path, `\uFEFF${JSON.stringify(example)}`)
    expect(readConfig(path)).toHaveProperty('config')
    writeFileSync(path, '{')
    expect(readConfig(path)).toEqual({ faults: [{ path: '', text: `${path} is no JSON` }] })
    expect(readConfig(folder)).toEqual({ faults: [{ path: '', text: `${folder} cannot be read (EISDIR)` }] })
  })
  it('does not let a call to the store outlive the lease of its lane', () => {
    expect(faultsOf({ store: { timeoutMs: 20_000 }, limits: { laneLeaseMs: 20_000 } }).map(fault => fault.path)).toEqual(['store.timeoutMs'])
    expect(faultsOf({ store: { timeoutMs: 19_000 }, limits: { laneLeaseMs: 20_000 } })).toEqual([])
  })
  it('wants to know its own address where it listens on every one', () => {
    const open = { ...example['http'], host: '0.0.0.0', certFile: '/hub.crt', keyFile: '/hub.key' }
    expect(faultsOf({ http: { ...open, publicUrl: undefined } as object }).map(fault => fault.path)).toEqual(['http.publicUrl'])
    expect(faultsOf({ http: { ...open, publicUrl: 'https://hub.example.test' } })).toEqual([])
  })
  it('wants certificate and key together, and no password as it is without TLS', () => {
    const sasl = { user: 'hub', passwordFile: '/password' }
    expect(faultsOf({ kafka: { sasl: { ...sasl, mechanism: 'plain' } } }).map(fault => fault.path)).toEqual(['kafka.sasl.mechanism'])
    expect(faultsOf({ kafka: { sasl: { ...sasl, mechanism: 'plain' }, tls: {} } })).toEqual([])
    expect(faultsOf({ kafka: { sasl } })).toEqual([])
    const alone = { kafka: { tls: { certFile: '/hub.crt' } }, connectors: { subscription: { keyFile: '/hub.key' } } }
    expect(faultsOf(alone).map(fault => fault.path)).toEqual(['kafka.tls.certFile', 'connectors.subscription.certFile'])
    const http = { host: '127.0.0.1', clientCaFile: undefined, keyFile: undefined } as object
    expect(faultsOf({ http }).map(fault => fault.path)).toEqual(['http.certFile'])
  })
  it('knows the structures of Corsica by their FINESS numbers', () => {
    const named = (finess: string): string[] => faultsOf({ emergency: { privacyOfficer: finess } }).map(fault => fault.path)
    expect([named('2A0000014'), named('2B0000020'), named('540002102')]).toEqual([[], [], []])
    expect([named('2C0000014'), named('2A000001')]).toEqual([['emergency.privacyOfficer'], ['emergency.privacyOfficer']])
  })

  it('says of what is missing that it is', () => {
    const path = join(folder, 'short.json')
    writeFileSync(path, JSON.stringify({ ...example, dataDir: undefined, keys: { ...example['keys'], signingFile: undefined } }))
    expect(readConfig(path)).toEqual({
      faults: [
        { path: 'dataDir', text: 'is missing' },
        { path: 'keys.signingFile', text: 'is missing' },
      ],
    })
  })
  it('tells every key it does not know, with its path', () => {
    expect(faultsOf({ limits: { laneLease: 1 }, http: { prt: 1 } }).map(fault => fault.path)).toEqual(expect.arrayContaining(['limits.laneLease', 'http.prt']))
  })

  const client = (rest: object): object => ({ clientId: 'dpi', name: 'DPI', kind: 'hospital', scopes: 'system/Patient.rs', jwksFile: '/keys.json', ...rest })
  const hospital = (rest: object): object => ({ id: 'chu', kind: 'hospital', ...rest })
  const issuer = (rest: object): object => ({
    issuer: 'https://psc.example',
    kind: 'professional',
    audience: ['hub'],
    jwksUri: 'https://psc.example/jwks',
    ...rest,
  })
  it.each<[string, Record<string, unknown>, string[]]>([
    ['a client with keys in one place', { clients: [client({})] }, []],
    ['a client without keys', { clients: [client({ jwksFile: undefined })] }, ['clients.0']],
    ['a client with keys in two places', { clients: [client({ jwks: { keys: [] } })] }, ['clients.0']],
    ['keys fetched in the clear', { clients: [client({ jwksFile: undefined, jwksUri: 'http://dpi.example/jwks' })] }, ['clients.0.jwksUri']],
    ['keys fetched from this machine', { clients: [client({ jwksFile: undefined, jwksUri: 'http://127.0.0.1:9/jwks' })] }, []],
    ['two clients of one name', { clients: [client({}), client({})] }, ['clients.1.clientId']],
    ['an identity provider', { issuers: [issuer({})] }, []],
    ['an identity provider for no audience', { issuers: [issuer({ audience: [] })] }, ['issuers.0.audience']],
    ['an identity provider with a claim nobody reads', { issuers: [issuer({ claims: { name: 'family_name' } })] }, ['issuers.0.claims.name']],
    ['two partners of one id', { partners: [hospital({}), hospital({})] }, ['partners.1.id']],
    [
      'two partners of one id among other faults',
      { partners: [hospital({}), hospital({ kind: 'nobody' }), hospital({ id: 7 })], clients: [null, client({})], issuers: 'none' },
      ['partners.1.kind', 'partners.2.id', 'clients.0', 'issuers', 'partners.1.id'].toSorted(),
    ],
    ['an identity provider twice', { issuers: [issuer({}), issuer({})] }, ['issuers.1.issuer']],
  ])('%s: %j', (_what, lists, paths) => {
    const path = join(folder, 'access.json')
    writeFileSync(path, JSON.stringify({ ...example, ...lists }))
    const read = readConfig(path)
    expect('faults' in read ? read.faults.map(fault => fault.path).toSorted() : []).toEqual(paths)
  })
})
