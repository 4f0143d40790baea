/*
  Which processes are alive: each holds an advisory lock under a number of its own, which PostgreSQL frees when the process dies, however it dies.
*/
import { randomInt } from 'node:crypto'

const SPACE = 4_201_028

export const newPresence = (): number => randomInt(1, 2 ** 31 - 1)

/** Shared: after a lost connection the process is there again before the server has noticed the loss. In: the number of the process. */
export const HOLD_PRESENCE = `select pg_advisory_lock_shared(${SPACE}, $1::int)`

/** The numbers of the living. */
export const PRESENT = `select objid::bigint as process from pg_locks
  where locktype = 'advisory' and classid = ${SPACE} and objsubid = 2 and granted and database = (select oid from pg_database where datname = current_database())`
