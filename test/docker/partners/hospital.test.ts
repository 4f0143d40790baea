import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { connector } from '../../../connectors/hospital/index.ts'
import { startHospital } from '../../../docker/partners/hospital.ts'
import type { StandIn } from '../../../docker/partners/stand-in.ts'
import { issue, makeAuthority } from '../../support/certificates.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'hospital-'))
let hospital: StandIn | undefined
afterEach(async () => {
  await hospital?.stop()
  rmSync(dataDir, { recursive: true })
})

it('the hospital of the sandbox takes an acknowledgement by TLS where it has a certificate, as a hub sends it whose own door speaks TLS', async () => {
  const authority = makeAuthority(dataDir)
  const [shown, own] = [issue(dataDir, authority, { name: 'hospital' }), issue(dataDir, authority, { name: 'hub' })]
  const tls = { cert: readFileSync(shown.certFile), key: readFileSync(shown.keyFile) }
  hospital = await startHospital({ host: '127.0.0.1', mllpPort: 0, httpPort: 0, dataDir, tls })
  const message = Buffer.from('MSH|^~\\&|HUB|HUB|DPI-1|CH-1|20260101||ORU^R01^ORU_R01|ACK-1|T|2.5\r')
  const payload = { host: 'localhost', port: hospital.ports['mllp'] ?? 0, tls: true, message }
  const config = connector.config.parse({ tls: { certFile: own.certFile, keyFile: own.keyFile, caFile: authority.certFile } })
  expect(await connector.send({ deliveryId: 'D1', payload }, config, new AbortController().signal)).toMatchObject({ code: 'AA' })
})
