import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventBus } from '../../gateway/bus/bus.ts'
import { type HubEvent, toBusMessage } from '../../gateway/bus/cloud-event.ts'
import { createKafkaBus } from '../../gateway/bus/kafka.ts'
import { createLog } from '../../gateway/log.ts'
import { newTraceparent } from '../../gateway/trace.ts'
import { kafkaAddress } from '../support/doors.ts'

// The example that partners copy, run against Kafka with what at-least-once brings: repetitions, also after its restart.

const PROGRAM = join(import.meta.dirname, 'programs', 'follow-events.mjs')

describe.skipIf(kafkaAddress === undefined)('the example of a Kafka partner', () => {
  const topic = `hub.partner.example-${randomUUID()}`
  const state = join(mkdtempSync(join(tmpdir(), 'hub-follow-')), 'seen.json')
  let bus: EventBus
  beforeAll(async () => {
    bus = createKafkaBus({ brokers: [kafkaAddress ?? ''], log: createLog({ level: 'silent' }) })
    await bus.ensureTopics([topic])
  })
  afterAll(() => bus.close())

  const people = ['one', 'two'].map(name => name.padEnd(22, '-'))
  const event = (person: string, sequence: number): HubEvent => ({
    id: randomUUID(),
    type: 'pps.publie',
    person,
    patient: `Patient/${person.replace(/-+$/, '')}`,
    sequence,
    cause: randomUUID(),
    resources: [`CarePlan/c/_history/${sequence}`],
    changes: [],
    traceparent: newTraceparent(),
    at: new Date(),
  })
  const publish = (...events: HubEvent[]): Promise<void> => bus.publish(events.map(one => toBusMessage(one, topic)))

  /** What it prints until it has printed so many. */
  function follow(count: number): Promise<{ subject: string; sequence: number }[]> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, kafkaAddress ?? '', topic, state, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
      let out = ''
      child.stdout.on('data', chunk => (out += String(chunk)))
      child.on('error', reject)
      child.on('close', () =>
        resolve(
          out
            .trim()
            .split('\n')
            .map(line => JSON.parse(line) as { subject: string; sequence: number }),
        ),
      )
    })
  }
  const numbersOf = (printed: { subject: string; sequence: number }[], subject: string): number[] =>
    printed.filter(one => one.subject === subject).map(one => one.sequence)

  it('prints each event once, in the order of its person, and repeats nothing after a restart', async () => {
    const [one = '', two = ''] = people
    const sent = [event(one, 1), event(two, 1), event(one, 2), event(one, 5)]
    await publish(...sent, ...sent.slice(0, 3), event(two, 2))
    const first = await follow(5)
    expect([numbersOf(first, 'Patient/one'), numbersOf(first, 'Patient/two')]).toEqual([
      [1, 2, 5],
      [1, 2],
    ])
    await publish(...sent, event(two, 1), event(two, 3), event(one, 5), event(one, 6))
    const second = await follow(2)
    expect([numbersOf(second, 'Patient/one'), numbersOf(second, 'Patient/two')]).toEqual([[6], [3]])
  })
})
