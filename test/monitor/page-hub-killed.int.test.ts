/*
  The page of the monitor while the hub is killed under it.
*/
import { kill } from 'node:process'
import { it } from 'vitest'
import { inBrowser, openMonitor } from '../support/browser.ts'
import { letterOf, ownPersons } from '../support/letters.ts'
import { completeFlow, eventually, exchange, readSandbox, token } from '../support/sandbox.ts'

inBrowser('the page of the monitor', () => {
  it('the hub killed while it is open: it says so, comes back by itself, says that too, and works on', async () => {
    const sandbox = readSandbox()
    const turn = Date.now().toString(36)
    const controlId = `PAGE-K-${turn}`
    await exchange(sandbox.mllp, letterOf({ controlId, person: ownPersons(), to: [`page.${turn}@test.mssante.fr`] }).bytes)
    const { id } = await completeFlow(sandbox, await token(sandbox, 'operator'), controlId)
    const { page, visit, close } = await openMonitor(sandbox, {})
    try {
      await visit(`/monitor/flows?controlId=${controlId}`)
      await page.locator(`tr[data-id="${id}"]`).waitFor()
      kill(readSandbox().pids['hub'] ?? 0, 'SIGKILL')
      await page.getByText('Liaison avec le hub perdue').waitFor()
      await page.getByText('Liaison rétablie').waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Filtrer' }).click()
      await page.locator(`tr[data-id="${id}"]`).waitFor()
      await eventually('the hub is ready again', async () => ((await fetch(`${sandbox.http}/ready`)).ok ? true : undefined))
    } finally {
      await close()
    }
  })
})
