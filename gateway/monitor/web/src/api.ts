/*
  The page's way to the hub: JSON read and written under /monitor/api, as the person who is logged in.
*/
import { useCallback, useEffect, useState } from 'preact/hooks'
import { heard, onceBack, unheard } from './connection.ts'
import { Fault, faultOf, toFault } from './fault.ts'
import { language } from './language.ts'

export interface Viewer {
  name: string
  role: 'observer' | 'operator' | 'privacy-officer'
  territory?: string
  csrfToken?: string
}

let csrfToken: string | undefined

/** Who is logged in. */
export async function readViewer(): Promise<Viewer> {
  const viewer = await get<Viewer>('/monitor/api/me')
  csrfToken = viewer.csrfToken
  return viewer
}

/** Throws: Fault. Without a session the browser goes to the login and comes back here. */
export const get = async <Json>(path: string, signal?: AbortSignal): Promise<Json> =>
  (await ask(path, signal === undefined ? {} : { signal })).json() as Promise<Json>

/** Sends JSON and reads JSON; an answer without a body is undefined. Throws: Fault. */
export async function post<Json>(path: string, body: unknown = {}): Promise<Json> {
  const text = await (await send(path, body)).text()
  return (text === '' ? undefined : JSON.parse(text)) as Json
}

/** Sends JSON and gives the answer as it came, for files. Throws: Fault. */
export function send(path: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', ...(csrfToken === undefined ? {} : { 'X-CSRF-Token': csrfToken }) }
  return ask(path, { method: 'POST', body: JSON.stringify(body), headers })
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const headers = { Accept: 'application/json', 'Accept-Language': language(), ...init.headers }
  const response = await fetch(path, { ...init, headers, cache: 'no-store' }).catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error
    unheard()
    throw new Fault({ status: 0, code: 'page.unheard' })
  })
  heard()
  if (response.ok) return response
  if (response.status === 401) location.assign(`/monitor/login?returnTo=${encodeURIComponent(location.pathname + location.search)}`)
  throw await faultOf(response)
}

export interface Asked<Json> {
  /** The last answer; kept while the next is awaited. */
  json: Json | undefined
  fault: Fault | undefined
  isLoading: boolean
  again(): void
}

interface Answer<Json> {
  /** The path it answers. */
  path?: string | undefined
  json?: Json | undefined
  fault?: Fault | undefined
}

/** Asks for `path`, again when it changes, on again(), and when the hub is back; asks nothing while it is undefined. */
export function useApi<Json>(path: string | undefined): Asked<Json> {
  const [answer, setAnswer] = useState<Answer<Json>>({})
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn(one => one + 1), [])
  useEffect(() => onceBack(again), [again])
  useEffect(() => {
    if (path === undefined) return setAnswer({})
    const leave = new AbortController()
    get<Json>(path, leave.signal).then(
      json => leave.signal.aborted || setAnswer({ path, json }),
      error => leave.signal.aborted || setAnswer(last => ({ ...last, path, fault: toFault(error) })),
    )
    return () => leave.abort()
  }, [path, turn])
  return { json: answer.json, fault: answer.path === path ? answer.fault : undefined, isLoading: path !== undefined && answer.path !== path, again }
}
