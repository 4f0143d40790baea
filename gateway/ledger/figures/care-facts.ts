/*
  Keeps what the indicators count: facts of care as resources are written, where persons live. A row says what the newest version says; of what happened it keeps the first time, in whatever order versions are read.
*/
import type { FhirResource, Patient } from 'fhir/r4.js'
import { communeOf } from '../../flows/requests/territory.ts'
import { placesOf } from '../../../profiles/tables/communes.ts'
import { careFactsOf } from '../../indicators/care-facts.ts'
import type { Tx } from '../db.ts'

/** In: resources with their ids, as stored, in any order of versions. Running it again changes nothing. */
export async function projectCareFacts(tx: Tx, resources: readonly FhirResource[]): Promise<void> {
  const rows = resources.flatMap(resource => careFactsOf(resource).map(fact => ({ ...fact, asOf: resource.meta?.lastUpdated })))
  // Versions of one resource may come together: each is merged with what the one before left.
  for (const turn of turns(rows)) await tx.query(PUT, [JSON.stringify(turn)], 'care-fact-put')
  const patients = resources.filter((one): one is Patient => one.resourceType === 'Patient')
  await projectHomes(tx, patients)
}

const LATEST = ['patient', 'is_counted', 'structure', 'party', 'about', 'support', 'places', 'due_at', 'ended_at', 'as_of']
const FIRST = ['started_at', 'accepted_at', 'refused_at', 'answered_at']

const PUT = `
insert into care_fact as f (reference, kind, patient, as_of, is_counted, structure, party, about, support, places, started_at, due_at, ended_at, accepted_at, refused_at, answered_at)
select reference, kind, patient, coalesce("asOf", clock_timestamp()), "isCounted", structure, party, about, support, coalesce(places, '{}'), "startedAt", "dueAt", "endedAt",
  "acceptedAt", "refusedAt", "answeredAt"
from json_to_recordset($1::json) as r (reference text, kind text, patient text, "asOf" timestamptz, "isCounted" boolean, structure text, party text, about text, support text,
  places text[], "startedAt" timestamptz, "dueAt" timestamptz, "endedAt" timestamptz, "acceptedAt" timestamptz, "refusedAt" timestamptz, "answeredAt" timestamptz)
order by reference
on conflict (reference) do update set
  ${LATEST.map(column => `${column} = case when excluded.as_of >= f.as_of then excluded.${column} else f.${column} end`).join(', ')},
  ${FIRST.map(column => `${column} = least(f.${column}, excluded.${column})`).join(', ')}`

/** Rows in turns in which no reference stands twice. */
function turns<Row extends { reference: string }>(rows: readonly Row[]): Row[][] {
  const found: Row[][] = []
  const seen = new Map<string, number>()
  for (const row of rows) {
    const turn = seen.get(row.reference) ?? 0
    seen.set(row.reference, turn + 1)
    const others = found[turn]
    if (others === undefined) found.push([row])
    else others.push(row)
  }
  return found
}

async function projectHomes(tx: Tx, patients: readonly Patient[]): Promise<void> {
  const homes = new Map(
    patients.flatMap(patient => {
      const commune = communeOf(patient, new Date(patient.meta?.lastUpdated ?? Date.now()))
      return commune === undefined ? [] : [[`Patient/${patient.id}`, placesOf([commune])] as const]
    }),
  )
  if (homes.size === 0) return
  await tx.query(
    `insert into home (patient, places) select patient, places from json_to_recordset($1::json) as r (patient text, places text[]) order by patient
     on conflict (patient) do update set places = excluded.places where home.places <> excluded.places`,
    [JSON.stringify([...homes].map(([patient, places]) => ({ patient, places })))],
    'home-put',
  )
}
