/*
  Resident memory of the hub process beside its budget: at rest, at 500 small messages a second, and with four messages of 60 MB sent at once.
  A CDA in 60 MB is above the limit of 25 MB, so these are answered AE; four of the largest legal size are carried to the end as well.
*/
import type { SandboxFile } from '../support/sandbox.ts'
import { peakOf } from './hub-process.ts'
import { newMessage, openLine, openLoop, requireAck } from './load.ts'
import type { Figure, Report } from './report.ts'

const MB = 1e6
const REST_MS = 10_000
const BUSY = { perSecond: 500, forMs: 10_000 }
const CONNECTIONS = 8
const AT_ONCE = 4
/** Of PDF; twice in base64 they make a message of 60 MB, and one with a CDA of just under 25 MB. */
const TOO_LARGE_PDF = 33_700_000
const LARGEST_PDF = 18_700_000
const AFTER_MS = 15_000

/** To be measured first: the hub has just been started. */
export async function measureMemoryAtRest(sandbox: SandboxFile): Promise<Figure> {
  const ours = await peakOf(hubOf(sandbox), () => new Promise(resolve => setTimeout(resolve, REST_MS)))
  return figure('at rest', ours, 250)
}

export async function measureMemory(sandbox: SandboxFile, atRest: Figure): Promise<Report> {
  const busy = await peakOf(hubOf(sandbox), () => smallMessages(sandbox))
  const refused = await peakOf(hubOf(sandbox), () => largeMessages(sandbox, TOO_LARGE_PDF, 'AE'))
  const carried = await peakOf(hubOf(sandbox), () => largeMessages(sandbox, LARGEST_PDF, 'AA'))
  const figures = [
    atRest,
    figure(`at ${BUSY.perSecond} small messages/s offered`, busy, 250),
    figure(`${AT_ONCE} messages of 60 MB at once, refused`, refused, 1000),
    figure(`${AT_ONCE} messages of the largest legal CDA, carried`, carried, 1000),
  ]
  return { title: 'resident memory of the hub process, highest seen', figures }
}

async function smallMessages(sandbox: SandboxFile): Promise<void> {
  const lines = await Promise.all(Array.from({ length: CONNECTIONS }, () => openLine(sandbox.mllp)))
  await openLoop(
    lines.map(line => async () => requireAck(await line.send(newMessage().bytes))),
    BUSY,
  )
  for (const line of lines) line.close()
}

async function largeMessages(sandbox: SandboxFile, pdfBytes: number, answer: string): Promise<void> {
  const messages = Array.from({ length: AT_ONCE }, () => newMessage({ pdfBytes }).bytes)
  await Promise.all(
    messages.map(async message => {
      const line = await openLine(sandbox.mllp)
      requireAck(await line.send(message), answer)
      line.close()
    }),
  )
  // What follows the answer counts as well: mapping, the store, what is late in being freed.
  await new Promise(resolve => setTimeout(resolve, AFTER_MS))
}

function hubOf(sandbox: SandboxFile): number {
  const pid = sandbox.pids['hub']
  if (pid === undefined) throw new Error('the hub does not run')
  return pid
}

function figure(name: string, bytes: number, budget: number): Figure {
  return { name, ours: bytes / MB, baseline: budget, unit: 'MB, its budget', wanted: '≤ 1' }
}
