import { describe, expect, it } from 'vitest'
import { createGroupCommit } from '../../gateway/group-commit.ts'

/** Commits nothing until told to. */
function held(patienceMs: number) {
  const batches: { items: string[]; end(): void }[] = []
  const commits = createGroupCommit<string, string>({
    run: items => new Promise(resolve => batches.push({ items, end: () => resolve(items.map(item => `kept ${item}`)) })),
    sizeOf: item => item.length,
    isWorthSplitting: () => true,
    maxItems: 2,
    maxBytes: 100,
    concurrency: 1,
    patience: { ms: patienceMs, late: () => new Error('late') },
  })
  return { commits, batches }
}

describe('what arrives together shares one commit', () => {
  it('what waits longer than its patience is told so, leaves the queue and is never committed', async () => {
    const { commits, batches } = held(400)
    const answers = await Promise.allSettled(['a', 'b', 'c', 'd'].map(item => commits.add(item)))
    expect(answers.map(answer => answer.status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
    expect(commits.bytesInFlight()).toBe(0)
    const last = commits.add('e')
    batches[0]?.end()
    await expect.poll(() => batches.length, { interval: 5 }).toBe(2)
    batches[1]?.end()
    expect(await last).toBe('kept e')
    expect(batches.map(batch => batch.items)).toEqual([['a', 'b'], ['e']])
  })

  it('what is large has its own time and waits for its outcome', async () => {
    const { commits, batches } = held(1)
    const large = commits.add('x'.repeat(101))
    await expect.poll(() => batches.length, { interval: 5 }).toBe(1)
    await new Promise(resolve => setTimeout(resolve, 20))
    batches[0]?.end()
    expect(await large).toBe(`kept ${'x'.repeat(101)}`)
  })
})
