/*
  `hub identity list | merge [--dry-run] SURVIVOR LOSER | split LOSER`: the identity cell's decisions, as JSON.
*/
import { CommandError } from './command-error.ts'
import { readSandbox } from './sandbox.ts'
import { fetchToken } from './token.ts'

const USAGE = 'usage: hub identity list | merge [--dry-run] SURVIVOR LOSER | split [--dry-run] LOSER'

/** Throws: CommandError for what the hub refuses. */
export async function identity(args: string[]): Promise<void> {
  const [what, ...rest] = args
  const dryRun = rest.includes('--dry-run')
  const [first, second, ...more] = rest.filter(one => one !== '--dry-run')
  if (what === 'list' && rest.length === 0) return print(await everybodyApart())
  if (what === 'merge' && first !== undefined && second !== undefined && more.length === 0)
    return print(await ask('identities/merge', { survivor: first, loser: second, dryRun }))
  if (what === 'split' && first !== undefined && second === undefined) return print(await ask('identities/split', { loser: first, dryRun }))
  throw new CommandError(USAGE)
}

interface Page {
  items: unknown[]
  next: string | null
}

async function everybodyApart(): Promise<unknown[]> {
  const items: unknown[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page: Page = (await ask(`identities?limit=100${next === '' ? '' : `&after=${next}`}`)) as Page
    items.push(...page.items)
    next = page.next
  }
  return items
}

async function ask(path: string, body?: object): Promise<unknown> {
  const sandbox = readSandbox()
  const authorization = `Bearer ${await fetchToken(sandbox, 'operator')}`
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const reply = await fetch(`${sandbox.http}/monitor/api/${path}`, { ...sent, headers: { authorization, 'content-type': 'application/json' } })
  if (reply.ok) return reply.json()
  const { error, path: place, text } = (await reply.json().catch(() => ({}))) as { error?: string; path?: string; text?: string }
  throw new CommandError([error ?? `the hub answered ${reply.status}`, place, text].filter(one => one !== undefined).join(': '))
}

const print = (found: unknown): void => void process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`)
