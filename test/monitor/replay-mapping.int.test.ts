import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { LETTER } from '../../gateway/demo/letter-header.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { type Item, replaysOf, type SentLetter } from '../support/replays.ts'
import { eventually, exchange, flowsOf, mailsOf, readSandbox, token } from '../support/sandbox.ts'

// The mapping itself changes: the hub starts again with other tables in what it runs from, and at the end with its own.
// HUB_MESSAGES=500 sends as many as the promise says.

const MESSAGES = Number(process.env['HUB_MESSAGES'] ?? 4)
const MINUTES = 60_000
/** What so many more messages may take on a busy machine. */
const MORE = (MESSAGES / 50) * MINUTES
const run = Date.now().toString(36)
/** Persons of this run alone: a lane that an earlier one left parked is of nobody here. */
const PERSONS = ownPersons()
const [to, late] = [`mapping.${run}@test.mssante.fr`, `parked.${run}@test.mssante.fr`]

/** As an older hub had them: another label of a class, and a type its table cannot bear. */
const OLDER: [file: string, now: string, then: string][] = [
  ['j06-document-classes.js', "'Compte rendu'", "'Compte rendu (ancien libellé)'"],
  ['x04-type-classes.js', 'return typeCode === undefined', "if (typeCode === '34133-9') throw new Error('no class');\n    return typeCode === undefined"],
]
const tables = OLDER.map(([file, now, then]) => {
  const path = join(import.meta.dirname, '../../dist/profiles/tables', file)
  const text = readFileSync(path, 'utf8')
  return { path, text, older: text.replace(now, then) }
})

const sandbox = readSandbox()
const replays = replaysOf(sandbox)
expect(tables.filter(({ text, older }) => text === older)).toEqual([])
afterAll(() => startWith('today'), 3 * MINUTES)

/** The supervisor starts the hub again, from what stands in `dist` now. */
async function startWith(mapping: 'older' | 'today'): Promise<void> {
  for (const { path, text, older } of tables) writeFileSync(path, mapping === 'older' ? older : text)
  const before = readSandbox().pids['hub']
  process.kill(before ?? 0, 'SIGKILL')
  await eventually(
    'the hub is back',
    async () => ((await fetch(`${sandbox.http}/ready`)).ok && readSandbox().pids['hub'] !== before ? true : undefined),
    3 * MINUTES,
  )
}

const labelOf = async ({ card }: SentLetter): Promise<string | undefined> => (await replays.cardOf(card)).category?.[0]?.coding?.[0]?.display
const letters = (name: string, from: number): Promise<SentLetter[]> =>
  replays.sendLetters(Array.from({ length: MESSAGES }, (_, n) => ({ controlId: `${name}-${run}-${n}`, person: from + n, to: [to] })))
const statusOf = async (controlId: string): Promise<string | undefined> => (await flowsOf(sandbox, await token(sandbox, 'operator'), controlId))[0]?.status
const labels = (items: readonly Item[]): string[] =>
  items.flatMap(({ resources }) => resources.flatMap(({ difference }) => difference.map(({ op, path, was, value }) => [op, path, was, value].join(' '))))

