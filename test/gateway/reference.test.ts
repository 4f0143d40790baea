import { spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jwtVerify, SignJWT } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import type { KeySource } from '../../gateway/access/callers/config.ts'
import { openKeySet } from '../../gateway/access/callers/key-sets.ts'
import { openSigningKeys } from '../../gateway/access/callers/signing-keys.ts'
import { readSigner } from '../../gateway/commands/signer.ts'
import { type HubConfig, readConfig } from '../../gateway/config.ts'
import { readKeys } from '../../gateway/keys.ts'
import { issue, makeAuthority } from '../support/certificates.ts'
import { CONFIGURATION_EXAMPLE, CONFIGURATION_PAGE, configurationKeys, exampleConfiguration, renderConfiguration } from '../support/configuration.ts'
import { EXAMPLES } from '../support/configuration-examples.ts'
import { pageWith } from '../support/fenced.ts'

// What `npm run reference` writes is what the code says.

describe('the reference of the configuration', () => {
  const keys = configurationKeys()

  it('says of every key what it means, in one sentence', () => {
    expect(keys.filter(({ schema }) => !/^\S.*(\.|…)$/.test(schema.description ?? '')).map(({ path }) => path)).toEqual([])
  })

  it('says the unit of every key that has one in its name', () => {
    const units: [RegExp, RegExp][] = [
      [/Ms$/, /millisecond/],
      [/Seconds$/, /second/],
      [/Minutes$/, /minutes/],
      [/Hours$/, /hours/],
      [/Days$/, /days/],
      [/Months$/, /months/],
      [/Years$/, /years/],
      [/(Bytes|BytesInFlight)$/, /[Bb]ytes/],
    ]
    const silent = keys.filter(({ path, schema }) => units.some(([name, unit]) => name.test(path) && !unit.test(schema.description ?? '')))
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  it('is the page as it stands', () => {
    const page = readFileSync(CONFIGURATION_PAGE, 'utf8')
    expect(pageWith(page, 'configuration', renderConfiguration())).toBe(page)
  })

  it('has every key that a page names', () => {
    const known = new Set(keys.map(({ path }) => path))
    const KEY =
      /`((?:http|connectors|partners\[\]|clients\[\]|issuers\[\]|organizations\[\]|emergency|cds|keys|limits|retention|alerts|product|monitor\.login)\.[A-Za-z.[\]]+)(?:`|: )/g
    const pages = readdirSync('.', { recursive: true })
      .map(String)
      .filter(name => name.endsWith('.md') && !/(^|\/)(node_modules|target|CHANGELOG\.md)/.test(name))
    const named = pages.flatMap(page => [...readFileSync(page, 'utf8').matchAll(KEY)].map(([, key = '']) => ({ page, key })))
    expect(named.length).toBeGreaterThan(100)
    // Files and log lines have names of this form too.
    expect(named.filter(({ key }) => !known.has(key) && !/\.(ts|yaml|md|applied|failed)$/.test(key))).toEqual([])
  })

  it('has every key in the example, which the hub takes', () => {
    expect(JSON.parse(readFileSync(CONFIGURATION_EXAMPLE, 'utf8'))).toEqual(exampleConfiguration())
    const read = readConfig(CONFIGURATION_EXAMPLE)
    expect('faults' in read ? read.faults : []).toEqual([])
    const shown = pathsIn(exampleConfiguration(), '')
    const left = keys.map(({ path }) => path).filter(path => !shown.has(path))
    // Another key stands in their place: a client has its keys in one way, a silence is of one form.
    const others = Object.keys(EXAMPLES).filter(path => EXAMPLES[path] === undefined)
    expect(left.filter(path => !others.some(one => path === one || path.startsWith(`${one}.`)))).toEqual(['partners[].silence.longestMinutes'])
  })
})

describe('the page of the configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-keys-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('prints commands that make the keys of the hub and of a client, and the digest of a certificate, as the hub takes them', async () => {
    const commands = /```sh\n([\s\S]*?)```/.exec(readFileSync(CONFIGURATION_PAGE, 'utf8'))?.[1] ?? ''
    const { certFile } = issue(folder, makeAuthority(folder), { name: 'hospital' })
    const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `${commands}\ndigest ${certFile}`], {
      encoding: 'utf8',
      env: { ...process.env, KEYS: folder },
    })
    expect(status).toBe(0)
    expect(stdout).toBe(
      createHash('sha256')
        .update(new X509Certificate(readFileSync(certFile)).raw)
        .digest('base64url'),
    )

    const at = (name: string): string => join(folder, name)
    const { pseudonym } = readKeys({ keys: { pseudonymFile: at('pseudonym.key'), referenceFile: at('reference.key') } } as HubConfig)
    expect(pseudonym('one')).toMatch(/^[\w-]{22}$/)
    const { algorithm } = await openSigningKeys(at('signing.jwk.json'), () => undefined)()
    expect(algorithm).toBe('ES384')
    const { kid, key } = await readSigner(at('operator.jwk.json'))
    const signed = await new SignJWT({}).setProtectedHeader({ alg: 'ES384', kid }).setIssuer('operator').sign(key)
    const open = openKeySet({ jwksFile: at('operator.jwks.json') } as KeySource, () => undefined)
    expect((await jwtVerify(signed, open)).payload).toEqual({ iss: 'operator' })
    expect(readFileSync(at('operator.jwks.json'), 'utf8')).not.toContain('"d"')
    expect(['pseudonym.key', 'signing.jwk.json'].map(name => statSync(at(name)).mode & 0o077)).toEqual([0, 0])
  })
})

function pathsIn(value: unknown, at: string): Set<string> {
  if (Array.isArray(value)) return new Set([at, ...value.flatMap(one => [...pathsIn(one, `${at}[]`)])])
  if (typeof value !== 'object' || value === null) return new Set([at])
  return new Set([at, ...Object.entries(value).flatMap(([key, inner]) => [...pathsIn(inner, at === '' ? key : `${at}.${key}`)])])
}
