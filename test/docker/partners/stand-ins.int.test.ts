import { mkdtempSync, rmSync, truncateSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { config } from '../../../connectors/platform/config.ts'
import { send } from '../../../connectors/platform/send.ts'
import { startHospital } from '../../../docker/partners/hospital.ts'
import type { StandIn } from '../../../docker/partners/stand-in.ts'
import { startPlatform } from '../../../docker/partners/platform.ts'
import { startWebhooks } from '../../../docker/partners/webhooks.ts'
import { exchange, receivedBy } from '../../support/sandbox.ts'
import { declaration } from '../../support/declaration.ts'

const never = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'partners-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const received = (port: number | undefined, holding = ''): Promise<Record<string, unknown>[]> => receivedBy(`http://127.0.0.1:${port}`, holding)
const control = (port: number | undefined, body: string) => fetch(`http://127.0.0.1:${port}/control`, { method: 'POST', body })

describe('the regional platform of the sandbox', () => {
  const dataDir = join(folder, 'platform')
  let platform: StandIn
  const post = (body: string, path = '/CommunicationRequest') =>
    fetch(`http://127.0.0.1:${platform.ports['http']}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/fhir+json' } })
  beforeEach(async () => {
    platform = await startPlatform({ host: '127.0.0.1', port: 0, dataDir })
  })
  afterEach(async () => {
    await platform.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('answers 201 with a Location, 422 with an OperationOutcome, 400 to what is no JSON, and lists all of it', async () => {
    const url = `http://127.0.0.1:${platform.ports['http']}`
    const settings = config.parse({ partner: 'region', url, topic: 'hub.partner.region' })
    const json = JSON.stringify(declaration())
    const receipt = await send({ deliveryId: 'd', payload: { path: '/CommunicationRequest', json } }, settings, never)
    expect(receipt).toMatchObject({ code: '201', reference: expect.stringMatching(/^\/CommunicationRequest\/[0-9a-f-]{36}/) })
    const refused = await post(JSON.stringify({ ...declaration(), status: 'x' }))
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'code-invalid', expression: ['CommunicationRequest.status'] }],
    })
    expect((await post('{"a":')).status).toBe(400)
    expect((await post('{}', '/Patient')).status).toBe(404)
    const list = await received(platform.ports['http'])
    expect(list.map(entry => entry['status'])).toEqual([201, 422, 400, 404])
    expect(list[0]).toEqual({ at: expect.any(String), method: 'POST', path: '/CommunicationRequest', status: 201, body: declaration() })
    expect(list[2]?.['body']).toBe('{"a":')
    expect(await received(platform.ports['http'], '"path":"/Patient"')).toEqual([list[3]])
    expect(await received(platform.ports['http'], 'nothing of the kind')).toEqual([])
  })

  it('while down it answers 503 but still shows its list and obeys', async () => {
    expect((await control(platform.ports['http'], '{"down":true}')).status).toBe(200)
    expect((await post(JSON.stringify(declaration()))).status).toBe(503)
    expect(await received(platform.ports['http'])).toEqual([])
    expect((await control(platform.ports['http'], '{"down":false}')).status).toBe(200)
    expect((await post(JSON.stringify(declaration()))).status).toBe(201)
    expect((await control(platform.ports['http'], 'nonsense')).status).toBe(400)
  })

  it('shows the same list after a restart, also when its file ends in half a line', async () => {
    await post(JSON.stringify(declaration()))
    await post(JSON.stringify(declaration()))
    const [first] = await received(platform.ports['http'])
    await platform.stop()
    const file = join(dataDir, 'platform.jsonl')
    truncateSync(file, statSync(file).size - 10)
    platform = await startPlatform({ host: '127.0.0.1', port: 0, dataDir })
    expect(await received(platform.ports['http'])).toEqual([first])
    await post('{}')
    expect(await received(platform.ports['http'])).toHaveLength(2)
  })
})

