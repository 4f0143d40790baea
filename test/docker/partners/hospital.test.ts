import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { exchange } from '../../../connectors/hospital/send.ts'
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
  const pair = (name: string): { key: Buffer; cert: Buffer } => {
    const { keyFile, certFile } = issue(dataDir, authority, { name })
    return { key: readFileSync(keyFile), cert: readFileSync(certFile) }
  }
  hospital = await startHospital({ host: '127.0.0.1', mllpPort: 0, httpPort: 0, dataDir, tls: pair('hospital') })
  const peer = {
    host: 'localhost',
    port: hospital.ports['mllp'] ?? 0,
    secureContext: createSecureContext({ ...pair('hub'), ca: [readFileSync(authority.certFile, 'utf8')] }),
  }
  const message = Buffer.from('MSH|^~\\&|HUB|HUB|DPI-1|CH-1|20260101||ORU^R01^ORU_R01|ACK-1|T|2.5\r')
  const answer = await exchange(peer, message, { timeoutMs: 10_000 })
  expect(Buffer.from(answer).toString()).toContain('MSA|AA|ACK-1')
})
