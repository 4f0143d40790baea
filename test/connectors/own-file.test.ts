import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { config as directorySettings } from '../../connectors/directory/config.ts'
import { connector as directory } from '../../connectors/directory/index.ts'
import { connector as hospital } from '../../connectors/hospital/index.ts'
import { connector as mssante } from '../../connectors/mssante/index.ts'
import { config as mssanteSettings } from '../../connectors/mssante/config.ts'
import { connector as subscription } from '../../connectors/subscription/index.ts'
import { HubError } from '../../profiles/errors.ts'
import { issue, makeAuthority } from '../support/certificates.ts'

// A password or a pair of certificate and key is replaced while the hub sends: what is to be sent waits, and is refused by nobody.

const folder = mkdtempSync(join(tmpdir(), 'hub-own-files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const signal = new AbortController().signal
const authority = makeAuthority(folder)
const [old, renewed] = [issue(folder, authority, { name: 'old' }), issue(folder, authority, { name: 'renewed' })]
const away = join(folder, 'not-yet-there')
const cut = join(folder, 'cut.pem')
writeFileSync(cut, '-----BEGIN CERTIFICATE-----\nMIIB')

const toHospital = (tls: object) =>
  hospital.send({ deliveryId: 'd', payload: { host: '127.0.0.1', port: 1, tls: true, message: Buffer.from('MSH') } }, hospital.config.parse({ tls }), signal)
const toSubscriber = (files: object) =>
  subscription.send(
    { deliveryId: 'd', payload: { endpoint: 'https://127.0.0.1:1/hook', headers: [], json: '{}' } },
    subscription.config.parse({ allow: ['127.0.0.1'], ...files }),
    signal,
  )
const toOperator = (files: { passwordFile?: string; caFile?: string }) => {
  const server = { host: '127.0.0.1', port: 1, security: 'tls', ...(files.caFile === undefined ? {} : { caFile: files.caFile }) }
  const settings = { address: 'hub@hub.mssante.fr', displayName: 'Hub', smtp: server, imap: server, user: 'x', passwordFile: files.passwordFile ?? old.keyFile }
  return mssante.check(mssanteSettings.parse(settings))
}

it.each<[string, () => Promise<unknown>, object]>([
  [
    'a certificate for hospitals that is away',
    () => toHospital({ ...old, certFile: away, caFile: authority.certFile }),
    { dependency: 'hospital 127.0.0.1:1' },
  ],
  [
    'a key for hospitals of another certificate',
    () => toHospital({ ...old, keyFile: renewed.keyFile, caFile: authority.certFile }),
    { dependency: 'hospital 127.0.0.1:1' },
  ],
  ['authorities of hospitals that are cut off', () => toHospital({ ...old, caFile: cut }), { dependency: 'hospital 127.0.0.1:1' }],
  ['a certificate for subscribers that is away', () => toSubscriber({ ...old, certFile: away }), { dependency: 'certificates' }],
  ['a key for subscribers of another certificate', () => toSubscriber({ ...old, keyFile: renewed.keyFile }), { dependency: 'certificates' }],
  ['the password of the mailbox that is away', () => toOperator({ passwordFile: away }), { dependency: 'mail', path: 'connectors.mssante.passwordFile' }],
  ['the authorities of the operator that are cut off', () => toOperator({ caFile: cut }), { dependency: 'mail' }],
  [
    'the key of the directory that is away',
    () => directory.check(directorySettings.parse({ url: 'http://127.0.0.1:1', apiKeyFile: away })),
    { dependency: 'directory' },
  ],
])('%s is tried again', async (_file, attempt, said) => {
  const fault = await attempt().catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(HubError)
  expect(fault).toMatchObject({ code: 'config.unreadable', kind: 'retry', ...said })
})
