/*
  The answer to a write, from its plan and the time at which the store took it: the same again for a repeat.
    single => 201 | 200, ETag, Last-Modified, Location, body as Prefer asks     transaction => 200, a response per entry in the order of the request
*/
import type { Response } from 'express'
import type { Issue } from '../../../profiles/issues.ts'
import { contextOf } from '../../request.ts'
import { issuesOutcome, languageOf } from '../outcome.ts'
import type { WriteRequest } from './asked.ts'
import { referenceOf } from './drafts.ts'
import { personsIn } from './plan.ts'
import { personsOf } from './references.ts'
import { asShown, instantOf } from './splice.ts'
import type { Plan } from './planned.ts'

export interface Answered {
  status: 200 | 201
  reference: string
  version: string
  lastModified: Date
  /** As a read shows it. */
  text: string
}

/** What each part of the request came to. */
export function answersOf(plan: Plan, storedAt: Date): Answered[] {
  return plan.answers.map(answer => {
    if ('found' in answer) {
      const { version, lastUpdated, text } = answer.found
      return { status: 200, reference: referenceOf(answer.found), version: String(version), lastModified: new Date(lastUpdated), text }
    }
    const entry = plan.entries[answer.entry]
    if (entry === undefined) throw new RangeError('an answer without its entry')
    const version = String(entry.version)
    return {
      status: entry.version === 1 ? 201 : 200,
      reference: referenceOf(entry),
      version,
      lastModified: storedAt,
      text: asShown(entry.text, { version, at: storedAt }),
    }
  })
}

/** Whom a write was about, and whom it was answered with where all stood there already. */
export function personsTold(plan: Plan): string[] {
  const found = plan.answers.flatMap(one => ('found' in one ? personsOf(JSON.parse(one.found.text)) : []))
  return [...new Set([...personsIn(plan), ...found])]
}

const PREFERENCES = ['minimal', 'representation', 'OperationOutcome'] as const
export type Preference = (typeof PREFERENCES)[number]

export function readPreference(prefer: string | undefined): Preference {
  const asked = /(?:^|[,;\s])return\s*=\s*"?(minimal|representation|OperationOutcome)"?(?:$|[,;\s])/i.exec(prefer ?? '')?.[1]
  return PREFERENCES.find(one => one.toLowerCase() === asked?.toLowerCase()) ?? 'representation'
}

export const locationOf = (baseUrl: string, { reference, version }: Answered): string => `${baseUrl}/${reference}/_history/${version}`

export interface EntryForm {
  baseUrl: string
  preference: Preference
  /** OperationOutcome, where there is something to tell. */
  outcome: string | undefined
}

export function responseEntry(answer: Answered, { baseUrl, preference, outcome }: EntryForm): string {
  const response = {
    status: answer.status === 201 ? '201 Created' : '200 OK',
    location: locationOf(baseUrl, answer),
    etag: `W/"${answer.version}"`,
    lastModified: instantOf(answer.lastModified),
  }
  const told = outcome === undefined ? JSON.stringify(response) : `${JSON.stringify(response).slice(0, -1)},"outcome":${outcome}}`
  return `{"fullUrl":${JSON.stringify(`${baseUrl}/${answer.reference}`)},${preference === 'representation' ? `"resource":${answer.text},` : ''}"response":${told}}`
}

/** The findings about one entry of a bundle, as they stand there. */
export const issuesAt = (issues: readonly Issue[], place: string): Issue[] =>
  issues.filter(({ expression }) => expression === place || expression?.startsWith(`${place}.`) === true)

/** A write that nothing makes known again says so: sent twice, it is done twice. */
export function idempotence(response: Response, { key }: Pick<WriteRequest, 'key'>): Issue[] {
  if (key !== undefined) return []
  response.set('X-Hub-Idempotent', 'false')
  const text = {
    en: 'Sent again, this is written again: it carries no identifier by which a repeat is known.',
    fr: 'Renvoyée, cette écriture est refaite : aucun identifiant ne permet de reconnaître une répétition.',
  }
  return [{ severity: 'information', code: 'informational', rule: 'write.not-idempotent', text }]
}

export function outcomeText(response: Response, issues: readonly Issue[]): string {
  return JSON.stringify(issuesOutcome(issues, { requestId: contextOf(response.req).requestId, language: languageOf(response) }))
}
