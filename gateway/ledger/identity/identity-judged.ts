/*
  What only the ledger can say against a change of identity: is the former number known, is it already the one who stays, were these two made one.
*/
import type { Fault } from '../../../mappers/hl7v2/fault.ts'
import type { IdentityChange, NamedPerson } from '../../../mappers/hl7v2/adt/identity.ts'
import type { Tx } from '../db.ts'

interface Standing {
  /** `Patient/<id>` his number leads to as it was stored first. */
  own: string | undefined
  /** `Patient/<id>` he is now; undefined for who is not stored yet. */
  root: string | undefined
  /** Something about him was accepted and is not stored yet. */
  isAwaited: boolean
}

/** In: `laneOf` names the lane of a person's messages from this sender. */
export async function judgeChange(tx: Tx, { trigger, persons }: IdentityChange, laneOf: (laneKey: string) => string): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const [at, person] of persons.entries()) {
    if (person.former === undefined) continue
    const [former, kept] = [await standingOf(tx, person.former, laneOf), await standingOf(tx, person, laneOf)]
    const place = { path: 'MRG-1', location: `MRG^${at + 1}^1` }
    if (former.root === undefined && !former.isAwaited) faults.push({ code: 'identity.unknown', ...place })
    // Merged into him already: the other way round it would be a merge of a person into himself.
    if (trigger === 'A40' && kept.own !== kept.root && kept.root === former.own) faults.push({ code: 'identity.same', ...place })
  }
  const [first, second] = persons
  if (trigger !== 'A37' || first === undefined || second === undefined) return faults
  const [one, other] = [await standingOf(tx, first, laneOf), await standingOf(tx, second, laneOf)]
  const isTwo = one.root === undefined || one.root !== other.root
  if (isTwo && !one.isAwaited && !other.isAwaited) faults.push({ code: 'identity.not_merged', path: 'PID-3', location: 'PID^2^3' })
  return faults
}

async function standingOf(tx: Tx, { keys, laneKey }: NamedPerson, laneOf: (laneKey: string) => string): Promise<Standing> {
  const { rows } = await tx.query<{ own: string; root: string }>(
    `select 'Patient/' || i.id as own, coalesce(l.root, 'Patient/' || i.id) as root from unnest($1::text[], $2::text[]) k (system, value)
     join identity i on i.type = 'Patient' and i.system = k.system and i.value = k.value left join person_link l on l.loser = 'Patient/' || i.id order by l.root nulls first limit 1`,
    [keys.map(key => key.system), keys.map(key => key.value)],
    'identity-standing',
  )
  const waiting =
    laneKey === undefined ? [] : (await tx.query('select 1 from lane_entry where lane_key = $1 limit 1', [laneOf(laneKey)], 'identity-awaited')).rows
  return { own: rows[0]?.own, root: rows[0]?.root, isAwaited: waiting.length > 0 }
}

/** Ids of the persons these numbers lead to, as they were stored first: a merge leads nobody's number elsewhere. */
export async function storedBy(tx: Tx, keys: readonly { system: string; value: string }[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select distinct i.id from unnest($1::text[], $2::text[]) k (system, value) join identity i on i.type = 'Patient' and i.system = k.system and i.value = k.value`,
    [keys.map(key => key.system), keys.map(key => key.value)],
  )
  return rows.map(row => row.id)
}

/** Is anything older than this message still to be done in one of these lanes? */
export async function hasOlder(tx: Tx, lanes: readonly string[], messageId: string): Promise<boolean> {
  const { rows } = await tx.query('select 1 from lane_entry where lane_key = any($1::text[]) and entry_id < $2::uuid limit 1', [lanes, messageId])
  return rows.length > 0
}
