import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { createWorkers as CreateWorkers } from '../../../gateway/workers/pool.ts'
import { letterOf } from '../../support/letters.ts'

// The compiled pool: from TypeScript sources there are no threads.
const compiled = new URL('../../../dist/gateway/workers/pool.js', import.meta.url)

describe.skipIf(!existsSync(compiled))('worker threads', () => {
  const open = async (options: { taskMs?: number } = {}) => {
    const { createWorkers } = (await import(compiled.href)) as { createWorkers: typeof CreateWorkers }
    return createWorkers({ threads: 2, maxQueue: 2, ...options })
  }
  const large = letterOf({ controlId: 'P1', person: 1, edit: cda => cda.replace('</ClinicalDocument>', `<!--${'x'.repeat(1_500_000)}--></ClinicalDocument>`) })
  const input = { bytes: large.bytes, receivedAt: new Date('2026-03-02T09:00:00Z'), environment: 'test', maxDocumentBytes: 25_000_000 } as const

  it('map a large message, its content whole, and judge one', async () => {
    const workers = await open()
    const [mapped, judged] = await Promise.all([
      workers.run('mapDocument', input),
      workers.run('judge', { bytes: large.bytes, policy: { environment: 'test', mssMatrix: 'lenient', maxDocumentBytes: 25_000_000 } }),
    ])
    expect(mapped.binaries.map(one => Buffer.from(one.bytes).toString('utf8'))).toEqual([large.cda])
    expect(judged.errors).toEqual([])
    await workers.close()
  })

  it('hand on an error as it was thrown', async () => {
    const workers = await open()
    await expect(workers.run('mapDocument', { ...input, bytes: Buffer.from('MSH|^~\\&|A|B') })).rejects.toMatchObject({ name: 'HubError', kind: 'reject' })
    await workers.close()
  })

  it('end a task that takes too long: its message is at fault, and is not tried again', async () => {
    const workers = await open({ taskMs: 1 })
    const tooLong = { code: 'mapping.impossible', path: 'mapDocument', kind: 'defect' }
    for (let n = 0; n < 3; n++) await expect(workers.run('mapDocument', input)).rejects.toMatchObject(tooLong)
    expect(workers.queued()).toBe(0)
    await workers.close()
  })

  it('read a mail of a stranger, however small: 60 kB of parts take half a second', async () => {
    const workers = await open()
    const parts = Buffer.from(`Content-Type: multipart/report; boundary=b\r\n\r\n${'--b\r\n'.repeat(10_000)}`)
    await workers.run('readReport', { bytes: Buffer.from('Subject: premier\r\n\r\n') })
    const before = performance.eventLoopUtilization()
    expect(await workers.run('readReport', { bytes: parts })).toEqual({ kind: 'other' })
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
    await workers.close()
  })

  it('refuse what does not fit in the queue with hub.busy', async () => {
    const workers = await open()
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => workers.run('mapDocument', input)))
    const refused = outcomes.filter(one => one.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const one of refused) expect(one.reason).toMatchObject({ code: 'hub.busy' })
    await workers.close()
  })
})
