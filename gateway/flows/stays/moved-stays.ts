/*
  A stay that its hospital tells by movements is told by nothing else: a document that names the visit refers to it and leaves it as it is.
*/
import { movedStays } from '../../ledger/stays/movements.ts'
import type { HubParts } from '../../parts.ts'
import type { Entry } from '../../store/bundle.ts'
import { storeStayAgain } from './stay.ts'

const staysIn = (entries: readonly Entry[]): string[] => entries.filter(({ type }) => type === 'Encounter').map(({ id }) => id)

/** What a document may store: its Encounter only where no movement speaks of it. */
export async function withoutMovedStays({ db }: Pick<HubParts, 'db'>, entries: Entry[]): Promise<Entry[]> {
  const moved = await movedStays(db, staysIn(entries))
  return moved.length === 0 ? entries : entries.filter(({ type, id }) => type !== 'Encounter' || !moved.includes(id))
}

/** After the document is stored: a movement that was accepted meanwhile, in another lane, has the last word. */
export async function restoreMovedStays(parts: HubParts, stored: readonly Entry[]): Promise<void> {
  for (const stay of await movedStays(parts.db, staysIn(stored))) await storeStayAgain(parts, stay)
}
