import { setTimeout as pause } from 'node:timers/promises'
import type { DocumentReference } from 'fhir/r4.js'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JoinedHub } from './support/joined-hub.ts'
import { letterOf, newDocumentId, ownPersons } from './support/letters.ts'
import { completeFlow, eventually, exchange, getJson, mailsOf, readSandbox, type SandboxFile, token, hospitalReceived } from './support/sandbox.ts'
import { versionOf } from './support/versions.ts'

/** More than one process works on at once: the rest is the other's. */
const PERSONS = 24
const EACH = 3
const MINUTES = 60_000
/** Longer than a lane is leased to a process. */
const STILL_MS = 35_000
/** Enough that some of their messages are between a claim and the store when a process stops. */
const REPLACING = 8

interface Sent {
  controlId: string
  documentId: string
}

const sandbox = readSandbox()
const joined = new JoinedHub(sandbox)

describe('two hub processes on one ledger', () => {
  beforeAll(async () => {
    await joined.ready()
  }, 4 * MINUTES)
  afterAll(() => joined.stop())

  it(
    'messages sent to both doors for the same persons keep their order and have their effects once, also when one process is killed with -9',
    async () => {
      const run = Date.now().toString(36)
      const mailbox = (person: number): string => `join${person}.${run}@test.mssante.fr`
      const feeds = Array.from({ length: PERSONS }, (_, person) => feed({ doors: [sandbox.mllp, joined.mllp], run, person, mailbox: mailbox(person) }))
      await eventually('the joined process works on lanes', async () => ((await documentsDone(joined.http)) > 0 ? true : undefined), 2 * MINUTES)
      const killed = joined.pid()
      process.kill(killed, 'SIGKILL')
      const sent = await Promise.all(feeds)
      await joined.ready()
      expect(joined.pid()).not.toBe(killed)
      expect(await documentsDone(sandbox.http)).toBeGreaterThan(0)

      const operator = await token(sandbox, 'operator')
      for (const { controlId } of sent.flat()) await completeFlow(sandbox, operator, controlId, 3 * MINUTES)
      for (const [person, messages] of sent.entries()) await mailedOnceInOrder(sandbox, mailbox(person), messages)
      for (const message of sent.flat()) await storedAndAcknowledgedOnce(sandbox, message)
    },
    8 * MINUTES,
  )

  it(
    'one that stood still for longer than its leases, and goes on, undoes nothing of what the other did meanwhile',
    async () => {
      const run = Date.now().toString(36)
      const seed = ownPersons()
      const ending = new AbortController()
      const mailbox = (person: number): string => `still${person}.${run}@test.mssante.fr`
      const feeds = Array.from({ length: REPLACING }, (_, person) =>
        replaceAgainAndAgain({ doors: [sandbox.mllp, joined.mllp], run, person: seed + person, mailbox: mailbox(person), signal: ending.signal }),
      )
      for (const victim of [joined.pid(), readSandbox().pids['hub'] ?? 0]) {
        await pause(5000)
        await standStill(victim)
      }
      ending.abort()
      const sent = await Promise.all(feeds)

      const operator = await token(sandbox, 'operator')
      for (const { controlId } of sent.flat()) await completeFlow(sandbox, operator, controlId, 3 * MINUTES)
      for (const [person, versions] of sent.entries()) {
        const expected = versions.map((_, at) => (at === versions.length - 1 ? 'current, version 1' : 'superseded, version 2'))
        expect(await Promise.all(versions.map(one => cardOf(one))), `person ${person}`).toEqual(expected)
        await mailedOnceInOrder(sandbox, mailbox(person), versions)
      }
    },
    8 * MINUTES,
  )
})

/** As a virtual machine that is moved, or a debugger: it neither ends nor does anything. */
async function standStill(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  await pause(STILL_MS).finally(() => process.kill(pid, 'SIGCONT'))
}

interface Replacing {
  doors: { host: string; port: number }[]
  run: string
  person: number
  mailbox: string
  signal: AbortSignal
}

