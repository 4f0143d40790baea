/*
  The entrance of the monitor: the page for who has logged in, the API for him and for clients with a token, each within the rights of his role.
*/
import type { Router } from 'express'
import { requireToken } from '../../access/callers/require-token.ts'
import { baseUrlsOf } from '../../base-url.ts'
import { refusalAudit } from '../../fhir/audit.ts'
import { pageRoutes } from '../page.ts'
import { withRight } from '../rights.ts'
import { createCookies } from './cookies.ts'
import { pageGuard, viewerGuard } from './guard.ts'
import { loginRoutes, meRoute } from './routes.ts'
import type { MonitorParts } from '../parts.ts'

export type EntranceParts = Pick<MonitorParts, 'config' | 'db' | 'keys' | 'tokens' | 'auditor'>

/** Before every other route of the monitor. */
export function entrance(router: Router, { config, db, keys, tokens, auditor }: EntranceParts): void {
  const { login } = config.monitor
  const cookies = createCookies(keys, baseUrlsOf(config)[0].startsWith('https:'))
  const refused = refusalAudit(auditor)
  router.use(pageRoutes(pageGuard({ db, cookies, login })))
  router.use(['/api', '/logout'], viewerGuard({ db, cookies, login, refused, byToken: requireToken(tokens, refused) }))
  router.use('/api', withRight)
  if (login !== undefined) loginRoutes(router, { config, db, auditor, cookies, login })
  meRoute(router)
}
