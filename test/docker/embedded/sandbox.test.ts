import { createPublicKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../../gateway/config.ts'
import { load } from './load.ts'

interface Client {
  name: string
  kind: string
  structure?: string
  scopes: string
  clientId: string
  key: string
  certificate?: string
  jwks: { keys: Record<string, string>[] }
}
interface Issuer {
  kind: string
  issuer: string
  audience: string
  key: string
}
interface Secrets {
  issuers: (Issuer & { jwks: object })[]
  passwords: Record<string, string>
  files: Record<string, string>
  clients: Client[]
}
interface Settings {
  dataDir: string
}

const { readSettings } = await load<{ readSettings(options: { environment: Record<string, string>; isJoining?: boolean }): Settings }>('stack/settings.mjs')
const { readSecrets } = await load<{ readSecrets(settings: Settings): Secrets }>('sandbox/secrets.mjs')
const { hubConfiguration, writeHubConfiguration, joinedConfiguration } = await load<{
  hubConfiguration(settings: Settings, secrets: Secrets): unknown
  writeHubConfiguration(settings: Settings, secrets: Secrets): void
  joinedConfiguration(settings: Settings): { http: { port: number }; ledger: { url: string }; connectors: { hospital: { port: number }; platform: unknown } }
}>('sandbox/hub-configuration.mjs')
const { sandboxOf } = await load<{
  sandboxOf(settings: Settings, secrets: Secrets, pids: Record<string, number>): Record<string, unknown> & { clients: Client[]; issuers: Issuer[] }
}>('sandbox/sandbox-file.mjs')

const HUB_DATA_DIR = mkdtempSync(join(tmpdir(), 'hub-sandbox-'))
const environment = { HUB_DATA_DIR, HUB_PORT_OFFSET: '100' }
const settings = readSettings({ environment })
const secrets = readSecrets(settings)
const sandbox = sandboxOf(settings, secrets, { supervisor: 1, hub: 2 })

const ofKind = (kind: string): Client[] => sandbox.clients.filter(client => client.kind === kind)
const scopesOf = (kind: string): string[] => (ofKind(kind)[0]?.scopes ?? '').split(' ')

describe('hub.json', () => {
  it('is a configuration the hub takes, without a default it does not know', () => {
    const checked = configSchema.safeParse(hubConfiguration(settings, secrets))
    expect(checked.error?.issues ?? []).toEqual([])
  })

  it('of a joined hub differs from that of the stack in its two ports only', () => {
    writeHubConfiguration(settings, secrets)
    const own = readSettings({ environment: { HUB_DATA_DIR, HUB_PORT_OFFSET: '200' }, isJoining: true })
    const joined = joinedConfiguration(own)
    const stack = hubConfiguration(settings, secrets) as typeof joined
    expect(joined.http.port).toBe(8280)
    expect(joined.connectors.hospital.port).toBe(2775)
    const { http: _http, connectors: mine, ...rest } = joined
    const { http: _stackHttp, connectors: theirs, ...stackRest } = stack
    expect(rest).toEqual(stackRest)
    expect(mine.platform).toEqual(theirs.platform)
  })
})

describe('sandbox.json', () => {
  it('has the addresses, the clients and the pids that people and tests look for', () => {
    expect(sandbox).toMatchObject({
      http: 'http://127.0.0.1:8180',
      fhir: 'http://127.0.0.1:8180/fhir',
      hapi: 'http://127.0.0.1:8181/fhir',
      hospital: 'http://127.0.0.1:8183',
      platform: 'http://127.0.0.1:8182',
      directory: 'http://127.0.0.1:8184',
      kafka: '127.0.0.1:9192',
      mllp: { host: '127.0.0.1', port: 2675 },
      smtp: { host: '127.0.0.1', port: 3125 },
      imap: { host: '127.0.0.1', port: 3243 },
      pids: { supervisor: 1, hub: 2 },
      alertGraceSeconds: 60,
    })
    expect(sandbox['postgres']).toMatch(/^postgresql:\/\/hub:[\w-]{43}@127\.0\.0\.1:5533\/ledger$/)
  })

  it('has every kind of client, two DACs of different structures, and one expired portal', () => {
    const kinds = new Set(sandbox.clients.map(client => client.kind))
    expect([...kinds].sort()).toEqual(['citizen-portal', 'cpts', 'dac', 'gp-portal', 'hospital', 'observatory', 'operator', 'social'])
    expect(new Set(ofKind('dac').map(client => client.structure)).size).toBe(2)
    expect(sandbox.clients.filter(client => client.certificate === 'expired').map(client => client.kind)).toEqual(['gp-portal'])
  })

  it('gives each kind its scopes', () => {
    for (const kind of ['dac', 'gp-portal']) {
      expect(scopesOf(kind)).toEqual(
        expect.arrayContaining(['system/CarePlan.crus', 'system/Provenance.rs', 'system/Binary.rs', 'system/Subscription.cruds', 'system/AuditEvent.rs']),
      )
    }
    expect(scopesOf('gp-portal')).toContain('user/CarePlan.rs')
    expect(scopesOf('citizen-portal')).toContain('patient/Communication.c')
    expect(scopesOf('citizen-portal').every(scope => scope.startsWith('patient/'))).toBe(true)
    expect(scopesOf('observatory')).toEqual(['system/MeasureReport.rs'])
    expect(scopesOf('social')).not.toContain('system/DocumentReference.rs')
  })

  it('names private keys that fit the registered public ones', () => {
    for (const client of secrets.clients) {
      const jwk = JSON.parse(readFileSync(client.key, 'utf8')) as Record<string, string>
      expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-384', alg: 'ES384' })
      const [registered] = client.jwks.keys
      expect(registered).not.toHaveProperty('d')
      expect(registered).toMatchObject({ kid: jwk['kid'], x: jwk['x'], y: jwk['y'] })
    }
  })

  it('never shows public key sets in place of keys', () => {
    expect([...sandbox.clients, ...sandbox.issuers].some(owner => 'jwks' in owner)).toBe(false)
  })

  it('has an identity provider for professionals and one for citizens, whose keys are registered', () => {
    expect(sandbox.issuers.map(issuer => issuer.kind)).toEqual(['professional', 'citizen'])
    const registered = (hubConfiguration(settings, secrets) as { issuers: { issuer: string; audience: string[]; jwks: { keys: object[] } }[] }).issuers
    for (const [index, { issuer, audience, key }] of sandbox.issuers.entries()) {
      const { d: _secret, ...open } = JSON.parse(readFileSync(key, 'utf8')) as Record<string, string>
      expect(registered[index]).toMatchObject({ issuer, audience: [audience], jwks: { keys: [open] } })
    }
  })
})

describe('secrets', () => {
  it('are readable by their owner only', () => {
    const files = [...Object.values(secrets.files), ...[...secrets.clients, ...secrets.issuers].map(owner => owner.key)]
    for (const file of files) expect(statSync(file).mode & 0o077, file).toBe(0)
  })

  it('survive a restart', () => {
    const again = readSecrets(settings)
    expect(again.passwords).toEqual(secrets.passwords)
    expect(again.clients.map(client => client.jwks)).toEqual(secrets.clients.map(client => client.jwks))
    expect(again.issuers.map(issuer => issuer.jwks)).toEqual(secrets.issuers.map(issuer => issuer.jwks))
  })

  it('hold a certificate for loopback that fits its key', () => {
    const certificate = new X509Certificate(readFileSync(secrets.files['tlsCertificate'] ?? ''))
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkHost('localhost')).toBe('localhost')
    const ofKey = createPublicKey(readFileSync(secrets.files['tlsKey'] ?? ''))
    expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(ofKey.export({ type: 'spki', format: 'pem' }))
  })
})
