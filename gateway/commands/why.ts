/*
  `hub why RECIPIENT DOCUMENT`: has he received it, and if not, why, and what to do.
*/
import { CommandError } from './command-error.ts'
import { findInMonitor } from './monitor.ts'

interface Answer {
  received: boolean
  code: string | null
  level: string
  rule: string
  next: string
}

/** Throws: CommandError for a document nobody knows. */
export async function why(args: string[]): Promise<void> {
  const [recipient, document, ...rest] = args
  if (recipient === undefined || document === undefined || rest.length > 0) throw new CommandError('usage: hub why RECIPIENT DOCUMENT (a mailbox; an OID)')
  const found = await findInMonitor<Answer>(`why?${new URLSearchParams({ recipient, document })}`)
  if (found === undefined) throw new CommandError(`nobody knows the document ${document}`)
  const { received, code, level, rule, next } = found
  process.stdout.write(`received  ${received}\ncode      ${code ?? '-'}\nlevel     ${level}\nrule      ${rule}\nnext      ${next}\n`)
}
