import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { ZodType } from 'zod'
import { connector as directory } from '../../connectors/directory/index.ts'
import { connector as hospital } from '../../connectors/hospital/index.ts'
import { connector as mssante } from '../../connectors/mssante/index.ts'
import { connector as platform } from '../../connectors/platform/index.ts'
import { connector as subscription } from '../../connectors/subscription/index.ts'
import { HubError } from '../../profiles/errors.ts'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// One suite over every connector: what the gateway relies on, whatever the partner.

const passwordFile = join(mkdtempSync(join(tmpdir(), 'hub-contract-')), 'password')
writeFileSync(passwordFile, 'a-password')

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const mail = {
  from: { address: 'hub@pfi.mssante.fr', name: 'Hub' },
  to: 'someone@test.mssante.fr',
  subject: 'XDM/1.0/DDM+Essai',
  messageId: 'r@pfi.mssante.fr',
  envelopeId: 'r',
  date: new Date(0),
  headers: {},
  text: 'Bonjour',
  attachments: [],
  archive: [{ path: 'README.TXT', bytes: text('x') }],
  requestReadReceipt: false,
}

const cases = [
  {
    connector: hospital,
    configAt: (port: number) => hospital.config.parse({ port }),
    sendAt: (port: number, signal: AbortSignal) =>
      hospital.send(
        { deliveryId: 'd', payload: { host: '127.0.0.1', port, message: text('MSH|^~\\&|HUB|HUB|A|B|20260101||ZAM^Z02^ZAM_Z01|1|T|2.6\r') } },
        hospital.config.parse({ port, ackTimeoutMs: 500 }),
        signal,
      ),
  },
  {
    connector: mssante,
    configAt: (port: number) => mssante.config.parse(mailbox(port)),
    sendAt: (port: number, signal: AbortSignal) => sendOf(mssante)({ deliveryId: 'd', payload: mail }, mssante.config.parse(mailbox(port)), signal),
  },
  {
    connector: platform,
    configAt: (port: number) => platform.config.parse({ partner: 'region', url: `http://127.0.0.1:${port}`, topic: 'hub.partner.region' }),
    sendAt: (port: number, signal: AbortSignal) =>
      sendOf(platform)(
        { deliveryId: 'd', payload: { path: '/CommunicationRequest', json: '{}' } },
        platform.config.parse({ partner: 'region', url: `http://127.0.0.1:${port}`, timeoutMs: 500, topic: 'hub.partner.region' }),
        signal,
      ),
  },
  {
    connector: directory,
    configAt: (port: number) => directory.config.parse({ url: `http://127.0.0.1:${port}` }),
    sendAt: (port: number, signal: AbortSignal) =>
      directory.ask(
        { type: 'Organization', system: 'https://finess.esante.gouv.fr', value: '540990033' },
        directory.config.parse({ url: `http://127.0.0.1:${port}`, timeoutMs: 500 }),
        signal,
      ),
  },
  {
    connector: subscription,
    isManyPartners: true,
    configAt: () => subscription.config.parse({ allow: ['127.0.0.1'] }),
    sendAt: (port: number, signal: AbortSignal) =>
      subscription.send(
        { deliveryId: 'd', payload: { endpoint: `http://127.0.0.1:${port}/`, headers: [], json: '{}' } },
        subscription.config.parse({ allow: ['127.0.0.1'], timeoutMs: 500 }),
        signal,
      ),
  },
]

function mailbox(port: number) {
  const server = { host: '127.0.0.1', port, security: 'none' }
  return { address: 'hub@pfi.mssante.fr', displayName: 'Hub', smtp: server, imap: server, user: 'hub@pfi.mssante.fr', passwordFile, timeoutMs: 500 }
}

function sendOf<Send>(connector: { send?: Send }): Send {
  if (connector.send === undefined) throw new Error('this connector does not send')
  return connector.send
}

describe.each(cases.map(one => [one.connector.name, one] as const))('the %s connector', (name, one) => {
  it('has a configuration of which each field is explained, and that refuses what it does not know', () => {
    const unexplained = fieldsOf(one.connector.config)
      .filter(field => field.description === undefined)
      .map(field => field.name)
    expect(unexplained).toEqual([])
    const refused = one.connector.config.safeParse({ ...(one.configAt(1) as object), colour: 'blue' })
    expect(refused.success).toBe(false)
  })

  it('says that a partner who is not there is away: to be tried again, counted against nobody unless it is one of many', async () => {
    const error = await rejection(one.sendAt(await closedPort(), new AbortController().signal))
    expect(error).toBeInstanceOf(HubError)
    const dependency: unknown = 'isManyPartners' in one ? undefined : expect.any(String)
    expect(error).toMatchObject({ kind: 'retry', code: expect.stringMatching(new RegExp(`^${name}\\.`)), dependency })
  })

  it('says to try again when the partner takes the connection and then says nothing', async () => {
    const silent = createServer(socket => socket.on('error', () => undefined))
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const error = await rejection(one.sendAt(port, new AbortController().signal))
    expect(error).toMatchObject({ name: 'HubError', kind: 'retry' })
    silent.close()
  })

  it('gives up at once when aborted', async () => {
    const silent = createServer(socket => socket.on('error', () => undefined))
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const ended = new AbortController()
    const sending = rejection(one.sendAt(port, ended.signal))
    ended.abort()
    expect(await sending).toBeInstanceOf(HubError)
    silent.close()
  })
})

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('was expected to fail')
    },
    (error: unknown) => error,
  )
}

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

function fieldsOf(schema: ZodType): { name: string; description: string | undefined }[] {
  const shape = (schema as unknown as { shape?: Record<string, ZodType> }).shape ?? {}
  return Object.entries(shape).map(([name, field]) => ({ name, description: field.description }))
}
