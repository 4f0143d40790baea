/*
  `hub token CLIENT`: asks the hub for an access token as a SMART backend service would, with the client's own key; for a human, in exchange for the token of his identity provider.
*/
import { parseArgs } from 'node:util'
import { SignJWT } from 'jose'
import { CommandError } from './command-error.ts'
import { type Hub, readSandbox, unanswered } from './sandbox.ts'
import { readSigner } from './signer.ts'
import { type Human, subjectToken } from './subject-token.ts'

const USAGE =
  'usage: hub token CLIENT [--user IDNATPS --role PROFESSION --structure IDNATST | --person INS | --relative SYSTEM|VALUE] [--purpose CODE --reason TEXT]\n' +
  '       CLIENT is a name, kind or clientId of sandbox.json'
const OPTIONS = ['user', 'role', 'structure', 'person', 'relative', 'purpose', 'reason'] as const

export interface TokenWish extends Human {
  purpose?: string
  reason?: string
}

export async function token(args: string[]): Promise<void> {
  const { client, wish } = readWish(args)
  process.stdout.write(`${await fetchToken(readSandbox(), client, wish)}\n`)
}

/** In: name, kind or client id of a client of the hub, and for whom and why. Out: a bearer token with all its scopes. */
export async function fetchToken(hub: Hub, name: string, wish: TokenWish = {}): Promise<string> {
  const client = hub.clients.find(one => one.name === name || one.clientId === name) ?? hub.clients.find(one => one.kind === name)
  if (client === undefined) throw new CommandError(`no client ${name}; there are: ${hub.clients.map(one => one.name).join(', ')}`)
  const url = `${hub.http}/auth/token`
  const subject = await subjectToken(hub, wish)
  const form = new URLSearchParams({
    ...(subject === undefined ? { grant_type: 'client_credentials' } : exchangeOf(subject)),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(client, url),
  })
  for (const key of ['purpose', 'reason'] as const) if (wish[key] !== undefined) form.set(key, wish[key])
  const reply = await fetch(url, { method: 'POST', body: form }).catch(unanswered(hub))
  const body = (await reply.json().catch(() => ({}))) as { access_token?: string; error?: string; error_description?: string }
  if (body.access_token === undefined) throw new CommandError(`no token: ${reply.status} ${body.error ?? ''} ${body.error_description ?? ''}`.trim())
  return body.access_token
}

function readWish(args: string[]): { client: string; wish: TokenWish } {
  const parsed = parse(args)
  const [client, more] = parsed.positionals
  const { user, role, structure, person, relative } = parsed.values
  const isOneHuman = [user, person, relative].filter(one => one !== undefined).length <= 1 && (user !== undefined || (role ?? structure) === undefined)
  if (client === undefined || more !== undefined || !isOneHuman) throw new CommandError(USAGE)
  return { client, wish: parsed.values }
}

function parse(args: string[]): { positionals: string[]; values: TokenWish } {
  try {
    return parseArgs({ args, allowPositionals: true, options: Object.fromEntries(OPTIONS.map(name => [name, { type: 'string' as const }])) })
  } catch {
    throw new CommandError(USAGE)
  }
}

const exchangeOf = (subject: string): Record<string, string> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: subject,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
})

async function assertion(client: Hub['clients'][number], url: string): Promise<string> {
  const { algorithm, kid, key } = await readSigner(client.key)
  return new SignJWT({})
    .setProtectedHeader({ alg: algorithm, kid })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(url)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(key)
}
