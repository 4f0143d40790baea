import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { warning } from '../../gateway/log.ts'
import { HubError } from '../../profiles/errors.ts'

describe('what is done again and again', () => {
  const told = (error: unknown): unknown[] => {
    const found: unknown[] = []
    warning({ warn: (...said) => found.push(said) }, 'deadlines.failed')(error)
    return found
  }

  it('tells a failure of its own, and not a part that is away: that says so itself', () => {
    expect(told(new HubError('store.unavailable', { dependency: 'hapi' }))).toEqual([])
    expect(told(new HubError('hub.defect'))).toEqual([['deadlines.failed', { code: 'hub.defect' }]])
  })
})

describe('the log of a process', () => {
  const script = (lines: string): string => `
    import { createLog } from ${JSON.stringify(new URL('../../gateway/log.ts', import.meta.url).href)}
    const log = createLog()
    ${lines}`
  const run = (lines: string, stdout: number): Promise<unknown> => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script(lines)], { stdio: ['ignore', stdout, 'pipe'] })
    return once(child, 'exit')
  }

  it.skipIf(!existsSync('/dev/full'))('on a disk that is full loses lines, and neither ends nor holds up the process', async () => {
    const full = openSync('/dev/full', 'w')
    const lines = `
      log.info('hub.started')
      await new Promise(done => setInterval(() => log.info('hub.lives', { reason: 'x'.repeat(9000) }), 20).unref() && setTimeout(done, 700))
      process.exit(7)`
    expect(await run(lines, full)).toEqual([7, null])
    closeSync(full)
  })

  it.skipIf(!existsSync('/dev/full'))('on a disk that is full lets a process end that has written nothing yet', async () => {
    const full = openSync('/dev/full', 'w')
    expect(await run(`log.error('hub.start-failed'); process.exit(1)`, full)).toEqual([1, null])
    closeSync(full)
  })

  it('has its last lines when the process ends', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'hub-log-')), 'out')
    const out = openSync(path, 'w')
    await run(`log.info('hub.stopped'); process.exit(0)`, out)
    closeSync(out)
    expect(readFileSync(path, 'utf8')).toMatch(/"event":"hub.stopped"/)
  })

  it.each([
    ['127.0.0.1:1', 'ECONNREFUSED'],
    ['nowhere.invalid:9092', 'ENOTFOUND'],
  ])('says why a broker at %s is lost, by a code and no address', async (broker, reason) => {
    const path = join(mkdtempSync(join(tmpdir(), 'hub-log-')), 'out')
    const out = openSync(path, 'w')
    const probe = `
      const { createProbe } = await import(${JSON.stringify(new URL('../../gateway/bus/probe.ts', import.meta.url).href)})
      const { Kafka, logLevel } = await import('kafkajs')
      const kafka = new Kafka({ brokers: [${JSON.stringify(broker)}], retry: { retries: 0 }, logLevel: logLevel.NOTHING })
      await createProbe(kafka, log).check().catch(() => process.exit(0))`
    await run(probe, out)
    closeSync(out)
    const line = readFileSync(path, 'utf8')
    expect(JSON.parse(line)).toMatchObject({ event: 'bus.lost', dependency: 'kafka', code: 'bus.unavailable', errorName: 'KafkaJSConnectionError', reason })
    expect(line).not.toContain(broker.split(':')[0])
  })

  it('has its last lines also when their reader is slow', async () => {
    const lines = `process.stdout.writable; for (let n = 0; n < 100; n += 1) log.info('hub.lives', { count: n, reason: 'x'.repeat(5000) }); process.exit(0)`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script(lines)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let read = ''
    for await (const chunk of child.stdout) read += String(chunk)
    expect(read.split('"event":"hub.lives"')).toHaveLength(101)
  })
})
