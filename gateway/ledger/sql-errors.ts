/*
  Translates what PostgreSQL and its driver throw; a message of PostgreSQL may quote values, so only its code and names are kept.
*/
import { HubError } from '../../profiles/errors.ts'

/** A statement that PostgreSQL refused: our defect, or a constraint that did its work. */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  readonly sqlState: string
  readonly constraint: string | undefined

  constructor(sqlState: string, constraint: string | undefined) {
    super(`PostgreSQL refused a statement: ${sqlState}${constraint === undefined ? '' : ` (${constraint})`}`)
    this.sqlState = sqlState
    this.constraint = constraint
  }
}

/** SQLSTATE classes and codes that say: not now. 08 connection, 57P shutdown and start, 57014 time-out, 53 resources, 58 its disk, 25006 a standby that is no primary yet, 25P03/25P04 idle or long transaction, 55P03 lock, 3D000 a database that is still being made. */
const UNAVAILABLE = /^(08|57P|53|58)|^(57014|25006|25P03|25P04|55P03|XX000|3D000)$/
const CROSSED = /^(40001|40P01)$/
/** The plan that a connection kept is of a table as it was before a migration. */
const STALE = '0A000'

/** A HubError stays; a lost or full server becomes ledger.*; a refused statement a SqlError; anything else is left as it is. */
export function translateSqlError(error: unknown): unknown {
  if (error instanceof HubError || error instanceof SqlError) return error
  const { code, constraint, severity } = error as { code?: unknown; constraint?: unknown; severity?: unknown }
  if (code === '53100') return new HubError('ledger.disk_full', { dependency: 'postgres' })
  if (isConnectionLoss(error)) return new HubError('ledger.unavailable', { dependency: 'postgres', cause: new Error(describe(error)) })
  if (typeof code === 'string' && severity !== undefined) return new SqlError(code, typeof constraint === 'string' ? constraint : undefined)
  return error
}

/** The server or the way to it is gone, or it did not answer in time: whether the statement was committed is unknown. */
function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  if (typeof code === 'string' && severity !== undefined) return UNAVAILABLE.test(code)
  if (typeof code === 'string' && /^(E[A-Z]+|UND_ERR)/.test(code)) return true
  return /Connection terminated|Client has encountered a connection error|timeout|not queryable|Cannot use a pool after/i.test(error.message)
}

/** Two transactions crossed, or a kept plan is stale: running it again is right. */
export function isRerunnable(error: unknown): boolean {
  return (error instanceof SqlError && CROSSED.test(error.sqlState)) || isStale(error)
}

/** A value that no column or index takes: again would be the same. */
export function isRefusedForGood(error: unknown): boolean {
  return error instanceof SqlError && /^(22|54)/.test(error.sqlState)
}

/** What the statement rests on is no longer so: the same statement again cannot help, what made it may. */
export function isOutrun(error: unknown): boolean {
  return error instanceof SqlError && error.sqlState === '40001'
}

/** Another connection would not refuse it. */
export function isStale(error: unknown): boolean {
  return error instanceof SqlError && error.sqlState === STALE
}

function describe(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? `PostgreSQL is away: ${code}` : 'PostgreSQL is away'
}
