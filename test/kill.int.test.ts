import { Kafka, logLevel } from 'kafkajs'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { documentReferenceId } from '../mappers/transmission-to-transaction/derived-id.ts'
import { eachOf } from './support/each.ts'
import { letterOf, newDocumentId } from './support/letters.ts'
import { unzip } from './support/zip.ts'
import { eventually, exchange, flowsOf, getJson, mailsOf, readSandbox, type SandboxFile, token } from './support/sandbox.ts'

const PERSONS = Number(process.env['HUB_KILL_PERSONS'] ?? 20)
const EACH = Number(process.env['HUB_KILL_EACH'] ?? 10)
const MESSAGES = PERSONS * EACH
const ROUNDS = Number(process.env['HUB_KILL_ROUNDS'] ?? 2)
const VICTIMS = ['hub', 'kafka', 'postgres', 'hapi'] as const
const AT_ONCE = 8
const MINUTES = 60_000

interface FlowPage {
  items: { controlId: string; status: string }[]
  next: string | null
}
interface Sent {
  controlId: string
  documentId: string
  person: number
  position: number
}

describe('killed at random', () => {
  it(
    `${MESSAGES} messages of ${PERSONS} persons, hub, Kafka, PostgreSQL and HAPI killed with -9: every acknowledged message has exactly its effects, in order per person`,
    async () => {
      const from = new Date().toISOString()
      const run = Date.now().toString(36)
      const mailbox = (person: number): string => `kill${person}.${run}@test.mssante.fr`
      const sent: Sent[] = []
      const killer = killParts(sent)
      await Promise.all(Array.from({ length: PERSONS }, (_, person) => hospital({ run, person, mailbox: mailbox(person), sent })))
      expect(sent).toHaveLength(MESSAGES)
      await killer

      await lastOnesComplete(sent)
      await allComplete(run, from)
      const sandbox = readSandbox()
      await storedOnce(sandbox, sent)
      const persons = Array.from({ length: PERSONS }, (_, person) => person)
      await eachOf(persons, AT_ONCE, person => {
        const own = sent.filter(one => one.person === person)
        return mailedOnceInOrder(sandbox, mailbox(person), own)
      })
      await announcedOnceInOrder(sandbox, sent)
      await acknowledgedOnce(sandbox, sent)
    },
    15 * MINUTES,
  )
})

/** A hospital's feed of one person: the next message leaves once this one is answered AA; whatever else happens, the same bytes go again. */
async function hospital(feed: { run: string; person: number; mailbox: string; sent: Sent[] }): Promise<void> {
  for (let position = 0; position < EACH; position++) {
    const controlId = `KILL-${feed.run}-${feed.person}-${position}`
    const documentId = newDocumentId()
    const { bytes } = letterOf({ controlId, documentId, person: 5000 + feed.person, to: [feed.mailbox], at: new Date() })
    await eventually(
      `AA for ${controlId}`,
      async () => ((await exchange(readSandbox().mllp, bytes, 20_000)).includes(`MSA|AA|${controlId}`) ? true : undefined),
      5 * MINUTES,
    )
    feed.sent.push({ controlId, documentId, person: feed.person, position })
  }
}

/** Spread over the messages, so that each kill meets some of them on their way in and others in their middle. */
async function killParts(sent: readonly Sent[]): Promise<void> {
  const victims = Array.from({ length: ROUNDS }, () => [...VICTIMS].sort(() => Math.random() - 0.5)).flat()
  for (const [index, victim] of victims.entries()) {
    const due = Math.floor(((index + Math.random()) * MESSAGES) / victims.length)
    await eventually(`${due} messages accepted`, async () => (sent.length >= due ? true : undefined), 5 * MINUTES)
    const before = await eventually(`${victim} has a pid`, async () => readSandbox().pids[victim], MINUTES)
    process.kill(before, 'SIGKILL')
    await eventually(`${victim} started again`, async () => (![undefined, before].includes(readSandbox().pids[victim]) ? true : undefined), 2 * MINUTES)
  }
}

/** Of one person they run in order, so the last one ends last. */
async function lastOnesComplete(sent: readonly Sent[]): Promise<void> {
  for (const { controlId } of sent.filter(one => one.position === EACH - 1)) {
    await eventually(
      `${controlId} complete`,
      async () => {
        const [flow] = await flowsOf(readSandbox(), await token(readSandbox(), 'operator'), controlId)
        return flow?.status === 'complete' ? true : undefined
      },
      8 * MINUTES,
    )
  }
}

