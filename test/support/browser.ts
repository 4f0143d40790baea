/*
  Tests in a real browser: Chromium ends with the tests that used it; where there is none they are skipped, and say so.
*/
import { afterAll, describe } from 'vitest'
import { closeBrowser, isBrowserThere } from './chromium.ts'

export * from './chromium.ts'

if (!isBrowserThere) console.warn('no Chromium on the PATH: the tests of the page are skipped (apt-get install chromium)')

/** A `describe` that ends the browser it used. */
export function inBrowser(title: string, tests: () => void): void {
  describe.skipIf(!isBrowserThere)(title, () => {
    afterAll(closeBrowser)
    tests()
  })
}
