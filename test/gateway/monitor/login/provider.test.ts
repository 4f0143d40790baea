import { exportJWK, generateKeyPair } from 'jose'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startIdentityProvider } from '../../../../docker/partners/identity/provider.ts'
import { login } from '../../../../gateway/monitor/login/config.ts'
import { createIdentityProvider } from '../../../../gateway/monitor/login/provider.ts'
import { fillIn, follow, Jar } from '../../../support/monitor-login.ts'
import { freePort } from '../../../support/free-port.ts'

// The hub as a client of a real OpenID provider, the sandbox's own: by PKCE, state and nonce.

const BACK = 'http://127.0.0.1:8080/monitor/callback'
const SECRET = 'the secret of the hub at the provider'
const USER = { name: 'observer-1', password: 'a password of the test', role: 'observer', territory: '54395' }

const port = await freePort()
const issuer = `http://127.0.0.1:${port}`
const { privateKey } = await generateKeyPair('ES384', { extractable: true })
const key = { ...(await exportJWK(privateKey)), alg: 'ES384', kid: 'p', use: 'sig' }
const client = { id: 'hub-monitor', secret: SECRET, redirectUris: [BACK] }
const provider = await startIdentityProvider({ host: '127.0.0.1', port, users: [USER, { name: 'guest', password: 'guest', role: 'guest' }], client, key })
afterAll(() => provider.stop())

const hub = () => {
  const clientSecretFile = join(mkdtempSync(join(tmpdir(), 'hub-login-')), 'secret')
  writeFileSync(clientSecretFile, `${SECRET}\n`)
  return createIdentityProvider(login.parse({ issuer, clientId: 'hub-monitor', clientSecretFile }))
}

/** Where the browser comes back to. */
async function comeBack(url: string, user: { name: string; password: string }): Promise<URL> {
  const jar = new Jar()
  const form = await follow(jar, url)
  const sent = await fillIn(jar, form, user)
  const resumed = await jar.ask(new URL(sent.location ?? '', form.at))
  return new URL(resumed.location ?? '')
}

describe('the hub at its identity provider', () => {
  it('asks for a code with PKCE, state and nonce', async () => {
    const { url, begun } = await hub().begin(BACK)
    const asked = Object.fromEntries(new URL(url).searchParams)
    expect(asked).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', state: begun.state, nonce: begun.nonce, scope: 'openid profile' })
    expect(asked['code_challenge']).not.toBe(begun.verifier)
  })

  it('learns from the id token who it is, and no code works twice', async () => {
    const monitor = hub()
    const { url, begun } = await monitor.begin(BACK)
    const address = await comeBack(url, USER)
    const { identity, idToken } = await monitor.finish(address, begun)
    expect(identity).toEqual({ name: 'observer-1', role: 'observer', territory: '54395' })
    expect(idToken.split('.')).toHaveLength(3)
    await expect(monitor.finish(address, begun)).rejects.toMatchObject({ code: 'monitor.login' })
  })

  it.each(['nonce', 'verifier'])('a code of a login with another %s is refused', async member => {
    const monitor = hub()
    const { url, begun } = await monitor.begin(BACK)
    const other = (await monitor.begin(BACK)).begun
    const address = await comeBack(url, USER)
    await expect(monitor.finish(address, { ...begun, [member]: Reflect.get(other, member) })).rejects.toMatchObject({ code: 'monitor.login' })
  })

  it('whoever has no role here is not let in', async () => {
    const monitor = hub()
    const { url, begun } = await monitor.begin(BACK)
    const address = await comeBack(url, { name: 'guest', password: 'guest' })
    await expect(monitor.finish(address, begun)).rejects.toMatchObject({ code: 'monitor.login', path: 'role' })
  })

  it('a state that is not that of the login is refused before any code is sent', async () => {
    const monitor = hub()
    const { url, begun } = await monitor.begin(BACK)
    const address = await comeBack(url, USER)
    await expect(monitor.finish(address, { ...begun, state: 'another' })).rejects.toMatchObject({ code: 'monitor.login' })
  })

  it('a provider that is away is said so, and asked again the next time', async () => {
    const port = await freePort()
    const away = createIdentityProvider(login.parse({ issuer: `http://127.0.0.1:${port}`, clientId: 'x' }))
    await expect(away.begin(BACK)).rejects.toMatchObject({ code: 'monitor.provider_unreachable', kind: 'retry' })
    await expect(away.check()).rejects.toMatchObject({ code: 'monitor.provider_unreachable' })
  })
})
