/*
  Work on many things, a few of them at once.
*/

/** Each item in its turn, at most `atOnce` together. Out: the results, in the order of the items. */
export async function eachOf<T, R>(items: readonly T[], atOnce: number, work: (item: T, place: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const left = items.entries()
  const worker = async (): Promise<void> => {
    for (const [place, item] of left) results[place] = await work(item, place)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
