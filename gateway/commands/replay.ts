/*
  `hub replay [--from … --to … --sender … …] --reason TEXT`: shows what today's mappers would make of stored messages; nothing happens.
  `hub replay commit ID --reason TEXT`, `hub replay stop ID --reason TEXT`: as it was shown, or no further.    --json: the answers as they are
*/
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'
import { type Item, type Replay, written, writtenProgress } from './replay-written.ts'
import { readSandbox, type Sandbox } from './sandbox.ts'
import { fetchToken } from './token.ts'

const USAGE =
  'usage: hub replay [--from TIME --to TIME --sender ID --document-type CODE --status S --control-id ID --document-id ID --territory T] --reason TEXT [--json]\n       hub replay show | commit | stop ID [--reason TEXT] [--json]'

const FILTERS = {
  from: 'from',
  to: 'to',
  sender: 'sender',
  partner: 'partner',
  'document-type': 'documentType',
  'document-id': 'documentId',
  'control-id': 'controlId',
  'message-id': 'messageId',
  status: 'status',
  kind: 'kind',
  code: 'code',
  finding: 'finding',
  path: 'path',
  territory: 'territory',
} as const

const OPTIONS = {
  ...Object.fromEntries(Object.keys(FILTERS).map(name => [name, { type: 'string' as const }])),
  reason: { type: 'string' as const },
  json: { type: 'boolean' as const },
}

type Values = Record<string, string | boolean | undefined>

/** Throws: CommandError for what the hub refuses. */
export async function replay(args: string[]): Promise<void> {
  const { values, positionals } = read(args)
  const [act, id, ...more] = positionals
  const door = await openDoor()
  if (act === undefined) return show(door, values, await begin(door, values))
  if (id === undefined || more.length > 0) throw new CommandError(USAGE)
  if (act === 'show') return show(door, values, id)
  if (act === 'commit') return commit(door, values, id)
  if (act !== 'stop') throw new CommandError(USAGE)
  print(values, (await door(`replays/${id}/stop`, { reason: reasonOf(values, 'stopped at the command line') })) as Replay)
}

function read(args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch {
    throw new CommandError(USAGE)
  }
}

type Door = (path: string, body?: object) => Promise<unknown>

/** A token lives for five minutes; a replay may take longer. */
async function openDoor(): Promise<Door> {
  const sandbox = readSandbox()
  return async (path, body) => ask(sandbox, await fetchToken(sandbox, 'operator'), { path, body })
}

async function ask({ http }: Sandbox, bearer: string, { path, body }: { path: string; body: object | undefined }): Promise<unknown> {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const reply = await fetch(`${http}/monitor/api/${path}`, { ...sent, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' } })
  if (reply.ok) return reply.json()
  const refused = (await reply.json().catch(() => ({}))) as {
    error?: string
    path?: string
    text?: string
    items?: { messageId: string; resources: string[] }[]
  }
  const items = (refused.items ?? []).map(one => `\n  ${one.messageId}  ${one.resources.join(' ')}`)
  throw new CommandError(
    [refused.error ?? `the hub answered ${reply.status}`, refused.path, refused.text].filter(one => one !== undefined).join(': ') + items.join(''),
  )
}

async function begin(door: Door, values: Values): Promise<string> {
  if (typeof values['reason'] !== 'string' || values['reason'].trim() === '') throw new CommandError(`a reason is needed\n${USAGE}`)
  const filter = Object.fromEntries(Object.entries(FILTERS).flatMap(([option, name]) => (typeof values[option] === 'string' ? [[name, values[option]]] : [])))
  return ((await door('replays', { filter, reason: values['reason'] })) as Replay).id
}

async function show(door: Door, values: Values, id: string): Promise<void> {
  const found = await ended(door, id, ['computing'])
  const items: Item[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page = (await door(`replays/${id}/items?limit=200${next === '' ? '' : `&after=${next}`}`)) as { items: Item[]; next: string | null }
    items.push(...page.items)
    next = page.next
  }
  if (values['json'] === true) process.stdout.write(`${JSON.stringify({ ...found, items }, undefined, 2)}\n`)
  else process.stdout.write(written(found, items))
}

async function commit(door: Door, values: Values, id: string): Promise<void> {
  await door(`replays/${id}/commit`, { reason: reasonOf(values, 'committed at the command line') })
  print(values, await ended(door, id, ['committing']))
}

const reasonOf = (values: Values, otherwise: string): string => (typeof values['reason'] === 'string' ? values['reason'] : otherwise)

const LOOK_MS = 500

async function ended(door: Door, id: string, going: readonly string[]): Promise<Replay> {
  for (;;) {
    const found = (await door(`replays/${id}`)) as Replay
    if (!going.includes(found.state)) return found
    await pause(LOOK_MS)
  }
}

function print(values: Values, found: Replay): void {
  process.stdout.write(values['json'] === true ? `${JSON.stringify(found, undefined, 2)}\n` : writtenProgress(found))
}
