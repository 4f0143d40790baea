/*
  `hub identity list | merge [--dry-run] SURVIVOR LOSER | split LOSER`: the identity cell's decisions, as JSON.
*/
import { CommandError } from './command-error.ts'
import { askMonitor, listInMonitor } from './monitor.ts'

const USAGE = 'usage: hub identity list | merge [--dry-run] SURVIVOR LOSER | split [--dry-run] LOSER'

/** Throws: CommandError for what the hub refuses. */
export async function identity(args: string[]): Promise<void> {
  const [what, ...rest] = args
  const dryRun = rest.includes('--dry-run')
  const [first, second, ...more] = rest.filter(one => one !== '--dry-run')
  if (what === 'list' && rest.length === 0) return print(await listInMonitor('identities?limit=100'))
  if (what === 'merge' && first !== undefined && second !== undefined && more.length === 0)
    return print(await askMonitor('identities/merge', { survivor: first, loser: second, dryRun }))
  if (what === 'split' && first !== undefined && second === undefined) return print(await askMonitor('identities/split', { loser: first, dryRun }))
  throw new CommandError(USAGE)
}

const print = (found: unknown): void => void process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`)
