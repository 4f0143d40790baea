/*
  An answer that serves all who ask within some time.
*/

export type Remembered = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>

/** A failure is not kept. In: how long an answer is good, ms; beyond `most` keys everything is forgotten. */
export function remembering(ms: number, most = 1000): Remembered {
  const known = new Map<string, { until: number; value: Promise<unknown> }>()
  return <Value>(key: string, work: () => Promise<Value>): Promise<Value> => {
    const last = known.get(key)
    if (last !== undefined && last.until > Date.now()) return last.value as Promise<Value>
    if (known.size >= most) known.clear()
    const value = work()
    known.set(key, { until: Date.now() + ms, value })
    value.catch(() => known.delete(key))
    return value
  }
}
