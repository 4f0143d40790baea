/*
  One breaker per dependency: while it is away nobody waits on it, and one probe at a time finds out when it is back.
    closed --dependency error--> open --pause over--> half-open (one probe) --anything but a dependency error--> closed
*/
import { type ErrorCode, HubError } from '../profiles/errors.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

export interface Breaker {
  /** Runs the work, or throws at once the dependency's error while it is known to be away. */
  run<T>(work: () => Promise<T>): Promise<T>
  state(): BreakerState
}

export interface Breakers {
  of(dependency: string): Breaker
  states(): Record<string, BreakerState>
}

export interface BreakerOptions {
  firstPauseMs?: number
  longestPauseMs?: number
  clock?: () => number
  onChange?: (dependency: string, state: BreakerState) => void
}

const AWAY: Record<string, ErrorCode> = {
  hapi: 'store.unavailable',
  kafka: 'bus.unavailable',
  mail: 'mssante.unreachable',
  platform: 'platform.unreachable',
  hospital: 'hospital.unreachable',
  postgres: 'ledger.unavailable',
}

export function createBreakers(options: BreakerOptions = {}): Breakers {
  const breakers = new Map<string, Breaker>()
  const of = (dependency: string): Breaker => {
    const known = breakers.get(dependency) ?? createBreaker(dependency, options)
    breakers.set(dependency, known)
    return known
  }
  return { of, states: () => Object.fromEntries([...breakers].map(([name, breaker]) => [name, breaker.state()])) }
}

function createBreaker(
  dependency: string,
  { firstPauseMs = 500, longestPauseMs = 5000, clock = () => performance.now(), onChange = () => {} }: BreakerOptions,
): Breaker {
  let failures = 0
  let probeAt = 0
  let isProbing = false
  const state = (): BreakerState => (failures === 0 ? 'closed' : isProbing || clock() >= probeAt ? 'half-open' : 'open')
  const opened = (): void => {
    const wasClosed = failures === 0
    probeAt = clock() + Math.min(firstPauseMs * 2 ** failures, longestPauseMs)
    failures += 1
    if (wasClosed) onChange(dependency, 'open')
  }
  const closed = (): void => {
    const wasOpen = failures > 0
    failures = 0
    if (wasOpen) onChange(dependency, 'closed')
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    const isProbe = failures > 0
    if (isProbe && (isProbing || clock() < probeAt)) throw new HubError(AWAY[dependency.split(':')[0] ?? ''] ?? 'hub.busy', { dependency })
    if (isProbe) isProbing = true
    try {
      const result = await work()
      closed()
      return result
    } catch (error) {
      // Calls that started before it opened fail together: they are one failure, not many.
      if (error instanceof HubError && error.dependency !== undefined) {
        if (isProbe || failures === 0) opened()
      } else closed()
      throw error
    } finally {
      if (isProbe) isProbing = false
    }
  }
  return { run, state }
}
