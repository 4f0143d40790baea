/*
  A document deposited through the FHIR door: those who should know are told (`document.depose`), as of one that a message brings.
    POST current                => create, or replace: the one it replaces is superseded      PATCH status entered-in-error => delete
    not final, not current      => nobody is told
    taken back => hospitals that hold its CDA are told by it, and what was signed of a synthesis is taken back with it
    its content is a CDA of this person => goes by mail, its bytes untouched      a synthesis => signed (synthesis.ts)      anything else => a notice of it
  Spec: fhir-fr.md 2.7 (DocumentReference), 5.1; cda.md 6.4.
*/
import type { DocumentReference, Organization, Patient, Reference } from 'fhir/r4.js'
import { uniqueIdOfCard } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import { keepersOf } from '../../access/rights/author-rows.ts'
import { contentOf } from '../../access/rights/thing.ts'
import type { Enclosed, WrittenDocument } from '../../fanout/written.ts'
import type { CdaOutline } from '../../workers/outline-cda.ts'
import { attachedBytes } from './attached.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { isInsRoot } from '../../../profiles/identity.ts'
import { refuse } from '../objections.ts'
import { placeOf, referenceTo, targetOf } from '../person.ts'
import { isContained, readWithin, structureOf } from '../signatory.ts'
import { isSynthesis, signSynthesis, withdrawSigned } from './synthesis.ts'

export const DEPOSITED_DOCUMENT: CareFlow = {
  name: 'deposited-document',
  types: ['DocumentReference'],
  async judge(write, draft) {
    const document = draft.resource as DocumentReference
    refuseNewKeepers(write, draft, document)
    const patient = targetOf(document.subject)
    const isNew = draft.before === undefined && document.status === 'current'
    const isWithdrawn = (draft.before as DocumentReference | undefined)?.status === 'current' && document.status === 'entered-in-error'
    const isTold = patient?.startsWith('Patient/') === true && (isNew || isWithdrawn)
    const earlier = isTold && isNew ? await supersede(write, draft, document) : undefined
    const isLate = (draft.before === undefined || isWithdrawn) && (await judgeDocument(write, draft, earlier))
    if (!isTold || isLate || document.docStatus === 'preliminary') return
    const detail = {
      ...writtenOf(draft, isWithdrawn ? 'delete' : earlier === undefined ? 'create' : 'replace'),
      ...(isNew ? await mailed(write, draft, { document, earlier }) : await withdrawn(write, draft, document)),
    }
    write.announce({ type: 'document.depose', patient, about: placeOf(draft), changes: [detail.change], detail })
  },
}

const PAST = { superseded: 'superseded', 'entered-in-error': 'withdrawn' } as const

/** Among the documents of all doors, by the rules of messages (hl7v2-mssante.md 1.12). In: earlier = the card it replaces. Out: it comes after what replaces it, so nobody is told of it. Throws: document.*. */
async function judgeDocument(write: Write, draft: Draft, earlier: DocumentReference | undefined): Promise<boolean> {
  const card = draft.resource as DocumentReference
  const isWithdrawn = draft.before !== undefined
  const documentId = uniqueIdOfCard(card)
  if (documentId === undefined) return false
  const [keeper, person] = await Promise.all([
    structureOf(readWithin(write.read.bind(write), card), card.custodian),
    write.read<Patient>(targetOf(card.subject) ?? ''),
  ])
  const replaces = earlier === undefined ? undefined : uniqueIdOfCard(earlier)
  const isLate = await write.judgeVersion(draft, {
    documentId,
    action: isWithdrawn ? 'delete' : replaces === undefined ? 'create' : 'replace',
    organisation: keeper?.finess ?? write.actor.structure ?? write.actor.clientId,
    persons: numbersOf(person),
    ...(draft.deposited === undefined ? {} : { digest: draft.deposited.digest }),
    ...(replaces === undefined ? {} : { replaces }),
    ...(isWithdrawn || card.status === 'current' ? {} : { state: PAST[card.status] }),
  })
  if (isLate) await write.change(placeOf(draft), { status: 'superseded' })
  return isLate
}

const numbersOf = ({ identifier = [] }: Partial<Patient> = {}): string[] =>
  identifier.flatMap(({ system = '', value }) => {
    const root = system.replace(/^urn:oid:/, '')
    return value === undefined ? [] : [`${isInsRoot(root) ? 'ins' : 'ipp'}|${root}|${value}`]
  })

/** Whose record it is stays as it was deposited: who names himself later would keep it whatever the person refuses. */
function refuseNewKeepers(write: Write, draft: Draft, document: DocumentReference): void {
  const known = draft.before === undefined ? undefined : keepersOf(draft.before as DocumentReference)
  if (known === undefined || keepersOf(document).every(one => known.includes(one))) return
  const text = { en: 'No structure becomes author or custodian later.', fr: 'Aucune structure ne devient auteur ou dépositaire après coup.' }
  write.refuse(draft, { rule: 'document.keeper', element: 'author', text })
}

