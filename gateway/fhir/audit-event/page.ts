/*
  One page of the audit, narrowed to what concerns the caller: the person, his legal representative, the privacy officer, the structure that acted.
*/
import { type Actor, requireScope } from '../../access/callers/actor.ts'
import { decide } from '../../access/rights/decide.ts'
import { factsOf } from '../../access/rights/rights.ts'
import { askedBy } from '../../access/rights/rights-in.ts'
import { isRunning } from '../../flows/period.ts'
import { type AuditFilter, type AuditRow, countAudit, findAudit, SEARCH, UNSEEN } from '../../ledger/audit/audit-search.ts'
import type { Db } from '../../ledger/db.ts'
import { storedBy } from '../../ledger/identity/identity-judged.ts'
import type { Caller } from '../../request.ts'
import { structureIn } from '../audit.ts'
import { readAuditSearch } from './query.ts'
import { toAuditEvent } from './resource.ts'
import type { FhirParts } from '../parts.ts'
import type { LedgerAsking } from '../ledger-asking.ts'

const TYPE = 'AuditEvent'

/** In: the parameters as they were sent; `_after` names the entry that the page before ended with. */
export async function auditPage({ parts, db, caller }: LedgerAsking, sent: URLSearchParams, self: string): Promise<string> {
  const { actor, requestId } = caller
  requireScope(actor, TYPE, 's')
  const { filter: sentFilter, identifiers, count, after, isOldestFirst } = readAuditSearch(sent)
  const asked = identifiers === undefined ? sentFilter : await withPersons(db, sentFilter, identifiers)
  const filter = await narrowed(parts, caller, asked)
  const rows = filter === undefined ? [] : await findAudit(db, filter, { limit: count + 1, isOldestFirst, ...(after === undefined ? {} : { after }) })
  const total = filter === undefined ? 0 : await countAudit(db, filter)
  const shown = await shownTo(parts, caller, rows.slice(0, count))
  const last = rows.length > count ? shown.at(-1) : undefined
  await parts.audit({
    actor,
    action: 'search',
    object: `${TYPE}?${[...new Set(sent.keys())].join('&')}`,
    outcome: 'shown',
    requestId,
    // A number that leads to somebody unseen leads to nobody here either.
    patients: sentFilter.patients ?? [],
  })
  const baseUrl = parts.baseUrl()
  const link = [
    { relation: 'self', url: self },
    ...(last === undefined ? [] : [{ relation: 'next', url: `${baseUrl}?_page=${sealedAfter({ parts, caller }, sent, last)}` }]),
  ]
  const entry = shown.map(row => ({
    fullUrl: `${baseUrl}/${TYPE}/${row.id}`,
    resource: toAuditEvent(row, { showsReason: actor.kind === 'operator' }),
    search: { mode: 'match' },
  }))
  return JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total, link, ...(entry.length === 0 ? {} : { entry }) })
}

/** Whoever is named by a number is asked about like one who is named by his id: seen or not, as anywhere. */
async function withPersons(db: Db, filter: AuditFilter, identifiers: readonly { system: string; value: string }[]): Promise<AuditFilter> {
  const named = (await storedBy(db, identifiers)).map(id => `Patient/${id}`)
  return { ...filter, patients: filter.patients === undefined ? named : filter.patients.filter(one => named.includes(one)) }
}

function sealedAfter({ parts, caller }: Pick<LedgerAsking, 'parts' | 'caller'>, sent: URLSearchParams, { at, id }: AuditRow): string {
  const further = new URLSearchParams(sent)
  further.set('_after', `${at.toISOString()} ${id}`)
  return parts.pageLinks.seal({ path: further.toString(), type: TYPE, action: 'search', offset: 0 }, caller.actor)
}

/** To what concerns the caller. Undefined: nothing does. */
export async function narrowed(parts: FhirParts, { actor }: Caller, asked: AuditFilter): Promise<AuditFilter | undefined> {
  const filter = asked.patients === undefined ? asked : { ...asked, patients: await oneWithThese(parts, asked.patients) }
  if (actor.context === 'patient') {
    const { patient, relative } = actor.person ?? {}
    if (patient === undefined || (relative !== undefined && !(await isGuard(parts, { patient, relative })))) return undefined
    const isOwn = filter.patients === undefined || filter.patients.includes(patient)
    return isOwn ? { ...filter, patients: await oneWithThese(parts, [patient]) } : undefined
  }
  // The privacy officer sees all of it.
  if (actor.kind === 'operator') return filter
  const structure = structureIn(actor)
  if (structure === undefined) return undefined
  const patients = filter.patients === undefined ? undefined : await seenBy(parts, actor, filter.patients)
  return { ...filter, structure, isUnseenNobody: true, ...(patients === undefined ? {} : { patients }) }
}

/**
 * Entries as their reader may know them: of several persons whom one search met, those whom he may see; a person himself alone.
 * What a structure was told does not exist does not show here that it does: nothing tells it from what is not there.
 */
export async function shownTo(parts: FhirParts, { actor }: Caller, rows: readonly AuditRow[]): Promise<AuditRow[]> {
  if (actor.kind === 'operator') return [...rows]
  const { patient } = actor.person ?? {}
  const named = [...new Set(rows.flatMap(row => row.patients))]
  const seen = patient === undefined ? await seenBy(parts, actor, named) : await oneWithThese(parts, [patient])
  return rows.map(row => (patient === undefined ? asAnswered(row, seen) : namingOnly(row, seen)))
}

function namingOnly(row: AuditRow, seen: readonly string[]): AuditRow {
  const patients = row.patients.filter(one => seen.includes(one))
  return patients.length === row.patients.length ? row : { ...row, patients, level: null, rule: null }
}

/** As the caller himself was answered: a search that met nobody for him is an empty one, and does not say what was decided of whom. */
function asAnswered(row: AuditRow, seen: readonly string[]): AuditRow {
  const isSearch = row.action === SEARCH
  const isToldAbsent = UNSEEN.includes(row.outcome)
  const shown = { ...namingOnly(row, isToldAbsent ? [] : seen), ...(isSearch && isToldAbsent ? { outcome: 'shown' } : {}) }
  return isSearch || isToldAbsent ? { ...shown, level: null, rule: null } : shown
}

/** What was done with a person who was merged is told under each of those who are one. */
async function oneWithThese({ rights }: FhirParts, patients: readonly string[]): Promise<string[]> {
  return [...new Set((await Promise.all(patients.map(one => rights.linked(one)))).flat())]
}

/** A search about an unseen person answers an empty set, here as anywhere. */
async function seenBy({ rights }: FhirParts, actor: Actor, patients: readonly string[]): Promise<string[]> {
  const [party, persons, authors] = await Promise.all([rights.partyOf(actor), rights.persons(patients), rights.authors(patients)])
  const asked = askedBy(actor, rights)
  return patients.filter(patient => {
    const person = persons.get(patient)
    const thing = { type: 'Patient', reference: patient, authors: authors.get(patient) ?? [] }
    return person !== undefined && decide(factsOf({ party, person, thing, asked })).level !== 'aucun'
  })
}

async function isGuard({ rights }: FhirParts, { patient, relative }: { patient: string; relative: string }): Promise<boolean> {
  const rows = (await rights.persons([patient])).get(patient)?.rows ?? []
  return rows.some(
    row =>
      row.kind === 'relative' &&
      row.party === relative &&
      row.detail.isActive &&
      isRunning(row.detail.period, new Date()) &&
      row.detail.relationships.includes('GUARD'),
  )
}
