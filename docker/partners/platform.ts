/*
  The regional platform stand-in: takes notifications over HTTP, checks them, keeps what it got together with what it answered.

    POST /CommunicationRequest → 201 Location | 400 no JSON | 422 OperationOutcome      GET /metadata → 200
*/
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { checkEventDeclaration, type Fault } from './event-declaration.ts'
import { type Answer, parseJson } from './http.ts'
import { Received } from './received.ts'
import { type HttpSettings, type StandIn, startHttpStandIn } from './stand-in.ts'

const FHIR = { 'content-type': 'application/fhir+json; charset=utf-8' }

/** Throws when the port is taken. */
export async function startPlatform(settings: HttpSettings): Promise<StandIn> {
  const received = await Received.open(join(settings.dataDir, 'platform.jsonl'))
  return startHttpStandIn(settings, { received, serve: (request, body) => serve(request, body, received) })
}

async function serve(request: IncomingMessage, bytes: Buffer, received: Received): Promise<Answer> {
  const path = new URL(request.url ?? '/', 'http://stand-in').pathname
  if (request.method === 'GET') return path === '/metadata' ? capabilities() : outcome(404, [{ issue: 'value', path, text: 'is not served here' }])
  const body = parseJson(bytes)
  const answer = judge(`${request.method} ${path}`, body)
  await received.add({ at: new Date().toISOString(), method: request.method, path, status: answer.status, body: body ?? bytes.toString('utf8') })
  return answer
}

function judge(act: string, body: unknown): Answer {
  if (act !== 'POST /CommunicationRequest') return outcome(404, [{ issue: 'value', path: act, text: 'is not served here' }])
  if (body === undefined) return outcome(400, [{ issue: 'structure', path: 'body', text: 'is no JSON' }])
  const faults = checkEventDeclaration(body)
  if (faults.length > 0) return outcome(422, faults)
  const id = randomUUID()
  return { status: 201, body: JSON.stringify({ ...(body as object), id }), headers: { ...FHIR, location: `/CommunicationRequest/${id}/_history/1` } }
}

function outcome(status: number, faults: Fault[]): Answer {
  const issue = faults.map(({ issue: code, path, text }) => ({ severity: 'error', code, diagnostics: `${path} ${text}`, expression: [path] }))
  return { status, body: JSON.stringify({ resourceType: 'OperationOutcome', issue }), headers: FHIR }
}

function capabilities(): Answer {
  const rest = [{ mode: 'server', resource: [{ type: 'CommunicationRequest', interaction: [{ code: 'create' }] }] }]
  const statement = {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json'],
    rest,
  }
  return { status: 200, body: JSON.stringify(statement), headers: FHIR }
}
