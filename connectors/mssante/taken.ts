/*
  Empties the folder of taken mails: what stood in them is in the ledger, for as long as that keeps it.
*/
import type { ImapFlow } from 'imapflow'
import type { ConnectorLog } from '../connector.ts'
import type { MssanteConfig } from './config.ts'

const DAY_MS = 86_400_000
const PORTION = 500
/** At one look: INBOX is read between two. */
const MOST_REMOVED = 5000

/** Removes what arrived longer than `takenDays` ago, and leaves INBOX open; a server that refuses it keeps nothing from being read. Out: when (performance.now()). */
export async function removeTaken(client: ImapFlow, { takenFolder, takenDays }: MssanteConfig, log: ConnectorLog | undefined): Promise<number> {
  let count = 0
  try {
    await client.mailboxOpen(takenFolder)
    const old = ((await client.search({ before: new Date(Date.now() - takenDays * DAY_MS) }, { uid: true })) || []).slice(0, MOST_REMOVED)
    for (let from = 0; from < old.length; from += PORTION) {
      const portion = old.slice(from, from + PORTION)
      if (await client.messageDelete(portion.join(','), { uid: true })) count += portion.length
    }
  } catch {
    log?.('mail.not-removed')
  }
  if (count > 0) log?.('mail.removed', { count })
  await client.mailboxOpen('INBOX')
  return performance.now()
}
