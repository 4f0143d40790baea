import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { letterOf, newDocumentId } from './support/letters.ts'
import { completeFlow, eventually, exchange, flowsOf, mailsOf, readSandbox, token, receivedBy } from './support/sandbox.ts'

// How long a dependency stays away; the promise is for ten minutes (HUB_AWAY_SECONDS=600), the default keeps the suite short.
const AWAY_SECONDS = Number(process.env['HUB_AWAY_SECONDS'] ?? 20)
const MINUTES = 60_000

/** SIGSTOP: the process is there and answers nothing, the way a dependency hangs; the supervisor does not restart it. */
const freeze = (pid: number): boolean => process.kill(pid, 'SIGSTOP')
const thaw = (pid: number): boolean => process.kill(pid, 'SIGCONT')

describe('a dependency is away for a while', () => {
  const frozen = new Set<number>()
  afterAll(() => {
    for (const pid of frozen) thaw(pid)
  })

  for (const part of ['hapi', 'kafka'] as const) {
    it(
      `${part}: AA throughout, nothing parked, all delivered in order afterwards`,
      async () => {
        const run = `${part}-${Date.now().toString(36)}`
        const to = `away.${run}@test.mssante.fr`
        const sandbox = readSandbox()
        const pid = sandbox.pids[part] ?? 0
        frozen.add(pid)
        freeze(pid)
        const controlIds: string[] = []
        const documentIds: string[] = []
        try {
          for (let position = 0; position < 8; position++) {
            const documentId = newDocumentId()
            const controlId = `AWAY-${run}-${position}`
            const { bytes } = letterOf({ controlId, documentId, person: part === 'hapi' ? 7001 : 7002, to: [to] })
            expect(await exchange(sandbox.mllp, bytes, 30_000)).toContain(`MSA|AA|${controlId}`)
            controlIds.push(controlId)
            documentIds.push(documentId)
            await pause((AWAY_SECONDS * 1000) / 8)
          }
          const operator = await token(sandbox, 'operator')
          for (const controlId of controlIds) expect((await flowsOf(sandbox, operator, controlId))[0]?.status).not.toBe('parked')
        } finally {
          thaw(pid)
          frozen.delete(pid)
        }
        const operator = await token(sandbox, 'operator')
        for (const controlId of controlIds) await completeFlow(sandbox, operator, controlId, 3 * MINUTES)
        const mails = await mailsOf(sandbox, to)
        expect(mails).toHaveLength(controlIds.length)
        await inOrder(mails, documentIds)
      },
      15 * MINUTES,
    )
  }

  it(
    'PostgreSQL: AR while it is away, never a false AA, and the same bytes are taken afterwards',
    async () => {
      const run = Date.now().toString(36)
      const sandbox = readSandbox()
      const { bytes } = letterOf({ controlId: `AWAY-PG-${run}`, person: 7003, to: [`awaypg.${run}@test.mssante.fr`] })
      process.kill(sandbox.pids['postgres'] ?? 0, 'SIGKILL')
      const answers = new Set<string>()
      await eventually(
        'AA after PostgreSQL is back',
        async () => {
          const answer = await exchange(readSandbox().mllp, bytes, 30_000)
          answers.add(/MSA\|(\w\w)/.exec(answer)?.[1] ?? '')
          return answer.includes('MSA|AA|') ? true : undefined
        },
        2 * MINUTES,
      )
      for (const answer of answers) expect(['AA', 'AR']).toContain(answer)
      const operator = await eventually('a token', () => token(readSandbox(), 'operator'), MINUTES)
      await completeFlow(readSandbox(), operator, `AWAY-PG-${run}`, 2 * MINUTES)
    },
    5 * MINUTES,
  )

  it(
    'the platform is away: its lane waits, the mail goes, the notification follows by itself',
    async () => {
      const run = Date.now().toString(36)
      const sandbox = readSandbox()
      const control = (down: boolean): Promise<Response> =>
        fetch(`${sandbox.platform}/control`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ down }) })
      const to = `awayplat.${run}@test.mssante.fr`
      const letter = letterOf({ controlId: `AWAY-PLAT-${run}`, person: 7004, to: [to] })
      expect((await control(true)).status).toBe(200)
      try {
        expect(await exchange(sandbox.mllp, letter.bytes)).toContain('MSA|AA|')
        await eventually('the mail', async () => ((await mailsOf(sandbox, to)).length === 1 ? true : undefined))
      } finally {
        await control(false)
      }
      await completeFlow(sandbox, await token(sandbox, 'operator'), `AWAY-PLAT-${run}`, 2 * MINUTES)
      const declared = await receivedBy<{ status: number }>(sandbox.platform, letter.ins)
      expect(declared.filter(one => one.status === 201)).toHaveLength(1)
    },
    5 * MINUTES,
  )
})

async function inOrder(mails: Buffer[], documentIds: string[]): Promise<void> {
  const { default: PostalMime } = await import('postal-mime')
  const { unzip } = await import('./support/zip.ts')
  const order: number[] = []
  for (const raw of mails) {
    const archive = (await PostalMime.parse(raw)).attachments.find(one => one.filename?.toLowerCase() === 'ihe_xdm.zip')
    const metadata = (await unzip(Buffer.from(archive?.content as ArrayBuffer))).get('IHE_XDM/SUBSET01/METADATA.XML')?.toString('utf8') ?? ''
    order.push(documentIds.findIndex(id => metadata.includes(id)))
  }
  expect(order).toEqual(documentIds.map((_, index) => index))
}
