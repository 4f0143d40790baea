/*
  Leases for what only one process may do at a time, with a fence; and the one-time use of tokens.
*/
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db, Tx } from './db.ts'

export interface Lease {
  name: string
  holder: string
  fence: string
}

const FREE = 'l.until <= clock_timestamp() or l.holder = excluded.holder or l.holder is null'

/** Takes the lease if it is free, ours or over; undefined while another process holds it, for no longer than it lasts from now where the clock was set back. */
export async function acquireLease(db: Db | Tx, name: string, { holder, leaseMs }: { holder: string; leaseMs: number }): Promise<Lease | undefined> {
  const { rows } = await db.query<{ fence: string; holder: string }>(
    `insert into lease as l (name, holder, fence, until) values ($1, $2, 1, clock_timestamp() + $3::int * interval '1 ms')
     on conflict (name) do update set until = excluded.until, holder = case when ${FREE} then excluded.holder else l.holder end,
       fence = l.fence + case when (${FREE}) and l.holder is distinct from excluded.holder then 1 else 0 end
     where ${FREE} or l.until > excluded.until
     returning fence, holder`,
    [name, holder, leaseMs],
  )
  const row = rows[0]
  return row?.holder === holder ? { name, holder, fence: row.fence } : undefined
}

export async function releaseLease(db: Db | Tx, { name, holder, fence }: Lease): Promise<void> {
  await db.query('update lease set holder = null, until = clock_timestamp() where name = $1 and holder = $2 and fence = $3', [name, holder, fence])
}

interface Leading {
  db: Db
  name: string
  holder: string
  leaseMs?: number
  signal: AbortSignal
  work(signal: AbortSignal): Promise<void>
}

/** Does `work` while it holds the lease; waits for it otherwise. `work` ends soon after its signal aborts. Resolves once `signal` is aborted. */
export async function whileLeader(options: Leading): Promise<void> {
  const { db, name, holder, signal, leaseMs = 15_000 } = options
  while (!signal.aborted) {
    const lease = await acquireLease(db, name, { holder, leaseMs }).catch(() => undefined)
    if (lease === undefined) {
      await sleep(leaseMs / 5, undefined, { signal }).catch(() => undefined)
      continue
    }
    await leadOnce({ ...options, leaseMs, lease })
  }
}

async function leadOnce({ db, lease, leaseMs, signal, work }: Leading & { leaseMs: number; lease: Lease }): Promise<void> {
  const leading = new AbortController()
  let heldUntil = performance.now() + leaseMs
  const renewal = setInterval(() => {
    const asked = performance.now()
    acquireLease(db, lease.name, { holder: lease.holder, leaseMs })
      .then(held => {
        if (held?.fence === lease.fence) heldUntil = asked + leaseMs
        else leading.abort()
      })
      .catch(() => {
        if (performance.now() > heldUntil) leading.abort()
      })
  }, leaseMs / 4)
  const both = AbortSignal.any([signal, leading.signal])
  try {
    await work(both)
  } catch {
    await sleep(500, undefined, { signal }).catch(() => undefined) // `work` reports its own failures; it is started again
  } finally {
    clearInterval(renewal)
    await releaseLease(db, lease).catch(() => undefined)
  }
}

/** Uses a token id once. Out: false when it was used before. */
export async function useToken(db: Db | Tx, jti: string, expiresAt: Date): Promise<boolean> {
  const { rowCount } = await db.query('insert into token_seen (jti, expires_at) values ($1, $2) on conflict do nothing', [jti, expiresAt])
  return rowCount === 1
}
