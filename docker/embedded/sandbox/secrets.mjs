/*
  Everything secret of this stack: generated once, kept under HUB_DATA_DIR, readable by its owner only.
*/
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { once, readText, writeAtomically, writeJson } from '../stack/files.mjs'
import { makeCertificate } from './certificate.mjs'
import { USERS } from './addresses.mjs'
import { CLIENTS } from './clients.mjs'
import { ISSUERS } from './issuers.mjs'

const PASSWORDS = ['postgres', 'hub', 'hapi', 'mail', 'monitor-login']

const newSecret = () => `${randomBytes(32).toString('base64url')}\n`

/** Out: passwords by name, files by name, each user with his password, and each client and identity provider with its key file and public JWKS. */
export function readSecrets(settings) {
  const folder = settings.inside('secrets')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const at = name => join(folder, name)
  const files = Object.fromEntries(PASSWORDS.map(name => [name, at(`${name}.password`)]))
  const passwords = Object.fromEntries(PASSWORDS.map(name => [name, once(files[name], newSecret).trim()]))
  for (const name of ['pseudonym', 'reference', 'alerts']) {
    files[name] = at(`${name}.key`)
    once(files[name], newSecret)
  }
  files.signing = at('signing.jwk.json')
  once(files.signing, newJwk)
  files.identityKey = at('identity-provider.jwk.json')
  once(files.identityKey, newJwk)
  files.tlsKey = at('mail-tls.key.pem')
  files.tlsCertificate = at('mail-tls.crt.pem')
  makeCertificate({ keyFile: files.tlsKey, certificateFile: files.tlsCertificate })
  // A subscriber by https on this machine shows the certificate of the sandbox; those elsewhere have their own authorities.
  files.authorities = at('authorities.pem')
  writeAtomically(files.authorities, [readText(files.tlsCertificate), ...rootCertificates].join('\n'))
  const users = USERS.map(user => ({ ...user, password: once(at(join('users', `${user.name}.password`)), newSecret).trim() }))
  files.users = at('users.json')
  writeJson(files.users, users)
  return {
    passwords,
    files,
    users,
    clients: CLIENTS.map(client => withKeys(client, at(join('clients', `${client.name}.jwk.json`)))),
    issuers: ISSUERS.map(issuer => withKeys(issuer, at(join('issuers', `${issuer.kind}.jwk.json`)))),
  }
}

function withKeys(owner, key) {
  const { d: _private, ...jwk } = JSON.parse(once(key, newJwk))
  return { ...owner, key, jwks: { keys: [jwk] } }
}

/** A private ES384 key as JWK; its kid is the thumbprint of RFC 7638. */
function newJwk() {
  const { crv, d, kty, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' })
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return `${JSON.stringify({ kty, crv, x, y, d, kid, alg: 'ES384', use: 'sig' })}\n`
}
