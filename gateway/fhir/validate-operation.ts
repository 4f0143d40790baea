/*
  $validate: both tiers on a resource that stays where it is; nothing is written, nothing of it is logged.
    POST [base]/$validate    POST [base]/<Type>/$validate
    body => a resource  |  Parameters { resource 0..1, profile 0..1, mode 0..1 = create | update | delete }      ?profile= and ?mode= say the same
    by the profile named in the call, else by what the resource claims, else by the default one of its type; entries of a bundle each by their own
  Spec: fhir-fr.md 3.6, R4 Resource-operation-validate.
*/
import type { Request, RequestHandler, Response, Router } from 'express'
import type { FhirResource } from 'fhir/r4.js'
import { HubError } from '../../profiles/errors.ts'
import { type Issue, isError } from '../../profiles/issues.ts'
import { contextOf, type RequestContext } from '../request.ts'
import { type Body, readBody } from './body.ts'
import { elementsOf, type Member, membersOf } from './json-text.ts'
import { readLargeBody } from './large-body.ts'
import { queryOf, requireJson, requireJsonBody, sendFhir } from './negotiate.ts'
import { issuesOutcome, languageOf } from './outcome.ts'
import type { Access, Answer } from './parts.ts'
import { requireKnown } from './search/query.ts'
import { isResourceType } from './validate/schema.ts'
import type { Candidate, Validator } from './validate/validator.ts'

/** Resources of one bundle that the store judges at the same time. */
const AT_ONCE = 8

export function validateRoutes(router: Router, validator: Validator, route: (action: Access['action'], answer: Answer) => RequestHandler): void {
  router.post(
    ['/$validate', '/:type/$validate'],
    readLargeBody,
    route('validate', (_parts, request, response) => validate(validator, request, response)),
  )
}

async function validate(validator: Validator, request: Request, response: Response): Promise<void> {
  requireJson(request, queryOf(request).get('_format'))
  requireJsonBody(request, ['application/fhir+json', 'application/json'])
  const asked = readCall(request)
  const context = contextOf(request)
  const issues = asked.body === undefined ? [] : await judge(validator, asked.body, asked.profile, context)
  const outcome = issuesOutcome([...asked.issues, ...issues], { requestId: context.requestId, language: languageOf(response) })
  response.set('Content-Language', outcome.language)
  sendFhir(response, JSON.stringify(outcome))
}

interface Call {
  body?: Body
  profile: string | undefined
  /** About the call itself. */
  issues: Issue[]
}

/** Throws: fhir.body_*, fhir.too_large, fhir.too_many_entries. */
function readCall(request: Request): Call {
  const { type } = request.params
  const query = queryOf(request)
  requireKnown(query, ['profile', 'mode'])
  const bytes = request.body as Uint8Array
  const sent = readBody(bytes)
  const isWrapped = sent.type === 'Parameters' && type !== 'Parameters'
  const parameters = isWrapped ? parametersOf(sent) : new Map<string, string>()
  const text = (name: string): string | undefined => parameters.get(name) ?? query.get(name) ?? undefined
  const inner = isWrapped ? parameters.get('resource') : sent.text
  if (text('mode') === 'delete') return { profile: undefined, issues: [NEVER_DELETED] }
  if (inner === undefined) return { profile: undefined, issues: [NO_RESOURCE] }
  return { body: readBody(Buffer.from(inner), typeof type === 'string' ? type : undefined), profile: text('profile'), issues: [] }
}

/** Text of `resource`, values of the others. */
function parametersOf({ text }: Body): Map<string, string> {
  const list = membersOf(text).find(member => member.key === 'parameter')?.text ?? '[]'
  const found = new Map<string, string>()
  for (const element of list.startsWith('[') ? elementsOf(list) : []) {
    const members: Member[] = element.startsWith('{') ? membersOf(element) : []
    const told = (form: RegExp): unknown => JSON.parse(members.find(member => form.test(member.key))?.text ?? 'null')
    const name = told(/^name$/)
    const resource = members.find(member => member.key === 'resource')?.text
    const value = name === 'resource' ? resource : told(/^value(?:Uri|Canonical|Url|Code|String)$/)
    if (typeof name === 'string' && typeof value === 'string') found.set(name, value)
  }
  return found
}

async function judge(validator: Validator, { type, resource, text }: Body, profile: string | undefined, context: RequestContext): Promise<Issue[]> {
  const issues = validator.form(resource, type)
  const wrong = new Set(issues.filter(isError).map(issue => issue.expression))
  if (!isResourceType(type)) return issues
  const candidates = type === 'Bundle' && profile === undefined ? entriesOf(text) : [{ resource, text, place: type }]
  // Each entry is a question to the store.
  if (candidates.length > 1) await context.charge?.(candidates.length - 1)
  const { traceparent } = context
  // What has not the form of a resource the store may fail to read at all: its form has said why.
  const unread = (error: unknown): Issue[] => {
    if (wrong.size > 0 && error instanceof HubError && error.code === 'store.unavailable' && error.dependency === undefined) return []
    throw error
  }
  for (let at = 0; at < candidates.length; at += AT_ONCE) {
    const judged = candidates.slice(at, at + AT_ONCE).map(candidate => validator.named(candidate, profile, { traceparent }).catch(unread))
    // What the form says of an element, the store says again in other words; what it could not read has been found by then.
    for (const found of (await Promise.all(judged)).flat()) if (!wrong.has(found.expression)) issues.push(found)
  }
  return issues
}

function entriesOf(text: string): Candidate[] {
  const list = membersOf(text).find(member => member.key === 'entry')?.text ?? '[]'
  return (list.startsWith('[') ? elementsOf(list) : []).flatMap((entry, index) => {
    const inner = entry.startsWith('{') ? membersOf(entry).find(member => member.key === 'resource')?.text : undefined
    const resource: unknown = inner === undefined ? undefined : JSON.parse(inner)
    return inner !== undefined && isResource(resource) ? [{ resource, text: inner, place: `Bundle.entry[${index}].resource` }] : []
  })
}

const isResource = (value: unknown): value is FhirResource =>
  typeof value === 'object' && value !== null && 'resourceType' in value && typeof value.resourceType === 'string' && isResourceType(value.resourceType)

const NO_RESOURCE: Issue = {
  severity: 'error',
  code: 'required',
  rule: 'validate.resource',
  expression: 'Parameters.parameter',
  text: { en: 'There is no resource to judge.', fr: 'Il n’y a pas de ressource à examiner.' },
}

const NEVER_DELETED: Issue = {
  severity: 'error',
  code: 'not-supported',
  rule: 'validate.delete',
  text: { en: 'Nothing is deleted here: a resource gets its final status.', fr: 'Rien n’est supprimé ici : une ressource reçoit son statut final.' },
}
