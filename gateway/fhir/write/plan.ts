/*
  Makes the plan of a write: what is stored, what is announced, what is answered.
*/
import { isActor } from '../../flows/actors/claims.ts'
import type { Current } from './current.ts'
import { finalText, isUnchanged, referenceOf, versionOf, type WorkingDraft } from './drafts.ts'
import type { Identified } from './identify.ts'
import { completeProvenance, hubProvenance, isProvenance, newProvenanceId, targetsOf } from './provenance.ts'
import { personsOf } from './references.ts'
import type { WriteSession } from './session.ts'
import { identifiersOf } from './turn.ts'
import type { PlannedEntry, PlannedAnswer, Plan } from './planned.ts'

/** Whom a write was about. */
export const personsIn = ({ entries }: Plan): string[] => [...new Set(entries.flatMap(({ persons }) => persons))]

export function planOf(session: WriteSession, { met, intentId }: Identified, structure: string | undefined): Plan {
  const drafts = session.drafts()
  const unchanged = new Set(drafts.filter(isUnchanged))
  const asked = drafts.filter(draft => draft.by === 'client' && !isProvenance(draft))
  const isIdle = asked.length > 0 && asked.every(draft => unchanged.has(draft))
  const written = isIdle ? [] : withProvenance(session, drafts, { unchanged, intentId, structure })
  const entryOf = new Map(written.map((draft, index) => [draft, index]))
  const answerOf = (draft: WorkingDraft): PlannedAnswer => {
    const entry = entryOf.get(draft)
    if (entry !== undefined) return { entry }
    const { resource: _, ...found } = draft.current ?? nothingOf(draft)
    return { found }
  }
  const parts = [
    ...drafts.flatMap(draft => (draft.asked === undefined || draft.asked.isHeader === true ? [] : [{ asked: draft.asked, answer: answerOf(draft) }])),
    ...met.map(({ asked, current: { resource: _, ...found } }) => ({ asked, answer: { found } })),
  ].sort((left, right) => left.asked.position - right.asked.position)
  return {
    entries: written.map(entryFor),
    answers: parts.map(part => part.answer),
    events: isIdle ? [] : session.events,
    documents: isIdle ? [] : [...session.documents.values()],
    identifiers: written.filter(draft => !isActor(draft.type)).flatMap(draft => identifiersOf(draft).map(identifier => ({ ...identifier, id: draft.id }))),
    warnings: session.issues.filter(issue => issue.severity !== 'error'),
  }
}

interface Proving {
  unchanged: ReadonlySet<WorkingDraft>
  intentId: string
  structure: string | undefined
}

/** What goes to the store: everything that changes, each of it named by a Provenance, the first of which has the id of the intent. */
function withProvenance(session: WriteSession, drafts: readonly WorkingDraft[], { unchanged, intentId, structure }: Proving): WorkingDraft[] {
  const version = (draft: WorkingDraft): number => (unchanged.has(draft) ? (draft.current?.version ?? 1) : versionOf(draft))
  const changed = drafts.filter(draft => !unchanged.has(draft))
  const own = changed.filter(isProvenance)
  for (const one of own) completeProvenance(one, drafts, version)
  const covered = new Set(own.flatMap(one => targetsOf(one, drafts)))
  const uncovered = changed.filter(draft => !isProvenance(draft) && draft.isJoined !== true && !covered.has(draft))
  const { actor, requestId, now } = session
  const id = newProvenanceId(own, intentId)
  return uncovered.length === 0 ? changed : [...changed, hubProvenance({ id, actor, structure, requestId, now }, uncovered, version)]
}

function entryFor(draft: WorkingDraft): PlannedEntry {
  const joined = draft.isJoined === true ? { isJoined: true as const } : {}
  return { type: draft.type, id: draft.id, version: versionOf(draft), text: finalText(draft), ...joined, persons: personsOf(draft.resource) }
}

/** A Provenance of a write that changes nothing is not stored; it is answered as it came. */
function nothingOf(draft: WorkingDraft): Current {
  return { type: draft.type, id: draft.id, version: 1, lastUpdated: '', text: finalText(draft), resource: draft.resource }
}

/** The transaction as the store takes it. The Provenance with the id of the intent is created or the whole is refused: a write happens once, or never after it was given up; so is a card, whose id others may know. */
export function transactionOf({ entries }: Plan, intentId: string): Uint8Array {
  const parts = entries.map(({ type, id, version, text }) => {
    const guard = id === intentId ? 0 : version - 1
    const condition = guard > 0 || id === intentId || type === 'DocumentReference' ? `,"ifMatch":"W/\\"${guard}\\""` : ''
    return `{"resource":${text},"request":{"method":"PUT","url":"${referenceOf({ type, id })}"${condition}}}`
  })
  return Buffer.from(`{"resourceType":"Bundle","type":"transaction","entry":[${parts.join(',')}]}`)
}
