/*
  `hub replay [--from … --to … --sender … …] --reason TEXT`: shows what today's mappers would make of stored messages; nothing happens.
  `hub replay commit ID --reason TEXT`, `hub replay stop ID --reason TEXT`: as it was shown, or no further.    --json: the answers as they are
*/
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'
import { askMonitor, listInMonitor } from './monitor.ts'
import { type Item, type Replay, written, writtenProgress } from './replay-written.ts'

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

const USAGE = `usage: hub replay [FILTER …] --reason TEXT [--json], each FILTER one of ${Object.keys(FILTERS)
  .map(name => `--${name}`)
  .join(' ')}, and its value
       hub replay show | commit | stop ID [--reason TEXT] [--json]`

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
  if (act === undefined) return show(values, await begin(values))
  if (id === undefined || more.length > 0) throw new CommandError(USAGE)
  if (act === 'show') return show(values, id)
  if (act === 'commit') return commit(values, id)
  if (act !== 'stop') throw new CommandError(USAGE)
  print(values, await askMonitor<Replay>(`replays/${id}/stop`, { reason: reasonOf(values, 'stopped at the command line') }))
}

function read(args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch {
    throw new CommandError(USAGE)
  }
}

async function begin(values: Values): Promise<string> {
  if (typeof values['reason'] !== 'string' || values['reason'].trim() === '') throw new CommandError(`a reason is needed\n${USAGE}`)
  const filter = Object.fromEntries(Object.entries(FILTERS).flatMap(([option, name]) => (typeof values[option] === 'string' ? [[name, values[option]]] : [])))
  return (await askMonitor<Replay>('replays', { filter, reason: values['reason'] })).id
}

async function show(values: Values, id: string): Promise<void> {
  const found = await ended(id, ['computing'])
  const items = await listInMonitor<Item>(`replays/${id}/items?limit=200`)
  if (values['json'] === true) process.stdout.write(`${JSON.stringify({ ...found, items }, undefined, 2)}\n`)
  else process.stdout.write(written(found, items))
}

async function commit(values: Values, id: string): Promise<void> {
  await askMonitor(`replays/${id}/commit`, { reason: reasonOf(values, 'committed at the command line') })
  print(values, await ended(id, ['committing']))
}

const reasonOf = (values: Values, otherwise: string): string => (typeof values['reason'] === 'string' ? values['reason'] : otherwise)

const LOOK_MS = 500

async function ended(id: string, going: readonly string[]): Promise<Replay> {
  for (;;) {
    const found = await askMonitor<Replay>(`replays/${id}`)
    if (!going.includes(found.state)) return found
    await pause(LOOK_MS)
  }
}

function print(values: Values, found: Replay): void {
  process.stdout.write(values['json'] === true ? `${JSON.stringify(found, undefined, 2)}\n` : writtenProgress(found))
}
