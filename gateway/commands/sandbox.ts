/*
  Where the hub is that a command asks, and whose name it asks in: sandbox.json says where the running stack is and which clients it made for us, the environment names another hub.
*/
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { CommandError } from './command-error.ts'

export interface Sandbox {
  http: string
  fhir: string
  hapi: string
  hospital: string
  platform: string
  mllp: { host: string; port: number }
  imap: { host: string; port: number }
  mailPassword: string
  clients: { name: string; kind: string; structure?: string; scopes: string; clientId: string; key: string }[]
  /** The sandbox's own identity providers; `key` signs what they say. */
  issuers: { kind: 'professional' | 'citizen'; issuer: string; audience: string; key: string }[]
}

export const dataDir = (): string => resolve(process.env['HUB_DATA_DIR'] ?? '.hub')

export function readSandbox(): Sandbox {
  const path = join(dataDir(), 'sandbox.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Sandbox
  } catch {
    throw new CommandError(`no running sandbox: ${path} cannot be read; start it with \`npx hub start\``)
  }
}

export type Hub = Pick<Sandbox, 'http' | 'clients' | 'issuers'>

/** The hub that is asked: the one at HUB_URL, in the name of a client of kind operator (HUB_CLIENT) and with its private JWK (HUB_KEY_FILE); else the sandbox's. HUB_CERT_FILE holds his certificate and its key, where tokens are bound to one. */
export async function readHub(): Promise<Hub> {
  const { HUB_URL: url, HUB_CLIENT: clientId = 'operator', HUB_KEY_FILE: key, HUB_CERT_FILE: certFile } = process.env
  if (url === undefined) return readSandbox()
  if (key === undefined) throw new CommandError('HUB_URL needs HUB_KEY_FILE, the private JWK of a client of kind operator, and HUB_CLIENT, its clientId')
  if (!URL.canParse(url)) throw new CommandError(`HUB_URL is no address: ${url}`)
  if (certFile !== undefined) {
    const connect = readPair(certFile)
    // Loaded where it is needed: it takes longer to load than most of what is asked.
    const { Agent, setGlobalDispatcher } = await import('undici')
    setGlobalDispatcher(new Agent({ connect }))
  }
  return { http: url.replace(/\/+$/, ''), clients: [{ name: 'operator', kind: 'operator', scopes: '', clientId, key }], issuers: [] }
}

/** Throws: CommandError for what is not both. */
function readPair(path: string): { cert: Buffer; key: Buffer } {
  try {
    const pem = readFileSync(path)
    createSecureContext({ cert: pem, key: pem })
    return { cert: pem, key: pem }
  } catch {
    throw new CommandError(`${path} (HUB_CERT_FILE) does not hold a certificate and its key (PEM)`)
  }
}

/** Throws: CommandError; of a certificate that is not trusted, or shown in vain, what TLS says. */
export const unanswered =
  ({ http }: Hub) =>
  (error: Error): never => {
    const { code } = (error.cause ?? {}) as { code?: string }
    throw new CommandError(`the hub does not answer at ${http}${code === undefined ? '' : ` (${code})`}`)
  }