function writtenOf(draft: Draft, change: WrittenDocument['change']): WrittenDocument {
  const document = draft.resource as DocumentReference
  const { documentType, flags = [] } = contentOf(document)
  const custodian = targetOf(document.custodian)
  return {
    document: placeOf(draft),
    documentId: uniqueIdOfCard(document) ?? placeOf(draft),
    ...(documentType === undefined ? {} : { documentType }),
    ...(custodian === undefined ? {} : { custodian }),
    flags: [...flags],
    change,
  }
}

/** The one it replaces is superseded; only the latest is, of the same person and kind, by the structure that keeps it. */
async function supersede(write: Write, draft: Draft, document: DocumentReference): Promise<DocumentReference | undefined> {
  const target = document.relatesTo?.find(({ code }) => code === 'replaces')?.target
  const earlier = target === undefined ? undefined : await write.read<DocumentReference>(targetOf(target) ?? '')
  if (earlier === undefined) return undefined
  const isSame = (name: 'subject' | 'custodian'): boolean => whoIs(earlier, earlier[name]) === whoIs(document, document[name])
  const isOfKind = earlier.resourceType === 'DocumentReference' && isSynthesis(earlier) === isSynthesis(document)
  if (!isOfKind || !isSame('subject') || !isSame('custodian') || earlier.status !== 'current') {
    refuse(write, draft, 'document.replaces')
    return undefined
  }
  await write.change(referenceTo(earlier), { status: 'superseded' })
  return earlier
}

/** Whom a card contains is known by his number: what he is called inside says nothing to another card. */
function whoIs({ contained = [], id }: DocumentReference, reference: Reference | undefined): string | undefined {
  if (!isContained(reference)) return targetOf(reference)
  const found = contained.find(one => `#${one.id}` === reference?.reference) as Organization | Patient | undefined
  const [number] = found?.identifier ?? []
  return number?.value === undefined ? `${id}${reference?.reference}` : `${number.system}|${number.value}`
}

type Deposited = Parameters<typeof signSynthesis>[2]

/** What a member who has only a mailbox gets of it, if it may travel by mail. */
async function mailed(write: Write, draft: Draft, deposited: Deposited): Promise<Pick<WrittenDocument, 'publication' | 'enclosed'>> {
  const publication = isSynthesis(deposited.document) ? await signSynthesis(write, draft, deposited) : undefined
  if (publication !== undefined) return { publication }
  const enclosed = await enclosedOf(write, draft, deposited.document)
  return enclosed === undefined ? {} : { enclosed }
}

/** Software is told by the version that it holds. */
async function withdrawn(write: Write, draft: Draft, document: DocumentReference): Promise<Pick<WrittenDocument, 'withdrawn'>> {
  const signed = isSynthesis(document) ? await withdrawSigned(write, document) : undefined
  const enclosed = signed ?? (await enclosedOf(write, draft, document))
  return enclosed === undefined ? {} : { withdrawn: { ...enclosed, change: 'delete' } }
}

const IS_XML = /^(text|application)\/xml\b/

/** The first content that is a CDA, if its header names the person of the card. */
async function enclosedOf(write: Write, draft: Draft, { content, subject }: DocumentReference): Promise<Enclosed | undefined> {
  for (const [index, { attachment }] of content.entries()) {
    const bytes = IS_XML.test(attachment.contentType ?? '') ? await attachedBytes(write, attachment) : undefined
    const outline = bytes === undefined ? undefined : await write.outline(bytes)
    const patient = await write.read<Patient>(targetOf(subject) ?? '')
    if (outline === undefined || patient === undefined || !isOf(patient, outline)) continue
    return {
      documentId: outline.documentId,
      content: attachment.data === undefined ? (attachment.url ?? '') : `${placeOf(draft)}#${index}`,
      change: outline.isReplacement ? 'replace' : 'create',
      isInsQualified: patient.meta?.tag?.some(({ code }) => code === 'qualifiee') === true,
    }
  }
  return undefined
}

/** One number in common, and none that says another: so is judged what a message brings. */
function isOf({ identifier = [] }: Patient, { identifiers }: CdaOutline): boolean {
  const values = (root: string): string[] => identifier.flatMap(({ system, value }) => (system === `urn:oid:${root}` && value !== undefined ? [value] : []))
  const known = identifiers.filter(({ root }) => values(root).length > 0)
  return known.length > 0 && known.every(({ root, extension }) => values(root).includes(extension))
}
