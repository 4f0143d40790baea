/*
  Mints the ids of the ledger, UUIDv7 (RFC 9562): 48 bits of milliseconds, 12 bits of counter, 62 random bits.
  Within one process ids only grow, so that a keyset listing by id is a listing by arrival.
*/
import { randomBytes, randomUUID } from 'node:crypto'

/** The last millisecond and how many ids it has. */
interface Minted {
  ms: number
  count: number
}

const latest: Minted = { ms: 0, count: 0 }
/** Of a clock that was set back, until it has caught up, and of what is told late: each keeps its own time. */
const behind: Minted = { ms: 0, count: 0 }

/** A fresh UUIDv7; later calls give greater ids, also within one millisecond. */
export function newMessageId(at: Date = new Date()): string {
  const ms = at.getTime()
  const last = ms > latest.ms - 1000 ? latest : behind
  if (last === latest ? ms > last.ms : ms !== last.ms) Object.assign(last, { ms, count: randomBytes(1)[0] })
  else if (last.count < 0xfff) last.count += 1
  else Object.assign(last, { ms: last.ms + 1, count: 0 })
  return format(last.ms, last.count)
}

/** The lowest UUID whose time is `at`, of a time before 1970 the lowest there is: a partition bound. */
export function lowestIdAt(at: Date): string {
  const hex = Math.max(at.getTime(), 0).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** The time inside a UUIDv7. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}

function format(ms: number, count: number): string {
  const time = ms.toString(16).padStart(12, '0')
  // The last two groups of a UUIDv4: its variant and 62 random bits, which Node draws for many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`
}
