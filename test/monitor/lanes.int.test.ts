import type { FhirResource } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { inBrowser, openMonitor, overflowsSideways, seriousFindings } from '../support/browser.ts'
import { monitorApi } from '../support/monitor-api.ts'
import { writeMovement } from '../support/movements.ts'
import { completeFlow, eventually, exchange, flowsOf, getJson, readSandbox, token } from '../support/sandbox.ts'

// A message that was accepted and that the store then refuses, among many persons: its Patient was removed behind the hub's back.
// HUB_PERSONS=1000 sends as many as the promise says.

const PERSONS = Number(process.env['HUB_PERSONS'] ?? 100)
const ABREAST = 20
const PERSONS_A_TOKEN = 50
const MINUTES = 60_000
const run = Date.now().toString(36)

interface Lane {
  key: string
  state: string
  code: string
  waiting: number
  entryId: string
  version: string
  text: { fr: string }
}

const sandbox = readSandbox()
const api = monitorApi(sandbox)

const movement = (person: number, visit: string): { controlId: string; bytes: Buffer } => {
  const controlId = `LANE-${run}-${person}-${visit}`
  const at = new Date(Date.now() - 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14)
  const set = { 'PID-3': `LANE-${run}-${person}^^^CH-1&1.2.250.1.999.2&ISO^PI`, 'PID-32': 'PROV' }
  return { controlId, bytes: writeMovement({ controlId, id: `${run}-${person}-${visit}`, visit: `${run}-${person}-${visit}`, startsAt: at, set }) }
}

async function send(person: number, visit: string): Promise<string> {
  const { controlId, bytes } = movement(person, visit)
  expect(await exchange(sandbox.mllp, bytes)).toContain(`MSA|AA|${controlId}`)
  return controlId
}

/** In their order, under one token for some: where the last ones are looked for, the first have long been complete. */
async function allComplete(controlIds: readonly string[]): Promise<void> {
  for (let from = 0; from < controlIds.length; from += PERSONS_A_TOKEN) {
    const bearer = await token(sandbox, 'operator')
    for (const controlId of controlIds.slice(from, from + PERSONS_A_TOKEN)) await completeFlow(sandbox, bearer, controlId, 6 * MINUTES)
  }
}

/** The Patient of a person goes from the store, with all that hangs on it. Out: what puts it back. */
async function removePatient(person: number): Promise<() => Promise<void>> {
  await completeFlow(sandbox, await token(sandbox, 'operator'), await send(person, 'a'))
  const found = await getJson<{ entry?: { resource: FhirResource }[] }>(`${sandbox.hapi}/Patient?identifier=LANE-${run}-${person}`)
  const [{ resource } = { resource: undefined }] = found.entry ?? []
  const address = `${sandbox.hapi}/Patient/${resource?.id}`
  expect((await fetch(`${address}?_cascade=delete`, { method: 'DELETE' })).status).toBe(200)
  return async () => {
    const put = await fetch(address, { method: 'PUT', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(resource) })
    expect(put.ok).toBe(true)
  }
}

const laneOf = async (controlId: string): Promise<Lane | undefined> => {
  const [flow] = await flowsOf(sandbox, await token(sandbox, 'operator'), controlId)
  const { items } = await api.get<{ items: Lane[] }>('lanes?state=parked&limit=500')
  return items.find(one => one.entryId === flow?.id)
}

