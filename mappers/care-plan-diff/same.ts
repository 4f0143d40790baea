/*
  Are two pieces of JSON the same, whatever the order of their members; which belong together, and which elements differ.
*/

/** One text for one content. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

export const isSame = (a: unknown, b: unknown): boolean => (a === undefined || b === undefined ? a === b : canonical(a) === canonical(b))

/** Pairs what has the same key, in order, each once; what has no key stays alone. Out: of the right → of the left. */
export function pairBy<Item>(left: readonly Item[], right: readonly Item[], key: (item: Item) => string | undefined): Map<Item, Item> {
  const waiting = new Map<string, Item[]>()
  for (const one of [...left].reverse()) {
    const name = key(one)
    if (name === undefined) continue
    const same = waiting.get(name)
    if (same === undefined) waiting.set(name, [one])
    else same.push(one)
  }
  return new Map(
    right.flatMap(one => {
      const name = key(one)
      const found = name === undefined ? undefined : waiting.get(name)?.pop()
      return found === undefined ? [] : [[one, found] as const]
    }),
  )
}

/** Names of the members that differ, in their order: `title` also stands for `_title`, `scheduled` for `scheduledString`. */
export function changedElements(before: object, after: object, passedOver: ReadonlySet<string> = new Set()): string[] {
  const [old, young]: Record<string, unknown>[] = [{ ...before }, { ...after }]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => !isSame(old?.[name], young?.[name]))
  return [...new Set(names.map(elementName))].filter(name => !passedOver.has(name))
}

function elementName(member: string): string {
  const name = member.replace(/^_/, '')
  return /^scheduled[A-Z]/.test(name) ? 'scheduled' : name
}
