import { beforeAll, expect, it } from 'vitest'
import { fillIn, inBrowser, type Opened, openMonitor, overflowsSideways, seriousFindings, userOf } from '../support/browser.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, eventually, exchange, readSandbox, type SandboxFile, token } from '../support/sandbox.ts'

// The page around the views, in a real browser on the running stack.

const VIEWS = ['', '/flows', '/persons', '/lanes', '/replay', '/partners', '/indicators']
const SCRIPT = '<img src=x onerror=alert(1)>'
const LONG = `CENTRE_HOSPITALIER_${'X'.repeat(90)}`

inBrowser('the page of the monitor', () => {
  let sandbox: SandboxFile
  const run = Date.now().toString(36).toUpperCase()
  const [whole, refused, hostile] = [`PAGE-${run}`, `PAGE-R-${run}`, `PAGE-${SCRIPT}-${run}`]
  let flowId = ''
  let hostileId = ''

  beforeAll(async () => {
    sandbox = readSandbox()
    const operator = await token(sandbox, 'operator')
    const person = ownPersons()
    const bytes = (controlId: string, edit = (text: string): string => text): Uint8Array =>
      Buffer.from(edit(Buffer.from(letterOf({ controlId, person, to: [`page.${run}@test.mssante.fr`.toLowerCase()] }).bytes).toString('utf8')))
    await exchange(sandbox.mllp, bytes(whole))
    await exchange(
      sandbox.mllp,
      bytes(refused, text => text.replace('|MDM^T02', '|MDM^T99')),
    )
    await exchange(
      sandbox.mllp,
      bytes(hostile, text => text.replace(/^(MSH\|[^|]*\|)[^|]*\|[^|]*/, `$1${SCRIPT}|${LONG}`)),
    )
    // Refused for want of a control id: a row, and a link, without the name that others have.
    await exchange(sandbox.mllp, bytes(''))
    flowId = (await completeFlow(sandbox, operator, whole)).id
    hostileId = (await completeFlow(sandbox, operator, hostile)).id
  })

  const on = async (opening: Parameters<typeof openMonitor>[1], act: (opened: Opened) => Promise<void>): Promise<void> => {
    const opened = await openMonitor(sandbox, opening)
    try {
      await act(opened)
    } finally {
      await opened.close()
    }
  }

  /** Nothing more is awaited in the view. */
  const settled = ({ page }: Opened): Promise<true> =>
    eventually('a view that awaits nothing', async () => ((await page.locator('main [aria-busy=true]').count()) === 0 ? true : undefined))

  it.each([...VIEWS.map(view => [`/monitor${view}`]), ['one flow']])('%s opens without a complaint of the console or of axe, light and dark', async view => {
    await on({}, async opened => {
      await opened.visit(view === 'one flow' ? `/monitor/flows/${flowId}` : view)
      await settled(opened)
      for (const colorScheme of ['light', 'dark'] as const) {
        await opened.page.emulateMedia({ colorScheme })
        expect(await seriousFindings(opened.page)).toEqual([])
      }
      expect(opened.complaints()).toEqual([])
    })
  })

  it.each([360, 1280])('at %d pixels no view scrolls sideways, nor any control out of reach, whatever the length of a name', width =>
    on({ width, height: 740 }, async opened => {
      for (const view of [...VIEWS, `/flows/${flowId}`, `/flows/${hostileId}`]) {
        await opened.visit(`/monitor${view}`)
        await settled(opened)
        expect([view, await overflowsSideways(opened.page)]).toEqual([view, false])
      }
      expect(await seriousFindings(opened.page)).toEqual([])
    }),
  )

  it('by keyboard alone: past the navigation, to the flows, through the filter and the rows, into one flow', () =>
    on({}, async ({ page, visit }) => {
      await visit('/monitor')
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#main')
      await page.keyboard.press('Enter')
      await page.locator('main#main:focus').waitFor()

      await page.keyboard.press('Shift+Tab')
      await tabUntil(page, 'a[href="/monitor/flows"]', 'Shift+Tab')
      await page.keyboard.press('Enter')
      await page.locator('input[name=controlId]').waitFor()
      await tabUntil(page, 'input[name=controlId]')
      await page.keyboard.type(whole)
      await page.keyboard.press('Enter')
      await page.waitForURL(url => url.searchParams.get('controlId') === whole)
      await page.locator(`tr[data-id="${flowId}"]`).waitFor()
      await tabUntil(page, 'tr[data-id] a')
      await page.keyboard.press('Enter')
      await page.waitForURL(`**/monitor/flows/${flowId}`)
      await page.locator('main#main:focus').waitFor()
      await page.goBack()
      await page.locator(`tr[data-id="${flowId}"]`).waitFor()
      expect(await page.locator('input[name=controlId]').inputValue()).toBe(whole)
    }))

  it('a view is its address: opened anew it shows the same, its window of time always set', () =>
    on({}, async ({ page, visit }) => {
      await visit(`/monitor/flows?controlId=${whole}`)
      await page.locator(`tr[data-id="${flowId}"]`).waitFor()
      const from = new URL(page.url()).searchParams.get('from') ?? ''
      expect(Math.round((Date.now() - Date.parse(from)) / 3_600_000)).toBe(24)
      await visit(new URL(page.url()).pathname + new URL(page.url()).search)
      await page.locator(`tr[data-id="${flowId}"]`).waitFor()
      expect(await page.locator('tr[data-id]').count()).toBe(1)
    }))

  it('a filter that matches nothing says so; a window that ends before it starts is named', () =>
    on({}, async ({ page, visit, complaints }) => {
      await visit('/monitor/flows?controlId=nothing-of-this-name')
      await page.getByText('Aucun flux ne correspond').waitFor()
      expect(complaints()).toEqual([])
      await page.locator('input[name=from]').fill('2026-02-02T00:00')
      await page.locator('input[name=to]').fill('2026-02-01T00:00')
      await page.getByRole('button', { name: 'Filtrer' }).click()
      expect(await page.getByRole('alert').textContent()).toContain('après sa fin')
    }))

  it('what was refused stands in the list with its error, in words beside the colour', () =>
    on({}, async ({ page, visit }) => {
      await visit(`/monitor/flows?controlId=${refused}`)
      const row = page.locator('tr[data-id]')
      await row.waitFor()
      expect(await row.textContent()).toContain('refusé')
      expect(await row.locator('.col-error').textContent()).toMatch(/^hl7v2\./)
    }))

  it('script in a control id and in the name of a sender is text', () =>
    on({}, async opened => {
      const { page, visit, complaints } = opened
      await visit(`/monitor/flows?controlId=${encodeURIComponent(hostile)}`)
      await page.locator('tr[data-id]').waitFor()
      expect(await page.locator('tr[data-id]').textContent()).toContain(SCRIPT)
      await page.locator('tr[data-id] a').click()
      await page.waitForURL('**/monitor/flows/*')
      await settled(opened)
      expect(await page.locator('img[src=x]').count()).toBe(0)
      expect(complaints()).toEqual([])
    }))

  it('English at a switch, and after that', () =>
    on({}, async ({ page, visit }) => {
      await visit('/monitor/flows')
      expect(await page.locator('h1').textContent()).toBe('Flux')
      await page.getByRole('button', { name: 'English' }).click()
      expect(await page.locator('h1').textContent()).toBe('Flows')
      await visit('/monitor/lanes')
      expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    }))

  it('over a slow line it says that it loads, then shows the list', () =>
    on({}, async ({ page, complaints }) => {
      const line = await page.context().newCDPSession(page)
      await line.send('Network.emulateNetworkConditions', { offline: false, latency: 500, downloadThroughput: 50_000, uploadThroughput: 20_000 })
      await page.goto(`/monitor/flows?controlId=${whole}`)
      await page.getByText('Chargement…').first().waitFor()
      await page.locator(`tr[data-id="${flowId}"]`).waitFor()
      expect(complaints()).toEqual([])
    }))

  it('10 000 rows: a part of them is drawn, the last is a key away, and each is there while scrolling', () =>
    on({}, async ({ page, visit }) => {
      const item = (at: number): object => ({
        id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
        controlId: `ROW-${at}`,
        sender: 'DPI-1/CH-1',
        territory: null,
        documentType: null,
        documentId: null,
        status: 'complete',
        steps: [{ step: 'received', at: new Date().toISOString(), outcome: 'ok' }],
      })
      const items = Array.from({ length: 10_000 }, (_, at) => item(at))
      await page.route('**/monitor/api/flows?*', route => route.fulfill({ json: { items, next: null, total: 10_000, totalIsExact: false } }))
      await visit('/monitor/flows')
      await page.getByRole('link', { name: 'ROW-0', exact: true }).focus()
      expect(await page.locator('tr[data-id]').count()).toBeLessThan(600)
      await page.keyboard.press('End')
      await focusOn(page, 'ROW-9999')
      await page.keyboard.press('ArrowUp')
      await focusOn(page, 'ROW-9998')
      await page.keyboard.press('Home')
      await focusOn(page, 'ROW-0')
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight / 2)')
      await page
        .getByRole('link', { name: /^ROW-(4[5-9]|5[0-4])\d\d$/ })
        .first()
        .waitFor()
      expect(await page.locator('table').getAttribute('aria-rowcount')).toBe('10001')
    }))

  it('a session that ended is said, and the login leads back to the view with its filters', () =>
    on({}, async ({ page, visit }) => {
      await visit(`/monitor/flows?controlId=${whole}`)
      await page.locator(`tr[data-id="${flowId}"]`).waitFor()
      await page.context().clearCookies()
      await page.locator('input[name=controlId]').fill(refused)
      await page.getByRole('button', { name: 'Filtrer' }).click()
      await page.getByText('La session est terminée').waitFor()
      await page.getByRole('link', { name: 'S’identifier' }).click()
      await page.locator('input[type=password]').waitFor()
      await fillIn(page, userOf(sandbox, 'operator'))
      await page.waitForURL(url => url.searchParams.get('controlId') === refused)
      await page.locator('tr[data-id]').waitFor()
    }))

  it('what an open view asks while nobody touches it is no use of the session', () =>
    on({}, async ({ page, visit }) => {
      const uses: boolean[] = []
      page.on('request', request => {
        if (/\/api\/(lanes|set-aside)/.test(request.url())) uses.push(request.headers()['x-hub-unattended'] === undefined)
      })
      await visit('/monitor/lanes')
      await page.waitForTimeout(1000)
      uses.splice(0)
      await page.waitForTimeout(9000)
      expect(uses.length).toBeGreaterThan(1)
      expect(uses).not.toContain(true)
      await page.mouse.move(100, 300)
      await expect.poll(() => uses, { timeout: 10_000 }).toContain(true)
    }))

  it('the lanes that are shown where nothing is chosen are the parked ones, and the filter says so', () =>
    on({}, async ({ page, visit }) => {
      await visit('/monitor/lanes')
      expect(await page.locator('select[name=state] option').allTextContents()).toEqual(['arrêtée', 'en attente', 'toutes'])
    }))

  it('an address that cannot be read is no page, and it says so', () =>
    on({}, async ({ page }) => {
      await page.goto('/monitor/flows/%E0%A4%A')
      await page.getByText('Cette page n’existe pas').first().waitFor()
    }))

  it.each(['lanes', 'partners'])('left open after the end of its session, /monitor/%s asks for nothing more: each refusal is audited', view =>
    on({}, async ({ page, visit }) => {
      await visit(`/monitor/${view}`)
      await page.context().clearCookies()
      await page.getByText('La session est terminée').first().waitFor()
      await page.waitForTimeout(1000)
      const asked: string[] = []
      page.on('request', request => void (request.url().includes('/monitor/api/') && asked.push(request.url())))
      await page.waitForTimeout(8000)
      expect(asked).toEqual([])
    }),
  )
})

const focusOn = (page: Opened['page'], text: string): Promise<true> =>
  eventually(`the focus on ${text}`, async () => ((await page.evaluate('document.activeElement.textContent')) === text ? true : undefined))

/** Presses Tab until the focus is on such an element; fails after a whole page of them. */
async function tabUntil(page: Opened['page'], selector: string, key = 'Tab'): Promise<void> {
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press(key)
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
  }
  throw new Error(`not reached by ${key}: ${selector}`)
}
