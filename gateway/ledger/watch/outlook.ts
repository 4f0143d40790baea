/*
  What each hub process sees of itself and of the world around it, told every few seconds; the one that judges incidents reads what all have told.
*/
import type { Tx } from '../db.ts'

/** A part that is not ready, and since when this process sees it so. */
export interface PartAway {
  part: string
  code: string
  since: string
}

export interface Outlook {
  holder: string
  freeDiskBytes: number
  parts: PartAway[]
}

/** Stands among the parts where the clock of the process and PostgreSQL's are apart. */
export const CLOCK = 'clock'

/** A process that said nothing for so long is gone, and what it saw with it. */
const FRESH_SECONDS = 60

/** Out: how far the clock of this process is ahead of PostgreSQL's, ms. */
export async function tellOutlook(tx: Tx, { holder, freeDiskBytes, parts }: Outlook): Promise<number> {
  const { rows } = await tx.query<{ at: Date }>(
    `insert into outlook (holder, at, free_disk_bytes, parts) values ($1, clock_timestamp(), $2, $3)
     on conflict (holder) do update set at = excluded.at, free_disk_bytes = excluded.free_disk_bytes, parts = excluded.parts returning at`,
    [holder, freeDiskBytes, JSON.stringify(parts)],
  )
  return Date.now() - (rows[0]?.at.getTime() ?? Number.NaN)
}

export async function forgetOutlook(tx: Tx, holder: string): Promise<void> {
  await tx.query('delete from outlook where holder = $1', [holder])
}

export async function readOutlooks(tx: Tx): Promise<Outlook[]> {
  const { rows } = await tx.query<{ holder: string; free: string; parts: PartAway[] }>(
    `select holder, free_disk_bytes as free, parts from outlook where at > clock_timestamp() - interval '${FRESH_SECONDS} seconds'`,
  )
  return rows.map(({ holder, free, parts }) => ({ holder, freeDiskBytes: Number(free), parts }))
}

export interface Sighting {
  /** `http.certFile`, `partners.<id>`, `clients.<id>` */
  name: string
  at: Date
  /** When its certificate ends. */
  endsAt: Date | null
}

export async function tellSightings(tx: Tx, sightings: readonly Sighting[]): Promise<void> {
  const sorted = [...sightings].sort((a, b) => (a.name < b.name ? -1 : 1))
  await tx.query(
    `insert into sighting (name, at, ends_at) select * from unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
     on conflict (name) do update set at = greatest(sighting.at, excluded.at), ends_at = excluded.ends_at`,
    [sorted.map(one => one.name), sorted.map(one => one.at), sorted.map(one => one.endsAt)],
  )
}

/** What is no partner is told by every process that runs: a name that nobody tells any more has left the configuration. */
export async function readSightings(tx: Tx): Promise<Sighting[]> {
  const { rows } = await tx.query<{ name: string; at: Date; ends_at: Date | null }>(
    "select name, at, ends_at from sighting where name ~ '^(partners|clients)[.]' or at > clock_timestamp() - interval '1 day'",
  )
  return rows.map(({ ends_at, ...row }) => ({ ...row, endsAt: ends_at }))
}
