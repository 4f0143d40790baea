/*
  The one logger: JSON lines on stdout, event names `noun.past-verb`, a closed list of fields.
  What is not in the list is dropped, so that no body, name, INS, address or subject line can reach a log.
*/
import { writeSync } from 'node:fs'
import pino from 'pino'
import { HubError, toHubError } from '../profiles/errors.ts'

const FIELDS = new Set([
  'part',
  'connector',
  'door',
  'flow',
  'messageId',
  'deliveryId',
  'eventId',
  'lane',
  'partner',
  'channel',
  'code',
  'path',
  'reply',
  'kind',
  'dependency',
  'state',
  'attempt',
  'count',
  'bytes',
  'durationMs',
  'delayMs',
  'status',
  'method',
  'route',
  'requestId',
  'traceId',
  'client',
  'port',
  'version',
  'pid',
  'signal',
  'reason',
  'errorName',
  'place',
])

export type LogFields = Record<string, unknown>

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** `error` gives its code and path; of a foreign error only the class name and the first place in our own code. */
  error(event: string, error?: unknown, fields?: LogFields): void
  child(part: string): Log
}

/** For what is done again and again: a part that is away says so itself, and is waited for. */
export const warning =
  (log: Pick<Log, 'warn'>, event: string) =>
  (error: unknown): void => {
    const { code, dependency } = toHubError(error)
    if (dependency === undefined) log.warn(event, { code })
  }

export function createLog(options: { level?: string; part?: string } = {}): Log {
  const out = pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
    },
    standardOutput(),
  )
  return wrap(out, options.part)
}

let opened: ReturnType<typeof pino.destination> | undefined

/** Lines of a disk that is full wait up to this many characters, then they are lost. */
const MOST_WAITING = 1 << 20
const SLOW_READER_MS = 20

/** Lines that come together are written together: a write for each would be a tenth of what a read costs. An orderly end writes what is left, where it is taken. */
function standardOutput(): ReturnType<typeof pino.destination> {
  if (opened !== undefined) return opened
  const output = pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100, maxLength: MOST_WAITING })
  output.on('error', () => undefined)
  // pino calls it at the end of the process; its own tries until all is taken, which a full disk never does.
  output.flushSync = () => {
    const { _writing, _writingBuf, _bufs } = output as unknown as { _writing: boolean; _writingBuf: string | Buffer; _bufs: string[] }
    writeOut(Buffer.concat([...(_writing ? [] : [_writingBuf]), ..._bufs.splice(0)].map(text => Buffer.from(text))))
  }
  opened = output
  return output
}

/** A reader who is slow is waited for; whoever takes nothing more is not told. */
function writeOut(bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0; )
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_READER_MS)
    }
}

function wrap(out: pino.Logger, part: string | undefined): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error', event: string, fields: LogFields = {}): void => {
    out[level]({ event, ...(part === undefined ? {} : { part }), ...allowed(fields) })
  }
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, error, fields) => write('error', event, { ...describe(error), ...fields }),
    child: name => wrap(out, name),
  }
}

function allowed(fields: LogFields): LogFields {
  const kept: LogFields = {}
  for (const [name, value] of Object.entries(fields)) if (FIELDS.has(name) && value !== undefined) kept[name] = value
  return kept
}

function describe(error: unknown): LogFields {
  if (error === undefined) return {}
  if (error instanceof HubError) {
    const cause = error.cause === undefined ? {} : foreign(error.cause)
    return { ...cause, code: error.code, path: error.path, dependency: error.dependency, reply: error.reply }
  }
  return { code: 'hub.defect', ...foreign(error) }
}

/** A code of Node or of a driver, a SQLSTATE. */
function codeIn(error: Error): string | undefined {
  const code = 'sqlState' in error ? error.sqlState : 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined
}

/** A foreign error's message may carry a value of the message that caused it: only its class, its code and the place are told. */
function foreign(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error }
  const place = error.stack
    ?.split('\n')
    .find(line => /(gateway|mappers|connectors|profiles)\//.test(line))
    ?.trim()
    .replace(/^at /, '')
    .replace(/\(?file:\/\/.*?\/(gateway|mappers|connectors|profiles)\//, '($1/')
  // A client that gave up trying says why in what it wraps.
  const inner = codeIn(error) === undefined && error.cause instanceof Error ? foreign(error.cause) : {}
  return { errorName: error.name, reason: codeIn(error), ...inner, ...(place === undefined ? {} : { place }) }
}
