/*
  `hub report SENDER`: what a sender sends wrong, how often, since when, and what it is to correct; in French where the terminal speaks French.
*/
import type { Report } from '../monitor/report.ts'
import type { Sent } from '../monitor/sent.ts'
import { CommandError } from './command-error.ts'
import { findInMonitor } from './monitor.ts'

/** Throws: CommandError for a sender nobody knows. */
export async function report(args: string[]): Promise<void> {
  const [sender, ...rest] = args
  if (sender === undefined || rest.length > 0) throw new CommandError('usage: hub report SENDER')
  const found = await findInMonitor<Sent<Report>>(`report?${new URLSearchParams({ sender })}`, { 'accept-language': isFrench() ? 'fr' : 'en' })
  if (found === undefined) throw new CommandError(`there is no sender ${sender}: neither a partner nor anybody who has sent a message`)
  process.stdout.write(written(found))
}

const isFrench = (): boolean => /^fr/i.test(process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '')

export function written({ sender, messages, refused, since, last, remarks }: Sent<Report>): string {
  const head = `sender    ${sender}\nmessages  ${messages}, ${refused} refused\nsince     ${since ?? '-'}\nlast      ${last ?? '-'}\n`
  const lines = remarks.map(one => {
    const [what, share] = [one.answer === null ? one.severity : `refused ${one.answer}`, (one.share * 100).toFixed(1)]
    return `\n${one.code}  ${one.place}  (${what})\n  ${one.times} × in ${one.messages} of ${messages} messages (${share} %), since ${one.since}, last ${one.last}\n  ${one.correct}\n`
  })
  return head + (lines.length === 0 ? '\nnothing to correct\n' : lines.join(''))
}
