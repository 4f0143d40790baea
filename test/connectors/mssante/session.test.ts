import { createServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, describe, expect, it } from 'vitest'
import { config as schema } from '../../../connectors/mssante/config.ts'
import { connector } from '../../../connectors/mssante/index.ts'
import { tlsOptions } from '../../../connectors/mssante/session.ts'
import { HubError } from '../../../profiles/errors.ts'
import { issue, makeAuthority, revoke } from '../../support/certificates.ts'
import { freePort } from '../../support/free-port.ts'
import { outgoing } from '../../support/mails.ts'

const folder = mkdtempSync(join(tmpdir(), 'hub-mail-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('an operator whose certificate is revoked is not trusted, from the next connection on', async () => {
  const authority = makeAuthority(folder)
  const files = issue(folder, authority, { name: 'operator' })
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, 'x')
  const port = await freePort()
  const operator = new SMTPServer({
    secure: true,
    cert: readFileSync(files.certFile),
    key: readFileSync(files.keyFile),
    onAuth: (_auth, _session, done) => done(undefined, { user: 'x' }),
  })
  operator.on('error', () => undefined)
  await new Promise<void>(resolve => operator.listen(port, '127.0.0.1', resolve))
  const server = { host: 'localhost', port, security: 'tls', caFile: authority.certFile, crlFile: revoke(folder, authority, []) }
  const config = schema.parse({ address: 'hub@hub.mssante.fr', displayName: 'Hub', smtp: server, imap: server, user: 'x', passwordFile, timeoutMs: 2000 })
  await connector.check(config)
  const crlFile = join(folder, 'not-yet-there')
  await expect(connector.check({ ...config, smtp: { ...config.smtp, crlFile } })).rejects.toMatchObject({ code: 'config.unreadable', dependency: 'mail' })
  writeFileSync(join(folder, 'empty.pem'), '')
  expect(() => tlsOptions({ ...config.smtp, caFile: join(folder, 'empty.pem') }), 'Node would trust every authority it knows').toThrow(HubError)
  revoke(folder, authority, [files])
  await expect(connector.check(config)).rejects.toMatchObject({ code: 'mssante.unreachable', cause: { message: expect.stringContaining('revoked') } })
  await new Promise<void>(resolve => operator.close(resolve))
})

describe('an operator that is not the one who is meant', () => {
  const other = mkdtempSync(join(tmpdir(), 'hub-operator-'))
  const authority = makeAuthority(other)
  const files = issue(other, authority, { name: 'operator' })
  const passwordFile = join(other, 'password')
  writeFileSync(passwordFile, 'un-secret')
  afterAll(() => rmSync(other, { recursive: true }))

  const configAt = (port: number, more: Record<string, string>) => {
    const server = { host: 'localhost', port, caFile: authority.certFile, ...more }
    return schema.parse({ address: 'hub@hub.mssante.fr', displayName: 'Hub', smtp: server, imap: server, user: 'x', passwordFile, timeoutMs: 2000 })
  }

  it.each([
    ['does not offer STARTTLS', { disabledCommands: ['STARTTLS'] }, {}],
    ['has a certificate of another name, behind STARTTLS', {}, { servername: 'smtp.operateur.example.test' }],
    ['has a certificate of another name, from the first byte', { secure: true }, { servername: 'smtp.operateur.example.test', security: 'tls' }],
  ])('one that %s is told no password and no mail', async (_, options, more) => {
    const port = await freePort()
    const told: string[] = []
    const operator = new SMTPServer({
      ...options,
      cert: readFileSync(files.certFile),
      key: readFileSync(files.keyFile),
      allowInsecureAuth: true,
      onAuth: ({ username = '' }, _session, done) => {
        told.push(username)
        done(undefined, { user: username })
      },
      onMailFrom: ({ address }, _session, done) => {
        told.push(address)
        done()
      },
    })
    operator.on('error', () => undefined)
    await new Promise<void>(resolve => operator.listen(port, 'localhost', resolve))
    const sending = connector.send(outgoing('dr.a@cabinet.mssante.fr', 'm1'), configAt(port, more), new AbortController().signal)
    await expect(sending).rejects.toMatchObject({ code: 'mssante.unreachable', dependency: 'mail' })
    expect(told).toEqual([])
    await new Promise<void>(resolve => operator.close(resolve))
  })

  it('words in clear behind the answer to STARTTLS are heard by nobody', async () => {
    const port = await freePort()
    const heard: string[] = []
    const operator = createServer(socket => {
      socket.on('error', () => undefined)
      socket.write('220 op\r\n')
      socket.on('data', chunk => {
        heard.push(chunk.toString('latin1'))
        if (heard.length === 1) socket.write('250-op\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n')
        if (heard.length === 2) socket.write('220 go\r\n250-op\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n')
      })
    })
    await new Promise<void>(resolve => operator.listen(port, 'localhost', resolve))
    const sending = connector.send(outgoing('dr.a@cabinet.mssante.fr', 'm1'), configAt(port, {}), new AbortController().signal)
    await expect(sending).rejects.toMatchObject({ code: 'mssante.unreachable', dependency: 'mail' })
    expect(heard.join('')).not.toMatch(/AUTH|MAIL FROM|un-secret/)
    operator.close()
  })
})

it.each([
  ['INBOX', 'Rejetes', false],
  ['Rejetes', 'Rejetes', false],
  ['Traites', 'Rejetes', true],
])('the folder that is emptied is one of its own: %s beside %s', (takenFolder, asideFolder, isTaken) => {
  const server = { host: 'localhost' }
  const said = { address: 'hub@hub.mssante.fr', displayName: 'Hub', smtp: server, imap: server, user: 'x', passwordFile: 'x', takenFolder, asideFolder }
  expect(schema.safeParse(said).success).toBe(isTaken)
})
