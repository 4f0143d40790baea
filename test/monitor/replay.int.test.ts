import { describe, expect, it } from 'vitest'
import { inBrowser, openMonitor, seriousFindings } from '../support/browser.ts'
import { ippOf, writeIdentity } from '../support/identity-messages.ts'
import { letterOf } from '../support/letters.ts'
import { writeMovement } from '../support/movements.ts'
import { replaysOf, type SentLetter } from '../support/replays.ts'
import { completeFlow, exchange, mailsOf, readSandbox, token } from '../support/sandbox.ts'
import { versionOf } from '../support/versions.ts'

// Stored results of another mapping: their cards are put into the store as an older mapper would have written them.
// HUB_MESSAGES=500 sends as many as the promise says.

const MESSAGES = Number(process.env['HUB_MESSAGES'] ?? 12)
const MINUTES = 60_000
const run = Date.now().toString(36)
const to = `replay.${run}@test.mssante.fr`

const sandbox = readSandbox()
const replays = replaysOf(sandbox)

async function letter(controlId: string, person: number): Promise<SentLetter> {
  const [sent] = await replays.sendLetters([{ controlId, person, to: [to] }])
  if (sent === undefined) throw new Error('not sent')
  return sent
}

const rows = async (): Promise<unknown> => {
  const { events } = await replays.api.get<{ events: { id: string }[] }>(`events?limit=500&type=document.depose`)
  return events.map(({ id }) => id)
}

describe('a replay', () => {
  it(
    'of the same mapping changes nothing, also for versions, repeats and deletions',
    async () => {
      const [first, second, gone] = [`2.25.1${Date.now()}`, `2.25.2${Date.now()}`, `2.25.3${Date.now()}`]
      const at = new Date()
      const base = { at, to: [to], person: 61_001, body: 'N1' as const }
      const sent = [
        versionOf({ ...base, controlId: `RV1-${run}`, act: 'create', documentId: first, version: 1, setId: `${first}.9` }),
        versionOf({ ...base, controlId: `RV2-${run}`, act: 'create', documentId: first, version: 1, setId: `${first}.9` }),
        versionOf({ ...base, controlId: `RV3-${run}`, act: 'replace', documentId: second, replaces: first, version: 2, setId: `${first}.9` }),
        versionOf({ ...base, controlId: `RV4-${run}`, act: 'create', documentId: gone, version: 1 }),
        versionOf({ ...base, controlId: `RV5-${run}`, act: 'delete', documentId: gone, version: 1 }),
      ]
      for (const [n, { bytes }] of sent.entries()) await replays.sendBytes(`RV${n + 1}-${run}`, bytes, first)
      for (const n of [1, 2, 3, 4, 5]) {
        const { replay, items } = await replays.dryRun({ controlId: `RV${n}-${run}` })
        expect(items.flatMap(({ resources }) => resources).filter(({ outcome }) => outcome !== 'left')).toEqual([])
        expect(replay).toMatchObject({ total: 1, notified: 0, messages: { unchanged: 1, failed: 0, skipped: 0 } })
      }
    },
    6 * MINUTES,
  )

  it(
    'with a changed mapping: the commit is what the dry run showed, nobody is notified twice, a dry run writes nothing',
    async () => {
      const from = new Date().toISOString()
      const sent = await replays.sendLetters(Array.from({ length: MESSAGES }, (_, n) => ({ controlId: `RC-${run}-${n}`, person: 62_000 + n, to: [to] })))
      const mapped = await Promise.all(sent.map(({ card }) => replays.cardOf(card)))
      for (const { card } of sent) await replays.storeAsBefore(card)
      const [mails, events] = [(await mailsOf(sandbox, to)).length, await rows()]

      const { replay, items } = await replays.dryRun({ from, sender: 'DPI-1/CH-1' })
      const meant = items.filter(({ resources }) => resources.some(one => sent.some(({ card }) => card === one.resource)))
      expect(meant).toHaveLength(MESSAGES)
      for (const { resources, notices } of meant) {
        const [card] = resources.filter(({ outcome }) => outcome === 'changed')
        expect(card?.difference.map(({ op, path }) => `${op} ${path}`).sort()).toEqual(['add /docStatus', 'replace /description'])
        expect(notices.filter(one => one.isNotified)).toEqual([])
        expect(notices.map(one => one.recipient)).toContain(to)
      }
      expect((await replays.cardOf(sent[0]?.card ?? '')).meta?.versionId).toBe('2')
      expect(await rows()).toEqual(events)

      expect((await replays.order(replay.id, 'commit', '')).status).toBe(400)
      expect((await replays.order(replay.id, 'commit', 'vu et approuvé')).status).toBe(202)
      expect((await replays.order(replay.id, 'commit', 'encore')).status).toBe(409)
      const done = await replays.until(replay.id, 'committed')
      expect(done.messages.refused).toBe(0)
      for (const [n, { card }] of sent.entries()) {
        const { meta, ...now } = await replays.cardOf(card)
        const { meta: _, ...then } = mapped[n] ?? { resourceType: 'DocumentReference' }
        expect(now).toEqual(then)
        expect(meta?.versionId).toBe('3')
      }
      expect((await mailsOf(sandbox, to)).length).toBe(mails)
      expect(await rows()).toEqual(events)
      const again = await replays.dryRun({ from, sender: 'DPI-1/CH-1' })
      expect(again.replay.messages.changed).toBe(0)
    },
    15 * MINUTES,
  )

  it(
    'what changed since it was shown is refused, and says which resource; what was deleted is made again',
    async () => {
      const [kept, changed] = [await letter(`RS-${run}-a`, 63_001), await letter(`RS-${run}-b`, 63_002)]
      await replays.storeAsBefore(changed.card)
      const { replay } = await replays.dryRun({ controlId: changed.controlId })
      await replays.storeAsBefore(changed.card, 'écrit entre-temps')
      const refused = await replays.order<{ error: string; items: { resources: string[] }[] }>(replay.id, 'commit', 'trop tard')
      expect(refused).toMatchObject({ status: 409, json: { error: 'replay.changed' } })
      expect(refused.json.items.flatMap(({ resources }) => resources)).toEqual([changed.card])
      expect((await replays.cardOf(changed.card)).description).toBe('écrit entre-temps')

      expect((await fetch(`${sandbox.hapi}/${kept.card}?_cascade=delete`, { method: 'DELETE' })).status).toBe(200)
      const second = await replays.dryRun({ controlId: kept.controlId })
      expect(second.items[0]?.resources.find(one => one.resource === kept.card)?.outcome).toBe('created')
      await replays.order(second.replay.id, 'commit', 'rétabli')
      await replays.until(second.replay.id, 'committed')
      expect((await replays.cardOf(kept.card)).status).toBe('current')
    },
    6 * MINUTES,
  )

  it(
    'what is not made again is listed with its reason in both languages: an earlier movement, a change of identity, a report',
    async () => {
      const from = new Date().toISOString()
      const at = (minutes: number): string => new Date(Date.now() - minutes * MINUTES).toISOString().replace(/\D/g, '').slice(0, 14)
      const stay = { ipp: `RN-${run}`, visit: `RN-${run}`, set: { 'PID-3': ippOf(`RN-${run}`), 'PID-32': 'PROV' } }
      const sent: [controlId: string, bytes: Uint8Array][] = [
        [`RN1-${run}`, writeMovement({ ...stay, controlId: `RN1-${run}`, id: `RN1-${run}`, startsAt: at(30) })],
        [`RN2-${run}`, writeMovement({ ...stay, controlId: `RN2-${run}`, trigger: 'A02', id: `RN2-${run}`, startsAt: at(20) })],
        [`RN3-${run}`, writeIdentity('A31', { controlId: `RN3-${run}`, pids: [{ ipp: `RN-${run}`, status: 'PROV' }] })],
        [`RN4-${run}`, letterOf({ controlId: `RN4-${run}`, person: 65_001, to: [to] }).bytes],
      ]
      for (const [controlId, bytes] of sent) {
        expect(await exchange(sandbox.mllp, bytes)).toContain(`MSA|AA|${controlId}`)
        await completeFlow(sandbox, await token(sandbox, 'operator'), controlId, 3 * MINUTES)
      }
      const { items } = await replays.dryRun({ from })
      const codeOf = (controlId: string): string | null | undefined => items.find(one => one.controlId === controlId)?.code
      expect(sent.map(([controlId]) => codeOf(controlId))).toEqual(['replay.overtaken', null, 'replay.identity_change', null])
      const reports = await replays.api.get<{ items: { id: string }[] }>(`flows?kind=receipt&from=${encodeURIComponent(from)}`)
      const told = items.filter(({ messageId }) => reports.items.some(({ id }) => id === messageId))
      expect(new Set(told.map(({ code }) => code))).toEqual(new Set(['replay.report']))
      for (const { state, text } of items.filter(({ code }) => code !== null)) {
        expect(state).toBe('skipped')
        expect(text?.fr).not.toBe(text?.en)
      }
    },
    4 * MINUTES,
  )

  it('a filter that matches nothing, a range reversed, no reason, an unknown filter: each says so', async () => {
    const { replay } = await replays.dryRun({ controlId: `nobody-${run}` })
    expect(replay).toMatchObject({ total: 0, state: 'shown' })
    for (const [body, path] of [
      [{ filter: { from: '2026-02-01', to: '2026-01-01' }, reason: 'essai' }, 'to'],
      [{ filter: {}, reason: ' ' }, 'reason'],
      [{ filter: { colour: 'blue' }, reason: 'essai' }, 'colour'],
      [{ filter: { status: 'lost' }, reason: 'essai' }, 'status'],
    ] as const) {
      expect(await replays.api.post('replays', body)).toMatchObject({ status: 400, json: { path } })
    }
  })
})

