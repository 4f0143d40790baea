/*
  What changed between two versions of a plan, in codes and in plain French.
    GET, POST CarePlan/<id>/$diff?from=2&to=3      a version as `3` or `_history/3`; to: the current one unless said; from: the one before it
    => Parameters: one `change` per change, with kind, path, from, to, sentence
*/
import type { Bundle, CarePlan, FhirResource, Goal, ParametersParameter } from 'fhir/r4.js'
import type { Change } from '../../mappers/care-plan-diff/change.ts'
import { HubError } from '../../profiles/errors.ts'
import { describeChanges, type EditionOfPlan } from '../flows/plan/plan-changes.ts'
import type { Caller } from '../request.ts'
import { readPath } from './ask-store.ts'
import { requireKnown } from './search/query.ts'
import { requireId } from './types.ts'
import { visibility } from './visibility.ts'
import type { FhirParts } from './parts.ts'

/** Out: the Parameters, as JSON text. */
export async function diffText(parts: FhirParts, caller: Caller, { id, sent }: { id: string; sent: URLSearchParams }): Promise<string> {
  requireKnown(sent, ['from', 'to'])
  const { actor, requestId, traceparent } = caller
  const view = visibility({ parts, actor, type: 'CarePlan', interaction: 'vread' })
  const get = getter(parts, traceparent)
  const current = await get<CarePlan>(`CarePlan/${id}`)
  const seen = await view.require({ type: 'CarePlan', id, text: () => JSON.stringify(current) })
  // The differences tell what a part of the plan does not show.
  if (seen.level !== 'complet') throw new HubError('fhir.level', { path: 'CarePlan' })
  const to = readVersion(sent.get('to')) ?? versionOf(current)
  const from = readVersion(sent.get('from')) ?? previous(to)
  const edition = async (version: string): Promise<EditionOfPlan> => {
    if (version === versionOf(current)) return { plan: current, goal: reference => ifAny(get<Goal>(reference)) }
    const plan = await get<CarePlan>(`CarePlan/${id}/_history/${version}`)
    return { plan, goal: reference => ifAny(goalAt(get, reference, plan.meta?.lastUpdated ?? '')) }
  }
  const [before, after] = await Promise.all([edition(from), edition(to)])
  const changes = await describeChanges(reference => ifAny(get(reference)), before, after)
  await parts.audit({ actor, action: 'diff', object: `CarePlan/${id}`, outcome: 'shown', requestId, decided: [seen] })
  return JSON.stringify({ resourceType: 'Parameters', ...(changes.length === 0 ? {} : { parameter: changes.map(toParameter) }) })
}

type Get = <R extends FhirResource | Bundle>(path: string) => Promise<R>

function getter({ store }: FhirParts, traceparent: string): Get {
  return async <R>(path: string) => JSON.parse((await readPath(store, path, traceparent)).bytes.toString('utf8')) as R
}

/** What is gone or never was has no words; anything else that fails is no answer. */
async function ifAny<R>(found: Promise<R>): Promise<R | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof HubError && (error.code === 'store.not_found' || error.code === 'fhir.deleted')) return undefined
    throw error
  }
}

/** The version of the goal that was in force at this instant. */
async function goalAt(get: Get, reference: string, instant: string): Promise<Goal> {
  const now = await get<Goal>(reference)
  if (isBy(now, instant)) return now
  const { entry = [] } = await get<Bundle<Goal>>(`${reference}/_history?_count=200`)
  return entry.flatMap(({ resource }) => resource ?? []).find(one => isBy(one, instant)) ?? now
}

const isBy = ({ meta }: Goal, instant: string): boolean => Date.parse(meta?.lastUpdated ?? '') <= Date.parse(instant)

const versionOf = ({ meta }: CarePlan): string => meta?.versionId ?? ''

/** Versions are numbered from 1; the first has nothing before it and is compared with itself. */
const previous = (version: string): string => (Number(version) > 1 ? String(Number(version) - 1) : version)

/** Throws: store.not_found for what can be no version. */
function readVersion(text: string | null): string | undefined {
  return text === null ? undefined : requireId(text.replace(/^_history\//, ''))
}

function toParameter({ kind, path, from, to, sentence }: Change): ParametersParameter {
  const texts = Object.entries({ path, from, to, sentence }).flatMap(([name, valueString]) => (valueString === undefined ? [] : [{ name, valueString }]))
  return { name: 'change', part: [{ name: 'kind', valueCode: kind }, ...texts] }
}
