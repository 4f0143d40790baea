/*
  What an act of care sees of a write through the FHIR door, and what it may add to it. One flow per file beside this one; care-flows.ts lists them.

  The door has parsed and checked the form, found out what each condition and reference means, minted ids and locked the persons concerned. Then, for each
  draft of a client, every flow of its type judges; the store validates the profile at the same time; what is refused is answered together.
  What is written, its events and the answer are kept in the intent before the store is asked, so that a crash leaves all or nothing.
*/
import type { FhirResource } from 'fhir/r4.js'
import type { EventCode } from '../../profiles/events/event-types.ts'
import type { IssueCode } from '../../profiles/issues.ts'
import type { Actor } from '../access/callers/actor.ts'
import type { HubConfig } from '../config.ts'
import type { CdaOutline } from '../workers/outline-cda.ts'
import type { SignEdition, SignedEdition } from '../workers/sign-edition.ts'
import type { DepositedVersion } from '../ledger/documents/deposited-documents.ts'
import type { DocumentVersion } from '../ledger/documents/document-chain.ts'
import type { Met } from './actors/met.ts'

/** One resource of a write, as it would be stored. */
export interface Draft {
  type: string
  /** Minted by the hub for a creation. */
  id: string
  verb: 'create' | 'update'
  by: 'client' | 'hub'
  /** Where its findings stand: `CarePlan`, or `Bundle.entry[2].resource`. */
  place: string
  /** Changed through `write.change` only: the client's own text is what is stored. */
  readonly resource: FhirResource
  /** What the store holds now; absent for a creation. */
  readonly before?: FhirResource
  /** What the ledger makes of the creation of a person, a professional or a structure. */
  readonly identity?: Met
  /** The document of a card that is created. */
  readonly deposited?: Deposited
}

/** A document as its card names it (masterIdentifier), and what is in it. */
export interface Deposited {
  documentId: string
  /** SHA-256 of the CDA, else of the first content, hexadecimal. */
  digest: string
}

/** A refusal or a warning about one draft. */
export interface Objection {
  /** `task.move`, `circle.one-active` */
  rule: string
  /** business-rule unless said otherwise. */
  code?: IssueCode
  /** Element below the resource: `status`, `participant[1].role`. */
  element?: string
  text: { en: string; fr: string }
  /** What may be done instead: names and codes, never a value. */
  hint?: string
}

/** An event of care. Its cause is the write; the versions that were stored are filled in by the door. */
export interface CareEvent {
  type: EventCode
  /** `Patient/<id>` */
  patient: string
  /** `CarePlan/<id>`: the resource it is about; it comes first among the resources of the event. */
  about: string
  /** Kinds of change, `goal.added`: they travel on Kafka, so never a value. */
  changes: string[]
  /** What those who tell it to somebody need; stays in the ledger. */
  detail?: unknown
}

export interface Write {
  readonly actor: Actor
  readonly now: Date
  readonly requestId: string
  /** Those of the configuration. */
  readonly limits: HubConfig['limits']
  /** In the order of the request, those of the hub behind. */
  drafts(): readonly Draft[]
  /** In: `Task/<id>`, a version behind it is passed over. Out: the draft of this write, else what the store holds; undefined when there is none. */
  read<R extends FhirResource>(reference: string): Promise<R | undefined>
  /** Asks the store; the drafts of this write are not among the answers. At most 200. */
  search<R extends FhirResource>(type: R['resourceType'], parameters: Record<string, string | string[]>): Promise<R[]>
  /** Does the caller act for this PractitionerRole, Practitioner, Organization, RelatedPerson or Patient? Of a system client: for its structure and those who work there. */
  actsFor(reference: string | undefined): Promise<boolean>
  /** Did the caller's structure write it first, as the ledger knows? Whatever a Provenance says that came later. */
  wrote(reference: string): Promise<boolean>
  /** 422 with all objections together; the write is not done. */
  refuse(draft: Draft, objection: Objection): void
  /** Goes back with the answer as a warning. */
  warn(draft: Draft, objection: Objection): void
  /** One more resource in the same transaction; the hub mints its id where it has none. Out: `Task/<id>`. */
  add(resource: FhirResource): string
  /**
   * Replaces members of the first level, of a draft or of a resource of the store, which then is written with the version that was read; undefined takes a member away.
   * In: elements that stay must be handed back as they were read. Throws: store.not_found.
   */
  change(reference: string, members: Record<string, unknown>): Promise<void>
  /** Judges a document among those of all doors; what follows is claimed with this write. Out: the versions it changes, as they stand then. Throws: document.*, where the draft names it. */
  judgeVersion(draft: Draft, version: Omit<DepositedVersion, 'by'>): Promise<readonly DocumentVersion[]>
  announce(event: CareEvent): void
  /** An edition of a plan on paper and as a CDA of this environment, made in a thread. */
  sign(edition: Omit<SignEdition, 'environment'>): Promise<SignedEdition>
  /** Which CDA this is, and whose, read in a thread; undefined for what is none. */
  outline(document: Uint8Array): Promise<CdaOutline | undefined>
}

export interface CareFlow {
  /** `care-plan` */
  name: string
  /** Types of the drafts it judges. */
  types: readonly string[]
  /**
   * Judges one draft of a client and adds what follows from it.
   * Throws: HubError for what is not 422 (409 fhir.conflict, 409 fhir.duplicate, 412 …), with issues.
   */
  judge(write: Write, draft: Draft): Promise<void>
  /** Looks at a creation that turned out to be known already (`before`): nothing is written, the hub may warn. */
  met?(write: Write, draft: Draft): Promise<void>
  /** Judges what follows from the first time the caller reads a resource of these types by its id, before it is answered; writes nothing most of the time. */
  firstRead?(write: Write, resource: FhirResource): Promise<void>
}

/** Work that time alone brings: found by a look every ten seconds under one lease, written like any other write, under the hub's own name. */
export interface Deadline {
  name: string
  /** What is due now, each with the key under which it happens once (`snp.reminder|Task/<id>`); `written` is called once it stands. */
  due(now: Date): Promise<{ key: string; patient: string; act(write: Write): Promise<void>; written?(): Promise<void> }[]>
}
