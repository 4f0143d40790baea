/*
  The monitor's page, started: who is logged in, then the shell.
*/
import { render } from 'preact'
import { askAhead, AWAY_AGAIN_MS, readViewer } from './api.ts'
import { toFault } from './fault.ts'
import { language, setLanguage } from './language.ts'
import { Failed } from './parts/states.tsx'
import { loginAddress, place } from './router.ts'
import { Shell } from './shell.tsx'
import { typesetAll } from './typeset.ts'
import { routeOf } from './views.ts'

const page = document.getElementById('page')
setLanguage(language())
typesetAll()

async function start(target: Element): Promise<void> {
  fetchView()
  try {
    const viewer = await readViewer()
    target.replaceChildren()
    render(<Shell viewer={viewer} />, target)
  } catch (error) {
    const fault = toFault(error)
    if (fault.status === 401) return location.assign(loginAddress())
    target.replaceChildren()
    render(<Failed fault={fault} again={() => location.reload()} />, target)
    if (fault.status === 503) setTimeout(() => start(target), AWAY_AGAIN_MS)
  }
}

/** What the view needs comes while the hub says who is logged in. */
function fetchView(): void {
  const here = place()
  const route = routeOf(here.path)
  // The view itself says what went wrong.
  route?.load().catch(() => undefined)
  if (route?.asks !== undefined) askAhead(route.asks(here))
}

if (page !== null) await start(page)
