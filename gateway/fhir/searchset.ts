/*
  A searchset of the store as the hub shows it: its addresses become the hub's, its paging links sealed ones, what the caller may not see is left out.
  The resources themselves stay byte for byte.
*/
import { elementsOf, membersOf, writeObject } from './json-text.ts'

export interface Rewriting {
  /** Link to this page. */
  self: string
  baseUrl: string
  /** Seals the query of a paging link into an address of the hub. */
  seal(query: string): string
  shows(found: { type: string; id: string }): boolean
}

export function rewriteSearchset(text: string, rewriting: Rewriting): { text: string; found: string[] } {
  const found: string[] = []
  const members = membersOf(text).flatMap(member => {
    if (member.key === 'link') return [{ key: 'link', text: rewriteLinks(member.text, rewriting) }]
    if (member.key !== 'entry') return [member]
    const entries = elementsOf(member.text).flatMap(entry => rewriteEntry(entry, rewriting, found))
    return entries.length === 0 ? [] : [{ key: 'entry', text: `[${entries.join(',')}]` }]
  })
  return { text: writeObject(members), found }
}

function rewriteLinks(links: string, { self, seal }: Rewriting): string {
  const rewritten = [{ relation: 'self', url: self }]
  for (const { relation, url } of JSON.parse(links) as { relation: string; url: string }[]) {
    const query = /\?(.*_getpages=.*)$/s.exec(url)?.[1]
    if (relation !== 'self' && query !== undefined) rewritten.push({ relation, url: seal(query) })
  }
  return JSON.stringify(rewritten)
}

function rewriteEntry(entry: string, { baseUrl, shows }: Rewriting, found: string[]): string[] {
  const members = membersOf(entry)
  const resource = members.find(member => member.key === 'resource')
  if (resource === undefined) return []
  const inside = membersOf(resource.text)
  const textOf = (key: string): string => String(JSON.parse(inside.find(member => member.key === key)?.text ?? '""'))
  const [type, id] = [textOf('resourceType'), textOf('id')]
  if (!shows({ type, id })) return []
  found.push(`${type}/${id}`)
  return [writeObject(members.map(member => (member.key === 'fullUrl' ? { key: 'fullUrl', text: JSON.stringify(`${baseUrl}/${type}/${id}`) } : member)))]
}
