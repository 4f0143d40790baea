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
  /** The only one he sees; null or absent: all. */
  territory?: string | null
  /** Absent behind a token. */
  csrf?: string
}

let csrf: string | undefined

/** Who is logged in. */
export async function readViewer(): Promise<Viewer> {
  const viewer = await get<Viewer>('/monitor/api/me')
  csrf = viewer.csrf
  return viewer
}

/** Throws: Fault. */
export function get<Json>(path: string, signal?: AbortSignal): Promise<Json> {
  const known = ahead.get(path)
  ahead.delete(path)
  return (known ?? read(path, signal)) as Promise<Json>
}

const ahead = new Map<string, Promise<unknown>>()

/** Asks before the view that will ask is there: its first get() takes this answer. */
export function askAhead(path: string): void {
  const asked = read(path)
  asked.catch(() => undefined)
  ahead.set(path, asked)
}

const read = async (path: string, signal?: AbortSignal): Promise<unknown> => (await ask(path, signal === undefined ? {} : { signal })).json()

/** Sends JSON and reads JSON; an answer without a body is undefined. Throws: Fault. */
export async function post<Json>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<Json> {
  const text = await (await send(path, body, signal)).text()
  return (text === '' ? undefined : JSON.parse(text)) as Json
}

/** Sends JSON and gives the answer as it came, for files. Throws: Fault. */
export function send(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', ...(csrf === undefined ? {} : { 'X-CSRF-Token': csrf }) }
  return ask(path, { method: 'POST', body: JSON.stringify(body), headers, ...(signal === undefined ? {} : { signal }) })
}

/** Has anybody touched the page since it last asked? What it asks by itself keeps no session alive. */
let isAttended = true
for (const touch of ['pointermove', 'pointerdown', 'keydown', 'wheel'])
  addEventListener(
    touch,
    () => {
      isAttended = true
    },
    { capture: true, passive: true },
  )

let isOut = false

/** Was nobody logged in at the last answer? Then the page asks for nothing by itself: each refusal is audited. */
export const isLoggedOut = (): boolean => isOut

async function ask(path: string, init: RequestInit): Promise<Response> {
  const headers = { Accept: 'application/json', 'Accept-Language': language(), ...(isAttended ? {} : { 'X-Hub-Unattended': 'true' }), ...init.headers }
  isAttended = false
  const response = await fetch(path, { ...init, headers, cache: 'no-store' }).catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error
    unheard()
    throw new Fault({ status: 0, code: 'page.unheard' })
  })
  heard()
  isOut = response.status === 401
  if (response.ok) return response
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
  /** What it answers. */
  question?: string | undefined
  json?: Json | undefined
  fault?: Fault | undefined
}

/** As the hub asks for: Retry-After. */
export const AWAY_AGAIN_MS = 5000

/** Asks for `path`, again when it changes, on again(), when the hub is back, and while a part of it is away; asks nothing while it is undefined. With a body it is posted: for what stands in no address. */
export function useApi<Json>(path: string | undefined, body?: unknown): Asked<Json> {
  const sent = body === undefined ? '' : JSON.stringify(body)
  const question = path === undefined ? undefined : `${path} ${sent}`
  const [answer, setAnswer] = useState<Answer<Json>>({})
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn(one => one + 1), [])
  useEffect(() => onceBack(again), [again])
  useEffect(() => {
    if (path === undefined) return setAnswer({})
    const leave = new AbortController()
    const asked = sent === '' ? get<Json>(path, leave.signal) : post<Json>(path, JSON.parse(sent), leave.signal)
    asked.then(
      json => leave.signal.aborted || setAnswer({ question, json }),
      error => leave.signal.aborted || setAnswer(last => ({ ...last, question, fault: toFault(error) })),
    )
    return () => leave.abort()
  }, [path, sent, question, turn])
  const isLoading = answer.question !== question
  // What was posted is audited, each time with its reason: that is for a person to repeat.
  const isAway = answer.fault?.status === 503 && sent === ''
  useEffect(() => {
    if (!isAway) return
    const timer = setTimeout(again, AWAY_AGAIN_MS)
    return () => clearTimeout(timer)
  }, [isAway, answer, again])
  return { json: answer.json, fault: isLoading ? undefined : answer.fault, isLoading, again }
}
