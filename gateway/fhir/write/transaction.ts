/*
  A transaction: its writes as one, then its reads, answered in the order of the request.
  A read is asked before the writes too: what may not be read refuses the whole, and nothing is written.
*/
import type { Response } from 'express'
import { isError } from '../../../profiles/issues.ts'
import { actorOf, callerOf, contextOf } from '../../request.ts'
import { sendFhir } from '../negotiate.ts'
import { readEntry } from '../read-entry.ts'
import { idempotence, issuesAt, outcomeText, personsTold, type Preference, readPreference, responseEntry } from './answer.ts'
import type { WriteRequest } from './asked.ts'
import { type BundleCall, placed, sha256Of } from './bundle.ts'
import { performWrite, type Written } from './pipeline.ts'
import { readHeader } from './single.ts'
import type { FhirParts } from '../parts.ts'

export async function answerTransaction(transaction: BundleCall): Promise<void> {
  const { response, bundle } = transaction
  const places = [...bundle.entries.keys()].filter(place => !bundle.reads.has(place))
  if (places.length > 0) await readAll(transaction)
  const written = places.length === 0 ? [] : await writeAll(transaction, places)
  const read = await readAll(transaction)
  const entries = [...bundle.entries.keys()].map(place => read.get(place) ?? written[places.indexOf(place)] ?? '')
  sendFhir(response, `{"resourceType":"Bundle","type":"transaction-response","entry":[${entries.join(',')}]}`)
}

/** One after the other, like those of a batch. Throws: as the interaction does, at its entry. */
async function readAll({ parts, request, bundle }: BundleCall): Promise<Map<number, string>> {
  const caller = callerOf(request)
  const texts = new Map<number, string>()
  for (const [place, asked] of bundle.reads) {
    try {
      texts.set(place, await readEntry(parts, caller, { action: 'transaction', asked }))
    } catch (error) {
      throw placed(error, `Bundle.entry[${place}].request.url`)
    }
  }
  return texts
}

/** In: the places of the entries that write. Out: their answers, in that order. */
async function writeAll(transaction: BundleCall, places: readonly number[]): Promise<string[]> {
  const { parts, writes, request, response, bundle } = transaction
  const asked = writeRequest(transaction, places)
  const written = await performWrite(writes, asked)
  await auditWritten(parts, asked, written)
  idempotence(response, asked)
  const asksFor = readPreference(request.get('prefer'))
  const preference = bundle.isNational && asksFor === 'minimal' ? 'representation' : asksFor
  return written.answers.map((answer, index) =>
    responseEntry(answer, {
      baseUrl: parts.baseUrl(),
      preference,
      outcome: entryOutcome(response, { written, place: places[index] ?? 0, preference: asksFor }),
    }),
  )
}

function writeRequest({ writes, request, bundle }: BundleCall, places: readonly number[]): WriteRequest {
  const { requestId, traceparent } = contextOf(request)
  const header = readHeader(request, writes.validator.form)
  const entries = places.flatMap(place => bundle.entries[place]?.() ?? [])
  return {
    actor: actorOf(request),
    requestId,
    traceparent,
    now: new Date(),
    asked: header === undefined ? entries : [...entries, header],
    sha256: sha256Of(request.body as Uint8Array),
    isNational: bundle.isNational,
    ...(bundle.key === undefined ? {} : { key: bundle.key }),
  }
}

/** The transaction, and each entry that was written, under the same request. */
async function auditWritten(parts: FhirParts, { actor, requestId }: WriteRequest, { answers, plan }: Written): Promise<void> {
  const patients = personsTold(plan)
  const found = answers.map(answer => answer.reference)
  await Promise.all([
    parts.audit({ actor, action: 'transaction', object: 'Bundle', outcome: 'written', requestId, found, patients }),
    ...answers.map(({ reference, status }) =>
      parts.audit({ actor, action: status === 201 ? 'create' : 'update', object: reference, outcome: 'written', requestId, patients }),
    ),
  ])
}

function entryOutcome(response: Response, { written, place, preference }: { written: Written; place: number; preference: Preference }): string | undefined {
  const issues = issuesAt(written.plan.warnings, `Bundle.entry[${place}].resource`).filter(issue => !isError(issue))
  return issues.length > 0 || preference === 'OperationOutcome' ? outcomeText(response, issues) : undefined
}
