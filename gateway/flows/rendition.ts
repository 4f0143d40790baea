/*
  Each edition of a plan in plain words, as a document of the person, in the same transaction; the edition before it is superseded.
  Spec: fhir-fr.md 2.1, 2.7 (DocumentReference).
*/
import type { CarePlan, CareTeam, DocumentReference, Goal } from 'fhir/r4.js'
import { editionIdentifier, mapEditionToDocumentReference } from '../../mappers/care-plan-rendition/document-reference.ts'
import { renderCarePlan } from '../../mappers/care-plan-rendition/rendition.ts'
import { SYSTEM } from '../../profiles/canonicals.ts'
import type { Draft, Write } from './care-flow.ts'
import { withNames } from './names.ts'
import { placeOf, referenceTo, targetOf } from './person.ts'
import { withGoals } from './plan-changes.ts'

/** The structure that manages the circle keeps the document. */
export async function addRendition(write: Write, draft: Draft, number: number): Promise<void> {
  const plan = draft.resource as CarePlan
  const circle = await write.read<CareTeam>(targetOf(plan.careTeam?.[0]) ?? '')
  const custodian = circle?.managingOrganization?.[0]
  if (custodian === undefined) return
  const version = await withGoals({ plan, goal: reference => write.read<Goal>(reference) })
  const date = write.now.toISOString().slice(0, 10)
  const text = await withNames(
    reference => write.read(reference),
    nameOf => renderCarePlan({ version, number, date, nameOf }),
  )
  const replaces = await supersede(write, placeOf(draft), number - 1)
  const edition = {
    plan: placeOf(draft),
    number,
    subject: plan.subject,
    title: plan.title ?? '',
    author: plan.author ?? custodian,
    custodian,
    date: write.now,
    text,
  }
  write.add(mapEditionToDocumentReference({ ...edition, ...(replaces === undefined ? {} : { replaces }) }))
}

async function supersede(write: Write, plan: string, number: number): Promise<string | undefined> {
  if (number < 1) return undefined
  const [previous] = await write.search<DocumentReference>('DocumentReference', { identifier: `${SYSTEM.uri}|${editionIdentifier(plan, number)}` })
  if (previous === undefined) return undefined
  await write.change(referenceTo(previous), { status: 'superseded' })
  return referenceTo(previous)
}