async function allComplete(run: string, from: string): Promise<void> {
  await eventually(
    'every flow complete',
    async () => {
      const bearer = await token(readSandbox(), 'operator')
      let complete = 0
      let after: string | null = null
      do {
        const asked = new URLSearchParams({ sender: 'DPI-1/CH-1', from, limit: '200', ...(after === null ? {} : { after }) })
        const page: FlowPage = await getJson(`${readSandbox().http}/monitor/api/flows?${asked}`, bearer)
        const isLate = page.items.some(one => one.controlId.startsWith(`KILL-${run}-`) && one.status !== 'complete')
        if (isLate) return undefined
        complete += page.items.filter(one => one.controlId.startsWith(`KILL-${run}-`)).length
        after = page.next
      } while (after !== null)
      return complete === MESSAGES ? true : undefined
    },
    2 * MINUTES,
  )
}

async function storedOnce(sandbox: SandboxFile, sent: Sent[]): Promise<void> {
  await eachOf(sent, AT_ONCE, async one => {
    const set = await getJson<{ entry?: { resource: { meta: { versionId: string } } }[] }>(
      `${sandbox.hapi}/DocumentReference?identifier=${encodeURIComponent(`urn:oid:${one.documentId}`)}`,
    )
    expect(
      set.entry?.map(entry => entry.resource.meta.versionId),
      one.controlId,
    ).toEqual(['1'])
  })
}

async function mailedOnceInOrder(sandbox: SandboxFile, address: string, sent: Sent[]): Promise<void> {
  const mails = await Promise.all((await mailsOf(sandbox, address)).map(raw => PostalMime.parse(raw)))
  const texts = await Promise.all(mails.map(archiveText))
  expect(new Set(mails.map(mail => mail.messageId)).size, address).toBe(sent.length)
  expect(mails.length, address).toBe(sent.length)
  const order = texts.map(text => sent.findIndex(one => text.includes(one.documentId)))
  expect(order, address).toEqual(sent.map((_, index) => index))
}

async function archiveText(mail: Awaited<ReturnType<typeof PostalMime.parse>>): Promise<string> {
  const archive = mail.attachments.find(one => one.filename?.toLowerCase() === 'ihe_xdm.zip')
  const members = await unzip(Buffer.from(archive?.content as ArrayBuffer))
  return members.get('IHE_XDM/SUBSET01/METADATA.XML')?.toString('utf8') ?? ''
}

async function announcedOnceInOrder(sandbox: SandboxFile, sent: Sent[]): Promise<void> {
  const consumer = new Kafka({ brokers: [sandbox.kafka], logLevel: logLevel.NOTHING }).consumer({ groupId: `kill-${crypto.randomUUID()}` })
  const events = new Map<string, { subject: string; sequence: number; resources: string[] }>()
  const lastOf = new Map<string, number>()
  const disorder: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: 'hub.events', fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      const event = JSON.parse(message.value?.toString('utf8') ?? '{}') as {
        id: string
        subject: string
        sequence: number | string
        data: { resources: string[] }
      }
      const sequence = Number(event.sequence)
      if (!events.has(event.id) && sequence <= (lastOf.get(event.subject) ?? 0)) disorder.push(event.id)
      events.set(event.id, { subject: event.subject, sequence, resources: event.data.resources })
      lastOf.set(event.subject, Math.max(sequence, lastOf.get(event.subject) ?? 0))
    },
  })
  const wanted = new Map<string, string>()
  for (const one of sent) wanted.set(one.controlId, `DocumentReference/${documentReferenceId(`urn:oid:${one.documentId}`)}`)
  const announced = (reference: string): number => [...events.values()].filter(event => event.resources.some(resource => resource.startsWith(reference))).length
  await eventually('every event on Kafka', async () => ([...wanted.values()].every(reference => announced(reference) > 0) ? true : undefined), MINUTES)
  await consumer.disconnect()
  for (const [controlId, reference] of wanted) expect(announced(reference), controlId).toBe(1)
  expect(disorder).toEqual([])
}

async function acknowledgedOnce(sandbox: SandboxFile, sent: Sent[]): Promise<void> {
  const received = await getJson<{ message: string }[]>(`${sandbox.hospital}/received`)
  for (const one of sent) {
    const acks = received.filter(ack => ack.message.includes(`|${one.controlId}|`)).map(ack => ack.message.split('\r')[0]?.split('|')[9])
    expect(new Set(acks).size, one.controlId).toBe(1)
  }
}
