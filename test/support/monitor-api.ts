/*
  The monitor's API as an operator's software calls it.
*/
import { type SandboxFile, token } from './sandbox.ts'

export interface Answer<Json> {
  status: number
  json: Json
}

export interface MonitorApi {
  get<Json>(path: string): Promise<Json>
  /** Whatever the status. */
  post<Json = Record<string, unknown>>(path: string, body: object): Promise<Answer<Json>>
}

/** With a fresh token at each call: a test may outlive one. */
export function monitorApi(sandbox: SandboxFile, client = 'operator'): MonitorApi {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${sandbox.http}/monitor/api/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${await token(sandbox, client)}`, 'content-type': 'application/json' },
    })
  return {
    get: async <Json>(path: string) => {
      const reply = await ask(path)
      if (!reply.ok) throw new Error(`${reply.status} from ${path}`)
      return (await reply.json()) as Json
    },
    post: async <Json>(path: string, body: object) => {
      const reply = await ask(path, { method: 'POST', body: JSON.stringify(body) })
      return { status: reply.status, json: (await reply.json()) as Json }
    },
  }
}
