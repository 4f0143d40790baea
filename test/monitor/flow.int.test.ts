import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { inBrowser, openMonitor, overflowsSideways, seriousFindings, userOf } from '../support/browser.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { writeIdentity } from '../support/identity-messages.ts'
import { writeMovement } from '../support/movements.ts'
import { completeFlow, exchange, getJson, readSandbox, token } from '../support/sandbox.ts'

// One flow, looked at closely: a letter of which one recipient's mailbox is closed, and whose title is a script.

const SCRIPT = '<script>document.title=1</script>'

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')
const closed = `inconnu.flux${Date.now().toString(36)}@test.mssante.fr`

const controlId = `FLOW-${Date.now().toString(36)}`
const edit = (cda: string): string => cda.replace(/<section>([\s\S]*?)<title>[^<]*/, `<section>$1<title>${SCRIPT.replaceAll('<', '&lt;')}`)
const letter = letterOf({ controlId, person: ownPersons(), to: ['dr.modele@exemple.medecin.mssante.fr', closed], edit })
await exchange(sandbox.mllp, letter.bytes)
const flow = await completeFlow(sandbox, operator, controlId)

const at = (part: string): string => `${sandbox.http}/monitor/api/flows/${flow.id}/${part}`
const read = <T>(part: string): Promise<T> => getJson<T>(at(part), operator)
const reveal = (part: string, body: object): Promise<Response> =>
  fetch(at(part), { method: 'POST', headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })

