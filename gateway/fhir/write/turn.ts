/*
  Takes the turn of a write: its intent is committed together with the locks on its persons and identifiers, or a repeat is known, or it waits.
*/
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Identifier as FhirIdentifier } from 'fhir/r4.js'
import { HubError } from '../../../profiles/errors.ts'
import type { HubConfig } from '../../config.ts'
import { isActor } from '../../flows/actors/claims.ts'
import type { Db } from '../../ledger/db.ts'
import { type Identifier, INTENT_CHANNEL, type KnownIntent, openIntent } from '../../ledger/intents.ts'
import { territoryOfStructure } from '../../territory.ts'
import type { WriteRequest } from './asked.ts'
import { referenceOf, type WorkingDraft } from './drafts.ts'
import type { Identified } from './identify.ts'
import { personsOf } from './references.ts'

const PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 500
const MOST_IDENTIFIERS = 500

interface TurnParts {
  config: Pick<HubConfig, 'organizations' | 'partners'>
  db: Db
}

export interface Taken {
  state: 'taken'
  identified: Identified
  /** Of the identifiers that its creations would take. */
  owners: (Identifier & { id: string })[]
}

export type Turn = Taken | { state: 'known'; intent: KnownIntent }

/**
 * In:     identify is asked again after a wait: what was waited for may have changed what a condition means.
 * Throws: fhir.undecided when another write holds one of them for too long.
 */
export async function takeTurn({ config, db }: TurnParts, request: WriteRequest, identify: () => Promise<Identified>): Promise<Turn> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const identified = await identify()
    if (identified.drafts.length === 0 && request.byHub === undefined) return { state: 'taken', identified, owners: [] }
    const { actor, key, sha256, traceparent, byHub } = request
    const opened = await openIntent(db, {
      id: identified.intentId,
      client: actor.clientId,
      territory: territoryOfStructure(config, actor.structure),
      sha256,
      locks: byHub === undefined ? locksOf(identified.drafts) : [...byHub.patients].sort(),
      identifiers: identified.drafts.filter(draft => draft.verb === 'create' && !isActor(draft.type)).flatMap(identifiersOf),
      traceparent,
      process: db.presence(),
      ...(key === undefined ? {} : { key }),
    })
    if (opened.state === 'opened') return { state: 'taken', identified, owners: opened.owners }
    // Two reads at once bring the same: the second waits for the first.
    if (opened.state === 'known' && (byHub === undefined || opened.intent.state !== 'open')) return opened
    if (Date.now() > until) throw new HubError('fhir.undecided')
    await released(db)
  }
}

/** Resolves when some write was decided, or after a while. */
async function released(db: Db): Promise<void> {
  const waking = new AbortController()
  const stop = db.listen(INTENT_CHANNEL, () => waking.abort())
  await pause(LOOK_AGAIN_MS, undefined, { signal: waking.signal }).catch(() => undefined)
  stop()
}

/** The persons a write is about, what it names itself by, and what else one write at a time may touch. */
export function locksOf(drafts: readonly WorkingDraft[]): string[] {
  const locks = drafts.flatMap(draft => [
    ...[draft.resource, draft.current?.resource].flatMap(personsOf),
    ...(draft.verb === 'update' ? [referenceOf(draft)] : identifiersOf(draft).map(lockOf)),
    ...(draft.deposited === undefined ? [] : [lockOf({ type: draft.type, system: '', value: draft.deposited.documentId })]),
    // Territories of structures must not overlap: one of them is judged at a time.
    ...(draft.type === 'Organization' ? ['Organization'] : []),
  ])
  return [...new Set(locks)].sort()
}

/** No identity stands in a lock. */
function lockOf({ type, system, value }: Identifier): string {
  return createHash('sha256').update(`${type}|${system}|${value}`).digest('base64url')
}

/** The complete business identifiers of a draft. Throws: fhir.too_large for more than anybody has; each is locked and looked up. */
export function identifiersOf({ type, resource }: Pick<WorkingDraft, 'type' | 'resource'>): Identifier[] {
  const all = ['identifier' in resource ? (resource.identifier ?? []) : []].flat() as Partial<FhirIdentifier>[]
  if (all.length > MOST_IDENTIFIERS) throw new HubError('fhir.too_large', { path: `${type}.identifier` })
  return all.flatMap(({ system, value }) => (typeof system === 'string' && typeof value === 'string' ? [{ type, system, value }] : []))
}
