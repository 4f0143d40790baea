import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireToken } from '../../../../gateway/access/callers/require-token.ts'
import { tokenEndpoint } from '../../../../gateway/access/callers/token-endpoint.ts'
import { createTokens } from '../../../../gateway/access/callers/tokens.ts'
import { openContext } from '../../../../gateway/request.ts'
import { ERRORS, toHubError } from '../../../../profiles/errors.ts'
import { load } from '../../../docker/embedded/load.ts'
import { clientsOf, makeClient, makeSigningKeys, rememberJtis } from '../../../support/clients.ts'

// TLS with client certificates, as the hub opens it with http.clientCaFile: three self-signed ones, of which the authority file holds two.

const { makeCertificate } = await load<{ makeCertificate(files: { keyFile: string; certificateFile: string }): void }>('sandbox/certificate.mjs')
const folder = mkdtempSync(join(tmpdir(), 'hub-tls-'))
interface Pair {
  key: Buffer
  cert: Buffer
}
function makePair(name: string): Pair {
  const [keyFile, certificateFile] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
  makeCertificate({ keyFile, certificateFile })
  return { key: readFileSync(keyFile), cert: readFileSync(certificateFile) }
}
const [own, other, stranger] = [makePair('own'), makePair('other'), makePair('stranger')]

const dac = await makeClient({ clientId: 'dac', scopes: 'system/Patient.rs' })
const clients = clientsOf(dac)
const tokens = createTokens(await makeSigningKeys(), clients)
const faults: ErrorRequestHandler = (error, _request, response, _next) => void response.status(ERRORS[toHubError(error).code].http).json({})
let base = ''
const app = express().use(
  openContext,
  express.Router().use('/auth', tokenEndpoint({ clients, tokens, useOnce: rememberJtis(), baseUrls: () => [base], needsCertificate: true })),
  requireToken(tokens, async () => undefined),
  ((_request, response) => void response.json({ seen: true })) satisfies RequestHandler,
  faults,
)
const server = https.createServer({ ...own, ca: [own.cert, other.cert], requestCert: true, rejectUnauthorized: false }, app)
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

function ask(pair: Pair | undefined, options: { form?: URLSearchParams; bearer?: string }): Promise<{ status: number; body: Record<string, string> }> {
  return new Promise((resolve, reject) => {
    const { form, bearer } = options
    const headers = form === undefined ? { authorization: `Bearer ${bearer}` } : { 'content-type': 'application/x-www-form-urlencoded' }
    const url = form === undefined ? base : `${base}/auth/token`
    const request = https.request(url, { ...pair, ca: own.cert, method: form === undefined ? 'GET' : 'POST', headers, agent: false }, async response => {
      let text = ''
      for await (const chunk of response) text += String(chunk)
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, string> })
    })
    request.on('error', reject).end(form?.toString())
  })
}

const askForToken = async (pair: Pair | undefined) =>
  ask(pair, {
    form: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await dac.assert(`${base}/auth/token`),
    }),
  })

describe('where client certificates are asked for, a token', () => {
  it('is bound to the one shown, and good with no other', async () => {
    const { status, body } = await askForToken(own)
    expect(status).toBe(200)
    const bearer = body['access_token'] ?? ''
    const { cnf } = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()) as { cnf: Record<string, string> }
    expect(cnf['x5t#S256']).toBe(createHash('sha256').update(new X509Certificate(own.cert).raw).digest('base64url'))
    expect(await ask(own, { bearer })).toMatchObject({ status: 200 })
    for (const pair of [other, stranger, undefined]) expect(await ask(pair, { bearer })).toMatchObject({ status: 401 })
  })

  it.each([
    ['a certificate of an authority nobody trusts', stranger],
    ['no certificate', undefined],
  ])('is not given for %s', async (_case, pair) => {
    expect(await askForToken(pair)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})
