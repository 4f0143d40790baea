/*
  Carries results and errors over the thread boundary: structured cloning drops the class and the code of an error, so both travel as plain values.
*/
import { stated } from '../../mappers/cda/datatypes.ts'
import { type ErrorCode, HubError } from '../../profiles/errors.ts'

export type Carried<T> = { value: T } | { error: CarriedError }

interface CarriedError {
  code: ErrorCode
  path?: string
  dependency?: string
  reply?: string
  /** Class and stack of what was no HubError: a defect of ours, for the log. */
  foreign?: { name: string; stack: string }
}

export async function carry<T>(work: () => T | Promise<T>): Promise<Carried<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error: describe(error) }
  }
}

export function unpack<T>(carried: Carried<T>): T {
  if ('value' in carried) return carried.value
  const { code, foreign, ...place } = carried.error
  throw new HubError(code, { ...place, ...(foreign === undefined ? {} : { cause: revive(foreign) }) })
}

function describe(error: unknown): CarriedError {
  if (!(error instanceof HubError)) {
    const known = error instanceof Error ? error : new Error('not an error')
    // The message of a foreign error may hold a value of the document: only its class and places leave the thread.
    return {
      code: 'hub.defect',
      foreign: {
        name: known.name,
        stack: (known.stack ?? '')
          .split('\n')
          .filter(line => /^\s+at /.test(line))
          .join('\n'),
      },
    }
  }
  return {
    code: error.code,
    ...stated({ path: error.path, dependency: error.dependency, reply: error.reply }),
  }
}

function revive(foreign: { name: string; stack: string }): Error {
  const error = new Error('in a worker')
  error.name = foreign.name
  error.stack = `${foreign.name}: in a worker\n${foreign.stack}`
  return error
}

const WORTH_MOVING = 64 * 1024

/** The large buffers of a result, moved instead of copied; small ones may share Node's buffer pool and must stay. */
export function transferable(value: unknown, found: ArrayBuffer[] = []): ArrayBuffer[] {
  if (value instanceof Uint8Array) {
    const { buffer } = value
    if (buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength && value.byteLength > WORTH_MOVING && !found.includes(buffer))
      found.push(buffer)
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) transferable(inner, found)
  }
  return found
}
