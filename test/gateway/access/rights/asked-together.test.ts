/*
  Questions that share a statement: who asks together is answered together, and nobody gets an answer that was read before he asked.
*/
import { expect, it, onTestFinished, vi } from 'vitest'
import { askedTogether } from '../../../../gateway/access/rights/asked-together.ts'

it('asks once for those who come together, and gives each his own answer', async () => {
  const statements: number[][] = []
  const { ask } = askedTogether(async (questions: number[]) => {
    statements.push(questions)
    return questions.map(question => question * 10)
  })
  expect(await Promise.all([ask(1), ask(2), ask(3)])).toEqual([10, 20, 30])
  expect(statements).toEqual([[1, 2, 3]])
})

it('never answers with what was read before the question', async () => {
  let ledger = 'permitted'
  const letGo: (() => void)[] = []
  const { ask } = askedTogether(async (questions: string[]) => {
    const read = ledger
    await new Promise<void>(resolve => letGo.push(resolve))
    return questions.map(() => read)
  })
  const before = ask('before')
  await expect.poll(() => letGo.length).toBe(1)
  ledger = 'opposed'
  const after = ask('after')
  await expect.poll(() => letGo.length).toBe(2)
  for (const resolve of letGo) resolve()
  expect(await Promise.all([before, after])).toEqual(['permitted', 'opposed'])
})

it('takes along who can still wait, in one statement', async () => {
  const statements: number[][] = []
  const { ask, askAhead } = askedTogether(async (questions: number[]) => {
    statements.push(questions)
    return questions.map(question => question * 10)
  })
  const [second, third] = [askAhead(2), askAhead(3)]
  expect(await ask(1)).toBe(10)
  expect([await third(), await second(), await second()]).toEqual([30, 20, 20])
  expect(statements).toEqual([[1, 2, 3]])
})

it('asks by himself who waited and was not taken along, once', async () => {
  const statements: number[][] = []
  const { ask, askAhead } = askedTogether(async (questions: number[]) => {
    statements.push(questions)
    return questions
  })
  const needed = askAhead(1)
  expect(await Promise.all([needed(), needed()])).toEqual([1, 1])
  await ask(2)
  expect(statements).toEqual([[1], [2]])
})

it('asks anew where the answer was read long before it is needed', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  let ledger = 'permitted'
  const { ask, askAhead } = askedTogether(async (questions: string[]) => questions.map(() => ledger))
  const needed = askAhead('ahead')
  await ask('first')
  ledger = 'opposed'
  vi.advanceTimersByTime(1000)
  expect(await needed()).toBe('opposed')
})

it('tells all who asked together that the ledger is away', async () => {
  const { ask } = askedTogether<number, number>(() => Promise.reject(new Error('away')))
  const outcomes = await Promise.allSettled([ask(1), ask(2)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
