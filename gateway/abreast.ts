/*
  Works through a list, several at a time.
*/

/** In: how many at once. Each is begun in its order; the first failure is thrown, whatever the others do. */
export async function abreast<Item>(most: number, items: readonly Item[], work: (item: Item, at: number) => Promise<void>): Promise<void> {
  const waiting = [...items.entries()]
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next[1], next[0])
  }
  await Promise.all(Array.from({ length: most }, one))
}