inBrowser('the page Replay', () => {
  it(
    'shows the difference before anything happens, survives a lost page, commits with a reason',
    async () => {
      const { controlId, card } = await letter(`RP-${run}`, 64_001)
      await replays.storeAsBefore(card)
      const { page, visit, complaints, close } = await openMonitor(sandbox)
      await visit(`/monitor/replay?controlId=${controlId}`)
      await page.getByRole('button', { name: 'Simuler le rejeu' }).click()
      await page.getByRole('dialog').getByLabel('Motif').fill('convertisseur corrigé')
      await page.getByRole('dialog').getByRole('button', { name: 'Simuler le rejeu' }).click()
      await page.locator('article[data-state="shown"]').waitFor({ timeout: MINUTES })
      // The page is lost, another one finds the replay by its address.
      await page.reload()
      await page.locator(`details[data-resource="${card}"] summary`).click()
      expect(await page.locator(`details[data-resource="${card}"] tr[data-path="/docStatus"]`).isVisible()).toBe(true)
      expect(await page.locator('[data-notified="0"]').textContent()).toBe('Personne ne serait prévenu de nouveau.')
      expect(await seriousFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Valider' }).click()
      await page.getByRole('dialog').getByLabel('Motif').fill('vu')
      await page.getByRole('dialog').getByRole('button', { name: 'Valider' }).click()
      await page.locator('article[data-state="committed"]').waitFor({ timeout: MINUTES })
      expect((await replays.cardOf(card)).docStatus).toBeDefined()
      expect(complaints()).toEqual([])
      await close()
    },
    4 * MINUTES,
  )
})
