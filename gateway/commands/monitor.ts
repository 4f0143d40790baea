/*
  The monitor's API as commands ask it: in the name of the sandbox's operator, or of a client of another hub (HUB_URL).
*/
import { remembering } from '../remembering.ts'
import { CommandError } from './command-error.ts'
import { readHub, unanswered } from './sandbox.ts'
import { fetchToken } from './token.ts'

/** Throws: CommandError for what the hub refuses, in its words. */
export async function askMonitor<Answer>(path: string, body?: object): Promise<Answer> {
  return answerOf(await request(path, { body }))
}

/** Undefined for what nobody knows. */
export async function findInMonitor<Answer>(path: string, headers: Record<string, string> = {}): Promise<Answer | undefined> {
  const reply = await request(path, { headers })
  return reply.status === 404 ? undefined : answerOf(reply)
}

/** A list whole, asked for page by page. */
export async function listInMonitor<Item>(path: string): Promise<Item[]> {
  const items: Item[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page: { items: Item[]; next: string | null } = await askMonitor(`${path}${next === '' ? '' : `&after=${next}`}`)
    items.push(...page.items)
    next = page.next
  }
  return items
}

/** A token lives for five minutes; a replay may take longer. */
const fresh = remembering(60_000)

async function request(path: string, { body, headers }: { body?: object | undefined; headers?: Record<string, string> }): Promise<Response> {
  const hub = await readHub()
  const authorization = `Bearer ${await fresh(hub.http, () => fetchToken(hub, 'operator'))}`
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const said = { authorization, 'content-type': 'application/json', ...headers }
  return fetch(`${hub.http}/monitor/api/${path}`, { ...sent, headers: said }).catch(unanswered(hub))
}

interface Refusal {
  error?: string
  path?: string
  text?: string
  /** Messages of a replay that something has passed meanwhile. */
  items?: { messageId: string; resources: string[] }[]
}

async function answerOf<Answer>(reply: Response): Promise<Answer> {
  const answer = (await reply.json().catch(() => undefined)) as object | undefined
  if (reply.ok && answer !== undefined) return answer as Answer
  const { error = `the hub answered ${reply.status}${answer === undefined ? ', and no JSON' : ''}`, path, text, items = [] } = (answer ?? {}) as Refusal
  const lines = items.map(one => `\n  ${one.messageId}  ${one.resources.join(' ')}`)
  throw new CommandError([error, path, text].filter(one => one !== undefined).join(': ') + lines.join(''))
}
