/*
  Reads sandbox.json: where the running stack is, and the clients it made for us.
*/
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
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
