/*
  Where the reader is: the address of the page is the view with its filters. Links are plain anchors; those of the monitor change the view without a new page.
*/
import { useEffect, useState } from 'preact/hooks'

export interface Place {
  path: string
  query: URLSearchParams
}

const MOVED = 'hub:moved'
/** Addresses under /monitor that the hub answers itself. */
const OF_THE_HUB = /^\/monitor\/(api|login|logout|callback)(\/|$)/

export const place = (): Place => ({ path: location.pathname.replace(/(.)\/$/, '$1'), query: new URLSearchParams(location.search) })

/** The login, and from there back to this view. */
export const loginAddress = (): string => `/monitor/login?next=${encodeURIComponent(location.pathname + location.search)}`

/** Shows another view, or the same with other filters; `replace` leaves no step back. */
export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  dispatchEvent(new Event(MOVED))
}

/** The same view with these parameters; an empty one is taken away. */
export function addressWith(changes: Readonly<Record<string, string | undefined>>, { path, query }: Place = place()): string {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(name)
    else next.set(name, value)
  }
  const text = next.toString()
  return text === '' ? path : `${path}?${text}`
}

/** What of these parameters the address says. */
export const chosenIn = ({ query }: Place, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap(name => (query.get(name) ? [[name, query.get(name) ?? '']] : [])))

/** The place, kept up with links, go(), back and forward. */
export function usePlace(): Place {
  const [now, setNow] = useState(place)
  useEffect(() => {
    const moved = (): void => setNow(place())
    addEventListener(MOVED, moved)
    addEventListener('popstate', moved)
    document.addEventListener('click', follow)
    return () => {
      removeEventListener(MOVED, moved)
      removeEventListener('popstate', moved)
      document.removeEventListener('click', follow)
    }
  }, [])
  return now
}

/** Takes a click on a link of the monitor, unless it asks for something else: a new tab, a download, an address of the hub itself. */
function follow(event: MouseEvent): void {
  const isPlain = event.button === 0 && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!isPlain || link === null || link.target !== '' || link.hasAttribute('download')) return
  const to = new URL(link.href, location.href)
  const isView = to.origin === location.origin && /^\/monitor(\/|$)/.test(to.pathname) && !OF_THE_HUB.test(to.pathname)
  if (!isView || (to.hash !== '' && to.pathname === location.pathname)) return
  event.preventDefault()
  go(`${to.pathname}${to.search}`)
}
