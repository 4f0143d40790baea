/*
  The callers of the table: a token each, and the raw answer to what they ask.
*/
import type { Bundle, OperationOutcome, Resource } from 'fhir/r4.js'
import { fetchToken, type TokenWish } from '../../gateway/commands/token.ts'
import { onceTaken } from '../support/once-taken.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import type { Who } from './expected.ts'
import type { Person, Setting } from './setting.ts'

export type Body = Resource & Pick<Bundle, 'entry' | 'total' | 'link' | 'type'> & Pick<OperationOutcome, 'issue'>

export interface Answered {
  status: number
  headers: Headers
  text: string
  body: Body | undefined
}

export interface Caller {
  ask(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answered>
}

export async function callerOf(sandbox: SandboxFile, client: string, wish: TokenWish = {}): Promise<Caller> {
  const bearer = await fetchToken(sandbox, client, wish)
  return {
    async ask(method, path, { body, headers = {} } = {}) {
      const request = {
        method,
        headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }
      const reply = await onceTaken(() => fetch(path.startsWith('http') ? path : `${sandbox.fhir}/${path}`, request))
      const text = await reply.text()
      return {
        status: reply.status,
        headers: reply.headers,
        text,
        body: reply.headers.get('content-type')?.includes('json') ? (JSON.parse(text || 'null') ?? undefined) : undefined,
      }
    },
  }
}

type Shared = Exclude<Who, 'per' | 'gua' | 'nok' | 'car'>

const PRACTICE = '1540990033'
export const EMERGENCY = { purpose: 'BTG', reason: 'personne inconsciente' }

/** Callers that are the same for every person. */
export async function sharedCallers(sandbox: SandboxFile, { doctor, colleague, cabinet }: Setting): Promise<Record<Shared, Caller>> {
  const human = (rpps: string, structure: string, why = {}): Promise<Caller> =>
    callerOf(sandbox, 'gp-portal', { user: `8${rpps}`, role: '10', structure, ...why })
  return {
    doc: await human(doctor.rpps, PRACTICE),
    col: await human(colleague.rpps, PRACTICE),
    cab: await human(cabinet.rpps, `1${cabinet.finess}`),
    btg: await human(colleague.rpps, PRACTICE, EMERGENCY),
    pra: await callerOf(sandbox, 'gp-portal'),
    dac: await callerOf(sandbox, 'dac'),
    soc: await callerOf(sandbox, 'social'),
    hos: await callerOf(sandbox, 'hospital'),
    cpt: await callerOf(sandbox, 'cpts'),
    str: await callerOf(sandbox, 'dac-2'),
  }
}

/** The person himself and his relatives. */
export async function ownCallers(sandbox: SandboxFile, { ins, relatives }: Person): Promise<Record<'per' | 'gua' | 'nok' | 'car', Caller>> {
  const [per, gua, nok, car] = await Promise.all([
    callerOf(sandbox, 'citizen-portal', { person: ins }),
    ...[relatives.gua, relatives.nok, relatives.car].map(relative => callerOf(sandbox, 'citizen-portal', { relative })),
  ])
  if (!(per && gua && nok && car)) throw new Error('a caller is missing')
  return { per, gua, nok, car }
}