describe('a mapping that changed between two starts of the hub', () => {
  const poison = { controlId: `RMP-${run}`, person: PERSONS, to: [late], edit: (cda: string) => cda.replace(`code="${LETTER.type.code}"`, 'code="34133-9"') }
  const behind = { controlId: `RMB-${run}`, person: PERSONS, to: [late] }
  let from: string
  let between: string
  let first: SentLetter[]
  let second: SentLetter[]

  it(
    'taken up by the older one: stored as it makes it; what it cannot map parks its lane',
    async () => {
      await startWith('older')
      from = new Date().toISOString()
      first = await letters('RMA', PERSONS + 1)
      between = new Date().toISOString()
      second = await letters('RMC', PERSONS + 1 + MESSAGES)
      for (const letter of [poison, behind]) expect(await exchange(sandbox.mllp, letterOf({ body: 'N1', ...letter }).bytes)).toContain('MSA|AA')
      await eventually('the lane is parked', async () => ((await statusOf(poison.controlId)) === 'parked' ? true : undefined))
      expect(await labelOf(second[0] ?? { controlId: '', documentId: '', card: '' })).toBe('Compte rendu (ancien libellé)')
    },
    5 * MINUTES + MORE,
  )

  it(
    'the dry run of today’s shows the one difference, the commit is what it showed, and nobody is told twice',
    async () => {
      await startWith('today')
      const mails = (await mailsOf(sandbox, to)).length
      const { replay, items } = await replays.dryRun({ from, to: between, sender: 'DPI-1/CH-1', documentType: LETTER.type.code })
      expect(new Set(labels(items))).toEqual(new Set(['replace /category/0/coding/0/display Compte rendu (ancien libellé) Compte rendu']))
      expect(replay).toMatchObject({ notified: 0, messages: { changed: MESSAGES, skipped: 0, failed: 0 } })
      expect(await Promise.all(first.map(labelOf))).toEqual(first.map(() => 'Compte rendu (ancien libellé)'))
      await replays.order(replay.id, 'commit', 'vu')
      expect((await replays.until(replay.id, 'committed')).messages).toMatchObject({ committed: MESSAGES, refused: 0 })
      expect(await Promise.all(first.map(labelOf))).toEqual(first.map(() => 'Compte rendu'))
      expect((await replays.dryRun({ from, to: between, sender: 'DPI-1/CH-1', documentType: LETTER.type.code })).replay.messages.changed).toBe(0)
      expect((await mailsOf(sandbox, to)).length).toBe(mails)
    },
    10 * MINUTES + MORE,
  )

  it(
    'what it had parked is shown as it would be stored and told; committed, it is, and what waited behind goes on',
    async () => {
      const { replay, items } = await replays.dryRun({ controlId: poison.controlId })
      expect(items).toMatchObject([{ state: 'shown', parkedFor: 'hub.defect' }])
      expect(items[0]?.notices).toContainEqual(expect.objectContaining({ recipient: late, isNotified: true }))
      expect(new Set(items[0]?.resources.map(({ outcome }) => outcome))).toContain('created')
      expect([await statusOf(poison.controlId), (await mailsOf(sandbox, late)).length]).toEqual(['parked', 0])
      expect((await replays.dryRun({ controlId: behind.controlId })).items).toMatchObject([{ state: 'skipped', code: 'replay.not_stored' }])
      await replays.order(replay.id, 'commit', 'table corrigée')
      expect((await replays.until(replay.id, 'committed')).messages).toMatchObject({ committed: 1, refused: 0 })
      await eventually('both are complete', async () =>
        (await Promise.all([poison, behind].map(({ controlId }) => statusOf(controlId)))).every(status => status === 'complete') ? true : undefined,
      )
      expect((await mailsOf(sandbox, late)).length).toBe(2)
    },
    5 * MINUTES,
  )

  it(
    'shown by one mapping and committed under another, each message is refused, and nothing of it is written',
    async () => {
      const { replay } = await replays.dryRun({ from: between, sender: 'DPI-1/CH-1', documentType: LETTER.type.code })
      expect(replay.messages.changed).toBe(MESSAGES)
      await startWith('older')
      await replays.order(replay.id, 'commit', 'entre deux versions')
      const done = await replays.until(replay.id, 'committed')
      expect(done.messages).toMatchObject({ refused: MESSAGES })
      const { items } = await replays.api.get<{ items: Item[] }>(`replays/${replay.id}/items?state=refused`)
      expect(new Set(items.map(({ code }) => code))).toEqual(new Set(['replay.mapping_changed']))
      expect(new Set(await Promise.all(second.map(async ({ card }) => (await replays.cardOf(card)).meta?.versionId)))).toEqual(new Set(['1']))
    },
    5 * MINUTES + MORE,
  )
})
