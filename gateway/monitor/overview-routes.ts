/*
  The overview over HTTP.
    GET /monitor/api/overview?from&to&partner&kind&direction   GET /monitor/api/live (server-sent events)
*/
import type { Request, Response, Router } from 'express'
import type { Db } from '../ledger/db.ts'
import type { Readiness } from '../readiness.ts'
import { needsHuman } from './attention.ts'
import { lastMinutes, type LiveFlows, liveFlows } from './live.ts'
import { readOverview, tellFlows } from './overview.ts'
import { viewerOf } from './viewer.ts'

export interface OverviewParts {
  db: Db
  readiness(): Promise<Readiness>
  /** Aborted when the hub ends: nobody waits for a stream. */
  closing: AbortSignal
}

const HEARTBEAT_MS = 10_000
/** Then the browser comes back, and shows again who it is. */
const LONGEST_MS = 5 * 60_000
const RECONNECT_MS = 250

export function overviewRoutes(router: Router, { db, readiness, closing }: OverviewParts): void {
  const live = liveFlows({ db, readiness })
  router.get('/api/overview', async (request, response) => {
    const now = new Date()
    const asked = readOverview(new URL(request.url, 'http://hub').searchParams, now)
    const { territory } = viewerOf(request)
    const [flows, minutes, attention, health] = await Promise.all([
      tellFlows(db, { ...asked, territory }),
      lastMinutes(db, now, territory),
      needsHuman(db, { territory, now }),
      live.health(),
    ])
    response.set('Cache-Control', 'no-store').json({ at: now.toISOString(), ...flows, minutes, attention, health })
  })
  router.get('/api/live', (request, response) => stream({ request, response }, { live, closing }))
}

function stream({ request, response }: { request: Request; response: Response }, { live, closing }: { live: LiveFlows; closing: AbortSignal }): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
  response.write(`retry: ${RECONNECT_MS}\n\n`)
  const unfollow = live.follow(viewerOf(request).territory, json => {
    // Who reads slowly gets the next state, not all of them.
    if (!response.writableNeedDrain) response.write(`event: live\ndata: ${json}\n\n`)
  })
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS)
  const end = (): void => void response.end()
  const last = setTimeout(end, LONGEST_MS)
  closing.addEventListener('abort', end, { once: true })
  response.on('close', () => {
    unfollow()
    clearInterval(heartbeat)
    clearTimeout(last)
    closing.removeEventListener('abort', end)
  })
}