inBrowser('a poison message among many persons', () => {
  it(
    'its lane is parked and shown with its reason and what waits behind; all others flow; resumed from the page, everything of it runs in order',
    async () => {
      const putBack = await removePatient(0)
      const poison = await send(0, 'b')
      const behind = [await send(0, 'c'), await send(0, 'd')]
      const others: string[] = []
      for (let person = 1; person < PERSONS; person += ABREAST)
        others.push(...(await Promise.all(Array.from({ length: Math.min(ABREAST, PERSONS - person) }, (_, n) => send(person + n, 'a')))))
      await allComplete(others)
      const lane = await eventually('the parked lane', () => laneOf(poison))
      expect(lane).toMatchObject({ state: 'parked', code: 'store.refused', waiting: 2 })

      const { page, visit, complaints, close } = await openMonitor(sandbox)
      await visit('/monitor/lanes')
      const row = page.locator(`tr[data-id="${lane.key}"]`)
      await row.waitFor()
      expect((await row.textContent())?.replace(/\s/g, ' ')).toContain(lane.text.fr)
      expect(await row.locator('td.col-waiting').textContent()).toBe('2')
      expect(await seriousFindings(page)).toEqual([])

      await putBack()
      await row.getByRole('button', { name: /^Reprendre/ }).click()
      await page.getByRole('dialog').getByLabel('Motif').fill('Identité rétablie dans l’entrepôt')
      await page.getByRole('dialog').getByRole('button', { name: 'Reprendre' }).click()
      await row.waitFor({ state: 'detached' })
      expect(complaints()).toEqual([])
      await close()

      const stored: number[] = []
      for (const controlId of [poison, ...behind]) {
        const flow = await completeFlow(sandbox, await token(sandbox, 'operator'), controlId, 2 * MINUTES)
        stored.push(Date.parse(flow.steps.find(({ step }) => step === 'stored')?.at ?? ''))
      }
      expect(stored).toEqual(stored.toSorted((one, other) => one - other))
    },
    15 * MINUTES,
  )

  it(
    'set aside with a reason the rest goes on and its flow says so; the second of two operators learns what the first did; taken up again it is stored',
    async () => {
      const putBack = await removePatient(5000)
      const poison = await send(5000, 'b')
      const lane = await eventually('the parked lane', () => laneOf(poison))
      const { page, visit, complaints, close } = await openMonitor(sandbox, { width: 360, language: 'en' })
      await visit('/monitor/lanes')
      await page.locator(`tr[data-id="${lane.key}"]`).waitFor()
      expect(await overflowsSideways(page)).toBe(false)

      // Somebody else is faster.
      expect((await api.post(`lanes/${encodeURIComponent(lane.key)}/set-aside`, { reason: '' })).status).toBe(400)
      const first = await api.post(`lanes/${encodeURIComponent(lane.key)}/set-aside`, { reason: 'à revoir avec le CH', version: lane.version })
      expect(first).toMatchObject({ status: 200, json: { setAside: true } })
      const second = await api.post(`lanes/${encodeURIComponent(lane.key)}/resume`, { reason: 'relance', version: lane.version })
      expect(second).toMatchObject({ status: 409, json: { error: 'lane.moved', last: { act: 'set-aside', reason: 'à revoir avec le CH' } } })

      const [flow] = await flowsOf(sandbox, await token(sandbox, 'operator'), poison)
      expect(flow?.status).toBe('parked')
      expect(flow?.steps.find(({ step }) => step === 'stored')?.outcome).toBe('set-aside')
      await putBack()
      const next = await send(5000, 'c')
      await completeFlow(sandbox, await token(sandbox, 'operator'), next)

      await visit('/monitor/lanes')
      const aside = page.locator(`tr[data-id="${flow?.id}"]`)
      await aside.getByRole('button', { name: /^Take up again/ }).click()
      await page.getByRole('dialog').getByLabel('Reason').fill('<script>alert(1)</script>')
      await page.getByRole('dialog').getByRole('button', { name: 'Take up again' }).click()
      await aside.waitFor({ state: 'detached' })
      await completeFlow(sandbox, await token(sandbox, 'operator'), poison)
      expect(complaints()).toEqual([])
      await close()

      const { items } = await api.get<{ items: { action: string; reason: string; name: string }[] }>(`repairs?object=${encodeURIComponent(lane.key)}`)
      expect(items.map(({ action, reason }) => [action, reason])).toEqual([
        ['lane.take-up', '<script>alert(1)</script>'],
        ['lane.set-aside', 'à revoir avec le CH'],
      ])
    },
    5 * MINUTES,
  )
})
