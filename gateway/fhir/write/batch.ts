/*
  A batch: each entry is a write or a read of its own, with an outcome of its own; one that is refused changes nothing for the others.
*/
import { ERRORS, type HubError, toHubError } from '../../../profiles/errors.ts'
import { actorOf, callerOf, contextOf } from '../../request.ts'
import { objectAt } from '../audit.ts'
import { languageOf, toOutcome } from '../outcome.ts'
import { readEntry } from '../read-entry.ts'
import { personsTold, readPreference, responseEntry } from './answer.ts'
import type { Asked } from './asked.ts'
import { type BundleCall, sha256Of } from './bundle.ts'
import { performWrite } from './pipeline.ts'
import { keyOf, readHeader } from './single.ts'

/** Out: the Bundle of the batch-response, in the order of the entries. */
export async function performBatch(batch: BundleCall): Promise<string> {
  const { parts, request, bundle } = batch
  const caller = callerOf(request)
  const entries: string[] = []
  for (const [index, read] of bundle.entries.entries()) {
    const asked = bundle.reads.get(index)
    const answered =
      asked === undefined ? performEntry(batch, { read, place: objectAt(bundle.addresses[index] ?? '') }) : readEntry(parts, caller, { action: 'batch', asked })
    entries.push(await answered.catch((error: unknown) => refusedEntry(batch, toHubError(error))))
  }
  return `{"resourceType":"Bundle","type":"batch-response","entry":[${entries.join(',')}]}`
}

async function performEntry({ parts, writes, request }: BundleCall, { read, place }: { read: () => Asked; place: string }): Promise<string> {
  const actor = actorOf(request)
  const { requestId, traceparent } = contextOf(request)
  const said = { actor, action: 'batch', requestId } as const
  try {
    const asked = read()
    const header = readHeader(request, writes.validator.form)
    const sha256 = sha256Of(Buffer.from(asked.text))
    const key = keyOf(actor.clientId, asked, sha256)
    const written = await performWrite(writes, {
      actor,
      requestId,
      traceparent,
      now: new Date(),
      asked: header === undefined ? [{ ...asked, position: 0 }] : [{ ...asked, position: 0 }, header],
      sha256,
      ...(key === undefined ? {} : { key }),
    })
    const [answer] = written.answers
    if (answer === undefined) throw new RangeError('a write without an answer')
    await parts.audit({ ...said, object: answer.reference, outcome: 'written', patients: personsTold(written.plan) })
    return responseEntry(answer, { baseUrl: parts.baseUrl(), preference: readPreference(request.get('prefer')), outcome: undefined })
  } catch (error) {
    const fault = toHubError(error)
    await parts.audit({ ...said, object: place, outcome: fault.code, patients: fault.persons })
    throw fault
  }
}

function refusedEntry({ parts, request, response }: BundleCall, fault: HubError): string {
  const { requestId } = contextOf(request)
  if (fault.kind !== 'reject') parts.log.error('fhir.failed', fault, { requestId })
  const outcome = toOutcome(fault, { requestId, language: languageOf(response) })
  return JSON.stringify({ response: { status: String(ERRORS[fault.code].http), outcome } })
}
