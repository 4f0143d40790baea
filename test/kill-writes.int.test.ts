import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eachOf } from './support/each.ts'
import { eventually, getJson, readSandbox, token } from './support/sandbox.ts'
import { example, personOf, searchBeforeCreate, type Writer, writerOf } from './support/writing.ts'

const WRITES = Number(process.env['HUB_KILL_WRITES'] ?? 200)
const WRITERS = Number(process.env['HUB_KILL_WRITERS'] ?? 8)
/** The second time both, as where a machine fails: whatever was known of sound resources is gone, and a store that has just started is asked all at once. */
const VICTIMS = [['hub'], ['hub', 'hapi'], ['hub'], ['hub']] as const
const AT_ONCE = 6
const MINUTES = 60_000
const SYSTEM = 'urn:oid:1.2.250.1.999.6'

interface Sent {
  identifier: string
  /** Answered 201, at once or when it was sent again. */
  isAnswered: boolean
}
interface Found {
  entry?: { resource: { id: string; meta: { versionId: string } } }[]
}

describe('killed at random', () => {
  it(
    `${WRITES} consents written while hub and HAPI are killed with -9: each one answered is there once with its event, each other is wholly there or not at all`,
    async () => {
      const run = Date.now().toString(36)
      const sent: Sent[] = []
      const next = { n: 0 }
      const ending = new AbortController()
      const persons = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => newPerson(`KILL-${run}-${writer}`)))
      const { signal } = ending
      // Where one fails the others end with it: nothing is killed beneath the next test.
      await Promise.all([killParts(next, signal), ...persons.map(patient => write({ run, patient, next, sent, signal }))]).finally(() => ending.abort())
      expect(sent).toHaveLength(WRITES)
      expect(sent.some(one => one.isAnswered)).toBe(true)
      await eventually('the hub is back', () => writerOf(readSandbox(), 'dac'), 5 * MINUTES)
      await allDecided(sent)
      await eachOf(sent, AT_ONCE, requireWhole)
    },
    15 * MINUTES,
  )
})

async function newPerson(number: string): Promise<string> {
  const dac = await writerOf(readSandbox(), 'dac')
  return eventually(
    'a person',
    async () => {
      const reply = await dac.call<{ id: string }>('POST', '/Patient', { body: personOf(number), headers: searchBeforeCreate(number) })
      return reply.status < 300 ? `Patient/${reply.json.id}` : undefined
    },
    5 * MINUTES,
  )
}

interface Feed {
  run: string
  patient: string
  next: { n: number }
  sent: Sent[]
  signal: AbortSignal
}

/** Writes about one person, one after the other; half of what got no answer is sent again until it does, the other half is left as it is. */
async function write({ run, patient, next, sent, signal }: Feed): Promise<void> {
  const dac = await eventually('a writer', () => writerOf(readSandbox(), 'dac'), 5 * MINUTES)
  while (next.n < WRITES && !signal.aborted) {
    const identifier = `${run}-${next.n++}`
    const isPatient = Math.random() < 0.5
    const once = (): Promise<boolean> => sendConsent(dac, { identifier, patient, structure: dac.structure })
    const isAnswered = await once().catch(() => undefined)
    if (isAnswered === true || !isPatient) sent.push({ identifier, isAnswered: isAnswered === true })
    else
      sent.push({
        identifier,
        isAnswered: await eventually(`an answer to ${identifier}`, async () => (signal.aborted || (await once()) ? true : undefined), 5 * MINUTES),
      })
  }
}

/** Out: true when it was answered 201; false when it was told to come again. */
async function sendConsent(dac: Writer, { identifier, patient, structure }: { identifier: string; patient: string; structure: string }): Promise<boolean> {
  const { sourceReference: _form, ...consent } = example('hub-consent')
  const { actor: _actor, ...provision } = consent['provision'] as Record<string, unknown>
  const body = {
    ...consent,
    identifier: [{ system: SYSTEM, value: identifier }],
    patient: { reference: patient },
    performer: [{ reference: patient }],
    organization: [{ reference: structure }],
    provision,
  }
  // A token lives five minutes, and the hub may be killed longer than that.
  const reply = await dac.call('POST', '/Consent', { body, headers: dac.signed() })
  if (reply.status === 401) return sendConsent(await writerOf(readSandbox(), 'dac'), { identifier, patient, structure })
  if (reply.status !== 503) expect(reply.status, reply.text).toBe(201)
  return reply.status === 201
}

/** Spread over the writes, so that each kill meets some of them in their middle. */
async function killParts(next: { n: number }, signal: AbortSignal): Promise<void> {
  for (const [index, victims] of VICTIMS.entries()) {
    const due = ((index + Math.random()) * WRITES) / VICTIMS.length
    await eventually(`${Math.floor(due)} writes begun`, async () => (signal.aborted || next.n >= Math.floor(due) ? true : undefined), 10 * MINUTES)
    if (signal.aborted) return
    await pause(Math.random() * 500)
    await Promise.all(victims.map(kill))
  }
}

async function kill(victim: string): Promise<void> {
  const before = await eventually(`${victim} has a pid`, async () => readSandbox().pids[victim], MINUTES)
  process.kill(before, 'SIGKILL')
  await eventually(`${victim} started again`, async () => (![undefined, before].includes(readSandbox().pids[victim]) ? true : undefined), 3 * MINUTES)
}

const consentsOf = (identifier: string): Promise<Found> => getJson(`${readSandbox().hapi}/Consent?identifier=${encodeURIComponent(`${SYSTEM}|${identifier}`)}`)

/** The hub has made up its mind about everything: what was answered is announced, a write about each person goes through. */
async function allDecided(sent: readonly Sent[]): Promise<void> {
  await eachOf(sent, AT_ONCE, ({ identifier, isAnswered }) =>
    eventually(
      `${identifier} decided`,
      async () => {
        const id = (await consentsOf(identifier)).entry?.[0]?.resource.id
        if (id === undefined) return isAnswered ? undefined : true
        return (await eventsAbout(`Consent/${id}`)) > 0 ? true : undefined
      },
      3 * MINUTES,
    ),
  )
}

let operator: { bearer: string; at: number } | undefined

async function eventsAbout(reference: string): Promise<number> {
  const sandbox = readSandbox()
  if (operator === undefined || Date.now() - operator.at > MINUTES) operator = { bearer: await token(sandbox, 'operator'), at: Date.now() }
  const page = await getJson<{ events: unknown[] }>(`${sandbox.http}/monitor/api/events?resource=${encodeURIComponent(reference)}`, operator.bearer)
  return page.events.length
}

async function requireWhole({ identifier, isAnswered }: Sent): Promise<void> {
  const found = (await consentsOf(identifier)).entry ?? []
  expect(found.length, identifier).toBe(isAnswered ? 1 : Math.min(found.length, 1))
  for (const { resource } of found) {
    expect(resource.meta.versionId, identifier).toBe('1')
    const { entry = [] } = await getJson<Found>(`${readSandbox().hapi}/Provenance?target=Consent/${resource.id}`)
    expect(entry.length, `Provenance of ${identifier}`).toBe(1)
    expect(await eventsAbout(`Consent/${resource.id}`), `events of ${identifier}`).toBe(1)
  }
}
