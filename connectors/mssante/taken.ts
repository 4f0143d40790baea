/*
  Empties the folder of taken mails: what stood in them is in the ledger, for as long as that keeps it.
*/
import type { ImapFlow } from 'imapflow'
import type { ConnectorLog } from '../connector.ts'
import type { MssanteConfig } from './config.ts'

const DAY_MS = 86_400_000
const MOST_REMOVED = 500

/** Removes what lies there longer than `takenDays`, and leaves INBOX open. Out: when (performance.now()). */
export async function removeTaken(client: ImapFlow, { takenFolder, takenDays }: MssanteConfig, log: ConnectorLog | undefined): Promise<number> {
  await client.mailboxOpen(takenFolder)
  const old = (await client.search({ before: new Date(Date.now() - takenDays * DAY_MS) }, { uid: true })) || []
  for (let from = 0; from < old.length; from += MOST_REMOVED) await client.messageDelete(old.slice(from, from + MOST_REMOVED).join(','), { uid: true })
  if (old.length > 0) log?.('mail.removed', { count: old.length })
  await client.mailboxOpen('INBOX')
  return performance.now()
}
