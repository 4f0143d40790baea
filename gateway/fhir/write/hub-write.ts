/*
  Writes of the hub's own: what a deadline brings, what the first read of a resource brings. Kept, stored, settled like any other, under a key by which each happens once.
*/
import { createHash } from 'node:crypto'
import type { FhirResource } from 'fhir/r4.js'
import type { Actor } from '../../access/callers/actor.ts'
import type { Write } from '../../flows/care-flow.ts'
import { CARE_FLOWS } from '../../flows/care-flows.ts'
import { newMessageId } from '../../ledger/ids.ts'
import { rightsIn } from '../../access/rights/rights-in.ts'
import type { HubParts } from '../../parts.ts'
import { newTraceparent } from '../../trace.ts'
import type { WriteRequest } from './asked.ts'
import { performWrite } from './pipeline.ts'
import { WriteSession } from './session.ts'
import { digest } from './single.ts'
import type { PipelineParts } from './parts.ts'

export interface HubWrite {
  /** It happens once for this key. */
  key: string
  /** `Patient/<id>` */
  patient: string
  /** Whom it is about too: nobody else writes about them meanwhile. */
  others?: readonly string[]
  /** Whose question it answers; the hub itself unless said. */
  actor?: Actor
  traceparent?: string
  act(write: Write): Promise<void>
}

const HUB: Actor = { clientId: 'hub', kind: 'operator', structure: undefined, scopes: new Set() }

/** Throws: fhir.undecided, store.unavailable: the next look finds it again. */
export async function writeAsHub(
  parts: PipelineParts,
  { key, patient, others = [], actor = HUB, traceparent = newTraceparent(), act }: HubWrite,
): Promise<void> {
  const known = digest(['hub', key])
  const request: WriteRequest = {
    actor,
    requestId: newMessageId(),
    traceparent,
    now: new Date(),
    asked: [],
    key: known,
    sha256: createHash('sha256').update(known).digest(),
    byHub: { patients: [...new Set([patient, ...others])], act },
  }
  await performWrite(parts, request)
}

/** Before the answer to a read of what may be seen. Out: true when the resource has a new version now. Throws: as writeAsHub. */
export async function noteFirstRead(
  parts: PipelineParts,
  { actor, type, bytes, traceparent }: { actor: Actor; type: string; bytes: Buffer; traceparent: string },
): Promise<boolean> {
  const flows = parts.flows.filter(flow => flow.firstRead !== undefined && flow.types.includes(type))
  if (flows.length === 0) return false
  const judge = async (write: Write, current: FhirResource | undefined): Promise<void> => {
    for (const flow of flows) if (current !== undefined) await flow.firstRead?.(write, current)
  }
  const resource = JSON.parse(bytes.toString('utf8')) as FhirResource
  const reference = `${type}/${resource.id}`
  // Most reads bring nothing: found out without locks.
  const trial = new WriteSession(parts, { actor, requestId: newMessageId(), traceparent, now: new Date(), drafts: [] })
  await judge(trial, resource)
  if (trial.drafts().length === 0) return false
  await writeAsHub(parts, {
    key: `first-read|${reference}/${resource.meta?.versionId}`,
    patient: trial.events[0]?.patient ?? reference,
    actor,
    traceparent,
    act: async write => judge(write, await write.read(reference)),
  })
  return true
}

/** How flows that no client began write. */
export function hubWritesOf({
  config,
  db,
  store,
  workers,
  keys,
  metrics,
}: Pick<HubParts, 'config' | 'db' | 'store' | 'workers' | 'keys' | 'metrics'>): PipelineParts {
  return { config, db, store, rights: rightsIn(db), workers, keys, metrics, flows: CARE_FLOWS, baseUrl: () => store.baseUrl, validator: NOTHING_TO_VALIDATE }
}

/** The hub's own drafts are valid by its tests. */
const NOTHING_TO_VALIDATE: PipelineParts['validator'] = { form: () => [], profile: async () => [] }
