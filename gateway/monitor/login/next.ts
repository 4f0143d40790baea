/*
  Where a login leads: a view of the monitor, never anywhere else.
*/
const BASE = 'http://hub'
const MONITOR = '/monitor'

/** In: whatever stood in `next`. Out: path and query of a view; the overview where it names none. */
export function viewOf(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, BASE)) return MONITOR
  const { origin, pathname, search } = new URL(next, BASE)
  const isView = (pathname === MONITOR || pathname.startsWith(`${MONITOR}/`)) && !/^\/monitor\/(api|login|callback|logout)(\/|$)/.test(pathname)
  return origin === BASE && isView ? pathname + search : MONITOR
}
