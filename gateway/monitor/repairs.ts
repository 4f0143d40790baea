/*
  The record of repairs, for whoever answers for them.
    GET /monitor/api/repairs?name&action&object&from&to&after&limit
*/
import type { Request, Router } from 'express'
import { HubError } from '../../profiles/errors.ts'
import type { Tx } from '../ledger/db.ts'
import { findRepairs, type NewRepair } from '../ledger/watch/repairs.ts'
import { actorOf, contextOf } from '../request.ts'
import { readRepairFilter } from './parameters.ts'
import { type Viewer, viewerOf } from './viewer.ts'

export function repairRoutes(router: Router, db: Tx): void {
  router.get('/api/repairs', async (request, response) => {
    const filter = readRepairFilter(new URL(request.url, 'http://hub').searchParams)
    response.set('Cache-Control', 'no-store').json(await findRepairs(db, { ...filter, territory: viewerOf(request).territory }))
  })
}

/** Who repairs, for the record. */
export const repairBy = (request: Request): Pick<NewRepair, 'actor' | 'requestId' | 'address'> & { viewer: Viewer } => ({
  viewer: viewerOf(request),
  actor: actorOf(request).clientId,
  requestId: contextOf(request).requestId,
  address: request.ip,
})

const LONGEST_REASON = 500

/** A person says why; a client may leave it out. Throws: fhir.request at `reason`. */
export function readReason(request: Request, reason: unknown): string {
  const isLacking = reason === undefined || (typeof reason === 'string' && reason.trim() === '')
  if (isLacking && viewerOf(request).session === undefined) return ''
  if (isLacking || typeof reason !== 'string' || reason.length > LONGEST_REASON) throw new HubError('fhir.request', { path: 'reason' })
  return reason.trim()
}
