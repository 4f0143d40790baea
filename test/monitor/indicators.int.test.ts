import { beforeAll, afterAll, expect, it } from 'vitest'
import type { IndicatorAnswer } from '../../gateway/monitor/indicators.ts'
import { inBrowser, openMonitor, overflowsSideways, seriousFindings } from '../support/browser.ts'
import { getJson, readSandbox, token } from '../support/sandbox.ts'

// The indicators in a browser: the numbers of the API as pictures, as a table and as a file.

inBrowser('the view of indicators', () => {
  const sandbox = readSandbox()
  let monitor: Awaited<ReturnType<typeof openMonitor>>
  let told: IndicatorAnswer
  beforeAll(async () => {
    monitor = await openMonitor(sandbox)
    told = await getJson<IndicatorAnswer>(`${sandbox.http}/monitor/api/indicators`, await token(sandbox, 'operator'))
  })
  afterAll(async () => {
    await monitor.close()
  })

  const shown = (value: number | null, unit: string): string => (value === null ? (unit === 'count' ? '< 11' : 'masqué') : String(value))

  it('shows each number of the API in its row, “< 11” where it is masked', async () => {
    await monitor.visit('/monitor/indicators')
    await monitor.page.getByText('En tableau').click()
    const rows = monitor.page.locator('table tbody tr')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(told.items.length)
    const [first] = told.items
    if (first === undefined) throw new Error('no indicator')
    const row = monitor.page.locator(`tr[data-id="${first.territory}/${first.month}/${first.indicator}/total"]`)
    expect(((await row.locator('td').last().textContent()) ?? '').replace(/\s/g, ' ')).toBe(shown(first.value, first.unit))
    expect(await monitor.page.locator('figure[data-id="demandes-recues"] strong').first().isVisible()).toBe(true)
  })

  it('is its address: a territory and a kind chosen there are those shown, and the file is of the same', async () => {
    const [territory = ''] = told.territories
    await monitor.visit(`/monitor/indicators?territory=${territory}&kind=ville`)
    await monitor.page.locator('figure').first().waitFor()
    expect(await monitor.page.locator('section[data-id]').evaluateAll(all => all.map(one => one.getAttribute('data-id')))).toEqual([territory])
    const link = await monitor.page.getByRole('link', { name: 'Exporter en CSV' }).getAttribute('href')
    expect(link).toBe(`/monitor/api/indicators.csv?territory=${territory}&kind=ville`)
  })

  it('months the wrong way round are said to be, before anything is asked', async () => {
    await monitor.visit('/monitor/indicators')
    await monitor.page.getByLabel('Premier mois').fill('2026-06')
    await monitor.page.getByLabel('Dernier mois').fill('2026-05')
    await monitor.page.getByRole('button', { name: 'Filtrer' }).click()
    expect(await monitor.page.getByRole('alert').textContent()).toContain('après le dernier')
  })

  it('complains of nothing, is accessible, and fits a narrow screen', async () => {
    await monitor.visit('/monitor/indicators?from=2026-10')
    await monitor.page.locator('figure').first().waitFor()
    expect(await seriousFindings(monitor.page)).toEqual([])
    await monitor.page.setViewportSize({ width: 360, height: 800 })
    expect(await overflowsSideways(monitor.page)).toBe(false)
    expect(monitor.complaints()).toEqual([])
  })
})
