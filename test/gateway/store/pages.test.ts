import { Readable } from 'node:stream'
import type { Bundle, Task } from 'fhir/r4.js'
import { expect, it } from 'vitest'
import { firstVersions, type Page } from '../../../gateway/store/pages.ts'
import type { Store } from '../../../gateway/store/store.ts'

const version = (n: number): { resource: Task } => ({
  resource: { resourceType: 'Task', id: 't', meta: { versionId: String(n) }, status: 'requested', intent: 'order' },
})
const next = (url: string) => ({ link: [{ relation: 'next', url }] })
const base = 'http://127.0.0.1:8081/fhir'

// As the store links them: a history by offset under its own path, a kept result by its id alone.
const PAGES: Record<string, Partial<Bundle>> = {
  'Task/_history?_count=100': { entry: [version(3)], ...next(`${base}/Task/_history?_count=100&_offset=1`) },
  'Task/_history?_count=100&_offset=1': { entry: [version(2)], ...next(`${base}?_getpages=abc`) },
  '?_getpages=abc': { entry: [version(1)] },
}

it('every page of a history is read, however the store links it', async () => {
  const store = {
    forward: async ({ path }: { path: string }) => ({
      status: PAGES[path] === undefined ? 400 : 200,
      headers: { 'content-type': 'application/fhir+json;charset=UTF-8' },
      body: Readable.from([Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'history', ...PAGES[path] }))]),
    }),
  } as unknown as Store
  const versions: (string | undefined)[] = []
  for (let page: Page | undefined = await firstVersions(store, 'Task'); page !== undefined; page = await page.next?.())
    versions.push(...page.found.map(({ meta }) => meta?.versionId))
  expect(versions).toEqual(['3', '2', '1'])
})
