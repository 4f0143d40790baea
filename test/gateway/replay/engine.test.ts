import { expect, it } from 'vitest'
import type { HubParts } from '../../../gateway/parts.ts'
import { goOnWithReplays } from '../../../gateway/replay/engine.ts'

it('where no replay runs, that is all that is asked of the ledger', async () => {
  const asked: string[] = []
  const stopping = new AbortController()
  const query = async (sql: string) => {
    asked.push(sql)
    stopping.abort()
    return { rows: [], rowCount: 0 }
  }
  await goOnWithReplays({ db: { query } } as unknown as HubParts, stopping.signal)
  expect(asked).toHaveLength(1)
})
