/*
  A document deposited through the FHIR door: those who should know are told (`document.depose`), as of one that a message brings.
    POST current                => create, or replace: the one it replaces is superseded      PATCH status entered-in-error => delete
    not final, not current      => nobody is told
    taken back => hospitals that hold its CDA are told by it, and what was signed of a synthesis is taken back with it
    its content is a CDA of this person => goes by mail, its bytes untouched      a synthesis => signed (synthesis.ts)      anything else => a notice of it
  Spec: fhir-fr.md 2.7 (DocumentReference), 5.1; cda.md 6.4.
*/
import type { DocumentReference } from 'fhir/r4.js'
import { only, stated } from '../../../mappers/cda/datatypes.ts'
import { uniqueIdOfCard } from '../../../mappers/transmission-to-transaction/document-reference.ts'
import { keepersOf } from '../../access/rights/author-rows.ts'
import { contentOf } from '../../access/rights/thing.ts'
import type { Enclosed, WrittenDocument } from '../../fanout/written.ts'
import type { CareFlow, Draft, Write } from '../care-flow.ts'
import { placeOf, targetOf } from '../person.ts'
import { type Card, isOf, judgeArrival, readCard, refuseReturn, takeBack } from './deposited-version.ts'
import { isSynthesis, signSynthesis, withdrawSigned } from './synthesis.ts'

export const DEPOSITED_DOCUMENT: CareFlow = {
  name: 'deposited-document',
  types: ['DocumentReference'],
  async judge(write, draft) {
    const document = draft.resource as DocumentReference
    const before = draft.before as DocumentReference | undefined
    refuseNewKeepers(write, draft, document)
    if (before !== undefined) await refuseReturn(write, draft, before)
    const isWithdrawn = before !== undefined && before.status !== 'entered-in-error' && document.status === 'entered-in-error'
    if (before !== undefined && !isWithdrawn) return
    const card = await readCard(write, document)
    const { isLate, earlier } = isWithdrawn ? await takeBack(write, draft, card) : await judgeArrival(write, draft, card)
    const patient = targetOf(document.subject)
    const isTold = patient?.startsWith('Patient/') === true && !isLate && (before ?? document).status === 'current'
    if (!isTold || document.docStatus === 'preliminary') return
    const detail = {
      ...writtenOf(draft, isWithdrawn ? 'delete' : earlier === undefined ? 'create' : 'replace'),
      ...(isWithdrawn ? await withdrawn(write, draft, card) : await mailed(write, draft, { ...card, earlier })),
    }
    write.announce({ type: 'document.depose', patient, about: placeOf(draft), changes: [detail.change], detail })
  },
}

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
    ...stated({ documentType, custodian }),
    flags: [...flags],
    change,
  }
}

/** What a member who has only a mailbox gets of it, if it may travel by mail. */
async function mailed(write: Write, draft: Draft, deposited: Deposited): Promise<Pick<WrittenDocument, 'publication' | 'enclosed'>> {
  const publication = isSynthesis(deposited.document) ? await signSynthesis(write, draft, deposited) : undefined
  return publication === undefined ? only('enclosed', enclosedOf(draft, deposited)) : { publication }
}

type Deposited = Card & { earlier: DocumentReference | undefined }

/** Software is told by the version that it holds. */
async function withdrawn(write: Write, draft: Draft, card: Card): Promise<Pick<WrittenDocument, 'withdrawn'>> {
  const signed = isSynthesis(card.document) ? await withdrawSigned(write, card.document) : undefined
  const enclosed = signed ?? enclosedOf(draft, card)
  return enclosed === undefined ? {} : { withdrawn: { ...enclosed, change: 'delete' } }
}

/** Its CDA, if the header names the person of the card. */
function enclosedOf(draft: Draft, { patient, cda }: Card): Enclosed | undefined {
  if (cda === undefined || patient === undefined || !isOf(patient, cda.outline)) return undefined
  const { attachment, index, outline } = cda
  return {
    documentId: outline.documentId,
    content: attachment.data === undefined ? (attachment.url ?? '') : `${placeOf(draft)}#${index}`,
    change: outline.replaces === undefined ? 'create' : 'replace',
    isInsQualified: patient.meta?.tag?.some(({ code }) => code === 'qualifiee') === true,
  }
}
