/*
  One breaker per dependency: while it is away nobody waits on it, and one probe at a time finds out when it is back.
    closed --dependency error--> open --pause over--> half-open (one probe) --anything but a dependency error--> closed
  Where a dependency has a health check, that is the probe, and it also tells a dependency that is away from one call that fails:
  with a healthy dependency the fault is the call's own, so it loses its dependency and is counted.
  Whoever is refused while it is open is told when to look again, one after the other: many who wait cost no more than few, and are woken when it is back.
*/
import { type ErrorCode, HubError } from '../profiles/errors.ts'

/** `half-open`: it was away, and whoever asks now finds out. */
export type BreakerState = 'closed' | 'open' | 'half-open'

export interface Breaker {
  /** Runs the work, or throws at once the dependency's error while it is known to be away. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Throws the dependency's error while it is known to be away: asked before work that would be for nothing. */
  requireUp(): void
  state(): BreakerState
}

export interface Breakers {
  of(dependency: string): Breaker
  /** The health check of a dependency: resolves when it is there, throws a dependency error otherwise. */
  probe(dependency: string, check: () => Promise<void>): void
  states(): Record<string, BreakerState>
}

export interface BreakerOptions {
  firstPauseMs?: number
  longestPauseMs?: number
  clock?: () => number
  onChange?: (dependency: string, state: BreakerState) => void
}

/** Of those who wait together one looks again so often. */
const LOOK_EVERY_MS = 50
/** However many they are, each is told a time that comes. */
const LOOK_WITHIN_MS = 3_600_000

const AWAY: Record<string, ErrorCode> = {
  hapi: 'store.unavailable',
  kafka: 'bus.unavailable',
  mail: 'mssante.unreachable',
  platform: 'platform.unreachable',
  directory: 'directory.unreachable',
  hospital: 'hospital.unreachable',
  postgres: 'ledger.unavailable',
}

/** The codes with which others than these are refused; of many of a kind (hospitals) the code is one. */
export const refusalsBut = (dependencies: readonly string[]): ErrorCode[] =>
  Object.entries(AWAY).flatMap(([name, code]) => (dependencies.includes(name) ? [] : [code]))

/** As the path of an error: who was refused because of this dependency, and not by it. */
export const placeOfDependency = (dependency: string): string => `dependencies.${dependency}`

type Check = () => Promise<void>

export function createBreakers(options: BreakerOptions = {}): Breakers {
  const breakers = new Map<string, Breaker>()
  const checks = new Map<string, Check>()
  const of = (dependency: string): Breaker => {
    const known = breakers.get(dependency) ?? createBreaker(dependency, () => checks.get(dependency), options)
    breakers.set(dependency, known)
    return known
  }
  return {
    of,
    probe: (dependency, check) => void checks.set(dependency, check),
    states: () => Object.fromEntries([...breakers].map(([name, breaker]) => [name, breaker.state()])),
  }
}

function createBreaker(dependency: string, checkOf: () => Check | undefined, options: BreakerOptions): Breaker {
  const circuit = createCircuit(dependency, options)

  async function run<T>(work: () => Promise<T>): Promise<T> {
    const check = checkOf()
    if (check === undefined) return circuit.isClosed() ? attempt(work) : circuit.probing(() => attempt(work))
    if (!circuit.isClosed()) await circuit.probing(() => attempt(check))
    return work().catch(error => verify(error, check))
  }

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    const wasClosed = circuit.isClosed()
    try {
      const result = await work()
      circuit.close()
      return result
    } catch (error) {
      // Calls that began before it opened fail together: they are one failure, not many.
      if (!isDependencyError(error)) circuit.close()
      else if (!wasClosed || circuit.isClosed()) circuit.open()
      throw error
    }
  }

  async function verify(error: unknown, check: Check): Promise<never> {
    if (!isDependencyError(error) || error.dependency !== dependency || !circuit.isClosed()) throw error
    await attempt(check)
    throw new HubError(error.code, {
      cause: error,
      ...(error.path === undefined ? {} : { path: error.path }),
      ...(error.reply === undefined ? {} : { reply: error.reply }),
    })
  }
  return { run, requireUp: circuit.requireUp, state: circuit.state }
}

function createCircuit(
  dependency: string,
  { firstPauseMs = 500, longestPauseMs = 5000, clock = () => performance.now(), onChange = () => {} }: BreakerOptions,
) {
  let failures = 0
  let probeAt = 0
  let isProbing = false
  let lookAt = 0
  const requireUp = (): void => {
    const now = clock()
    if (failures === 0 || !(isProbing || now < probeAt)) return
    lookAt = Math.min(Math.max(lookAt + LOOK_EVERY_MS, now + firstPauseMs), now + LOOK_WITHIN_MS)
    const code = AWAY[dependency.split(':')[0] ?? ''] ?? 'hub.busy'
    throw new HubError(code, { dependency, path: placeOfDependency(dependency), retryAfterMs: lookAt - now })
  }
  return {
    requireUp,
    isClosed: () => failures === 0,
    state: (): BreakerState => (failures === 0 ? 'closed' : isProbing || clock() < probeAt ? 'open' : 'half-open'),
    open(): void {
      probeAt = clock() + Math.min(firstPauseMs * 2 ** failures, longestPauseMs)
      failures += 1
      if (failures === 1) onChange(dependency, 'open')
    },
    close(): void {
      if (failures > 0) onChange(dependency, 'closed')
      failures = 0
      lookAt = 0
    },
    /** Runs the one probe of a half-open circuit. Throws the dependency's error while it is open, or another probe runs. */
    async probing<T>(probe: () => Promise<T>): Promise<T> {
      requireUp()
      isProbing = true
      try {
        return await probe()
      } finally {
        isProbing = false
      }
    },
  }
}

function isDependencyError(error: unknown): error is HubError & { dependency: string } {
  return error instanceof HubError && error.dependency !== undefined
}
