/*
  The time window of the list: always set, 24 hours unless the address says otherwise.
*/
export const WINDOWS = {
  PT15M: 15 * 60_000,
  PT1H: 3_600_000,
  P1D: 86_400_000,
  P7D: 7 * 86_400_000,
  P30D: 30 * 86_400_000,
  P13M: 396 * 86_400_000,
} as const

export type WindowName = keyof typeof WINDOWS

/** A start `ms` before `until`, to the minute, as the address has it. */
export const startOf = (ms: number, until: number): string => `${new Date(until - ms).toISOString().slice(0, 16)}:00Z`

/** The start that an address without one means: 24 hours before its end. */
export function defaultStart(query: URLSearchParams, now: number): string {
  const end = Date.parse(query.get('to') ?? '')
  return startOf(WINDOWS.P1D, Number.isNaN(end) ? now : end)
}

/** Does the window start after its end? What is no time is refused elsewhere. */
export const isReversed = (from: string | undefined, to: string | undefined): boolean => Date.parse(from ?? '') >= Date.parse(to ?? '')
