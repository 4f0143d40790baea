/*
  The journey of one person, asked for by a number that stands in no address and no log.
    POST /monitor/api/persons   {identifier: INS or IPP, system?, reason}
*/
import { json, type Router } from 'express'
import { HubError } from '../../../profiles/errors.ts'
import type { Db } from '../../ledger/db.ts'
import { linkedPersons } from '../../ledger/identity/person-links.ts'
import { eventsOfPerson, movementsOfPerson, personsNumbered, waitingOfPerson } from '../../ledger/flows/person-journey.ts'
import { readOrder } from '../order.ts'
import { noteReveal } from '../reveal.ts'
import { viewerOf } from '../viewer.ts'
import { gapsOf } from './gaps.ts'
import { journeyOf, type Known } from './journey.ts'
import { lanesOfPerson } from './lanes.ts'
import { messagesAbout } from './messages.ts'
import type { MonitorParts } from '../parts.ts'

/** The newest ones; a journey of a life is read from its end. */
const MOST_ITEMS = 1000

export function personRoutes(router: Router, parts: MonitorParts): void {
  router.post('/api/persons', json({ limit: '8kb' }), async (request, response) => {
    const { reason, sent } = readOrder(request.body, ['identifier', 'system', 'reason'])
    const [identifier, system] = [readIdentifier(sent['identifier']), readSystem(sent['system'])]
    const { territory } = viewerOf(request)
    const found = await personsNumbered(parts.db, identifier, system)
    const patients = [...new Set(found.map(({ patient }) => patient))]
    await noteReveal(parts.auditor, request, { object: 'person', patients, reason, what: 'journey' })
    // Of somebody whom no stored message has named, only what waits is known.
    const known = await Promise.all(
      (await personsOf(parts.db, patients)).map(async one => {
        const lanes = await lanesOfPerson(parts, { patients: one, value: identifier, system })
        return knownOf(parts, one, { territory, lanes })
      }),
    )
    const seen = known.filter(isSomething)
    const systems = found.flatMap(one => (seen.some(({ patients: own }) => own.includes(one.patient)) ? [one.system] : []))
    const answer = seen.length > 1 ? { systems } : personOf(parts, seen[0])
    response.set('Cache-Control', 'no-store').json(answer)
  })
}

/** Who is one stands in one list; of nobody one empty list. */
async function personsOf(db: Db, patients: readonly string[]): Promise<string[][]> {
  const all = await Promise.all(patients.map(patient => linkedPersons(db, patient)))
  const groups = all.filter((group, at) => all.findIndex(other => other.includes(group[0] ?? '')) === at)
  return groups.length === 0 ? [[]] : groups
}

interface PersonKnown extends Known {
  patients: string[]
  isTruncated: boolean
}

const isSomething = ({ events, movements, waiting, messages }: PersonKnown): boolean => events.length + movements.length + waiting.length + messages.length > 0

/** Nobody, and somebody of another territory, are answered alike. Throws: identity.unknown. */
function personOf({ keys }: MonitorParts, known: PersonKnown | undefined): object {
  if (known === undefined) throw new HubError('identity.unknown', { path: 'identifier' })
  const items = journeyOf(known)
  return {
    person: known.patients[0] === undefined ? null : keys.pseudonym(known.patients[0]),
    from: items[0]?.at ?? null,
    to: items.at(-1)?.at ?? null,
    items,
    gaps: gapsOf(items, new Date()),
    isTruncated: known.isTruncated,
  }
}

interface Bound {
  territory: string | undefined
  lanes: readonly string[]
}

async function knownOf(parts: MonitorParts, patients: string[], { territory, lanes }: Bound): Promise<PersonKnown> {
  const { db } = parts
  const events = await eventsOfPerson(db, patients, { territory, limit: MOST_ITEMS })
  const flows = events.flatMap(({ flow }) => flow?.id ?? [])
  const stays = [...new Set(events.flatMap(({ resources }) => resources.flatMap(one => /^Encounter\/([0-9a-f-]{36})\//.exec(one)?.[1] ?? [])))]
  const [movements, waiting, messages] = await Promise.all([
    movementsOfPerson(db, stays, territory),
    waitingOfPerson(db, { flows, lanes, territory }),
    messagesAbout(parts, patients, territory),
  ])
  return { patients, events, movements, waiting, messages, isTruncated: events.length === MOST_ITEMS }
}

/** As people type it: an INS in groups. Throws: fhir.request at `identifier`. */
function readIdentifier(sent: unknown): string {
  const text = typeof sent === 'string' ? sent.trim() : ''
  if (text === '' || text.length > 100) throw new HubError('fhir.request', { path: 'identifier' })
  const bare = text.replace(/\s+/g, '').toUpperCase()
  return /^[1-9]\d{4}(\d{2}|2[AB])\d{6}(\d{2})?$/.test(bare) ? bare : text
}

/** An OID or a URI. Throws: fhir.request at `system`. */
function readSystem(sent: unknown): string | undefined {
  if (sent === undefined || sent === '') return undefined
  if (typeof sent !== 'string' || sent.length > 200) throw new HubError('fhir.request', { path: 'system' })
  const text = sent.trim()
  return /^[0-2](\.(0|[1-9]\d*))+$/.test(text) ? `urn:oid:${text}` : text
}
