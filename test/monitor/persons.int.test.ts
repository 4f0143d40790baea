import type { Bundle } from 'fhir/r4.js'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { inBrowser, openMonitor, seriousFindings, userOf } from '../support/browser.ts'
import { type Letter, letterOf, ownPersons } from '../support/letters.ts'
import { logInTo } from '../support/monitor-login.ts'
import { completeFlow, exchange, getJson, readSandbox, token } from '../support/sandbox.ts'

// A person of two letters: one reached its recipient, of the other the mailbox was closed.

interface Journey {
  items: { id: string; kind: string; delivery: string; flow: { controlId: string } | null }[]
  gaps: { kind: string; after: string }[]
  systems?: string[]
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
let letter: Letter
const turn = Date.now().toString(36)
const person = ownPersons()

for (const [n, to] of [`recu.${turn}@test.mssante.fr`, `inconnu.${turn}@test.mssante.fr`].entries()) {
  letter = letterOf({ controlId: `PERSON-${turn}-${n}`, person, to: [to] })
  await exchange(sandbox.mllp, letter.bytes)
  await completeFlow(sandbox, operator, `PERSON-${turn}-${n}`)
}

const ask = (body: object): Promise<Response> =>
  fetch(`${sandbox.http}/monitor/api/persons`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: `suivi ${turn}`, ...body }),
  })

describe('the journey of a person by the API', () => {
  it('by INS, typed in groups, or by IPP: each document with the state of its delivery, and where it did not arrive a gap', async () => {
    const grouped = letter.ins.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7')
    const journeys = await Promise.all([letter.ins, grouped, letter.ipp].map(async identifier => (await ask({ identifier })).json() as Promise<Journey>))
    const [{ items, gaps } = { items: [], gaps: [] }] = journeys
    const documents = items.filter(({ kind }) => kind === 'document')
    expect(documents.map(({ delivery, flow }) => [flow?.controlId, delivery])).toEqual([
      [`PERSON-${turn}-0`, 'delivered'],
      [`PERSON-${turn}-1`, 'partly'],
    ])
    expect(gaps).toContainEqual(expect.objectContaining({ kind: 'undelivered', after: documents[1]?.id }))
    expect(journeys.map(journey => journey.items.length)).toEqual([items.length, items.length, items.length])
  })

  it('the answer names nobody; the audit holds the reason and the person, not the number that was typed', async () => {
    const text = await (await ask({ identifier: letter.ins })).text()
    for (const secret of [letter.ins, letter.ipp, 'Patient/']) expect(text).not.toContain(secret)
    const client = new pg.Client({ connectionString: sandbox.postgres })
    await client.connect()
    const { rows } = await client.query(
      "select detail, object, patients from audit where action = 'monitor.reveal' and object = 'person' and detail like '%' || $1 || '%'",
      [turn],
    )
    await client.end()
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(letter.ins)
    expect(rows[0]).toMatchObject({ patients: [expect.stringMatching(/^Patient\//)] })
  })

  it('nobody of that number is 404; no number, no reason, a member too many are 400', async () => {
    const statuses = await Promise.all(
      [{ identifier: `NOBODY-${turn}` }, {}, { identifier: letter.ins, reason: '' }, { identifier: letter.ins, name: 'x' }].map(
        async body => (await ask(body)).status,
      ),
    )
    expect(statuses).toEqual([404, 400, 400, 400])
  })
})

inBrowser('the journey of a person on the page', () => {
  it('is one line in time with its gaps; the number stands in no address', async () => {
    const { page, visit, complaints, close } = await openMonitor(sandbox)
    const addresses: string[] = []
    page.on('request', request => addresses.push(request.url()))
    await visit('/monitor/persons')
    await page.locator('input[name=identifier]').fill(letter.ins)
    await page.locator('input[name=reason]').fill('suivi de la personne')
    await page.locator('form button[type=submit]').click()
    await page.locator('[data-kind="document"]').first().waitFor()
    expect(await page.locator('[data-kind="document"]').evaluateAll(all => all.map(one => one.getAttribute('data-delivery')))).toEqual(['delivered', 'partly'])
    expect(await page.locator('[data-gap="undelivered"]').count()).toBeGreaterThan(0)
    expect([...addresses, page.url()].filter(address => address.includes(letter.ins))).toEqual([])
    expect(await seriousFindings(page)).toEqual([])
    expect(complaints()).toEqual([])
    await page.locator('[data-kind="document"] a').last().click()
    await page.locator('[data-step="received"]').waitFor()
    await close()
  })

  it('an observer sees a person of the own territory, and of another nobody', async () => {
    const statusFor = async (territory: string): Promise<number> => {
      const user = userOf(sandbox, 'observer', territory)
      if (user === undefined) throw new Error(`the sandbox names no observer of ${territory}`)
      const { page, visit, close } = await openMonitor(sandbox, { as: user })
      await visit('/monitor/persons')
      const answered = page.waitForResponse(/monitor\/api\/persons/)
      await page.locator('input[name=identifier]').fill(letter.ins)
      await page.locator('input[name=reason]').fill('suivi de la personne')
      await page.locator('form button[type=submit]').click()
      const status = (await answered).status()
      await close()
      return status
    }
    expect([await statusFor('54395'), await statusFor('35238')]).toEqual([200, 404])
  })
})

// Last: from here on somebody is known in both territories.
describe('messages of the circle, for whoever is bound to a territory', () => {
  it('those of authors there are shown, and the person’s own where everything happened; no others; to the operator all of them', async () => {
    const structure = async (finess: string): Promise<string> => {
      const found = await getJson<Bundle>(`${sandbox.hapi}/Organization?identifier=https://finess.esante.gouv.fr|${finess}`)
      return `Organization/${found.entry?.[0]?.resource?.id}`
    }
    const subject = await getJson<Bundle>(`${sandbox.hapi}/Patient?identifier=${letter.ins}`)
    const patient = `Patient/${subject.entry?.[0]?.resource?.id}`
    const written = async (sender: string): Promise<string> => {
      const message = {
        resourceType: 'Communication',
        status: 'completed',
        sent: new Date().toISOString(),
        subject: { reference: patient },
        sender: { reference: sender },
      }
      const headers = { 'content-type': 'application/fhir+json' }
      const { id } = (await (await fetch(`${sandbox.hapi}/Communication`, { method: 'POST', headers, body: JSON.stringify(message) })).json()) as { id: string }
      return `Communication/${id}`
    }
    const [here, there, own] = [await written(await structure('540990025')), await written(await structure('350990024')), await written(patient)]
    const seen = async (role: 'observer' | 'operator', territory?: string): Promise<string[]> => {
      const session = await logInTo(sandbox, userOf(sandbox, role, territory) ?? { name: '', password: '' })
      const { text } = await session.post('/monitor/api/persons', { identifier: letter.ins, reason: `suivi ${turn}` })
      return (JSON.parse(text) as Journey).items.map(({ id }) => id).filter(id => [here, there, own].includes(id))
    }
    expect(await seen('observer', '54395')).toEqual([here, own])
    expect(await seen('observer', '35238')).toEqual([there])
    expect(await seen('operator')).toEqual([here, there, own])
  })
})
