/*
  Who may see what at the FHIR door: the one place that asks, for each resource that would leave, at the moment it leaves.
    complet    the bytes of the store        restreint, minimal    a projection        aucun    absent, as if it did not exist
*/
import type { FhirResource } from 'fhir/r4.js'
import { project } from '../../mappers/projection/projection.ts'
import { HubError } from '../../profiles/errors.ts'
import type { Level } from '../../profiles/tables/decisions.ts'
import { type Actor, requireScope } from '../access/callers/actor.ts'
import type { Party } from '../access/rights/party.ts'
import { allows, type Interaction } from '../access/callers/scopes.ts'
import { contentOf } from '../access/rights/thing.ts'
import { type Decision, decideAll, NOBODY, type RightsParts, type Seeing } from './search/decide-found.ts'
import type { SearchRequest } from './search/query.ts'
import type { ServedType } from './types.ts'

export interface Question {
  parts: RightsParts
  actor: Actor
  type: ServedType
  interaction: 'read' | 'vread' | 'history' | 'search' | 'everything'
  /** Of a search. */
  search?: SearchRequest
}

/** A resource of the store, and its JSON text; empty for a deleted version. */
export interface Found {
  type: string
  id: string
  text(): string
}

/** What was decided, and about whom; for the audit. */
export interface Decided {
  level: Level
  rule: string
  /** `Patient/<id>` it is about. */
  patient?: string
}

export interface Shown extends Decided {
  /** As it leaves. */
  text: string
}

/** What may not be seen answers as what does not exist; about whom it was goes into the audit and nowhere else. */
export class Unseen extends HubError {
  readonly decided: Decided | undefined

  constructor(decided: Decided | undefined) {
    super('store.not_found')
    this.decided = decided
  }
}

/** What the audit adds to a refusal. */
export const refusalOf = (error: unknown): { decided?: Decided[]; patients?: readonly string[] } => ({
  ...(error instanceof Unseen && error.decided !== undefined ? { decided: [error.decided] } : {}),
  ...(error instanceof HubError ? { patients: error.persons } : {}),
})

export interface View {
  party(): Promise<Party>
  /** What was decided on each of these, and what of it may be shown, in their order. */
  look(found: readonly Found[]): Promise<Look[]>
  /** What of these may be shown, in their order. What may not is absent, as if it did not exist. */
  show(found: readonly Found[]): Promise<(Shown | undefined)[]>
  /** Throws: store.not_found for what may not be shown. */
  require(found: Found): Promise<Shown>
}

const SCOPE: Record<Question['interaction'], Interaction> = { read: 'r', vread: 'r', history: 'r', search: 's', everything: 'r' }

/** Throws: fhir.scope. */
export function visibility({ parts, actor, type, interaction, search }: Question): View {
  requireScope(actor, type, SCOPE[interaction])
  // A condition on another type answers questions about it: it is a search of that type too.
  for (const reached of search?.reached ?? []) requireScope(actor, reached, 's')
  let asked: Promise<Party> | undefined
  const party = (): Promise<Party> => (asked ??= parts.rights.partyOf(actor))
  // Included resources are read like any other: what _include brings along needs a scope of its own. Content needs none beside its own.
  const isInScope = (one: Found): boolean => one.type === type || type === 'Binary' || allows(actor, one.type, 'r')
  const looks = (found: readonly Found[]): Promise<Look[]> => lookAt({ parts, actor, party }, found, { isInScope, isHistory: interaction === 'history' })
  return {
    party,
    look: looks,
    async show(found) {
      return (await looks(found)).map(({ shown }) => shown)
    },
    async require(found) {
      const [look] = await looks([found])
      if (look?.shown === undefined) throw new Unseen(look?.decided)
      return look.shown
    },
  }
}

interface Showing {
  isInScope(one: Found): boolean
  /** A version in which it was deleted says no more than that. */
  isHistory: boolean
}

export interface Look {
  decided?: Decided
  shown?: Shown
}

async function lookAt(seeing: Seeing, found: readonly Found[], { isInScope, isHistory }: Showing): Promise<Look[]> {
  const read = found.map(one => (isInScope(one) ? readable(one) : undefined))
  const decisions = await decideAll(
    seeing,
    read.flatMap(one => one ?? []),
  )
  const party = await seeing.party()
  return read.map((one, index): Look => {
    const decision = one === undefined ? undefined : decisions.get(one)
    if (isHistory && found[index]?.text() === '') return { shown: { text: '', ...NOBODY } }
    if (one === undefined || decision === undefined) return {}
    const { patient } = contentOf(one)
    const decided = { level: decision.level, rule: decision.rule, ...(patient === undefined ? {} : { patient }) }
    const text = textAt(party, { resource: one, text: found[index]?.text() ?? '', decision })
    return text === undefined ? { decided } : { decided, shown: { ...decided, text } }
  })
}

function readable(found: Found): FhirResource | undefined {
  const text = found.text()
  return text === '' ? undefined : (JSON.parse(text) as FhirResource)
}

function textAt(party: Party, { resource, text, decision }: { resource: FhirResource; text: string; decision: Decision }): string | undefined {
  const { level, rule } = decision
  if (level === 'aucun') return undefined
  if (level === 'complet') return text
  const part = project(resource, level, { references: [...party.references, ...party.structures.slice(0, 1)], isAddressed: ADDRESSED.includes(rule) })
  return part === undefined ? undefined : JSON.stringify(part)
}

/** It was sent to him, or the person names him. */
const ADDRESSED = ['task.addressed', 'message.addressed', 'consent.partage']
