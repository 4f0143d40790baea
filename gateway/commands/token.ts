/*
  `hub token CLIENT`: asks the hub for an access token as a SMART backend service would, with the client's own key.
*/
import { readFileSync } from 'node:fs'
import { importJWK, type JWK, SignJWT } from 'jose'
import { CommandError } from './command-error.ts'
import { readSandbox, type Sandbox } from './sandbox.ts'

export async function token(args: string[]): Promise<void> {
  const [client] = args
  if (client === undefined || args.length > 1) throw new CommandError('usage: hub token CLIENT (a name, kind or clientId of sandbox.json)')
  process.stdout.write(`${await fetchToken(readSandbox(), client)}\n`)
}

/** In: name, kind or client id of a client of the sandbox. Out: a bearer token with all its scopes. */
export async function fetchToken(sandbox: Sandbox, name: string): Promise<string> {
  const client = sandbox.clients.find(one => one.name === name || one.clientId === name) ?? sandbox.clients.find(one => one.kind === name)
  if (client === undefined) throw new CommandError(`no client ${name}; there are: ${sandbox.clients.map(one => one.name).join(', ')}`)
  const url = `${sandbox.http}/auth/token`
  const key = JSON.parse(readFileSync(client.key, 'utf8')) as JWK
  const alg = key.alg ?? 'ES384'
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(url)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(await importJWK(key, alg))
  const reply = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: client.scopes,
    }),
  }).catch(() => {
    throw new CommandError(`the hub does not answer at ${sandbox.http}`)
  })
  const body = (await reply.json()) as { access_token?: string; error?: string; error_description?: string }
  if (body.access_token === undefined) throw new CommandError(`no token: ${reply.status} ${body.error ?? ''} ${body.error_description ?? ''}`.trim())
  return body.access_token
}
