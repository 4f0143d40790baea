/*
  Server-sent events of the hub: JSON of named events, followed across restarts.
*/
import { useEffect, useRef } from 'preact/hooks'
import { heard, lookAgain, onceBack } from './connection.ts'

const REFUSED_MS = 3000

interface Listener<Json> {
  onEvent(json: Json): void
  /** The hub let nobody in: whoever hears it finds out why. */
  onRefused(): void
}

/** Hears the events named `name` at `path` while the view is open; reconnects by itself. Hears nothing while it is undefined. */
export function useStream<Json>(path: string | undefined, name: string, hearing: Listener<Json>): void {
  const listener = useRef(hearing)
  listener.current = hearing
  useEffect(() => {
    if (path === undefined) return
    let source: EventSource | undefined
    let later: ReturnType<typeof setTimeout> | undefined
    // A stream that ended is opened again by the browser, one that was refused by us.
    const failed = (): void => {
      void lookAgain()
      clearTimeout(later)
      if (source?.readyState !== EventSource.CLOSED) return
      later = setTimeout(open, REFUSED_MS)
      listener.current.onRefused()
    }
    const open = (): void => {
      source?.close()
      source = new EventSource(path)
      source.addEventListener('open', heard)
      source.addEventListener(name, event => listener.current.onEvent(JSON.parse(event.data) as Json))
      source.addEventListener('error', failed)
    }
    open()
    const forget = onceBack(() => source?.readyState !== EventSource.OPEN && open())
    return () => {
      forget()
      clearTimeout(later)
      source?.close()
    }
  }, [path, name])
}
