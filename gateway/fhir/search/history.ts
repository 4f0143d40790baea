/*
  Versions of a resource, or of all resources of a type, newest first; a page holds what may be seen and leads on from there, so that neither pages nor total tell of what is hidden.
    GET <Type>/<id>/_history      GET CareTeam/_history      _count, _since
*/
import type { Request, Response } from 'express'
import { type Caller, callerOf } from '../../request.ts'
import { JSON_ONLY, requireVisible } from '../ask-store.ts'
import { askPage, STORE_PAGE } from './matches.ts'
import { queryOf, requireJson, sendPage } from '../negotiate.ts'
import type { Page } from './page-links.ts'
import type { FhirParts } from '../parts.ts'
import { readPaging } from './query.ts'
import { type ShownEntry, type StorePage, writePage } from './searchset.ts'
import { requireId, requireServed, type ServedType } from '../types.ts'
import { type Shown, type View, visibility } from '../visibility.ts'

export async function history(parts: FhirParts, request: Request, response: Response): Promise<void> {
  const type = requireServed(request.params['type'])
  const id = request.params['id'] === undefined ? undefined : requireId(request.params['id'])
  const sent = queryOf(request)
  requireJson(request, sent.get('_format'))
  sendPage(response, await historyPage(parts, callerOf(request), { type, id, sent }))
}

interface Versions {
  type: ServedType
  /** Of all resources of the type where there is none. */
  id: string | undefined
  sent: URLSearchParams
}

/** Out: the Bundle, as JSON text. */
export async function historyPage(parts: FhirParts, caller: Caller, { type, id, sent }: Versions): Promise<string> {
  const paging = readPaging(sent, [])
  const path = `${type}/${id === undefined ? '' : `${id}/`}_history`
  const self = `${parts.baseUrl()}/${path}?${paging}`
  const count = Number(paging.get('_count'))
  paging.set('_count', String(STORE_PAGE))
  return versionsPage(parts, caller, { type, path: `${path}?${paging}`, offset: 0, count, self, isFirst: true })
}

export interface VersionPage extends Pick<Page, 'type' | 'path' | 'total'> {
  /** Of the page of the store behind `path`, how many versions come before. */
  offset: number
  count: number
  self: string
  isFirst?: true
}

/** Out: the Bundle of one page, as JSON text. */
export async function versionsPage(parts: FhirParts, caller: Caller, asked: VersionPage): Promise<string> {
  const { type, path, count, self } = asked
  const { actor, requestId, traceparent } = caller
  const [, id] = /^[A-Za-z]+\/([^/]+)\/_history/.exec(path) ?? []
  const view = visibility({ parts, actor, type, interaction: id === undefined ? 'search' : 'history' })
  // What it is about, and who that is, may have changed since the versions that are shown.
  if (id !== undefined) await requireVisible(parts.store, { type, id }, { view, traceparent })
  const { seen, end, rest } = await collect(parts, { ...asked, view }, traceparent)
  const shown = seen.slice(0, count)
  const next = count === 0 ? undefined : (seen[count]?.at ?? end)
  const total = asked.isFirst !== true ? asked.total : end === undefined ? seen.length : undefined
  const found = shown.map(({ entry }) => `${entry.type}/${entry.id}`)
  await parts.audit({ actor, action: 'history', object: `${type}/${id ?? '_history'}`, outcome: 'shown', requestId, found, decided: shown })
  const baseUrl = parts.baseUrl()
  const links = [{ relation: 'self', url: self }]
  if (next !== undefined)
    links.push({ relation: 'next', url: `${baseUrl}?_page=${parts.pageLinks.seal({ ...next, type, action: 'history', count, total }, actor)}` })
  return writePage({ baseUrl, links, total, entries: shown, rest, outcomes: [] })
}

/** Where a version stands: a page of the store, and how many versions of it come before. */
type Place = Pick<VersionPage, 'path' | 'offset'>

interface Collected {
  seen: (ShownEntry & Shown & { at: Place })[]
  /** Where what was not looked at begins; undefined at the end. */
  end: Place | undefined
  rest: StorePage['rest']
}

/** Versions looked at for one page; who finds fewer there than he asked for goes on from where it ended. */
const MOST = 20_000

/** At least one more than asked for, where there are as many. */
async function collect(parts: FhirParts, { path: first, offset, count, view }: VersionPage & { view: View }, traceparent: string): Promise<Collected> {
  const below = first.slice(0, first.indexOf('?'))
  const seen: Collected['seen'] = []
  for (let [path, skipped, looked] = [first, offset, STORE_PAGE]; ; skipped = 0, looked += STORE_PAGE) {
    const page = await askPage(parts, { method: 'GET', path, headers: JSON_ONLY }, traceparent)
    const looks = await view.show(page.entries)
    for (const [place, entry] of page.entries.entries()) {
      const shown = looks[place]
      if (place >= skipped && shown !== undefined) seen.push({ entry, ...shown, at: { path, offset: place } })
    }
    const next = page.links.find(({ relation }) => relation === 'next')
    if (next === undefined) return { seen, end: undefined, rest: page.rest }
    path = `${below}${next.query}`
    if (seen.length > count || looked >= MOST) return { seen, end: { path, offset: 0 }, rest: page.rest }
  }
}
