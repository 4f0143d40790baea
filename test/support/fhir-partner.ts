/*
  A partner's software at the FHIR door: a token of its own, the Provenance that each write asks for, answers with their headers; what is answered 503 is sent again.
*/
import type { Bundle, FhirResource, OperationOutcome } from 'fhir/r4.js'
import { SYSTEM } from '../../profiles/canonicals.ts'
import { onceTaken } from './once-taken.ts'
import { readSandbox, token } from './sandbox.ts'

export interface Answer<R = FhirResource> {
  status: number
  /** `3` of `W/"3"` */
  version: string | undefined
  body: R
}

export interface Partner {
  /** `Organization/<id>` of the structure behind the client. */
  structure: string
  get<R = FhirResource>(path: string): Promise<Answer<R>>
  /** With If-None-Exist for who asks for it. */
  post<R extends FhirResource>(resource: R, headers?: Record<string, string>): Promise<Answer<R>>
  put<R extends FhirResource>(resource: R, version: string): Promise<Answer<R>>
}

/** In: name or kind of a client of the sandbox. */
export async function partner(dataDir: string, name: string): Promise<Partner> {
  const sandbox = readSandbox(dataDir)
  const client = sandbox.clients.find(one => one.name === name || one.kind === name)
  const bearer = await token(sandbox, name)
  const ask = async <R>(method: string, path: string, headers: Record<string, string>, body?: FhirResource): Promise<Answer<R>> => {
    const reply = await onceTaken(() =>
      fetch(`${sandbox.fhir}/${path}`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/fhir+json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    const text = await reply.text()
    return { status: reply.status, version: /W\/"(.+)"/.exec(reply.headers.get('etag') ?? '')?.[1], body: (text === '' ? undefined : JSON.parse(text)) as R }
  }
  const found = await ask<Bundle>('GET', `Organization?identifier=${SYSTEM.finess}|${client?.structure ?? ''}`, {})
  const structure = `Organization/${found.body.entry?.[0]?.resource?.id ?? ''}`
  const provenance = (code: string): Record<string, string> => ({ 'x-provenance': JSON.stringify(provenanceOf(structure, code)) })
  return {
    structure,
    get: path => ask('GET', path, {}),
    post: (resource, headers = {}) => ask('POST', resource.resourceType, { ...provenance('CREATE'), ...headers }, resource),
    put: (resource, version) =>
      ask('PUT', `${resource.resourceType}/${resource.id ?? ''}`, { ...provenance('UPDATE'), 'if-match': `W/"${version}"` }, resource),
  }
}

function provenanceOf(structure: string, activity: string): object {
  return {
    resourceType: 'Provenance',
    recorded: new Date().toISOString(),
    activity: { coding: [{ system: SYSTEM.v3DataOperation, code: activity }] },
    agent: [
      {
        type: { coding: [{ system: SYSTEM.provenanceParticipant, code: 'author' }] },
        who: { reference: structure },
        onBehalfOf: { reference: structure },
      },
    ],
  }
}

/** Rules that refuse, each with its place; warnings beside them are passed over. */
export function rulesIn(answer: { body: unknown }): string[] {
  const { issue = [] } = answer.body as OperationOutcome
  return issue.flatMap(({ severity, diagnostics = '', expression = [] }) =>
    severity === 'error' ? [`${/rule (\S+?),/.exec(diagnostics)?.[1] ?? ''} at ${expression[0] ?? ''}`] : [],
  )
}
