/*
  The monitor's page in Chromium, measured in the page by performance marks: the first view from the navigation to its numbers, searches from the address to the drawn list.
*/
import { closeBrowser, isBrowserThere, openMonitor, type Opened } from '../support/chromium.ts'
import type { SandboxFile } from '../support/sandbox.ts'
import { type Question, share } from './questions.ts'
import type { Figure } from './report.ts'

const FIRST_VIEW_MS = 1000
const SEARCH_MS = 300
const VIEWS = 10
/** Each question so often, beside a first time. */
const SEARCHES = 3

/** Marks the moment at which the overview says how much came. */
const MARKS_NUMBERS = `new MutationObserver((_, observer) => {
  if (!document.querySelector('.totals [data-id=in] dd')?.textContent) return
  performance.mark('numbers')
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })`

/** Goes to an address within the page; out: ms until the list stands there. */
const searchOf = (address: string): string => `new Promise((done, failed) => {
  performance.mark('asked')
  setTimeout(failed, 15000, new Error('no list is drawn'))
  history.pushState(null, '', ${JSON.stringify(address)})
  dispatchEvent(new Event('hub:moved'))
  let isAsked = false
  const look = () => {
    const isBusy = document.querySelector('main [aria-busy=true]') !== null
    isAsked ||= isBusy
    if (!isAsked || isBusy) return setTimeout(look, 1)
    requestAnimationFrame(() => {
      performance.mark('drawn')
      done(performance.measure('search', 'asked', 'drawn').duration)
    })
  }
  look()
})`

export async function measurePage(sandbox: SandboxFile, questions: Readonly<Record<string, Question>>): Promise<Figure[]> {
  if (!isBrowserThere) return []
  const opened = await openMonitor(sandbox)
  try {
    const [views, searches] = [await firstViews(opened), await searchesOf(opened, questions)]
    return [
      { name: `first view (p50 ${share(views, 0.5).toFixed(0)} ms)`, ours: share(views, 0.95), baseline: FIRST_VIEW_MS, unit: 'ms at p95', wanted: '≤ 1' },
      {
        name: `searches in the page (p50 ${share(searches, 0.5).toFixed(0)} ms)`,
        ours: share(searches, 0.95),
        baseline: SEARCH_MS,
        unit: 'ms at p95',
        wanted: '≤ 1',
      },
    ]
  } finally {
    await opened.close()
    await closeBrowser()
  }
}

async function firstViews({ page }: Opened): Promise<number[]> {
  await page.addInitScript({ content: MARKS_NUMBERS })
  const taken: number[] = []
  for (let n = 0; n <= VIEWS; n += 1) {
    await page.goto('/monitor')
    await page.locator('.totals [data-id=in] dd').waitFor()
    taken.push(await page.evaluate<number>("performance.getEntriesByName('numbers')[0].startTime"))
  }
  return taken.slice(1)
}

async function searchesOf({ page, visit }: Opened, questions: Readonly<Record<string, Question>>): Promise<number[]> {
  // Another list than the first one asked for.
  await visit('/monitor/flows?status=parked')
  const taken: number[] = []
  for (let n = 0; n <= SEARCHES; n += 1)
    for (const question of Object.values(questions)) {
      const ms = await page.evaluate<number>(searchOf(`/monitor/flows?${question(n)}`))
      if (n > 0) taken.push(ms)
    }
  return taken
}
