/*
  A browser at the monitor, as curl with a cookie jar would be one: follows redirects to the identity provider, fills in its form, comes back.
*/
import type { SandboxFile, SandboxUser } from './sandbox.ts'

export interface Answered {
  status: number
  location: string | null
  text: string
  headers: Headers
}

/** Cookies by host, as browsers keep them: a port is no part of it. */
export class Jar {
  readonly cookies = new Map<string, string>()

  async ask(url: string | URL, init: RequestInit = {}): Promise<Answered> {
    const cookie = [...this.cookies].map(pair => pair.join('=')).join('; ')
    const headers = { accept: 'text/html', ...(init.headers as Record<string, string> | undefined), ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const set of response.headers.getSetCookie()) this.#keep(set)
    return { status: response.status, location: response.headers.get('location'), text: await response.text(), headers: response.headers }
  }

  #keep(set: string): void {
    const [pair = '', ...attributes] = set.split(';')
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const isGone = value === '' || attributes.some(one => /^\s*(expires=Thu, 01 Jan 1970|max-age=0$)/i.test(one))
    if (isGone) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

export interface LoggedIn {
  jar: Jar
  csrf: string
  /** Where the login led. */
  landed: string
  get(path: string): Promise<Answered>
  /** With the CSRF token of the session unless another is given. */
  post(path: string, body?: unknown, csrf?: string): Promise<Answered>
}

export const userOf = (sandbox: SandboxFile, role: SandboxUser['role'], territory?: string): SandboxUser => {
  const found = sandbox.users.find(one => one.role === role && (territory === undefined || one.territory === territory))
  if (found === undefined) throw new Error(`no user of role ${role}`)
  return found
}

/** Follows redirects from there until something else is answered. */
export async function follow(jar: Jar, from: string | URL): Promise<Answered & { at: URL }> {
  let at = new URL(from)
  for (let step = 0; step < 10; step += 1) {
    const answer = await jar.ask(at)
    if (answer.location === null) return { ...answer, at }
    at = new URL(answer.location, at)
  }
  throw new Error('too many redirects')
}

/** Fills in the form of the identity provider and sends it. Out: the answer to it. */
export async function fillIn(jar: Jar, form: { at: URL; text: string }, { name, password }: Pick<SandboxUser, 'name' | 'password'>): Promise<Answered> {
  const [, action] = /<form method="post" action="([^"]+)"/.exec(form.text) ?? []
  if (action === undefined) throw new Error(`no form at ${form.at.pathname}`)
  return jar.ask(new URL(action, form.at), { method: 'POST', body: new URLSearchParams({ name, password }) })
}

/** As a person does it, to the view he asks for. */
export async function logInTo(sandbox: SandboxFile, user: SandboxUser, view = '/monitor'): Promise<LoggedIn> {
  const jar = new Jar()
  const form = await follow(jar, `${sandbox.http}${view}`)
  const sent = await fillIn(jar, form, user)
  let at = new URL(sent.location ?? '', form.at)
  while (!at.pathname.startsWith('/monitor') || at.pathname === '/monitor/callback') {
    const answer = await jar.ask(at)
    if (answer.location === null) throw new Error(`no way on from ${at.pathname}: ${answer.status} ${answer.text}`)
    at = new URL(answer.location, at)
  }
  const json = { accept: 'application/json' }
  const get = (path: string): Promise<Answered> => jar.ask(`${sandbox.http}${path}`, { headers: json })
  const { csrf } = JSON.parse((await get('/monitor/api/me')).text) as { csrf: string }
  return {
    jar,
    csrf,
    landed: at.pathname + at.search,
    get,
    post: (path, body = {}, token = csrf) =>
      jar.ask(`${sandbox.http}${path}`, {
        method: 'POST',
        headers: { ...json, 'content-type': 'application/json', ...(token === '' ? {} : { 'x-csrf-token': token }) },
        body: JSON.stringify(body),
      }),
  }
}
