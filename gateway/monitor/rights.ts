/*
  Who may do what in the monitor: one row per route of its API, read by the guard. A route without a row is the operator's.
    everybody = each role, within its territory     repairs = the operator     reveals = the operator and the privacy officer, with a reason
*/
import type { RequestHandler } from 'express'
import { requireRole, type Role } from './viewer.ts'

const EVERYBODY: readonly Role[] = ['observer', 'operator', 'privacy-officer']
const REPAIRS: readonly Role[] = ['operator']
const REVEALS: readonly Role[] = ['operator', 'privacy-officer']

/** `METHOD /path` as Express knows it. */
export const RIGHTS: Readonly<Record<string, readonly Role[]>> = {
  'GET /api/overview': EVERYBODY,
  'GET /api/live': EVERYBODY,
  'GET /api/me': EVERYBODY,
  'GET /api/flows': EVERYBODY,
  'GET /api/flows.csv': EVERYBODY,
  'POST /api/flows/search': EVERYBODY,
  'POST /api/flows.csv': EVERYBODY,
  'GET /api/flows/:id': EVERYBODY,
  'GET /api/flows/:id/lineage': EVERYBODY,
  'GET /api/flows/:id/journey': EVERYBODY,
  'GET /api/flows/:id/recipients': EVERYBODY,
  'GET /api/flows/:id/message': EVERYBODY,
  'POST /api/flows/:id/message': REVEALS,
  'GET /api/flows/:id/resources': EVERYBODY,
  'POST /api/flows/:id/resources': REVEALS,
  'POST /api/flows/:id/document': REVEALS,
  'POST /api/persons': EVERYBODY,
  'GET /api/events': EVERYBODY,
  'GET /api/why': EVERYBODY,
  'GET /api/decisions': EVERYBODY,
  'GET /api/who-could-see': EVERYBODY,
  'GET /api/received': EVERYBODY,
  'GET /api/report': EVERYBODY,
  'GET /api/indicators': EVERYBODY,
  'GET /api/indicators.csv': EVERYBODY,
  'GET /api/lanes': EVERYBODY,
  'POST /api/lanes/:key/resume': REPAIRS,
  'POST /api/lanes/:key/retry': REPAIRS,
  'POST /api/lanes/:key/set-aside': REPAIRS,
  'GET /api/set-aside': EVERYBODY,
  'POST /api/set-aside/:id/take-up': REPAIRS,
  'POST /api/lanes/park': REPAIRS,
  'POST /api/lanes/resume': REPAIRS,
  'GET /api/partners': EVERYBODY,
  'GET /api/partners/:id': EVERYBODY,
  'POST /api/partners/:id/pause': REPAIRS,
  'POST /api/partners/:id/resume': REPAIRS,
  'GET /api/incidents': EVERYBODY,
  'GET /api/replays': REVEALS,
  'GET /api/replays/:id': REVEALS,
  'GET /api/replays/:id/items': REVEALS,
  'POST /api/replays': REPAIRS,
  'POST /api/replays/:id/commit': REPAIRS,
  'POST /api/replays/:id/stop': REPAIRS,
  'POST /api/replays/:id/items/:item/reveal': REPAIRS,
  'GET /api/repairs': REVEALS,
  'GET /api/identities': REPAIRS,
  'POST /api/identities/merge': REPAIRS,
  'POST /api/identities/split': REPAIRS,
}

const rows = Object.entries(RIGHTS).map(([route, roles]) => {
  const [method = '', path = ''] = route.split(' ')
  return { method, form: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`), isLiteral: !path.includes(':'), roles }
})
// A literal path wins over one with a parameter, as in the router.
const inOrder = [...rows.filter(one => one.isLiteral), ...rows.filter(one => !one.isLiteral)]

export const rolesFor = (method: string, path: string): readonly Role[] => inOrder.find(one => one.method === method && one.form.test(path))?.roles ?? REPAIRS

/** Throws: monitor.role. */
export const withRight: RequestHandler = (request, _response, next) => {
  requireRole(request, ...rolesFor(request.method === 'HEAD' ? 'GET' : request.method, `/api${request.path}`))
  next()
}
