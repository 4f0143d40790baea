/*
  A write through the FHIR door, from what the client asked to what it is answered.
    identify -> intent with its locks -> judge -> plan kept -> one transaction of the store -> settled with its events -> answer
  A crash leaves all of it or nothing: what was begun and not decided is decided by recover.ts, never executed again.
*/
import { HubError } from '../../../profiles/errors.ts'
import { claimActors, isActor, releaseActors } from '../../flows/actors/claims.ts'
import { dropIntent, INTENT_CHANNEL, keepPlan, settleIntent } from '../../ledger/intents.ts'
import { meetingOthers } from '../../store/meetings.ts'
import { newMessageId } from '../../ledger/ids.ts'
import { claimDocuments, releaseDocuments } from '../../ledger/documents/deposited-documents.ts'
import { introduce } from '../../ledger/rights/introductions.ts'
import { giveBackAccess, restricting } from './restrict.ts'
import { type Answered, answersOf } from './answer.ts'
import type { WriteRequest } from './asked.ts'
import type { WorkingDraft } from './drafts.ts'
import { identify, type Identified } from './identify.ts'
import { judge, refusal, unknownReferences } from './judge.ts'
import { planOf, transactionOf } from './plan.ts'
import { about } from './references.ts'
import { WriteSession } from './session.ts'
import { settle } from './settle.ts'
import { sightOf } from './sight.ts'
import { type Taken, takeTurn } from './turn.ts'
import { restrictAccess } from '../../ledger/rights/access.ts'
import type { Plan } from './planned.ts'
import type { PipelineParts } from './parts.ts'

export interface Written {
  answers: Answered[]
  plan: Plan
}

const MEETINGS = 5

/** Throws: what refuses it (the write is not done), fhir.undecided (asked again, the same request is told what became of it). */
export async function performWrite(parts: PipelineParts, request: WriteRequest): Promise<Written> {
  // The ledger has come to know somebody this write would create, or the store holds another version: everything is asked again.
  return meetingOthers(() => performOnce(parts, request), ['store.conflict'])
}

async function performOnce(parts: PipelineParts, request: WriteRequest): Promise<Written> {
  const turn = await takeTurn(parts, request, () => identify(parts, request, newMessageId()))
  if (turn.state === 'known') return repeated(turn.intent)
  const { identified, owners } = turn
  try {
    const written = await decide(parts, request, { identified, owners })
    await introduceAll(parts, request, identified)
    return written
  } catch (error) {
    // What the store may have done is found out later, and only then are the locks given back.
    if (error instanceof UndecidedError) throw error.asHubError()
    await drop(parts, identified)
    // Nobody is whom a refused creation would have made.
    const concerned = ({ type, resource, current }: WorkingDraft): unknown[] => [type === 'Patient' ? undefined : resource, current?.resource]
    throw about(error, identified.drafts.flatMap(concerned))
  }
}

/** Whom the client has presented it may name from now on. */
async function introduceAll(parts: PipelineParts, { actor }: WriteRequest, { presented }: Identified): Promise<void> {
  if (presented.length === 0) return
  const [structure] = (await sightOf(parts, actor).party()).structures
  if (structure !== undefined) await introduce(parts.db, structure, presented)
}

async function drop(parts: PipelineParts, { intentId, claimed, restricted }: Identified): Promise<void> {
  const { db } = parts
  if (restricted !== undefined) await giveBackAccess(parts, restricted)
  if (claimed === undefined) await dropIntent(db, intentId)
  else
    await db.tx(async tx => {
      await releaseActors(tx, claimed)
      await dropIntent(tx, intentId)
    })
  db.notify(INTENT_CHANNEL)
}

/** Out: what the first was answered. Throws: fhir.undecided, fhir.duplicate for the same identifier with other bytes. */
function repeated(intent: { state: 'open' | 'settled'; isSame: boolean; plan: string | null; storedAt: Date | null }): Written {
  if (!intent.isSame) throw new HubError('fhir.duplicate')
  if (intent.state === 'open' || intent.storedAt === null) throw new HubError('fhir.undecided')
  const plan: Plan = intent.plan === null ? NOTHING : (JSON.parse(intent.plan) as Plan)
  return { plan, answers: answersOf(plan, intent.storedAt) }
}

const NOTHING: Plan = { entries: [], answers: [], events: [], identifiers: [], warnings: [] }

const isMeeting = (error: unknown): boolean => error instanceof HubError && error.code === 'store.conflict'

