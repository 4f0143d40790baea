/*
  A page of the store as the hub shows it: its addresses become the hub's, its paging links sealed ones, what the caller may not see is left out.
  The resources themselves stay byte for byte.
    page => searchset | history      entry => fullUrl, resource, search | request and response
*/
import { elementsOf, type Member, membersOf, writeObject } from '../json-text.ts'
import type { Found } from '../visibility.ts'

export interface StorePage {
  total?: number
  /** Relation and query of each further page. */
  links: { relation: string; query: string }[]
  entries: StoreEntry[]
  rest: Member[]
}

export interface StoreEntry extends Found {
  members: Member[]
}

/** In: sound JSON text of a Bundle of the store. */
export function readStorePage(text: string): StorePage {
  const page: StorePage = { links: [], entries: [], rest: [] }
  for (const member of membersOf(text)) {
    if (member.key === 'link') page.links = readLinks(member.text)
    else if (member.key === 'entry') page.entries = elementsOf(member.text).flatMap(readEntry)
    else if (member.key === 'total') page.total = Number(member.text)
    // The id is that of the store's own search.
    else if (member.key !== 'id') page.rest.push(member)
  }
  return page
}

/** An entry, and the text it leaves with. */
export interface ShownEntry {
  entry: StoreEntry
  text: string
}

export interface ShownPage {
  baseUrl: string
  links: { relation: string; url: string }[]
  total: number | undefined
  entries: ShownEntry[]
  rest: Member[]
  /** JSON texts of entries of the hub's own. */
  outcomes: string[]
}

export function writePage({ baseUrl, links, total, entries, rest, outcomes }: ShownPage): string {
  const shown = [...entries.map(one => writeEntry(one, baseUrl)), ...outcomes]
  return writeObject([
    ...rest,
    ...(total === undefined ? [] : [{ key: 'total', text: String(total) }]),
    { key: 'link', text: JSON.stringify(links) },
    ...(shown.length === 0 ? [] : [{ key: 'entry', text: `[${shown.join(',')}]` }]),
  ])
}

function readLinks(text: string): StorePage['links'] {
  const links = JSON.parse(text) as { relation: string; url: string }[]
  return links.flatMap(({ relation, url }) => (relation === 'self' || !url.includes('?') ? [] : [{ relation, query: url.slice(url.indexOf('?')) }]))
}

/** Its address says what it is, so that nothing inside is parsed; a deleted version has no resource. */
function readEntry(entry: string): StoreEntry[] {
  const members = membersOf(entry)
  const textOf = (key: string): string | undefined => members.find(member => member.key === key)?.text
  const [, type, id] = /\/([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?"$/.exec(textOf('fullUrl') ?? '') ?? []
  return type === undefined || id === undefined ? [] : [{ type, id, text: () => textOf('resource') ?? '', members }]
}

function writeEntry({ entry: { type, id, members }, text }: ShownEntry, baseUrl: string): string {
  const own: Record<string, string> = { fullUrl: JSON.stringify(`${baseUrl}/${type}/${id}`), resource: text }
  return writeObject(members.map(({ key, text: stored }) => ({ key, text: own[key] ?? stored })))
}