/** Versions of one document, each replacing the one before, at any door that takes it. */
async function replaceAgainAndAgain({ doors, run, person, mailbox, signal }: Replacing): Promise<Sent[]> {
  const sent: Sent[] = []
  while (!signal.aborted) {
    const [documentId, controlId] = [newDocumentId(), `STILL-${run}-${person}-${sent.length}`]
    const before = sent.at(-1)?.documentId
    const act = before === undefined ? { act: 'create' as const } : { act: 'replace' as const, replaces: before }
    const { bytes } = versionOf({ ...act, controlId, documentId, person, to: [mailbox], at: new Date(), version: sent.length + 1 })
    await acceptedAt(doors, { controlId, bytes, first: Math.floor(Math.random() * doors.length) })
    sent.push({ controlId, documentId })
    await pause(Math.random() * 1000)
  }
  return sent
}

/** At one door, else at the other. */
async function acceptedAt(
  doors: { host: string; port: number }[],
  { controlId, bytes, first }: { controlId: string; bytes: Uint8Array; first: number },
): Promise<void> {
  let door = first
  await eventually(
    `AA for ${controlId}`,
    async () => {
      const { host, port } = doors[door++ % doors.length] ?? { host: '', port: 0 }
      return (await exchange({ host, port }, bytes, 8000)).includes(`MSA|AA|${controlId}`) ? true : undefined
    },
    2 * MINUTES,
  )
}

async function cardOf({ documentId }: Sent): Promise<string> {
  const query = `DocumentReference?identifier=${encodeURIComponent(`urn:oid:${documentId}`)}`
  const { entry = [] } = await getJson<{ entry?: { resource: DocumentReference }[] }>(`${sandbox.hapi}/${query}`)
  return entry.map(({ resource }) => `${resource.status}, version ${resource.meta?.versionId}`).join()
}

/** One person's messages, one after the other, at one door and the other in turn; one that is not answered AA goes again, at the other door. */
async function feed(of: { doors: { host: string; port: number }[]; run: string; person: number; mailbox: string }): Promise<Sent[]> {
  const sent: Sent[] = []
  for (let position = 0; position < EACH; position++) {
    const controlId = `JOIN-${of.run}-${of.person}-${position}`
    const documentId = newDocumentId()
    const { bytes } = letterOf({ controlId, documentId, person: 8000 + of.person, to: [of.mailbox] })
    await acceptedAt(of.doors, { controlId, bytes, first: position + of.person })
    sent.push({ controlId, documentId })
  }
  return sent
}

/** Documents that this process has taken through its lanes since it started. */
async function documentsDone(http: string): Promise<number> {
  const page = await (await fetch(`${http}/metrics`)).text()
  return Number(/^hub_flow_duration_seconds_count\{flow="document",outcome="done"\} (\d+)/m.exec(page)?.[1] ?? 0)
}

/** A mail may come twice after a crash in the middle of its sending, with the same Message-ID; the first of each counts. */
async function mailedOnceInOrder(sandbox: SandboxFile, address: string, sent: Sent[]): Promise<void> {
  const order: string[] = []
  const known = new Set<string>()
  for (const raw of await mailsOf(sandbox, address)) {
    const { messageId = '', attachments } = await PostalMime.parse(raw)
    if (known.has(messageId)) continue
    known.add(messageId)
    const { unzip } = await import('./support/zip.ts')
    const archive = attachments.find(one => one.filename?.toLowerCase() === 'ihe_xdm.zip')
    const metadata = (await unzip(Buffer.from(archive?.content as ArrayBuffer))).get('IHE_XDM/SUBSET01/METADATA.XML')?.toString('utf8') ?? ''
    order.push(sent.find(one => metadata.includes(one.documentId))?.controlId ?? 'unknown')
  }
  expect(order).toEqual(sent.map(one => one.controlId))
}

async function storedAndAcknowledgedOnce(sandbox: SandboxFile, { controlId, documentId }: Sent): Promise<void> {
  const query = `DocumentReference?identifier=${encodeURIComponent(`urn:oid:${documentId}`)}`
  const set = await getJson<{ entry?: { resource: { meta: { versionId: string } } }[] }>(`${sandbox.hapi}/${query}`)
  expect(
    set.entry?.map(one => one.resource.meta.versionId),
    controlId,
  ).toEqual(['1'])
  const acks = (await hospitalReceived(sandbox, `|${controlId}|`)).map(message => message.split('\r')[0]?.split('|')[9])
  expect(new Set(acks).size, controlId).toBe(1)
}
