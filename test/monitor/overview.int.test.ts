/*
  The view Overview in a real browser: what needs a human first, numbers that move as messages come, each chart with its table.
*/
import { expect, it } from 'vitest'
import { inBrowser, type Opened, openMonitor, seriousFindings } from '../support/browser.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { exchange, readSandbox } from '../support/sandbox.ts'

const sandbox = readSandbox()

async function withOverview(look: (opened: Opened) => Promise<void>): Promise<void> {
  const opened = await openMonitor(sandbox)
  try {
    await opened.visit('/monitor')
    await look(opened)
    expect(opened.complaints()).toEqual([])
  } finally {
    await opened.close()
  }
}

inBrowser('the overview', () => {
  it('says what needs a human before anything else, and how each part is', () =>
    withOverview(async ({ page }) => {
      const sections = page.locator('main section')
      await sections.first().waitFor()
      expect(await sections.first().getAttribute('aria-label')).toBe('À traiter maintenant')
      await page.locator('[data-id="ledger"]').getByText('en service').waitFor()
      expect(await seriousFindings(page)).toEqual([])
    }))

  it('counts a message that comes without being asked again', () =>
    withOverview(async ({ page }) => {
      const received = page.locator('.totals [data-id="in"] dd')
      const before = Number((await received.textContent())?.replace(/\D/g, ''))
      const controlId = `SEEN-${Date.now().toString(36)}`
      await exchange(sandbox.mllp, letterOf({ controlId, person: ownPersons(), to: [`${controlId}@test.mssante.fr`.toLowerCase()] }).bytes)
      await expect.poll(async () => Number((await received.textContent())?.replace(/\D/g, '')), { timeout: 20_000 }).toBeGreaterThan(before)
    }))

  it('gives each chart as a table, by keyboard too', () =>
    withOverview(async ({ page }) => {
      const chart = page.locator('figure', { hasText: 'Flux par minute' })
      await chart.locator('canvas').waitFor()
      await chart.locator('summary').focus()
      await page.keyboard.press('Enter')
      await chart.locator('tbody tr').first().waitFor()
    }))

  it('of one kind is its address', () =>
    withOverview(async ({ page }) => {
      await page.getByRole('link', { name: 'documents', exact: true }).first().click()
      await page.waitForURL(/kind=document/)
      await page.getByRole('link', { name: 'Tout montrer' }).waitFor()
    }))
})
