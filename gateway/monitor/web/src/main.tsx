/*
  The monitor's page, started: who is logged in, then the shell.
*/
import { render } from 'preact'
import { readViewer } from './api.ts'
import { toFault } from './fault.ts'
import { language, setLanguage } from './language.ts'
import { Failed } from './parts/states.tsx'
import { loginAddress } from './router.ts'
import { Shell } from './shell.tsx'

const page = document.getElementById('page')
setLanguage(language())

async function start(target: Element): Promise<void> {
  try {
    const viewer = await readViewer()
    target.replaceChildren()
    render(<Shell viewer={viewer} />, target)
  } catch (error) {
    const fault = toFault(error)
    if (fault.status === 401) return location.assign(loginAddress())
    target.replaceChildren()
    render(<Failed fault={fault} again={() => location.reload()} />, target)
  }
}

if (page !== null) await start(page)
