/*
  The overview on the running stack: its numbers are those of the database, its stream shows a message that came, and stays silent where nothing is new.
*/
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { Live } from '../../../gateway/monitor/live.ts'
import type { FlowsTold } from '../../../gateway/monitor/overview.ts'
import { letterOf, ownPersons } from '../../support/letters.ts'
import { completeFlow, eventually, exchange, readSandbox, token } from '../../support/sandbox.ts'

const sandbox = readSandbox()
const bearer = await token(sandbox, 'operator')
const database = new pg.Client({ connectionString: sandbox.postgres })
await database.connect()
afterAll(() => database.end())

const get = (path: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${sandbox.http}/monitor/api/${path}`, { headers: { authorization: `Bearer ${bearer}` }, ...(signal === undefined ? {} : { signal }) })

async function send(name: string): Promise<string> {
  const controlId = `${name}-${Date.now().toString(36)}`
  const letter = letterOf({ controlId, person: ownPersons(), to: [`${controlId}@test.mssante.fr`.toLowerCase()] })
  await exchange(sandbox.mllp, letter.bytes)
  return controlId
}

/** Each `live` event as it arrives. */
async function* events(signal: AbortSignal): AsyncGenerator<Live> {
  const answer = await get('live', signal)
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const [, said] = /^event: live\ndata: (.*)$/m.exec(part) ?? []
      if (said !== undefined) yield JSON.parse(said) as Live
    }
  }
}

/** Each minute by itself: of the last three the oldest goes when one begins. */
const hasMore = ({ minutes }: Live, before: Live): boolean =>
  minutes.some(({ at, in: came }) => came > (before.minutes.find(minute => minute.at === at)?.in ?? 0))

describe('the overview on the running stack', () => {
  it('counts what the database counts', async () => {
    await completeFlow(sandbox, bearer, await send('OVERVIEW'))
    const to = new Date()
    const from = new Date(to.getTime() - 3_600_000)
    await eventually('the counts agree', async () => {
      const told = (await (await get(`overview?from=${from.toISOString()}&to=${to.toISOString()}`)).json()) as FlowsTold
      const { rows } = await database.query<{ outcome: string; flows: number }>(
        'select status as outcome, count(*)::int as flows from message where received_at >= $1 and received_at < $2 group by 1',
        [from, to],
      )
      expect(told.totals.outcomes.in).toEqual(Object.fromEntries(rows.map(row => [row.outcome, row.flows])))
      return told
    })
  })

  it('streams what comes', async () => {
    const leaving = new AbortController()
    const stream = events(leaving.signal)
    const first = (await stream.next()).value as Live
    expect(first.health.every(part => part.isReady)).toBe(true)
    await send('LIVE')
    for await (const live of stream) if (hasMore(live, first)) break
    leaving.abort()
  })

  it('finds a flow by what was sent of it', async () => {
    const controlId = await send('SENT')
    await completeFlow(sandbox, bearer, controlId)
    for (const query of [`partner=${controlId}@test.mssante.fr`.toLowerCase(), `controlId=${controlId}&kind=mssante&direction=out`]) {
      const list = (await (await get(`flows?${query}`)).json()) as { items: { controlId: string }[]; total: number }
      expect(list, query).toMatchObject({ items: [{ controlId }], total: 1, totalIsExact: true })
    }
    const { rows } = await database.query<{ reference: string }>('select reference from delivery where recipient = $1', [
      `${controlId}@test.mssante.fr`.toLowerCase(),
    ])
    const byMail = (await (await get(`flows?messageId=${encodeURIComponent(`<${rows[0]?.reference}@hub>`)}`)).json()) as { items: { controlId: string }[] }
    expect(byMail.items.map(item => item.controlId)).toEqual([controlId])
  })

  it('gives the list as CSV', async () => {
    const controlId = await send('CSV')
    await completeFlow(sandbox, bearer, controlId)
    const answer = await get(`flows.csv?controlId=${controlId}`)
    const [header, row, rest] = (await answer.text()).split('\r\n')
    expect(header).toContain('receivedAt;sender;controlId')
    expect(row).toContain(controlId)
    expect(rest).toBe('')
  })
})
