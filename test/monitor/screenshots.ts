/*
  `npm run screenshots`: fills the running sandbox with an invented morning, and keeps a picture of each view in gateway/monitor/screenshots/.
*/
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { closeBrowser, isBrowserThere, openMonitor } from '../support/chromium.ts'
import { type Letter, letterOf } from '../support/letters.ts'
import { completeFlow, eventually, exchange, flowsOf, readSandbox, type SandboxFile, token } from '../support/sandbox.ts'

const FOLDER = resolve(import.meta.dirname, '../../gateway/monitor/screenshots')
const PERSONS = 12
/** What a mailbox of the sandbox does is in its name: refuses, bounces, takes its time. */
const MAILBOXES = ['dr.modele', 'cabinet.exemple', 'refuse.exemple', 'dr.fictive', 'inconnu.exemple', 'dr.invente', 'plein.exemple']

interface Morning {
  /** A flow with a recipient who was not reached. */
  flowId: string
  ins: string
}

interface Picture {
  name: string
  path: (morning: Morning) => string
  act?: (page: Page, morning: Morning) => Promise<void>
  colors?: 'dark'
  width?: number
}

const PICTURES: readonly Picture[] = [
  { name: 'overview', path: () => '/monitor' },
  { name: 'overview-dark', path: () => '/monitor', colors: 'dark' },
  { name: 'flows', path: () => '/monitor/flows?kind=document' },
  { name: 'flows-narrow', path: () => '/monitor/flows?kind=document', width: 360 },
  { name: 'flow', path: ({ flowId }) => `/monitor/flows/${flowId}` },
  { name: 'person', path: () => '/monitor/persons', act: askForPerson },
  { name: 'lanes', path: () => '/monitor/lanes' },
  { name: 'replay', path: () => '/monitor/replay' },
  { name: 'partners', path: () => '/monitor/partners' },
  { name: 'indicators', path: () => '/monitor/indicators' },
]

async function main(): Promise<void> {
  if (!isBrowserThere) throw new Error('no Chromium on the PATH (apt-get install chromium)')
  const sandbox = readSandbox()
  const morning = await spend(sandbox)
  mkdirSync(FOLDER, { recursive: true })
  for (const { name, path, act, colors = 'light', width = 1280 } of PICTURES) {
    const { page, visit, close } = await openMonitor(sandbox, { colors, width, height: 860 })
    await visit(path(morning))
    await act?.(page, morning)
    await eventually(`${name} at rest`, async () => ((await page.locator('main [aria-busy=true]').count()) === 0 ? true : undefined))
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
    await close()
  }
  await closeBrowser()
  console.log(`${PICTURES.length} pictures in ${FOLDER}`)
}

async function askForPerson(page: Page, { ins }: Morning): Promise<void> {
  await page.locator('input[name=identifier]').fill(ins)
  await page.locator('[name=reason]').fill('Appel du médecin traitant : lettre de liaison non reçue')
  await page.locator('main form button[type=submit]').click()
  await page.locator('main [data-id]').first().waitFor()
}

/** Letters to mailboxes that take, refuse, bounce and delay; one message that is refused; one lane that is held. */
async function spend(sandbox: SandboxFile): Promise<Morning> {
  const operator = await token(sandbox, 'operator')
  const run = Date.now().toString(36).toUpperCase()
  const first = 300_000 + (Date.now() % 1_000_000) * 100
  const letters: (Letter & { controlId: string })[] = []
  for (let at = 0; at < PERSONS; at += 1) {
    const to = [MAILBOXES[at % MAILBOXES.length], MAILBOXES[(at * 3 + 1) % MAILBOXES.length]].map(name => `${name}@test.mssante.fr`)
    const controlId = `${run}-${String(at + 1).padStart(3, '0')}`
    const letter = letterOf({ controlId, person: first + at, to: [...new Set(to)], kind: at % 3 === 0 ? 'ORU' : 'MDM', body: at % 4 === 0 ? 'N1' : 'N3' })
    letters.push({ ...letter, controlId })
    await exchange(sandbox.mllp, letter.bytes)
  }
  const spoilt = letterOf({ controlId: `${run}-X`, person: first }).bytes
  await exchange(sandbox.mllp, Buffer.from(Buffer.from(spoilt).toString('utf8').replace('|MDM^T02', '|MDM^T99')))
  const told = letters.at(2)
  if (told === undefined) throw new Error('no letter was sent')
  await completeFlow(sandbox, operator, told.controlId)
  await holdLane(sandbox, { operator, letter: letters.at(-1) ?? told })
  for (const { controlId } of letters.slice(0, 6)) await eventually(`${controlId} in the list`, async () => (await flowsOf(sandbox, operator, controlId))[0])
  return { flowId: (await flowsOf(sandbox, operator, told.controlId))[0]?.id ?? '', ins: told.ins }
}

async function holdLane(sandbox: SandboxFile, { operator, letter }: { operator: string; letter: Letter }): Promise<void> {
  const answer = await fetch(`${sandbox.http}/monitor/api/lanes/park`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: JSON.stringify({ recipient: 'dr.modele@test.mssante.fr', person: letter.ins, reason: 'Boîte aux lettres en cours de migration' }),
  })
  if (!answer.ok) console.warn(`no lane was held: ${answer.status}`)
}

await main()
