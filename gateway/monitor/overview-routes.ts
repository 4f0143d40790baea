/*
  The overview over HTTP.
    GET /monitor/api/overview?from&to&partner&kind&direction   GET /monitor/api/live (server-sent events)
*/
import type { Request, Response, Router } from 'express'
import { SESSION_CHANNEL } from '../ledger/watch/monitor-sessions.ts'
import { needsHuman } from './attention.ts'
import { lastMinutes, type LiveFlows, liveFlows } from './live.ts'
import { readOverview, tellFlows } from './overview.ts'
import { nameOfPartner } from './partners/register.ts'
import { viewerOf } from './viewer.ts'
import type { MonitorParts } from './parts.ts'

export type OverviewParts = Pick<MonitorParts, 'config' | 'db' | 'readiness' | 'closing'>

/** At each one a session is looked at, so that it ends within that time where nobody said so. */
const HEARTBEAT_MS = 5000
/** Then the browser comes back, and shows again who it is: a client by its token, which is over by then. */
const LONGEST_MS = 5 * 60_000
const RECONNECT_MS = 250

export function overviewRoutes(router: Router, { config, db, readiness, closing }: OverviewParts): void {
  const nameOf = (subject: string): string => nameOfPartner(config, subject)
  const live = liveFlows({ db, readiness, nameOf })
  router.get('/api/overview', async (request, response) => {
    const now = new Date()
    const asked = readOverview(new URL(request.url, 'http://hub').searchParams, now)
    const { territory } = viewerOf(request)
    const [flows, minutes, attention, health] = await Promise.all([
      tellFlows(db, { ...asked, territory }),
      lastMinutes(db, now, territory),
      needsHuman(db, { territory, now, nameOf }),
      live.health(),
    ])
    response.set('Cache-Control', 'no-store').json({ at: now.toISOString(), ...flows, minutes, attention, health })
  })
  router.get('/api/live', (request, response) => stream({ request, response }, { db, live, closing }))
}

type StreamParts = Pick<MonitorParts, 'db' | 'closing'> & { live: LiveFlows }

function stream({ request, response }: { request: Request; response: Response }, { db, live, closing }: StreamParts): void {
  const { territory, session } = viewerOf(request)
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
  response.write(`retry: ${RECONNECT_MS}\n\n`)
  const unfollow = live.follow(territory, json => {
    // Who reads slowly gets the next state, not all of them.
    if (!response.writableNeedDrain) response.write(`event: live\ndata: ${json}\n\n`)
  })
  const end = (): void => void response.end()
  // With the ledger away nothing is shown that was not shown before.
  const look = async (): Promise<void> => void ((await session?.lasts().catch(() => true)) === false && end())
  const unlisten = session === undefined ? () => undefined : db.listen(SESSION_CHANNEL, look)
  const heartbeat = setInterval(() => {
    response.write(': alive\n\n')
    void look()
  }, HEARTBEAT_MS)
  const last = setTimeout(end, LONGEST_MS)
  closing.addEventListener('abort', end, { once: true })
  response.on('close', () => {
    unfollow()
    unlisten()
    clearInterval(heartbeat)
    clearTimeout(last)
    closing.removeEventListener('abort', end)
  })
}
