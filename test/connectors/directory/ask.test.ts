import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, check } from '../../../connectors/directory/ask.ts'
import { config } from '../../../connectors/directory/config.ts'
import { startDirectory } from '../../../docker/partners/directory.ts'
import type { StandIn } from '../../../docker/partners/stand-in.ts'
import { SYSTEM } from '../../../profiles/canonicals.ts'

const folder = mkdtempSync(join(tmpdir(), 'directory-'))

describe('the national directory', () => {
  let standIn: StandIn
  let base: string
  const settings = () => config.parse({ url: `${base}/fhir/v2`, timeoutMs: 2000 })
  const telecom = [{ system: 'email', value: 'dr@test.mssante.fr' }]
  const entries = [
    { resourceType: 'Practitioner', id: 'p', identifier: [{ system: SYSTEM.rpps, value: '10000000011' }], name: [{ family: 'MODELE' }], active: true },
    { resourceType: 'PractitionerRole', id: 'r', practitioner: { reference: 'Practitioner/p' }, telecom },
    { resourceType: 'Organization', id: 'o', identifier: [{ system: SYSTEM.finess, value: '540990033' }], telecom },
  ]
  const put = (body: unknown) => fetch(`${base}/entries`, { method: 'PUT', body: JSON.stringify(body) })
  const down = (isDown: boolean) => fetch(`${base}/control`, { method: 'POST', body: JSON.stringify({ down: isDown }) })

  beforeAll(async () => {
    standIn = await startDirectory({ host: '127.0.0.1', port: 0, dataDir: folder })
    base = `http://127.0.0.1:${standIn.ports['http']}`
    expect((await put(entries)).status).toBe(200)
  })
  afterAll(async () => {
    await standIn.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('says of a professional by RPPS who he is with his roles, and of a structure by FINESS; names are not kept', async () => {
    expect(await ask({ type: 'Practitioner', system: SYSTEM.rpps, value: '10000000011' }, settings())).toEqual([
      { resourceType: 'Practitioner', active: true },
      { resourceType: 'PractitionerRole', telecom },
    ])
    expect(await ask({ type: 'Organization', system: SYSTEM.finess, value: '540990033' }, settings())).toEqual([{ resourceType: 'Organization', telecom }])
  })

  it('knows nobody under another number', async () => {
    expect(await ask({ type: 'Practitioner', system: SYSTEM.rpps, value: '10000000029' }, settings())).toEqual([])
  })

  it('is away while it answers 503, and there again afterwards', async () => {
    await check(settings())
    await down(true)
    await expect(check(settings())).rejects.toMatchObject({ code: 'directory.unreachable', dependency: 'directory' })
    await down(false)
    await expect(check(settings())).resolves.toBeUndefined()
  })

  it('refuses entries that are no directory resources', async () => {
    expect((await put([{ resourceType: 'Patient', id: 'x' }])).status).toBe(400)
    expect((await put('nonsense')).status).toBe(400)
  })

  it('keeps what it was told across a restart', async () => {
    const again = await startDirectory({ host: '127.0.0.1', port: 0, dataDir: folder })
    const there = config.parse({ url: `http://127.0.0.1:${again.ports['http']}/fhir/v2` })
    expect(await ask({ type: 'Organization', system: SYSTEM.finess, value: '540990033' }, there)).toHaveLength(1)
    await again.stop()
  })
})
