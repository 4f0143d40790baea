/*
  Changes members of the first level of a resource's text; everything else stays as it was written, decimals and order included.
*/
import { isDeepStrictEqual } from 'node:util'
import { type Member, memberOf, membersOf, withQuotedNumbers, writeObject } from '../json-text.ts'

/** In: the new text of each member; undefined takes one away. What is new comes last, `id` and `meta` come first. */
export function spliced(text: string, changes: Readonly<Record<string, string | undefined>>): string {
  const asked = new Map(Object.entries(changes))
  const kept: Member[] = []
  for (const member of membersOf(text)) {
    const change = asked.has(member.key) ? asked.get(member.key) : member.text
    if (change !== undefined) kept.push({ key: member.key, text: change })
    asked.delete(member.key)
  }
  const fresh = [...asked].flatMap(([key, change]) => (change === undefined ? [] : [{ key, text: change }]))
  const isHead = ({ key }: Member): boolean => key === 'id' || key === 'meta'
  const behindType = kept.findLastIndex(({ key }, index) => key === 'resourceType' || (key === 'id' && index < 2)) + 1
  return writeObject([...kept.slice(0, behindType), ...fresh.filter(isHead), ...kept.slice(behindType), ...fresh.filter(member => !isHead(member))])
}

/** As the store is to hold it: under its id; version and time are the store's own. */
export function asStored(text: string, id: string, changes: Readonly<Record<string, string | undefined>> = {}): string {
  return spliced(text, { ...changes, id: JSON.stringify(id), ...metaOf(changes['meta'] ?? memberOf(text, 'meta')) })
}

function metaOf(meta: string | undefined): { meta?: string | undefined } {
  if (meta === undefined || !/^\s*\{/.test(meta)) return {}
  const own = membersOf(meta).filter(({ key }) => key !== 'versionId' && key !== 'lastUpdated')
  return { meta: own.length === 0 ? undefined : writeObject(own) }
}

/** As the hub shows what it has just stored. In: what `asStored` gave. */
export function asShown(text: string, { version, at }: { version: string; at: Date }): string {
  const own = memberOf(text, 'meta')
  const lastUpdated = JSON.stringify(instantOf(at))
  return spliced(text, {
    meta: writeObject([
      { key: 'versionId', text: JSON.stringify(version) },
      { key: 'lastUpdated', text: lastUpdated },
      ...(own === undefined ? [] : membersOf(own)),
    ]),
  })
}

/** The store's own form of an instant. */
export const instantOf = (at: Date): string => at.toISOString().replace('Z', '+00:00')

/** The same resource, whatever the order of its members; a decimal with another precision is another one. */
export function isSameContent(left: string, right: string): boolean {
  return isDeepStrictEqual(contentOf(left), contentOf(right))
}

function contentOf(text: string): unknown {
  const { meta, ...content } = JSON.parse(withQuotedNumbers(text)) as { meta?: Record<string, unknown> }
  const { versionId: _version, lastUpdated: _time, ...own } = meta ?? {}
  return { ...content, ...(Object.keys(own).length === 0 ? {} : { meta: own }) }
}
