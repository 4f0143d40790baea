/*
  The national directory stand-in: says by FHIR which mailboxes a register number has. What it knows is put there by whoever tries the hub.

    PUT  /entries   JSON array of Practitioner, PractitionerRole, Organization, each with its id → 200; one known by type and id is replaced
    GET  /fhir/v2/Practitioner?identifier=system|value[&_revinclude=PractitionerRole:practitioner]      GET /fhir/v2/Organization?identifier=system|value
    GET  /fhir/v2/metadata
*/
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { type Answer, parseJson } from './http.ts'
import { Received } from './received.ts'
import { type HttpSettings, type StandIn, startHttpStandIn } from './stand-in.ts'

interface Entry {
  resourceType: string
  id: string
  identifier?: { system?: string; value?: string }[]
  practitioner?: { reference?: string }
}

const FHIR = { 'content-type': 'application/fhir+json; charset=utf-8' }
const BASE = '/fhir/v2/'

/** Throws when the port is taken. */
export async function startDirectory(settings: HttpSettings): Promise<StandIn> {
  const received = await Received.open(join(settings.dataDir, 'directory.jsonl'))
  const register = await Register.open(settings.dataDir)
  return startHttpStandIn(settings, {
    received,
    serve: async (request, body) => {
      const answer = await serve(request, body, register)
      await received.add({ at: new Date().toISOString(), method: request.method, path: request.url, status: answer.status })
      return answer
    },
  })
}

async function serve(request: IncomingMessage, body: Buffer, register: Register): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
  if (request.method === 'PUT' && pathname === '/entries') return register.put(parseJson(body))
  const type = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : ''
  if (request.method === 'GET' && type === 'metadata')
    return json({ resourceType: 'CapabilityStatement', status: 'active', fhirVersion: '4.0.1', kind: 'instance' })
  if (request.method !== 'GET' || (type !== 'Practitioner' && type !== 'Organization')) return { status: 404, body: '{}' }
  const [system, value] = (searchParams.get('identifier') ?? '').split('|')
  if (system === undefined || value === undefined || value === '') return { status: 400, body: '{}' }
  const found = register.find(type, { system, value })
  const roles = searchParams.get('_revinclude') === 'PractitionerRole:practitioner' ? register.rolesOf(found) : []
  const entry = [...found.map(resource => ({ resource, search: { mode: 'match' } })), ...roles.map(resource => ({ resource, search: { mode: 'include' } }))]
  return json({ resourceType: 'Bundle', type: 'searchset', total: found.length, entry })
}

const json = (resource: object): Answer => ({ status: 200, body: JSON.stringify(resource), headers: FHIR })

/** What the directory knows, kept in one file across a restart. */
class Register {
  readonly #path: string
  readonly #entries: Map<string, Entry>

  private constructor(path: string, entries: readonly Entry[]) {
    this.#path = path
    this.#entries = new Map(entries.map(one => [`${one.resourceType}/${one.id}`, one]))
  }

  static async open(dataDir: string): Promise<Register> {
    await mkdir(dataDir, { recursive: true })
    const path = join(dataDir, 'directory.json')
    const text = await readFile(path, 'utf8').catch(() => '[]')
    return new Register(path, JSON.parse(text) as Entry[])
  }

  async put(entries: unknown): Promise<Answer> {
    if (!Array.isArray(entries) || !entries.every(isEntry))
      return { status: 400, body: JSON.stringify({ error: 'expects an array of resources, each with its id' }) }
    for (const one of entries) this.#entries.set(`${one.resourceType}/${one.id}`, one)
    await writeFile(`${this.#path}.new`, JSON.stringify([...this.#entries.values()]))
    await rename(`${this.#path}.new`, this.#path)
    return { status: 200, body: JSON.stringify({ entries: this.#entries.size }) }
  }

  find(type: string, { system, value }: { system: string; value: string }): Entry[] {
    return [...this.#entries.values()].filter(
      one => one.resourceType === type && (one.identifier ?? []).some(known => known.system === system && known.value === value),
    )
  }

  rolesOf(practitioners: readonly Entry[]): Entry[] {
    const references = practitioners.map(one => `Practitioner/${one.id}`)
    return [...this.#entries.values()].filter(one => one.resourceType === 'PractitionerRole' && references.includes(one.practitioner?.reference ?? ''))
  }
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  'resourceType' in value &&
  ['Practitioner', 'PractitionerRole', 'Organization'].includes(String(value.resourceType)) &&
  'id' in value &&
  typeof value.id === 'string'
