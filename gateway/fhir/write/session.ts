/*
  One judging of one write: its drafts, what flows read, refuse, add, change and announce. Made anew when the write is judged again.
*/
import { randomUUID } from 'node:crypto'
import type { Bundle, FhirResource } from 'fhir/r4.js'
import { cardIdOf } from '../../../mappers/transmission-to-transaction/derived-id.ts'
import { HubError } from '../../../profiles/errors.ts'
import type { Issue } from '../../../profiles/issues.ts'
import { FINDING_ADVICE } from '../../../profiles/tables/finding-advice.ts'
import { type Acting, actingOf } from '../../access/rights/acts-for.ts'
import type { Actor } from '../../access/callers/actor.ts'
import { organizationsIn } from '../../access/callers/organizations.ts'
import type { HubConfig } from '../../config.ts'
import type { CareEvent, Draft, Objection, Write } from '../../flows/care-flow.ts'
import { loadAuthors } from '../../ledger/rights/access.ts'
import { type DepositedVersion, documentPerson, judgeDeposited } from '../../ledger/documents/deposited-documents.ts'
import type { DocumentVersion } from '../../ledger/documents/document-chain.ts'
import type { CdaOutline } from '../../workers/outline-cda.ts'
import type { SignEdition, SignedEdition } from '../../workers/sign-edition.ts'
import { type Current, type CurrentReader, currentReader } from './current.ts'
import { changeDraft, referenceOf, type WorkingDraft } from './drafts.ts'
import { literalOf, personsOf } from './references.ts'
import type { SessionParts } from './parts.ts'

const MOST_FOUND = '200'

export interface SessionOptions {
  actor: Actor
  requestId: string
  traceparent: string
  now: Date
  drafts: WorkingDraft[]
}

export class WriteSession implements Write {
  readonly actor: Actor
  readonly now: Date
  readonly requestId: string
  readonly limits: HubConfig['limits']
  readonly acting: Acting
  readonly current: CurrentReader
  readonly issues: Issue[] = []
  readonly events: CareEvent[] = []
  /** What this write makes of documents, by their ids. */
  readonly documents = new Map<string, DocumentVersion>()
  readonly #parts: SessionParts
  readonly #options: SessionOptions
  #unseen: ReadonlySet<string> = new Set()

  constructor(parts: SessionParts, options: SessionOptions) {
    const { actor, requestId, traceparent, now } = options
    this.actor = actor
    this.now = now
    this.requestId = requestId
    this.limits = parts.config.limits
    this.#parts = parts
    this.#options = options
    this.current = currentReader(parts.store, { traceparent })
    this.acting = actingOf(actor, {
      organizationOf: organizationsIn(parts.db),
      read: reference => this.read(reference),
      search: (type, parameters) => this.search(type, parameters),
    })
  }

  drafts(): readonly WorkingDraft[] {
    return this.#options.drafts
  }

  /** To the flows these are not there, and nothing about these persons is. */
  hide(references: ReadonlySet<string>): void {
    this.#unseen = references
  }

  async read<R extends FhirResource>(reference: string): Promise<R | undefined> {
    const literal = literalOf(reference)
    if (literal === undefined || this.#unseen.has(referenceOf(literal))) return undefined
    const draft = this.#draftOf(literal)
    return (draft?.resource ?? (await this.current.read(referenceOf(literal)))?.resource) as R | undefined
  }

  async search<R extends FhirResource>(type: R['resourceType'], parameters: Record<string, string | string[]>): Promise<R[]> {
    const { entry = [] } = (await this.#parts.store.search(type, { _count: MOST_FOUND, ...parameters }, { traceparent: this.#options.traceparent })) as Bundle
    const found = entry.flatMap(({ resource, search }) => (resource?.resourceType === type && search?.mode !== 'include' ? [resource as R] : []))
    return found
      .filter(({ id }) => id !== undefined && this.#draftOf({ type, id }) === undefined)
      .filter(one => this.#unseen.size === 0 || !personsOf(one).some(person => this.#unseen.has(person)))
  }

  actsFor(reference: string | undefined): Promise<boolean> {
    return this.acting.actsFor(reference)
  }

  async wrote(reference: string): Promise<boolean> {
    const [structure, authors] = await Promise.all([this.acting.structure(), loadAuthors(this.#parts.db, [reference])])
    return structure !== undefined && authors.get(reference)?.includes(structure) === true
  }

  refuse(draft: Draft, objection: Objection): void {
    this.issues.push(issueOf('error', draft, objection))
  }

  warn(draft: Draft, objection: Objection): void {
    this.issues.push(issueOf('warning', draft, objection))
  }

  add(resource: FhirResource): string {
    const [type, id] = [resource.resourceType, resource.id ?? randomUUID()]
    const own = { ...resource, id }
    this.#options.drafts.push({ type, id, verb: 'create', by: 'hub', place: type, resource: own, text: JSON.stringify(own), changes: new Map() })
    return referenceOf({ type, id })
  }

  async change(reference: string, members: Record<string, unknown>): Promise<void> {
    const literal = literalOf(reference)
    if (literal === undefined) throw new HubError('store.not_found')
    changeDraft(this.#draftOf(literal) ?? this.#taken(await this.current.read(referenceOf(literal))), members)
  }

  async judgeVersion(draft: Draft, version: Omit<DepositedVersion, 'by'>): Promise<readonly DocumentVersion[]> {
    const { structure: by = this.actor.clientId } = this.actor
    const persons = version.persons.map(one => documentPerson(this.#parts.keys, one))
    const claimed = [...this.documents.values()]
    const keeps = (known: DocumentVersion): Promise<boolean> => this.wrote(`DocumentReference/${cardIdOf(known)}`)
    const asked = { claimed, keeps, path: `${draft.place}.masterIdentifier` }
    const { written, findings } = await judgeDeposited(this.#parts.db, { ...version, by, persons }, asked)
    for (const row of written) this.documents.set(row.documentId, row)
    for (const { code } of findings) this.warn(draft, { rule: code, element: 'masterIdentifier', text: FINDING_ADVICE[code] ?? { en: code, fr: code } })
    return written
  }

  announce(event: CareEvent): void {
    this.events.push(event)
  }

  sign(edition: Omit<SignEdition, 'environment'>): Promise<SignedEdition> {
    return this.#parts.workers.run('signEdition', { ...edition, environment: this.#parts.config.environment })
  }

  outline(document: Uint8Array): Promise<CdaOutline | undefined> {
    return this.#parts.workers.run('outlineCda', { document })
  }

  #draftOf({ type, id }: { type: string; id: string }): WorkingDraft | undefined {
    return this.#options.drafts.find(draft => draft.id === id && draft.type === type)
  }

  /** A resource of the store becomes a draft of the hub. */
  #taken(current: Current | undefined): WorkingDraft {
    if (current === undefined) throw new HubError('store.not_found')
    const { type, id, resource, text } = current
    const draft: WorkingDraft = { type, id, verb: 'update', by: 'hub', place: type, resource, before: resource, text, current, changes: new Map() }
    this.#options.drafts.push(draft)
    return draft
  }
}

function issueOf(severity: Issue['severity'], { place }: Draft, { code = 'business-rule', element, ...said }: Objection): Issue {
  return { severity, code, expression: element === undefined ? place : `${place}.${element}`, ...said }
}
