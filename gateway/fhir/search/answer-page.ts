/*
  One page of a search: asked of the store, what may be seen of it shown, the way to the next page sealed, the access audited.
    GET ?_page=<sealed link> leads to the further ones
*/
import type { Request, Response } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import { type Caller, callerOf } from '../../request.ts'
import type { ForwardRequest } from '../../store/store.ts'
import { askStore, readBytes } from '../ask-store.ts'
import type { FhirParts } from '../parts.ts'
import { everythingPage } from './everything.ts'
import { versionsPage } from './history.ts'
import { LEDGER_TYPES } from '../ledger-type.ts'
import { queryOf, requireJson, sendPage } from '../negotiate.ts'
import { requireKnown } from './query.ts'
import { readStorePage, writePage } from './searchset.ts'
import type { ServedType } from '../types.ts'
import { furtherMatches } from './further-matches.ts'
import { type Decided, type View, visibility } from '../visibility.ts'

export interface PageAnswer {
  type: ServedType
  view: Pick<View, 'show'>
  /** Address of this page. */
  self: string
  asked: ForwardRequest
  /** What the audit keeps: names of parameters, never their values. */
  object: string
  /** How many there are in all, where the store may leave it out. */
  total(known: number | undefined): Promise<number | undefined> | number | undefined
  /** JSON texts of entries of the hub's own. */
  outcomes?: string[]
  /** About the person who was named, whatever was found. */
  decided?: Decided[]
}

/** Out: the Bundle, as JSON text. */
export async function answerPage(parts: FhirParts, caller: Caller, answer: PageAnswer): Promise<string> {
  const { type, view, self, asked, object, outcomes = [] } = answer
  const { actor, requestId, traceparent } = caller
  const baseUrl = parts.baseUrl()
  const page = readStorePage((await readBytes((await askStore(parts.store, asked, traceparent)).body)).toString('utf8'))
  const seen = await view.show(page.entries)
  const shown = page.entries.flatMap((entry, index) => {
    const one = seen[index]
    return one === undefined ? [] : [{ entry, ...one }]
  })
  // The store counts what is left out here.
  const hidden = page.entries.filter((entry, index) => entry.type === type && seen[index] === undefined).length
  const total = await answer.total(page.total === undefined ? undefined : page.total - hidden)
  const links = page.links.map(({ relation, query }) => {
    const sealed = parts.pageLinks.seal({ path: query, type, action: 'search', total }, actor)
    return { relation, url: `${baseUrl}?_page=${sealed}` }
  })
  const found = shown.map(({ entry }) => `${entry.type}/${entry.id}`)
  await parts.audit({ actor, action: 'search', object, outcome: 'shown', requestId, found, decided: [...(answer.decided ?? []), ...shown] })
  return writePage({ baseUrl, links: [{ relation: 'self', url: self }, ...links], total, entries: shown, rest: page.rest, outcomes })
}

/** GET ?_page=<sealed link> */
export async function page(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const sent = queryOf(request)
  requireJson(request, sent.get('_format'))
  const sealed = sent.get('_page')
  // A search over all types at once is not served.
  if (sealed === null) throw new HubError('fhir.type_unknown')
  requireKnown(sent, ['_page'])
  const caller = callerOf(request)
  const { path, type, action, total, offset, mark, count = 0 } = parts.pageLinks.open(sealed, caller.actor)
  const ofLedger = LEDGER_TYPES.find(one => one.type === type)
  if (ofLedger !== undefined && parts.auditTrail !== undefined)
    return sendPage(response, await ofLedger.page({ parts, db: parts.auditTrail, caller }, new URLSearchParams(path), `${parts.baseUrl()}?_page=${sealed}`))
  const self = `${parts.baseUrl()}?_page=${sealed}`
  if (offset !== undefined && action === 'everything') {
    const [id = '', query] = path.split('?')
    return sendPage(response, await everythingPage(parts, caller, { id, sent: new URLSearchParams(query), offset, mark, self }))
  }
  if (offset !== undefined && action === 'history')
    return sendPage(response, await versionsPage(parts, caller, { type, path, offset, count, total, self }).catch(expired))
  if (offset !== undefined) return sendPage(response, await furtherMatches(parts, caller, { type, query: path, offset, mark, total, self }))
  const view = visibility({ parts, actor: caller.actor, type, interaction: action })
  const text = await answerPage(parts, caller, {
    type,
    view,
    self,
    asked: { method: 'GET', path, headers: { accept: 'application/fhir+json' } },
    object: `${type}?_page`,
    total: known => total ?? known,
  }).catch(expired)
  sendPage(response, text)
}

/** The store keeps what it found for an hour. */
function expired(error: unknown): never {
  throw error instanceof HubError && error.code === 'fhir.deleted' ? new HubError('fhir.page_expired', { path: '_page', cause: error }) : error
}
