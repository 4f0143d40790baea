/*
  Server-sent events of the hub: JSON of named events, followed across restarts.
*/
import { useEffect, useRef } from 'preact/hooks'
import { heard, onceBack, unheard } from './connection.ts'

/** Hears the events named `name` at `path` while the view is open; reconnects by itself. */
export function useStream<Json>(path: string, name: string, onEvent: (json: Json) => void): void {
  const listener = useRef(onEvent)
  listener.current = onEvent
  useEffect(() => {
    let source: EventSource | undefined
    const open = (): void => {
      source?.close()
      source = new EventSource(path)
      source.addEventListener('open', heard)
      source.addEventListener(name, event => listener.current(JSON.parse(event.data) as Json))
      source.addEventListener('error', unheard)
    }
    open()
    const forget = onceBack(() => source?.readyState !== EventSource.OPEN && open())
    return () => {
      forget()
      source?.close()
    }
  }, [path, name])
}
