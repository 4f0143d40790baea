/*
  Sessions of people at the monitor, shared by all processes: found by the digest of their cookie, ended by idleness, by age, or by their owner.
*/
import { createHash } from 'node:crypto'
import type { Db, Tx } from '../db.ts'

export interface NewSession {
  name: string
  role: string
  territory?: string | undefined
  csrf: string
  idToken: string
  idleMinutes: number
  maxHours: number
}

export interface MonitorSession {
  name: string
  role: 'observer' | 'operator' | 'privacy-officer'
  territory: string | null
  csrf: string
  endsAt: Date
}

/** Told whenever a session is ended by its owner; which one, whoever hears it looks up. */
export const SESSION_CHANNEL = 'hub_monitor_session'

const digestOf = (cookie: string): Buffer => createHash('sha256').update(cookie).digest()

export async function beginSession(tx: Tx, cookie: string, session: NewSession): Promise<void> {
  const { name, role, territory, csrf, idToken, idleMinutes, maxHours } = session
  await tx.query(
    `insert into monitor_session (cookie, name, role, territory, csrf, id_token, idle_at, ends_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::int * interval '1 min', clock_timestamp() + $8::int * interval '1 h')`,
    [digestOf(cookie), name, role, territory ?? null, csrf, idToken, idleMinutes, maxHours],
  )
}

/** The session goes on, written at most once a minute; without `idleMinutes` as it was. Out: undefined once it has ended. */
export async function useSession(tx: Tx, cookie: string, idleMinutes: number | null): Promise<MonitorSession | undefined> {
  const { rows } = await tx.query<MonitorSession>(
    `with live as (select * from monitor_session where cookie = $1 and idle_at > clock_timestamp() and ends_at > clock_timestamp()),
       used as (update monitor_session s set idle_at = clock_timestamp() + $2::int * interval '1 min' from live
         where s.cookie = live.cookie and live.idle_at < clock_timestamp() + ($2::int - 1) * interval '1 min')
     select name, role, territory, csrf, ends_at as "endsAt" from live`,
    [digestOf(cookie), idleMinutes],
    'session-use',
  )
  return rows[0]
}

/** Does it last, whether or not anybody uses it? To ask is no use of it. */
export async function sessionLasts(tx: Tx, cookie: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from monitor_session where cookie = $1 and idle_at > clock_timestamp() and ends_at > clock_timestamp()',
    [digestOf(cookie)],
    'session-lasts',
  )
  return rowCount > 0
}

/** Out: its id token, undefined where there was no such session any more. */
export async function endSession(db: Db, cookie: string): Promise<{ idToken: string | null } | undefined> {
  const { rows } = await db.query<{ idToken: string | null }>('delete from monitor_session where cookie = $1 returning id_token as "idToken"', [
    digestOf(cookie),
  ])
  db.notify(SESSION_CHANNEL)
  return rows[0]
}
