/*
  A running sandbox, driven from outside as a partner would: sandbox.json, tokens, FHIR, mailboxes, what the stand-ins received.
*/
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import type { Sandbox } from '../../gateway/commands/sandbox.ts'
import { fetchToken } from '../../gateway/commands/token.ts'

/** Who logs in at the monitor. */
export interface SandboxUser {
  name: string
  password: string
  role: 'observer' | 'operator' | 'privacy-officer'
  territory?: string
}

export interface SandboxFile extends Sandbox {
  directory: string
  kafka: string
  postgres: string
  smtp: { host: string; port: number }
  pids: Record<string, number>
  /** Who is told of incidents; `secret` is the file of the key that signs. */
  alerts: { mail: string; webhook: string; secret: string }
  alertGraceSeconds: number
  users: SandboxUser[]
}

export function readSandbox(dataDir = process.env['HUB_DATA_DIR'] ?? '.hub'): SandboxFile {
  return JSON.parse(readFileSync(join(dataDir, 'sandbox.json'), 'utf8')) as SandboxFile
}

/** Between two looks: a tenth of what has passed. Dozens of tests that look all the time take the processors from what they wait for. */
const pauseAfter = (passedMs: number): number => Math.min(Math.max(passedMs / 10, 50), 1000)

/** Waits until `probe` gives something other than undefined; fails, naming what was awaited, after `timeoutMs`. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, timeoutMs = 60_000): Promise<T> {
  const begin = Date.now()
  const end = begin + timeoutMs
  for (;;) {
    const found = await probe().catch(error => {
      if (Date.now() > end) throw error
      return undefined
    })
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`not seen within ${timeoutMs} ms: ${what}`)
    await new Promise(resolve => setTimeout(resolve, pauseAfter(Date.now() - begin)))
  }
}

/** One MLLP exchange: sends the frame, resolves with the answer's ER7. */
export function exchange(mllp: { host: string; port: number }, message: Uint8Array, timeoutMs = 60_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(mllp.port, mllp.host)
    const chunks: Buffer[] = []
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed without an answer')))
    socket.on('data', chunk => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      const end = all.indexOf(Buffer.from([0x1c, 0x0d]))
      if (end < 0) return
      resolve(all.subarray(all.indexOf(0x0b) + 1, end).toString('utf8'))
      socket.destroy()
    })
    socket.write(Buffer.concat([Buffer.from([0x0b]), message, Buffer.from([0x1c, 0x0d])]))
  })
}

/** What `token` gave: a token lives for five minutes, and a file of tests may take longer beside others. */
const given = new Map<string, { sandbox: SandboxFile; client: string; current: string; until: number }>()
const KEPT_MS = 240_000

/** In: name or kind of a client of the sandbox. */
export async function token(sandbox: SandboxFile, client: string): Promise<string> {
  const current = await fetchToken(sandbox, client)
  given.set(current, { sandbox, client, current, until: Date.now() + KEPT_MS })
  return current
}

/** The same right, still in force. */
async function inForce(bearer: string): Promise<string> {
  const known = given.get(bearer)
  if (known !== undefined && Date.now() > known.until)
    Object.assign(known, { current: await fetchToken(known.sandbox, known.client), until: Date.now() + KEPT_MS })
  return known?.current ?? bearer
}

export interface FlowStep {
  step: string
  at: string
  outcome: string
  recipient?: string
  code?: string
  attempt?: number
}
export interface Flow {
  id: string
  controlId: string
  sender: string
  status: string
  documentId?: string
  documentType?: string
  steps: FlowStep[]
}

export async function getJson<T>(url: string, bearer?: string): Promise<T> {
  const reply = await fetch(url, { headers: bearer === undefined ? {} : { authorization: `Bearer ${await inForce(bearer)}` } })
  if (!reply.ok) throw new Error(`${reply.status} from ${new URL(url).pathname}`)
  return (await reply.json()) as T
}

export async function flowsOf(sandbox: SandboxFile, bearer: string, controlId: string): Promise<Flow[]> {
  const page = await getJson<{ items: Flow[] }>(`${sandbox.http}/monitor/api/flows?controlId=${encodeURIComponent(controlId)}`, bearer)
  return page.items
}

export async function completeFlow(sandbox: SandboxFile, bearer: string, controlId: string, timeoutMs = 150_000): Promise<Flow> {
  return eventually(
    `flow ${controlId} complete`,
    async () => {
      const [flow] = await flowsOf(sandbox, bearer, controlId)
      if (flow?.status !== 'complete') return undefined
      return getJson<Flow>(`${sandbox.http}/monitor/api/flows/${flow.id}`, bearer)
    },
    timeoutMs,
  )
}

/** What a stand-in has received that holds a text (a control id, a number), oldest first. In: its address. */
export const receivedBy = <T>(partner: string, text: string): Promise<T[]> => getJson<T[]>(`${partner}/received?${new URLSearchParams({ holding: text })}`)

/** The messages that the hospital has received and that hold a text. */
export const hospitalReceived = async (sandbox: SandboxFile, text: string): Promise<string[]> =>
  (await receivedBy<{ message: string }>(sandbox.hospital, text)).map(({ message }) => message)

/** All mails of a mailbox, raw, oldest first. */
export async function mailsOf(sandbox: SandboxFile, address: string): Promise<Buffer[]> {
  const client = new ImapFlow({
    host: sandbox.imap.host,
    port: sandbox.imap.port,
    secure: false,
    auth: { user: address, pass: sandbox.mailPassword },
    logger: false,
    tls: { rejectUnauthorized: false },
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const lock = await client.getMailboxLock('INBOX')
    try {
      const mails: Buffer[] = []
      if (client.mailbox === false || client.mailbox.exists === 0) return mails
      for await (const mail of client.fetch('1:*', { source: true })) if (mail.source !== undefined) mails.push(mail.source)
      return mails
    } finally {
      lock.release()
    }
  } finally {
    await client.logout().catch(() => client.close())
  }
}

export interface CareEventSeen {
  type: string
  subject: string
  sequence: string
  data: { resources: string[]; changes: string[]; cause: string }
}

/** The events of one type about a resource, oldest first, as the operator sees them. */
export async function careEvents(sandbox: SandboxFile, type: string, about: string): Promise<CareEventSeen[]> {
  const operator = await token(sandbox, 'operator')
  const query = `type=${encodeURIComponent(type)}&resource=${encodeURIComponent(about)}&limit=100`
  const { events } = await getJson<{ events: CareEventSeen[] }>(`${sandbox.http}/monitor/api/events?${query}`, operator)
  return events.filter(({ data }) => data.resources[0]?.startsWith(`${about}/_history/`))
}
