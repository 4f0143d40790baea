import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { openLedger } from '../../gateway/ledger/db.ts'
import { createLog } from '../../gateway/log.ts'

// What only a container engine can show: the images that docker/compose.yaml pins start and take our ledger. Skipped, saying so, where there is none.

const engine = await getContainerRuntimeClient().then(
  () => true,
  () => false,
)
if (!engine) process.stdout.write('no container engine on this machine: the pinned images are not started\n')

describe.skipIf(!engine)('with a container engine', () => {
  it('the pinned PostgreSQL image takes the migrations of the ledger', async () => {
    const compose = parse(readFileSync(resolve(import.meta.dirname, '../../docker/compose.yaml'), 'utf8'), { merge: true }) as {
      services: { postgres: { image: string } }
    }
    const container = await new GenericContainer(compose.services.postgres.image)
      .withEnvironment({ POSTGRES_PASSWORD: 'for-this-test' })
      .withExposedPorts(5432)
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
      .start()
    const url = `postgres://postgres:for-this-test@${container.getHost()}:${container.getMappedPort(5432)}/postgres`
    const db = await openLedger({ url, log: createLog({ level: 'error' }) })
    expect((await db.query<{ n: number }>('select count(*)::int as n from message')).rows[0]?.n).toBe(0)
    await db.close()
    await container.stop()
  })
})
