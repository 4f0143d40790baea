/*
  A real browser on the monitor's page: Debian's Chromium by playwright-core, logged in as a user of the sandbox; what the console complained of; what axe finds.
*/
import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { userOf } from './monitor-login.ts'
import type { SandboxFile, SandboxUser } from './sandbox.ts'

export { userOf } from './monitor-login.ts'

export type Role = SandboxUser['role']

export interface Opening {
  /** Who looks; the operator unless said. */
  as?: SandboxUser | Role
  width?: number
  height?: number
  colors?: 'light' | 'dark'
  language?: 'fr' | 'en'
}

export interface Opened {
  page: Page
  /** Goes to an address under /monitor and waits for the view's heading. */
  visit(path: string): Promise<void>
  /** Errors of the console and of the page, and every request to elsewhere, since the last call. */
  complaints(): string[]
  close(): Promise<void>
}

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find(path => path !== undefined)
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const isBrowserThere = CHROMIUM !== undefined

let browser: Promise<Browser> | undefined
/** Cookies of those who have logged in already. */
const sessions = new Map<string, BrowserContextOptions['storageState']>()

/** Opens a window of its own on the page of this sandbox. */
export async function openMonitor(
  sandbox: SandboxFile,
  { as = 'operator', width = 1280, height = 800, colors = 'light', language = 'fr' }: Opening = {},
): Promise<Opened> {
  browser ??= launch()
  const user = typeof as === 'string' ? userOf(sandbox, as) : as
  const known = sessions.get(user.name)
  const context = await (await browser).newContext({
    viewport: { width, height },
    colorScheme: colors,
    locale: 'fr-FR',
    baseURL: sandbox.http,
    ...(known === undefined ? {} : { storageState: known }),
  })
  if (language === 'en') await context.addInitScript({ content: "localStorage.setItem('hub.language', 'en')" })
  const page = await context.newPage()
  if (known === undefined) {
    await logIn(page, user)
    sessions.set(user.name, await context.storageState())
  }
  const said = listen(page, sandbox)
  return {
    page,
    visit: async path => {
      await page.goto(path)
      await page.locator('main h1').first().waitFor()
    },
    complaints: () => said.splice(0),
    close: () => context.close(),
  }
}

/** Through the form of the identity provider, as a person does. */
export async function logIn(page: Page, user: SandboxUser): Promise<void> {
  await page.goto('/monitor')
  await fillIn(page, user)
  await page.waitForURL(url => url.pathname === '/monitor')
  await page.locator('main h1').first().waitFor()
}

/** Fills in that form and sends it. */
export async function fillIn(page: Page, { name, password }: SandboxUser): Promise<void> {
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[type=password]').fill(password)
  await page.locator('input[type=password]').press('Enter')
}

/** What axe finds serious or critical: `rule: element`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const axe = Reflect.get(globalThis, 'axe') as { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
    const { violations } = await axe.run()
    return violations.filter(one => ['serious', 'critical'].includes(one.impact)).flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)}`))
  })
}

/** At this width nothing makes the page itself scroll sideways. */
export const overflowsSideways = (page: Page): Promise<boolean> => page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

function listen(page: Page, sandbox: SandboxFile): string[] {
  const said: string[] = []
  page.on('console', message => message.type() === 'error' && said.push(`${message.text()} (${message.location().url})`))
  page.on('pageerror', error => said.push(String(error)))
  page.on('request', request => {
    const { protocol, origin } = new URL(request.url())
    if (!['blob:', 'data:'].includes(protocol) && origin !== new URL(sandbox.http).origin) said.push(`asked elsewhere: ${request.url()}`)
  })
  return said
}

const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM ?? 'chromium', args: ['--no-sandbox', '--lang=fr-FR'] })

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
  sessions.clear()
}

function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
