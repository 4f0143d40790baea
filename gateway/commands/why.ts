/*
  `hub why RECIPIENT DOCUMENT`: has he received it, and if not, why, and what to do.
*/
import { CommandError } from './command-error.ts'
import { readSandbox } from './sandbox.ts'
import { fetchToken } from './token.ts'

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
  if (recipient === undefined || document === undefined || rest.length > 0) throw new CommandError('usage: hub why RECIPIENT DOCUMENT')
  const sandbox = readSandbox()
  const bearer = await fetchToken(sandbox, 'operator')
  const query = new URLSearchParams({ recipient, document })
  const reply = await fetch(`${sandbox.http}/monitor/api/why?${query}`, { headers: { authorization: `Bearer ${bearer}` } })
  if (reply.status === 404) throw new CommandError(`nobody knows the document ${document}`)
  if (!reply.ok) throw new CommandError(`the hub answered ${reply.status}`)
  const { received, code, level, rule, next } = (await reply.json()) as Answer
  process.stdout.write(`received  ${received}\ncode      ${code ?? '-'}\nlevel     ${level}\nrule      ${rule}\nnext      ${next}\n`)
}
