import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, expect, it } from 'vitest'
import { config as schema } from '../../../connectors/mssante/config.ts'
import { connector } from '../../../connectors/mssante/index.ts'
import { tlsOptions } from '../../../connectors/mssante/session.ts'
import { HubError } from '../../../profiles/errors.ts'
import { issue, makeAuthority, revoke } from '../../support/certificates.ts'
import { freePort } from '../../support/free-port.ts'

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
  const unreachable = { code: 'mssante.unreachable', dependency: 'mail' }
  const crlFile = join(folder, 'not-yet-there')
  await expect(connector.check({ ...config, smtp: { ...config.smtp, crlFile } })).rejects.toMatchObject(unreachable)
  writeFileSync(join(folder, 'empty.pem'), '')
  expect(() => tlsOptions({ ...config.smtp, caFile: join(folder, 'empty.pem') }), 'Node would trust every authority it knows').toThrow(HubError)
  revoke(folder, authority, [files])
  await expect(connector.check(config)).rejects.toMatchObject({ code: 'mssante.unreachable', cause: { message: expect.stringContaining('revoked') } })
  await new Promise<void>(resolve => operator.close(resolve))
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