describe('one flow by its API', () => {
  it('each step says how long it took, and the error in a sentence', async () => {
    const { steps } = await read<{ steps: { step: string; durationMs: number | null; recipient?: string; outcome: string; sentence?: { fr: string } }[] }>(
      'journey',
    )
    expect(steps.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['received', 'acknowledged', 'mapped', 'stored', 'announced', 'decided', 'sent', 'receipt']),
    )
    expect(steps.slice(1).every(({ durationMs }) => durationMs !== null && durationMs >= 0)).toBe(true)
    expect(steps.find(({ outcome, recipient }) => outcome === 'failed' && recipient === closed)?.sentence?.fr).toMatch(/refusé/)
  })

  it('whoever went without it comes first, with the rule, the reason and what to do', async () => {
    const { items } = await read<{ items: { recipient: string; received: boolean; code: string | null; rule: string; sentence: { fr: string } }[] }>(
      'recipients',
    )
    expect(items[0]).toMatchObject({ recipient: closed, received: false, code: 'mailbox.closed', rule: 'sender.named' })
    expect(items[0]?.sentence.fr).toMatch(/demandez au destinataire/)
    expect(items.find(({ recipient }) => recipient.startsWith('dr.modele'))).toMatchObject({ received: true, code: null })
  })

  it.each(['message', 'resources'])('%s: without a reason it names the person nowhere, with one it does', async part => {
    const hidden = JSON.stringify(await read(part))
    for (const secret of [letter.ins, letter.ipp]) expect(hidden).not.toContain(secret)
    const shown = await (await reveal(part, { reason: 'réclamation de la personne' })).text()
    for (const secret of [letter.ins, letter.ipp]) expect(shown).toContain(secret)
  })

  it('no reason, no reveal; each reveal has its row in the audit, with the reason and the person', async () => {
    expect((await reveal('message', {})).status).toBe(400)
    expect((await reveal('message', { reason: '  ' })).status).toBe(400)
    const reason = `contrôle ${Date.now()}`
    expect((await reveal('resources', { reason })).status).toBe(200)
    const client = new pg.Client({ connectionString: sandbox.postgres })
    await client.connect()
    const { rows } = await client.query("select object, patients from audit where action = 'monitor.reveal' and detail like '%' || $1 || '%'", [reason])
    await client.end()
    expect(rows).toEqual([{ object: `flow/${flow.id}`, patients: [expect.stringMatching(/^Patient\//)] }])
  })

  it('the FHIR is the version this message wrote, every row of the lineage has its place', async () => {
    const { resources, unplaced, unread } = await read<{ resources: { reference: string; version: string | null }[]; unplaced: object[]; unread: string[] }>(
      'resources',
    )
    expect(resources.find(({ reference }) => reference.startsWith('DocumentReference/'))?.version).toBe('1')
    expect(unplaced).toEqual([])
    expect(unread).toContain('MSH-3')
  })

  it('a change of identity shows whom it is about', async () => {
    const controlId = `A28-${Date.now().toString(36)}`
    await exchange(sandbox.mllp, writeIdentity('A28', { controlId, pids: [{ ipp: controlId }] }))
    const { id } = await completeFlow(sandbox, operator, controlId)
    const made = await getJson<{ resources: { reference: string; elements: { name: string; isHidden: boolean }[] }[] }>(
      at('resources').replace(flow.id, id),
      operator,
    )
    expect(made.resources).toEqual([expect.objectContaining({ reference: expect.stringMatching(/^Patient\//) })])
    expect(made.resources[0]?.elements).toContainEqual(expect.objectContaining({ name: 'name', isHidden: true }))
  })

  it('the document is for download, byte for byte', async () => {
    const answer = await reveal('document', { reason: 'réclamation', document: 0 })
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await answer.text()).toBe(letter.cda)
  })

  it('a flow that does not exist, and a document it does not have, are 404', async () => {
    const answer = await fetch(at('journey').replace(flow.id, crypto.randomUUID()), { headers: { authorization: `Bearer ${operator}` } })
    expect([answer.status, (await reveal('document', { reason: 'essai', document: 5 })).status]).toEqual([404, 404])
  })
})

inBrowser('one flow on the page', () => {
  it('a newcomer finds in three clicks why the message did not reach its recipient', async () => {
    const { page, visit, complaints, close } = await openMonitor(sandbox)
    await visit('/monitor')
    await page.locator('nav a[href="/monitor/flows"]').click()
    // The first page has the newest fifty, of whatever else comes meanwhile.
    await page.locator('input[name=controlId]').fill(flow.controlId)
    await page.keyboard.press('Enter')
    await page.locator(`[data-id="${flow.id}"] a`).first().click()
    await page.locator('a[href="#recipients"]').click()
    const without = page.locator(`[data-recipient="${closed}"]`)
    await without.waitFor()
    expect(await without.innerText()).toMatch(/La boîte refuse le courriel\s: demandez au destinataire son adresse actuelle/)
    expect(await page.locator('[data-step="received"], [data-step="stored"], [data-step="sent"]').count()).toBeGreaterThan(3)
    expect(complaints()).toEqual([])
    await close()
  })

  it('an element lights its source, a source what became of it; what was not read is marked', async () => {
    const { page, visit, close } = await openMonitor(sandbox)
    await visit(`/monitor/flows/${flow.id}`)
    const source = page.locator('[data-source="ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value"]')
    const element = page.locator('[data-path="Patient.birthDate"]')
    await element.click()
    await expect.poll(() => source.getAttribute('aria-current')).toBe('true')
    expect(await page.locator('[data-source="MSH-10"]').getAttribute('aria-current')).toBeNull()
    await page.locator('[data-source="ClinicalDocument/code/@code"]').click()
    await expect.poll(() => page.locator('[data-path="DocumentReference.type"]').getAttribute('aria-current')).toBe('true')
    expect(await element.getAttribute('aria-current')).toBeNull()
    expect(await page.locator('[data-source="MSH-3"]').getAttribute('data-mark')).toBe('unread')
    await close()
  })

  it('traits and document are shown for a reason, script as text', async () => {
    const { page, visit, complaints, close } = await openMonitor(sandbox)
    await visit(`/monitor/flows/${flow.id}`)
    await page.locator('[data-path="Patient.birthDate"]').waitFor()
    expect(await page.locator('main').innerText()).not.toContain(letter.ins)
    await page.getByRole('button', { name: 'Afficher les traits et les contenus' }).click()
    await page.locator('dialog textarea').fill('réclamation de la personne')
    await page.locator('dialog button[type=submit]').click()
    await page.locator('.document').first().waitFor()
    expect(await page.locator('main').innerText()).toContain(letter.ins)
    expect(await page.locator('.document').first().innerText()).toContain(SCRIPT)
    expect(await page.title()).not.toBe('1')
    expect(complaints()).toEqual([])
    await close()
  })

  // Of a short message: axe looks at every element.
  it('a movement stands beside its stay, on a narrow screen too; axe finds nothing serious', async () => {
    const controlId = `MOVE-${Date.now().toString(36)}`
    const visit = `V-${controlId}`
    const startsAt = `${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}`
    await exchange(sandbox.mllp, writeMovement({ controlId, id: `M-${controlId}`, visit, startsAt, ipp: `IPP-${controlId}` }))
    const movement = await completeFlow(sandbox, operator, controlId)
    const opened = await openMonitor(sandbox, { width: 360 })
    await opened.visit(`/monitor/flows/${movement.id}`)
    await opened.page.locator('[data-path^="Encounter"]').first().waitFor()
    expect(await opened.page.locator('[data-source^="ZBE-1"]').count()).toBeGreaterThan(0)
    expect(await opened.page.locator('main').innerText()).not.toContain(visit)
    expect(await overflowsSideways(opened.page)).toBe(false)
    expect(await seriousFindings(opened.page)).toEqual([])
    expect(opened.complaints()).toEqual([])
    await opened.close()
  })

  it('an observer of another territory finds nothing', async () => {
    const other = userOf(sandbox, 'observer', '35238')
    if (other === undefined) throw new Error('the sandbox names no observer of the second territory')
    const { page, close } = await openMonitor(sandbox, { as: other })
    const statuses = await Promise.all(['journey', 'recipients', 'message', 'resources'].map(async part => (await page.request.get(at(part))).status()))
    expect(statuses).toEqual([404, 404, 404, 404])
    await close()
  })
})
