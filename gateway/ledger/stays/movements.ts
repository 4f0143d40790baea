/*
  The movements of stays in the ledger: what was accepted, judged and written in the transaction of its acceptance, read again by whoever makes the stay of them.
*/
import { derivedId } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import type { Fault } from '../../../mappers/hl7v2/fault.ts'
import type { Movement } from '../../../mappers/hl7v2/adt/movement.ts'
import { isStanding, objectionTo, type Recorded } from '../../../mappers/hl7v2/adt/timeline.ts'
import type { Tx } from '../db.ts'
import { fromRow, type RowOf } from '../row-of.ts'

/** The Encounter of a visit of a person; the same that a document of this visit names. */
export function stayOf({ visit, personKey }: Pick<Movement, 'visit' | 'personKey'>): string {
  return derivedId('Encounter', `${visit.system}|${visit.value}`, personKey)
}

/** Movements of one visit are judged one at a time. */
export function visitLock({ visit }: Pick<Movement, 'visit'>): string {
  return `visit|${visit.system}|${visit.value}`
}

/** Judges a movement against those of its visit, and writes it if nothing speaks against it. Call it under `visitLock`. */
export async function takeMovement(tx: Tx, movement: Movement, messageId: string): Promise<Fault[]> {
  const { rows } = await tx.query<MovementRow>(
    'select * from movement where visit_system = $1 and visit_value = $2 order by n',
    [movement.visit.system, movement.visit.value],
    'visit',
  )
  const stay = stayAmong(rows, movement)
  const records = rows.filter(row => row.stay === stay).map(recordedOf)
  const code = objectionTo(movement, records)
  const field = code === 'movement.incoherent' ? 6 : 1
  if (code !== undefined) return [{ code, path: `ZBE-${field}`, location: `ZBE^1^${field}` }]
  const isRepeat = movement.kind === 'insert' && isStanding(movement.ids, records)
  const { visit, personKey, ids, kind, trigger, startsAt, recordedAt, isHistoric, content } = movement
  await tx.query(
    `insert into movement (message_id, stay, visit_system, visit_value, person_key, ids, kind, trigger, starts_at, recorded_at, is_historic, is_repeat, content)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (message_id) do nothing`,
    [messageId, stay, visit.system, visit.value, personKey, ids, kind, trigger, startsAt, recordedAt, isHistoric, isRepeat, JSON.stringify(content)],
    'movement',
  )
  return []
}

/** A person whose numbers were merged keeps the stays he had: an update or a cancellation finds its movement under his former number. */
function stayAmong(rows: readonly MovementRow[], movement: Movement): string {
  const own = stayOf(movement)
  if (rows.some(({ stay }) => stay === own)) return own
  const named = new Set(rows.filter(({ ids }) => ids.some(id => movement.ids.includes(id))).map(({ stay }) => stay))
  const [only] = named
  return movement.kind !== 'insert' && only !== undefined && named.size === 1 ? only : own
}

type Plain = Omit<Recorded, 'visit' | 'startsAt' | 'recordedAt'>
type MovementRow = RowOf<Plain & { stay: string; visitSystem: string; visitValue: string; startsAt: Date; recordedAt: Date }>

/** In the order of their arrival. */
export async function movementsOf(tx: Tx, stay: string): Promise<Recorded[]> {
  const { rows } = await tx.query<MovementRow>('select * from movement where stay = $1 order by n', [stay], 'movements')
  return rows.map(recordedOf)
}

/** The stay that an accepted movement belongs to, with all its movements. */
export async function stayOfMessage(tx: Tx, messageId: string): Promise<{ stay: string; records: Recorded[] } | undefined> {
  const { rows } = await tx.query<MovementRow>(
    'select * from movement where stay = (select stay from movement where message_id = $1) order by n',
    [messageId],
    'stay',
  )
  return rows[0] === undefined ? undefined : { stay: rows[0].stay, records: rows.map(recordedOf) }
}

const recordedOf = (row: MovementRow): Recorded => ({
  ...fromRow<Plain>(row, 'messageId personKey ids kind trigger isHistoric isRepeat content'),
  visit: { system: row.visit_system, value: row.visit_value },
  startsAt: row.starts_at.toISOString(),
  recordedAt: row.recorded_at.toISOString(),
})

/** Those of these Encounters that movements have stored. */
export async function movedStays(tx: Tx, encounters: readonly string[]): Promise<string[]> {
  if (encounters.length === 0) return []
  const { rows } = await tx.query<{ stay: string }>(
    'select distinct stay from movement join message on message.id = movement.message_id where stay = any($1::uuid[]) and stored_at is not null',
    [encounters],
    'moved-stays',
  )
  return rows.map(({ stay }) => stay)
}
