/*
  Judges documents as versions of each other, by what was accepted before; pure.
    awaited     known only as what an accepted document replaces
    current     the latest: it may be replaced or deleted, once
    superseded  replaced, or come after what replaces it: then nobody is told of it
    withdrawn   deleted; older versions stay superseded
*/
import { only } from '../../../mappers/cda/datatypes.ts'
import type { Fault } from '../../../mappers/hl7v2/fault.ts'
import type { VersionClaim } from '../../../mappers/hl7v2/reading/version-claim.ts'
import type { Finding } from '../../../mappers/mapper.ts'
import type { ErrorCode } from '../../../profiles/errors.ts'

export interface DocumentVersion {
  documentId: string
  /** Hexadecimal; absent while awaited. */
  digest?: string
  state: 'awaited' | 'current' | 'superseded' | 'withdrawn'
  change?: 'create' | 'replace'
  replaces?: string
  replacedBy?: string
  /** The same content in another form, sent in the same message. */
  otherFormat?: string
  setId?: string
  version?: number
  kind?: string
  /** Who sent it, and may replace or delete it. */
  organisation?: string
  /** Pseudonyms of the person's identifiers: `ins|…`, `ipp|…` */
  persons: readonly string[]
  revision: number
  /** The id of its card, where it does not follow from the document. */
  card?: string
}

/** A claim with what the door knows of it: whose it is, in the ledger's words. */
export interface VersionAsked extends Omit<VersionClaim, 'persons' | 'keeper'> {
  persons: readonly string[]
  organisation: string
  /** FINESS of the structure that keeps it, where the sender's own is not configured: so it is known to what the FHIR door brings. */
  keeper?: string | undefined
}

/** What an accepted message does to one document. */
export interface VersionChange {
  documentId: string
  change: 'create' | 'replace' | 'delete'
  /** Somebody is told of it. */
  isTold: boolean
  isRepeat: boolean
}

export interface Verdict {
  faults: Fault[]
  findings: Finding[]
  changes: VersionChange[]
  /** The rows as they are afterwards. */
  written: DocumentVersion[]
}

/** The versions that matter to a batch, as they are at this moment of its judgement. */
export class Chain {
  readonly #rows = new Map<string, DocumentVersion>()

  constructor(rows: Iterable<DocumentVersion>) {
    for (const row of rows) this.#rows.set(row.documentId, row)
  }