describe('the hospital of the sandbox', () => {
  const dataDir = join(folder, 'hospital')
  let hospital: StandIn
  const z02 = (id: string, charset = 'UNICODE UTF-8') =>
    `MSH|^~\\&|HUB|CHU|SGL|CHU|20260301101500||ZAM^Z02^ZAM_Z01|${id}|P|2.6|||||FRA|${charset}|||2.1^CISIS_CDA_HL7_V2\rEVN||20260301101500\rOBX|1|CWE|ACK_RECEPTION_MSS^Accusé^AckMetierZAM|S1|Y||||||F\r`
  const mllp = () => ({ host: '127.0.0.1', port: hospital.ports['mllp'] ?? 0 })
  beforeAll(async () => {
    hospital = await startHospital({ host: '127.0.0.1', mllpPort: 0, httpPort: 0, dataDir })
  })
  afterAll(() => hospital.stop())

  it('answers AA to each message and lists it with its CR, in either character set', async () => {
    const answer = await exchange(mllp(), Buffer.from(z02('H1')))
    expect(answer.split('\r')[0]).toMatch(/^MSH\|\^~\\&\|SGL\|CHU\|HUB\|CHU\|\d{14}\|\|ACK\^Z02\^ACK\|/)
    expect(answer.split('\r')[1]).toBe('MSA|AA|H1')
    await exchange(mllp(), Buffer.from(z02('H2', '8859/15'), 'latin1'))
    const list = await received(hospital.ports['http'])
    expect(list.map(entry => entry['message'])).toEqual([z02('H1'), z02('H2', '8859/15')])
  })

  it('takes two messages in one packet, one cut anywhere, and noise before a frame', async () => {
    const before = (await received(hospital.ports['http'])).length
    const frame = (text: string) => Buffer.concat([Buffer.from([0x0b]), Buffer.from(text), Buffer.from([0x1c, 0x0d])])
    const bytes = Buffer.concat([Buffer.from('noise'), frame(z02('H3')), frame(z02('H4')), frame(z02('H5'))])
    const socket = connect(mllp().port, mllp().host)
    let answers = ''
    const three = new Promise<void>(resolve => {
      socket.on('data', chunk => {
        answers += chunk.toString()
        if (answers.match(/MSA/g)?.length === 3) resolve()
      })
    })
    for (let at = 0; at < bytes.length; at += 97) socket.write(bytes.subarray(at, at + 97))
    await three
    socket.destroy()
    expect([...answers.matchAll(/MSA\|AA\|(\w+)/g)].map(match => match[1])).toEqual(['H3', 'H4', 'H5'])
    expect(await received(hospital.ports['http'])).toHaveLength(before + 3)
  })

  it('answers AE to what is not HL7', async () => {
    expect(await exchange(mllp(), Buffer.from('bonjour'))).toContain('MSA|AE|')
  })

  it('while down it takes no connection and drops the open ones', async () => {
    const open = connect(mllp().port, mllp().host)
    open.on('error', () => undefined)
    open.resume()
    await new Promise(resolve => open.once('connect', resolve))
    const closed = new Promise(resolve => open.once('close', resolve))
    expect((await control(hospital.ports['http'], '{"down": true}')).status).toBe(200)
    await closed
    await expect(exchange(mllp(), Buffer.from(z02('H6')))).rejects.toThrow(/ECONNREFUSED/)
    expect((await control(hospital.ports['http'], '{"down": false}')).status).toBe(200)
    expect(await exchange(mllp(), Buffer.from(z02('H7')))).toContain('MSA|AA|H7')
  })

  it('shows the same list after a restart', async () => {
    const before = await received(hospital.ports['http'])
    await hospital.stop()
    hospital = await startHospital({ host: '127.0.0.1', mllpPort: 0, httpPort: 0, dataDir })
    expect(await received(hospital.ports['http'])).toEqual(before)
  })
})

describe('the taker of webhooks of the sandbox', () => {
  it('keeps what comes once per key, with its signature, also over a restart; without a key it takes nothing', async () => {
    const dataDir = join(folder, 'webhooks')
    const settings = { host: '127.0.0.1', port: 0, dataDir }
    const post = (at: StandIn, key?: string) =>
      fetch(`http://127.0.0.1:${at.ports['http']}/alertes`, {
        method: 'POST',
        body: '{"type":"incident.start"}',
        headers: { 'x-hub-signature-256': 'sha256=0', ...(key === undefined ? {} : { 'idempotency-key': key }) },
      })
    const first = await startWebhooks(settings)
    expect([(await post(first, 'a')).status, (await post(first, 'a')).status, (await post(first)).status]).toEqual([200, 200, 400])
    await first.stop()
    const second = await startWebhooks(settings)
    expect([(await post(second, 'a')).status, (await post(second, 'b')).status]).toEqual([200, 200])
    const list = await received(second.ports['http'])
    await second.stop()
    expect(list.map(entry => entry['key'])).toEqual(['a', 'b'])
    expect(list[0]).toMatchObject({ path: '/alertes', signature: 'sha256=0', text: '{"type":"incident.start"}', body: { type: 'incident.start' } })
  })
})
