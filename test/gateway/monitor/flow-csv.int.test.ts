import { beforeAll, expect, it } from 'vitest'
import { createAcceptor } from '../../../gateway/ledger/acceptance/accept.ts'
import { sendFlowsCsv } from '../../../gateway/monitor/flow-csv.ts'
import { message, useLedger } from '../ledger/support.ts'

// The list of flows as CSV ends where it ends for a reason that it says.

const { db } = await useLedger()
beforeAll(async () => {
  for (const controlId of ['A', 'B', 'C']) await createAcceptor(db).accept(message({ controlId }))
})

async function linesOf(most: number): Promise<string[]> {
  const written: string[] = []
  const response = { type: () => response, set: () => response, write: (text: string) => written.push(text) > 0, end: () => response, once: () => response }
  await sendFlowsCsv(db, {}, { ...response, destroyed: false } as unknown as Parameters<typeof sendFlowsCsv>[2], most)
  return written.join('').trimEnd().split('\r\n').slice(1)
}

it('says in its last line that there are more than it has', async () => {
  const [newest, next, last, ...others] = await linesOf(2)
  expect([newest, next].map(line => line?.split(';')[3])).toEqual(['C', 'B'])
  expect(last).toMatch(/2 lignes au plus.*2 rows at most/)
  expect(others).toEqual([])
})

it.each([3, 4])('says nothing of the kind where all of it is there (%i at most)', async most => {
  expect((await linesOf(most)).map(line => line.split(';')[3])).toEqual(['C', 'B', 'A'])
})
