/*
  Decides what a crash left undecided: one process at a time, every second. A door write is never executed again.
    no plan                                  => abandoned: the store was not asked
    Provenance/<intent> in the store         => settled with its events; in part, where the ledger refuses some of it
    not there                                => fenced, then abandoned
  Of a dead process at once; of a living one, and where it cannot be known, after it had time enough.
  The fence: the hub takes the id of the Provenance itself. The write carries it as "created or all is refused", so from then on the store cannot do it, however late it comes.
*/
import type { Provenance } from 'fhir/r4.js'
import { HUB } from '../../../profiles/canonicals.ts'
import { HubError, toHubError } from '../../../profiles/errors.ts'
import { releaseActors } from '../../flows/actors/claims.ts'
import { abandonIntent, INTENT_CHANNEL, type OpenIntent, undecidedIntents } from '../../ledger/intents.ts'
import type { Log } from '../../log.ts'
import type { Store } from '../../store/store.ts'
import { giveBackAccess } from './restrict.ts'
import { settle, type SettledIntent, settleInPart } from './settle.ts'
import type { Plan } from './planned.ts'
import type { SettleParts } from './parts.ts'

export interface RecoverParts extends SettleParts {
  store: Store
  log: Log
}

/** How long whoever began may take before we look, ms. */
const LOOK_AFTER_MS = { plannedMs: 3000, unplannedMs: 45_000 }
/** Longer than a call to the store may take. */
const GIVE_UP_AFTER_MS = 20_000
const FENCE = { system: `${HUB}CodeSystem/hub-cs-ecriture`, code: 'abandonnee' }

/** Throws: store.unavailable, ledger.*; what is undecided stays so until the next look. */
export async function recoverIntents(parts: RecoverParts): Promise<void> {
  for (const intent of await undecidedIntents(parts.db, LOOK_AFTER_MS)) {
    await recover(parts, intent).catch((error: unknown) => {
      const fault = toHubError(error)
      if (fault.kind !== 'retry') parts.log.error('intent.recovery-failed', fault)
    })
  }
}

async function recover(parts: RecoverParts, intent: OpenIntent): Promise<void> {
  const { id, traceparent, ageMs, isLeft } = intent
  if (intent.plan === null) return abandon(parts, id)
  const plan = JSON.parse(intent.plan) as Plan
  const proof = await parts.store.read<Provenance>('Provenance', id, { traceparent })
  if (proof !== undefined && !isFence(proof)) {
    await settleStored(parts, { id, plan, traceparent, storedAt: new Date(proof.meta?.lastUpdated ?? Date.now()) })
  } else if (proof !== undefined || ((isLeft || ageMs > GIVE_UP_AFTER_MS) && (await fence(parts.store, id)))) {
    await abandon(parts, id, plan)
    await removeFence(parts.store, id)
  }
}

/** Stored is stored: what the ledger refuses to keep of it for good must not keep its persons from being written about. */
async function settleStored(parts: RecoverParts, intent: SettledIntent): Promise<void> {
  const fields = { traceId: intent.traceparent.slice(3, 35), messageId: intent.id }
  try {
    await settle(parts, intent)
    parts.log.info('intent.settled', fields)
  } catch (error) {
    if (toHubError(error).kind === 'retry') throw error
    parts.log.error('intent.settled-in-part', error, { ...fields, path: (await settleInPart(parts, intent)).join(' ') })
  }
}

const isFence = ({ meta }: Provenance): boolean => meta?.tag?.some(tag => tag.system === FENCE.system && tag.code === FENCE.code) === true

/** Out: false when the write was stored in the same moment after all. */
async function fence(store: Store, id: string): Promise<boolean> {
  const resource: Provenance = {
    resourceType: 'Provenance',
    id,
    meta: { tag: [FENCE] },
    target: [{ display: 'abandoned' }],
    recorded: new Date().toISOString(),
    agent: [{ who: { display: 'hub' } }],
  }
  const entry = { resource, request: { method: 'PUT', url: `Provenance/${id}`, ifMatch: 'W/"0"' } }
  try {
    await transact(store, entry)
    return true
  } catch (error) {
    if (error instanceof HubError && error.code === 'store.conflict') return false
    throw error
  }
}

/** Deleted it still holds: its id was used. */
const removeFence = (store: Store, id: string): Promise<unknown> => transact(store, { request: { method: 'DELETE', url: `Provenance/${id}` } })

function transact(store: Store, entry: unknown): Promise<unknown> {
  return store.transaction(Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [entry] })))
}

async function abandon(parts: RecoverParts, id: string, plan?: Plan): Promise<void> {
  const { db, log } = parts
  if (plan !== undefined) await giveBackAccess(parts, plan)
  await db.tx(async tx => {
    if (plan?.claimed !== undefined) await releaseActors(tx, plan.claimed)
    await abandonIntent(tx, id)
  })
  db.notify(INTENT_CHANNEL)
  log.warn('intent.abandoned')
}
