import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type Item, type Replay, replaysOf, type SentLetter } from '../support/replays.ts'
import { eventually, mailsOf, readSandbox } from '../support/sandbox.ts'

// A replay belongs to the ledger: it goes on after the hub was killed, stops when it is told to, and is the same from the command line.

const MINUTES = 60_000
const LETTERS = 12
const run = Date.now().toString(36)
const to = `goingon.${run}@test.mssante.fr`

const sandbox = readSandbox()
const replays = replaysOf(sandbox)

/** Letters of one sender whose cards are of an older mapper. Out: when the first was sent. */
async function letters(name: string, from: number): Promise<{ since: string; sent: SentLetter[] }> {
  const since = new Date().toISOString()
  const sent = await replays.sendLetters(Array.from({ length: LETTERS }, (_, n) => ({ controlId: `${name}-${run}-${n}`, person: from + n, to: [to] })))
  for (const { card } of sent) await replays.storeAsBefore(card)
  return { since, sent }
}

const stillOld = async (sent: readonly SentLetter[]): Promise<number> => {
  const cards = await Promise.all(sent.map(({ card }) => replays.cardOf(card)))
  return cards.filter(card => card.description === 'libellé ancien').length
}

describe('a replay goes on', () => {
  it(
    'killed with -9 in its middle, the dry run is shown and the commit is whole, each message once, nobody is told',
    async () => {
      const { since, sent } = await letters('RK', 66_000)
      const mails = (await mailsOf(sandbox, to)).length
      const begun = await replays.api.post<Replay>('replays', { filter: { from: since, sender: 'DPI-1/CH-1' }, reason: 'tuer pendant la simulation' })
      await killHub()
      const shown = await replays.until(begun.json.id, 'shown')
      expect(shown.messages).toMatchObject({ changed: LETTERS, failed: 0 })
      expect((await replays.order(shown.id, 'commit', 'tuer pendant la validation')).status).toBe(202)
      await eventually('some are committed', async () => ((await stillOld(sent)) < LETTERS ? true : undefined), 2 * MINUTES)
      await killHub()
      const done = await replays.until(shown.id, 'committed')
      expect(done.messages).toMatchObject({ refused: 0 })
      expect(await stillOld(sent)).toBe(0)
      for (const { card } of sent) expect((await replays.cardOf(card)).meta?.versionId).toBe('3')
      expect((await mailsOf(sandbox, to)).length).toBe(mails)
    },
    10 * MINUTES,
  )

  it(
    'stopped, the rest stays as it is; committed again it goes on with what is left',
    async () => {
      const { since, sent } = await letters('RX', 67_000)
      const { replay } = await replays.dryRun({ from: since, sender: 'DPI-1/CH-1' })
      expect((await replays.order(replay.id, 'stop', 'il n’y a rien à arrêter')).status).toBe(409)
      expect((await replays.order(replay.id, 'commit', 'vu')).status).toBe(202)
      expect((await replays.order(replay.id, 'stop', 'mauvais moment')).status).toBe(200)
      const { items } = await eventually('nothing is in a lane any more', async () => {
        const found = await replays.api.get<{ items: Item[] }>(`replays/${replay.id}/items?limit=200`)
        return found.items.some(({ state }) => state === 'queued') ? undefined : found
      })
      const left = items.filter(({ state }) => state === 'shown').length
      expect(left).toBeGreaterThan(0)
      expect(await stillOld(sent)).toBe(left)
      expect((await replays.order(replay.id, 'commit', 'maintenant')).status).toBe(202)
      await replays.until(replay.id, 'committed')
      expect(await stillOld(sent)).toBe(0)
    },
    8 * MINUTES,
  )

  it(
    'from the command line: the difference is printed, then committed',
    async () => {
      const [sent = { controlId: '', card: '' }] = await replays.sendLetters([{ controlId: `RL-${run}`, person: 68_000, to: [to] }])
      await replays.storeAsBefore(sent.card)
      const shown = await hub('replay', '--control-id', sent.controlId, '--reason', 'essai')
      expect(shown).toContain(sent.card)
      expect(shown).toMatch(/replace +\/description/)
      expect(shown).toContain('notified   nobody')
      const [, id = ''] = /hub replay commit (\S+)/.exec(shown) ?? []
      expect(JSON.parse(await hub('replay', 'show', id, '--json'))).toMatchObject({ id, state: 'shown', items: [{ outcome: 'changed' }] })
      expect(await hub('replay', 'commit', id, '--reason', 'vu')).toContain('committed  1, refused 0')
      expect((await replays.cardOf(sent.card)).description).not.toBe('libellé ancien')
      await expect(hub('replay', 'stop', id)).rejects.toThrow()
      await expect(hub('replay', '--control-id', sent.controlId)).rejects.toThrow('a reason is needed')
    },
    4 * MINUTES,
  )
})

async function killHub(): Promise<void> {
  const { pids } = readSandbox()
  process.kill(pids['hub'] ?? 0, 'SIGKILL')
  await eventually(
    'the hub is back',
    async () => ((await fetch(`${readSandbox().http}/ready`)).ok && readSandbox().pids['hub'] !== pids['hub'] ? true : undefined),
    3 * MINUTES,
  )
}

async function hub(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [resolve(import.meta.dirname, '../../docker/embedded/hub.mjs'), ...args])
  return stdout
}