/** The store met a concurrent change: judged again on what it holds now, a few times. */
async function decide(parts: PipelineParts, request: WriteRequest, { identified, owners }: Pick<Taken, 'identified' | 'owners'>): Promise<Written> {
  for (let meeting = 1; ; meeting += 1) {
    const session = new WriteSession(parts, { ...request, drafts: identified.drafts.map(draft => ({ ...draft, changes: new Map() })) })
    await (request.byHub === undefined ? judge(parts, session, { request, identified, owners }) : request.byHub.act(session))
    const plan = planOf(session, identified, await session.acting.structure())
    try {
      const storedAt =
        plan.entries.length === 0
          ? await nothingToStore(parts, request, identified)
          : await store(parts, request, { plan, identified, drafts: session.drafts() })
      return { plan, answers: answersOf(plan, storedAt) }
    } catch (error) {
      // Whoever met a person, a professional or a structure that this write claims is storing the same: the claim stays.
      if (!isMeeting(error) || (identified.claimed?.created ?? []).length === 0 || meeting === MEETINGS) throw error
      await releaseDocuments(parts.db, identified.intentId)
    }
  }
}

async function nothingToStore(parts: PipelineParts, { byHub }: WriteRequest, identified: Identified): Promise<Date> {
  const at = new Date()
  // What was due and brought nothing is done as well.
  if (byHub !== undefined) await settleIntent(parts.db, identified.intentId, { storedAt: at, identifiers: [] })
  else if (identified.drafts.length > 0) await drop(parts, identified)
  return at
}

async function store(parts: PipelineParts, request: WriteRequest, { plan, identified, drafts }: Storing): Promise<Date> {
  const id = identified.intentId
  const { traceparent } = request
  // What the hub does of its own accord names nobody anew: joining and parting persons leaves their keys where they are.
  const named = request.byHub === undefined ? drafts : []
  if (!(await keep(parts, { plan, identified, drafts: named }))) throw new UndecidedError()
  const storedAt = await execute(parts, { plan, identified, traceparent })
  // Stored is stored: if the ledger is away now, the recovery settles it.
  await settle(parts, { id, plan, traceparent, storedAt }).catch((cause: unknown) => {
    throw new UndecidedError(cause)
  })
  return storedAt
}

interface Storing {
  plan: Plan
  identified: Identified
  drafts: readonly WorkingDraft[]
}

/** The plan and what the ledger holds for it, in one commit. A write that is judged again keeps what it has claimed. */
async function keep({ db }: PipelineParts, { plan, identified, drafts }: Storing): Promise<boolean> {
  const id = identified.intentId
  const actors = drafts.filter(draft => isActor(draft.type) && draft.isJoined !== true)
  const restrictions = restricting(plan)
  const { documents = [] } = plan
  if (actors.length === 0 && restrictions.length === 0 && documents.length === 0) return keepPlan(db, id, JSON.stringify(plan))
  return db.tx(async tx => {
    const claimed = actors.length === 0 ? undefined : (identified.claimed ?? (await claimActors(tx, { cause: id, drafts: actors })))
    await claimDocuments(tx, id, documents)
    const isKept = await keepPlan(tx, id, JSON.stringify({ ...plan, ...(claimed === undefined ? {} : { claimed }) }))
    if (isKept && (await restrictAccess(tx, restrictions))) identified.restricted = plan
    if (claimed === undefined) return isKept
    plan.claimed = claimed
    identified.claimed = claimed
    return isKept
  })
}

async function execute(parts: PipelineParts, { plan, identified, traceparent }: { plan: Plan; identified: Identified; traceparent: string }): Promise<Date> {
  try {
    const { entries } = await parts.store.transaction(transactionOf(plan, identified.intentId), { traceparent })
    const at = entries.find(entry => entry.id === identified.intentId)?.lastModified
    return at === undefined ? new Date() : new Date(at)
  } catch (error) {
    if (!(error instanceof HubError) || error.code === 'store.unavailable') throw isUnsent(error) ? error : new UndecidedError(error)
    if (error.code !== 'store.refused') throw error
    const unknown = await unknownReferences(parts.store, identified.drafts, { traceparent })
    throw unknown.length === 0 ? error : refusal(unknown)
  }
}

/** No connection, so nothing was begun. */
function isUnsent(error: unknown): boolean {
  const { code } = (error instanceof Error ? (error.cause ?? {}) : {}) as { code?: unknown }
  return code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT'
}

/** Whether the write was done is not known yet. */
class UndecidedError extends Error {
  constructor(cause?: unknown) {
    super('undecided', { cause })
  }

  asHubError(): HubError {
    return new HubError('fhir.undecided', { cause: this.cause })
  }
}
