import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import type { EventBus } from '../../../gateway/bus/bus.ts'
import type { BusConfig } from '../../../gateway/bus/config.ts'
import { createKafkaBus } from '../../../gateway/bus/kafka.ts'
import { createLog } from '../../../gateway/log.ts'
import { issue, makeAuthority } from '../../support/certificates.ts'
import { startSecuredBroker } from '../../support/kafka.ts'
import { eventually } from '../../support/sandbox.ts'

// A broker that asks who comes: the hub shows its account, or its certificate.

const folder = mkdtempSync(join(tmpdir(), 'hub-kafka-'))
const authority = makeAuthority(folder)
const password = randomUUID()
const broker = await startSecuredBroker({ folder, authority, server: issue(folder, authority, { name: 'broker' }), password })
afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})

const passwordFile = join(folder, 'password')
const written = (text: string): string => {
  writeFileSync(passwordFile, `${text}\n`)
  return passwordFile
}
const tls = { caFile: authority.certFile }

function busOf(config: BusConfig): EventBus {
  const bus = createKafkaBus({ ...config, log: createLog({ level: 'silent' }) })
  onTestFinished(() => bus.close())
  return bus
}

async function carries(bus: EventBus): Promise<void> {
  const topic = `hub.${randomUUID()}`
  await bus.ensureTopics([topic])
  await bus.health()
  const taken: string[] = []
  bus.consume({ group: topic, topics: [topic], take: async record => void taken.push(Buffer.from(record.value).toString()) })
  await bus.publish([{ topic, key: 'k', value: Buffer.from('told'), headers: {} }])
  await eventually('the record', async () => (taken.length > 0 ? true : undefined))
  expect(taken).toEqual(['told'])
}

const isAway = expect.objectContaining({ code: 'bus.unavailable', dependency: 'kafka' })

describe('the bus on brokers that ask who comes', () => {
  it.each(['scram-sha-512', 'plain'] as const)('carries records with its account, by %s', async mechanism => {
    await carries(busOf({ brokers: [broker.withAccount], tls, sasl: { mechanism, user: 'hub', passwordFile: written(password) } }))
  })

  it('carries records with its certificate', async () => {
    await carries(busOf({ brokers: [broker.withCertificate], tls: { ...tls, ...issue(folder, authority, { name: 'hub' }) } }))
  })

  it('is away without one, with a broker of a stranger, and in plain TCP', async () => {
    mkdirSync(join(folder, 'stranger'))
    const stranger = makeAuthority(join(folder, 'stranger'))
    const sasl = { mechanism: 'scram-sha-512', user: 'hub', passwordFile: written(password) } as const
    await expect(busOf({ brokers: [broker.withCertificate], tls }).health()).rejects.toEqual(isAway)
    await expect(busOf({ brokers: [broker.withAccount], tls: { caFile: stranger.certFile }, sasl }).health()).rejects.toEqual(isAway)
    await expect(busOf({ brokers: [broker.withAccount], sasl }).health()).rejects.toEqual(isAway)
  })

  it('is away while its password is wrong, and goes on by itself once the file is right', async () => {
    const bus = busOf({ brokers: [broker.withAccount], tls, sasl: { mechanism: 'scram-sha-512', user: 'hub', passwordFile: written('wrong') } })
    await expect(bus.health()).rejects.toEqual(isAway)
    const carried = carries(bus)
    await expect(bus.health()).rejects.toEqual(isAway)
    written(password)
    await carried
  })
})
