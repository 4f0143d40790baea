import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { inBrowser, openMonitor, overflowsSideways, seriousFindings, userOf } from '../support/browser.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, eventually, exchange, type FlowStep, flowsOf, getJson, mailsOf, readSandbox, token, receivedBy } from '../support/sandbox.ts'

// Partners on the running hub: held and let go; an incident is told once when it begins and once when it ends, by mail and by webhook.

interface Incident {
  id: string
  kind: string
  subject: string
  state: 'open' | 'closed'
  alerts: { moment: string; way: string; state: string }[]
}
interface Told {
  key: string
  signature: string
  text: string
  body: { type: string; incident: { id: string; subject: string } }
}
interface Partner {
  id: string
  connection: { state: string }
  paused: { by: string; reason: string } | null
  sent: { flows: number }
}

const sandbox = readSandbox()
const operator = await token(sandbox, 'operator')

const api = <T>(path: string): Promise<T> => getJson<T>(`${sandbox.http}/monitor/api/${path}`, operator)

async function order(path: string, body: object): Promise<{ status: number; json: Record<string, unknown> }> {
  const reply = await fetch(`${sandbox.http}/monitor/api/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: reply.status, json: (await reply.json()) as Record<string, unknown> }
}

const partner = async (id: string): Promise<Partner | undefined> => (await api<{ items: Partner[] }>('partners')).items.find(one => one.id === id)

async function sendLetter(person: number, to: string): Promise<string> {
  const controlId = `PARTNER-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 6)}`
  expect(await exchange(sandbox.mllp, letterOf({ controlId, person, to: [to] }).bytes)).toContain('MSA|AA')
  return controlId
}

const setPlatform = (down: boolean): Promise<Response> => fetch(`${sandbox.platform}/control`, { method: 'POST', body: JSON.stringify({ down }) })

describe('a partner that takes nothing any more', () => {
  it('is one incident: one mail and one signed POST when it begins, one of each when it ends', async () => {
    const person = ownPersons()
    await setPlatform(true)
    const controlId = await sendLetter(person, `ouvert.${person}@test.mssante.fr`)
    const open = await eventually('an open incident of the platform', async () =>
      (await api<{ items: Incident[] }>('incidents?state=open&partner=region')).items.find(one => one.kind === 'partner.down'),
    )
    expect(await partner('region')).toMatchObject({ connection: { state: 'away' } })
    await setPlatform(false)
    await completeFlow(sandbox, operator, controlId)
    const closed = await eventually('its end, told to all', async () => {
      const found = (await api<{ items: Incident[] }>('incidents?state=closed&partner=region')).items.find(({ id }) => id === open.id)
      return found?.alerts.every(({ state }) => state === 'sent') ? found : undefined
    })
    expect(closed.alerts.map(({ moment, way }) => `${moment} ${way}`).sort()).toEqual(['end mail', 'end webhook', 'start mail', 'start webhook'])
    const told = await webhooksAbout(open.id)
    expect(told.map(({ key, body }) => [key, body.type])).toEqual([
      [`${open.id}.start`, 'incident.start'],
      [`${open.id}.end`, 'incident.end'],
    ])
    const secret = readFileSync(sandbox.alerts.secret, 'utf8').trim()
    for (const { signature, text } of told) expect(signature).toBe(`sha256=${createHmac('sha256', secret).update(text).digest('hex')}`)
    const mails = await Promise.all((await mailsOf(sandbox, sandbox.alerts.mail)).map(mail => PostalMime.parse(mail)))
    expect(mails.filter(({ text }) => text?.includes(open.id)).map(({ subject }) => subject)).toEqual([
      '[e-parcours] Incident : un partenaire ne répond plus (region)',
      '[e-parcours] Fin d’incident : un partenaire ne répond plus (region)',
    ])
    expect((await api<{ items: Incident[] }>('incidents?partner=region')).items.filter(one => one.id === open.id)).toHaveLength(1)
  })
})

async function webhooksAbout(incident: string): Promise<Told[]> {
  const all = await receivedBy<Told>(new URL(sandbox.alerts.webhook).origin, incident)
  return all.filter(({ body }) => body.incident.id === incident)
}

async function sentSteps(controlId: string): Promise<FlowStep[]> {
  const [flow] = await flowsOf(sandbox, operator, controlId)
  if (flow === undefined) return []
  return (await api<{ steps: FlowStep[] }>(`flows/${flow.id}`)).steps.filter(({ step }) => step === 'sent')
}

const isMail = (recipient = ''): boolean => recipient.includes('mssante.fr')

async function isWaitingForOperator(): Promise<boolean> {
  const { items } = await api<{ items: { code: string | null; path: string | null; attempts: number }[] }>('lanes?state=waiting&limit=500')
  return items.some(({ code, path, attempts }) => code === 'partner.paused' && path === 'partners.mail-operator' && attempts === 0)
}

describe('a partner that is held', () => {
  it('gets nothing while all others do; let go, it gets everything in order, and who did it stands in the record', async () => {
    const person = ownPersons()
    const mailbox = `retenu.${person}@test.mssante.fr`
    expect(await order('partners/mail-operator/pause', { reason: 'maintenance annoncée' })).toMatchObject({ status: 200, json: { paused: true } })
    try {
      expect((await order('partners/mail-operator/pause', { reason: 'encore' })).status).toBe(409)
      const controlIds: string[] = []
      for (let n = 0; n < 3; n += 1) controlIds.push(await sendLetter(person, mailbox))
      for (const controlId of controlIds)
        await eventually(`${controlId} went to the platform, and waits for the mail operator`, async () => {
          const sent = await sentSteps(controlId)
          const isHeld = sent.some(({ recipient, outcome }) => isMail(recipient) && (outcome === 'waiting' || outcome === 'planned'))
          return isHeld && sent.some(({ recipient, outcome }) => recipient === 'region' && outcome === 'delivered') ? true : undefined
        })
      await eventually('the lane says why it waits', async () => ((await isWaitingForOperator()) ? true : undefined))
      expect(await mailsOf(sandbox, mailbox)).toEqual([])
      expect(await partner('mail-operator')).toMatchObject({ paused: { reason: 'maintenance annoncée' } })
      expect(await order('partners/mail-operator/resume', { reason: 'maintenance finie' })).toMatchObject({ status: 200, json: { paused: false } })
      for (const controlId of controlIds) await completeFlow(sandbox, operator, controlId)
      expect(await mailsOf(sandbox, mailbox)).toHaveLength(3)
      const times = await Promise.all(controlIds.map(async id => (await sentSteps(id)).find(({ recipient }) => isMail(recipient))?.at ?? ''))
      expect(times).toEqual([...times].sort())
    } finally {
      await order('partners/mail-operator/resume', { reason: 'fin du test' })
    }
    const { items } = await api<{ items: { action: string; reason: string }[] }>('repairs?object=mail-operator')
    expect(items.slice(0, 2).map(({ action, reason }) => [action, reason])).toEqual([
      ['partner.resume', 'maintenance finie'],
      ['partner.pause', 'maintenance annoncée'],
    ])
  })

  it('one that nobody knows is 404, and one that nothing leaves to cannot be held', async () => {
    expect((await order('partners/NOBODY/pause', { reason: 'essai' })).status).toBe(404)
    expect((await order('partners/directory/pause', { reason: 'essai' })).status).toBe(400)
    expect((await order('partners/region/pause', {})).status).toBe(400)
  })
})

inBrowser('the partners in the browser', () => {
  it('an operator holds one with a reason and lets it go; its page shows who did it, its incidents and its report', async () => {
    const { page, visit, complaints, close } = await openMonitor(sandbox)
    await visit('/monitor/partners')
    const row = page.locator('tr[data-id="STRICT"]')
    await row.getByRole('button', { name: /^Suspendre/ }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('essai de la page')
    await page.getByRole('dialog').getByRole('button', { name: 'Suspendre' }).click()
    await row.getByText('essai de la page').waitFor()
    expect(await partner('STRICT')).toMatchObject({ paused: { reason: 'essai de la page' } })
    await row.getByRole('button', { name: /^Reprendre/ }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('essai fini')
    await page.getByRole('dialog').getByRole('button', { name: 'Reprendre' }).click()
    await row.getByRole('button', { name: /^Suspendre/ }).waitFor()
    await row.getByRole('link').first().click()
    await page
      .getByRole('heading', { name: 'Rapport de conformité' })
      .or(page.getByRole('heading', { name: 'Suspensions' }))
      .first()
      .waitFor()
    expect(new URL(page.url()).searchParams.get('partner')).toBe('STRICT')
    await page.getByText('essai fini').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await visit('/monitor/partners?partner=region')
    await page.getByRole('region', { name: 'Incidents' }).locator('tr[data-id]').first().waitFor()
    expect([await seriousFindings(page), complaints()]).toEqual([[], []])
    await close()
  })

  it('an observer sees the partners of his territory and those that all share, on a narrow screen too, and holds none', async () => {
    const as = userOf(sandbox, 'observer', '35238')
    const { page, visit, complaints, close } = await openMonitor(sandbox, { ...(as === undefined ? {} : { as }), width: 360 })
    await visit('/monitor/partners')
    await page.locator('tr[data-id="DPI-2"]').waitFor()
    const shown = await page.locator('section[aria-label="Partenaires"] tr[data-id]').evaluateAll(rows => rows.map(row => row.getAttribute('data-id')))
    expect(shown).toEqual(expect.arrayContaining(['DPI-2', 'mail-operator', 'sandbox-dac-2', 'sandbox-hospital-2']))
    for (const other of ['STRICT', 'LEGACY', 'A08', 'region', 'sandbox-dac']) expect(shown).not.toContain(other)
    expect(await page.getByRole('button', { name: /^Suspendre/ }).count()).toBe(0)
    expect([await seriousFindings(page), await overflowsSideways(page), complaints()]).toEqual([[], false, []])
    await close()
  })
})
