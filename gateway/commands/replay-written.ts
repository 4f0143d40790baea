/*
  A replay as lines for a terminal: message by message what would change, who would be told, what is left.
*/
export interface Replay {
  id: string
  state: string
  total: number
  messages: Record<'computed' | 'changed' | 'unchanged' | 'skipped' | 'failed' | 'queued' | 'committed' | 'refused', number>
  resources: Record<'created' | 'changed' | 'unchanged', number>
  notified: number
}

export interface Item {
  controlId: string | null
  messageId: string
  state: string
  outcome: string | null
  code: string | null
  text: { en: string } | null
  unchanged: number
  since: string[] | null
  parkedFor: string | null
  resources: { resource: string; outcome: string; difference: { op: string; path: string; was?: unknown; value?: unknown }[] }[]
  notices: { channel: string; recipient: string; isNotified: boolean; reason: string }[]
}

export function written(replay: Replay, items: readonly Item[]): string {
  const shown = items.filter(one => one.outcome === 'changed' || one.code !== null || one.notices.some(notice => notice.isNotified))
  const next = replay.state === 'shown' && replay.messages.changed > 0 ? `\ncommit it with  hub replay commit ${replay.id} --reason TEXT\n` : ''
  return `${writtenProgress(replay)}${shown.map(writtenItem).join('')}${next}`
}

export function writtenProgress({ id, state, total, messages, resources, notified }: Replay): string {
  const { changed, unchanged, skipped, failed, committed, refused } = messages
  return [
    `replay     ${id}  ${state}`,
    `messages   ${total}: ${changed} would change something, ${unchanged} nothing, ${skipped} are not replayed, ${failed} cannot be mapped`,
    `resources  ${resources.changed} changed, ${resources.created} created, ${resources.unchanged} the same`,
    `notified   ${notified === 0 ? 'nobody' : `${notified} recipients`}`,
    ...(committed + refused === 0 ? [] : [`committed  ${committed}, refused ${refused}`]),
    '',
  ].join('\n')
}

function writtenItem({ controlId, messageId, state, code, text, since, parkedFor, resources, notices }: Item): string {
  const why = code === null ? '' : `  ${code}: ${text?.en ?? ''} ${(since ?? []).join(' ')}`.trimEnd()
  const parked = parkedFor === null || state !== 'shown' ? '' : `  parked for ${parkedFor}: its commit stores it and resumes its lane`
  const told = notices.filter(one => one.isNotified).map(one => `  would be told: ${one.recipient} (${one.channel})`)
  const lines = resources.flatMap(({ resource, outcome, difference }) => [
    `  ${outcome.padEnd(9)} ${resource}`,
    ...(outcome === 'created' ? [] : difference.map(({ op, path, was, value }) => `    ${op.padEnd(8)}${path}  ${valuesOf(was, value)}`.trimEnd())),
  ])
  return `\n${controlId ?? messageId}  ${state}${why}${parked}\n${[...lines, ...told].map(line => `${line}\n`).join('')}`
}

const LONGEST = 60

function valuesOf(was: unknown, value: unknown): string {
  const short = (one: unknown): string => {
    const text = JSON.stringify(one) ?? ''
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  }
  return was === undefined ? short(value) : `${short(was)} → ${value === undefined ? '(nothing)' : short(value)}`
}
