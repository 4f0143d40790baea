/*
  Emergency accesses: one professional to one person for four hours; each is told of once.
*/
import type { Tx } from '../db.ts'

export interface Emergency {
  /** `Patient/<id>` */
  patient: string
  /** idNatPs of the professional. */
  human: string
  openedAt: Date
}

const LASTS_MS = 4 * 3_600_000

/** What he opens within four hours is the same emergency; after that it is another one. Out: was it opened now? */
export async function openEmergency(tx: Tx, { patient, human, openedAt }: Emergency): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into emergency as e (patient, human, opened_at, ends_at) values ($1, $2, $3, $4)
     on conflict (patient, human) do update set opened_at = excluded.opened_at, ends_at = excluded.ends_at, told_at = null where e.ends_at <= excluded.opened_at`,
    [patient, human, openedAt, new Date(openedAt.getTime() + LASTS_MS)],
    'emergency-open',
  )
  return rowCount > 0
}

/** A hundred, any of them: those that cannot be told hold back no other. */
export async function untoldEmergencies(tx: Tx): Promise<Emergency[]> {
  const { rows } = await tx.query<Emergency>(
    'select patient, human, opened_at as "openedAt" from emergency where told_at is null order by random() limit 100',
    [],
    'emergency-untold',
  )
  return rows
}

export async function emergencyTold(tx: Tx, { patient, human, openedAt }: Emergency, at: Date): Promise<void> {
  await tx.query('update emergency set told_at = $4 where patient = $1 and human = $2 and opened_at = $3', [patient, human, openedAt, at], 'emergency-told')
}