  find = (documentId: string | undefined): DocumentVersion | undefined => (documentId === undefined ? undefined : this.#rows.get(documentId))

  put(row: DocumentVersion): void {
    this.#rows.set(row.documentId, row)
  }

  latestOfSet(setId: string): DocumentVersion[] {
    return [...this.#rows.values()].filter(row => row.setId === setId && row.state === 'current')
  }
}

/** Judges the documents of one message, together: all of it or nothing. What is accepted is put into the chain. */
export function judgeVersions(chain: Chain, asked: readonly VersionAsked[]): Verdict {
  const draft = new Draft(chain)
  const outcomes = asked.map(one => judgeOne(draft, one, asked))
  const faults = [...outcomes.flatMap(one => ('code' in one ? [one] : [])), ...checkFormats(draft, asked, outcomes)]
  if (faults.length > 0) return { faults, findings: [], changes: [], written: [] }
  for (const row of draft.written) chain.put(row)
  return { faults, findings: draft.findings, changes: outcomes.flatMap(one => ('code' in one ? [] : [one])), written: draft.written }
}

/** What one message would change, seen through by its later documents. */
class Draft {
  readonly findings: Finding[] = []
  readonly #chain: Chain
  readonly #own = new Map<string, DocumentVersion>()

  constructor(chain: Chain) {
    this.#chain = chain
  }

  find = (documentId: string | undefined): DocumentVersion | undefined => this.#own.get(documentId ?? '') ?? this.#chain.find(documentId)

  latestOfSet = (setId: string): DocumentVersion[] => this.#chain.latestOfSet(setId).filter(row => this.find(row.documentId)?.state === 'current')

  put(row: DocumentVersion): void {
    this.#own.set(row.documentId, row)
  }

  get written(): DocumentVersion[] {
    return [...this.#own.values()]
  }
}

type Outcome = VersionChange | Fault

function judgeOne(draft: Draft, asked: VersionAsked, all: readonly VersionAsked[]): Outcome {
  const known = draft.find(asked.documentId)
  const digest = known?.digest
  if (digest !== undefined && digest !== asked.digest.slice(0, digest.length)) return faultOf('document.same_id_other_bytes', asked.places.id)
  if (asked.action === 'delete') return judgeDeletion(draft, asked, known)
  if (known?.digest !== undefined) return { ...repeatOf(known), isTold: known.state === 'current' }
  return judgeArrival(draft, asked, all)
}

function repeatOf({ documentId, change = 'create' }: DocumentVersion): Omit<VersionChange, 'isTold'> {
  return { documentId, change, isRepeat: true }
}

function judgeDeletion(draft: Draft, asked: VersionAsked, known: DocumentVersion | undefined): Outcome {
  const { documentId, places } = asked
  if (known?.digest === undefined) return faultOf('document.never_seen', places.id)
  if (known.state === 'withdrawn') return { documentId, change: 'delete', isRepeat: true, isTold: true }
  if (known.state === 'superseded') return faultOf('document.not_latest', places.id)
  const stranger = strangerTo(known, asked, places.id)
  if (stranger !== undefined) return stranger
  draft.put({ ...known, state: 'withdrawn' })
  return { documentId, change: 'delete', isRepeat: false, isTold: true }
}

/** A document that was never received before, though it may be awaited. */
function judgeArrival(draft: Draft, asked: VersionAsked, all: readonly VersionAsked[]): Outcome {
  const { documentId, places } = asked
  const link = asked.action === 'replace' ? requiredLink(draft, asked, all) : voluntaryLink(draft, asked)
  if (link !== undefined && 'code' in link) return link
  const awaited = draft.find(documentId)
  const replacer = draft.find(awaited?.replacedBy)
  const isLate = replacer !== undefined && strangerTo(replacer, asked, places.id) === undefined
  const change = asked.action === 'replace' || link?.state === 'current' ? 'replace' : 'create'
  if (link !== undefined) draft.put({ ...link, state: link.state === 'current' ? 'superseded' : link.state, replacedBy: documentId })
  if (link?.state === 'awaited')
    draft.findings.push({ code: 'document.target-unknown', severity: 'warning', path: 'ClinicalDocument/relatedDocument/parentDocument/id' })
  flagVersion(draft, asked)
  draft.put({
    ...rowOf(asked, all),
    ...(isLate ? { state: 'superseded', replacedBy: replacer.documentId } : { state: 'current' }),
    ...(link === undefined ? {} : { replaces: link.documentId }),
    change,
    revision: awaited?.revision ?? 0,
  })
  return { documentId, change, isTold: !isLate, isRepeat: false }
}

function rowOf(asked: VersionAsked, all: readonly VersionAsked[]): Omit<DocumentVersion, 'state' | 'revision'> {
  const { documentId, digest, kind, organisation, persons, setId, version } = asked
  const otherFormat = all.find(one => one.documentId !== documentId)?.documentId
  return { documentId, digest, kind, organisation, persons, ...only('otherFormat', otherFormat), ...only('setId', setId), ...only('version', version) }
}

/** What a replacement supersedes: the latest version, or one that was never seen and is awaited from now on. */
function requiredLink(draft: Draft, asked: VersionAsked, all: readonly VersionAsked[]): DocumentVersion | Fault | undefined {
  const { documentId, places } = asked
  const target = asked.replaces ?? otherFormatOfTarget(draft, asked, all)
  if (target === undefined) return undefined
  if (target === documentId || isAhead(draft, documentId, target)) return faultOf('document.cycle', places.parent)
  const row = draft.find(target) ?? awaitedRow(target)
  if (row.state !== 'current' && (row.state !== 'awaited' || row.replacedBy !== undefined)) return faultOf('document.not_latest', places.parent)
  return strangerTo(row, asked, places.parent) ?? row
}

/** The CDA of a first transmission may name a predecessor, or be a higher version of a set: then that one is superseded, if it is the latest. */
function voluntaryLink(draft: Draft, asked: VersionAsked): DocumentVersion | undefined {
  const { documentId, places, replaces, setId, version } = asked
  const isOpen = (row: DocumentVersion): boolean =>
    (row.state === 'current' || (row.state === 'awaited' && row.replacedBy === undefined)) && strangerTo(row, asked, places.parent) === undefined
  if (replaces !== undefined && replaces !== documentId && !isAhead(draft, documentId, replaces)) {
    const named = draft.find(replaces) ?? awaitedRow(replaces)
    if (isOpen(named)) return named
  }
  if (replaces !== undefined || setId === undefined || version === undefined) return undefined
  return draft.latestOfSet(setId).find(row => row.kind === asked.kind && row.version !== undefined && row.version < version && isOpen(row))
}

const awaitedRow = (documentId: string): DocumentVersion => ({ documentId, state: 'awaited', persons: [], revision: 0 })

/** The CDA of one format may leave out what it replaces: then it is the other format of what the other one replaces. */
function otherFormatOfTarget(draft: Draft, asked: VersionAsked, all: readonly VersionAsked[]): string | undefined {
  const other = all.find(one => one.documentId !== asked.documentId)
  return draft.find(other?.replaces)?.otherFormat
}

/** Does `target` come after the document, through what replaces it? */
function isAhead(draft: Draft, documentId: string, target: string): boolean {
  for (let row = draft.find(documentId); row !== undefined; row = draft.find(row.replacedBy)) if (row.documentId === target) return true
  return false
}

/** Two organisations, or two persons, have no versions in common. */
function strangerTo(row: DocumentVersion, asked: VersionAsked, place: VersionAsked['places']['id']): Fault | undefined {
  if (row.organisation !== undefined && ![asked.organisation, asked.keeper].includes(row.organisation)) return faultOf('document.other_author', place)
  if (row.persons.some(one => asked.persons.includes(one))) return undefined
  const hasIns = (persons: readonly string[]): boolean => persons.some(one => one.startsWith('ins|'))
  return hasIns(row.persons) && hasIns(asked.persons) ? faultOf('document.other_patient', asked.places.person) : undefined
}

/** Sent in two formats, replaced and deleted in both. */
function checkFormats(draft: Draft, asked: readonly VersionAsked[], outcomes: readonly Outcome[]): Fault[] {
  return asked.flatMap((one, at) => {
    const outcome = outcomes[at]
    if (outcome === undefined || 'code' in outcome || outcome.isRepeat || outcome.change === 'create') return []
    const changed = draft.find(outcome.change === 'delete' ? one.documentId : draft.find(one.documentId)?.replaces)
    return draft.find(changed?.otherFormat)?.state === 'current' ? [faultOf('document.format_missing', one.places.id)] : []
  })
}

function flagVersion(draft: Draft, { setId, version, kind, documentId }: VersionAsked): void {
  if (setId === undefined || version === undefined) return
  const isOutrun = draft.latestOfSet(setId).some(row => row.documentId !== documentId && row.kind === kind && (row.version ?? 0) >= version)
  if (isOutrun) draft.findings.push({ code: 'document.version-not-higher', severity: 'warning', path: 'ClinicalDocument/versionNumber' })
}

const faultOf = (code: ErrorCode, place: { path: string; location: string }): Fault => ({ code, ...place })
