/*
  Rights asked for at the same moment share one statement: each caller, person and resource gets what it would get alone.
*/
import { expect, it } from 'vitest'
import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../../gateway/access/callers/actor.ts'
import { partyOfActor } from '../../../../gateway/access/rights/actor-party.ts'
import { askRights } from '../../../../gateway/access/rights/rights-asked.ts'
import { rightsIn } from '../../../../gateway/access/rights/rights-in.ts'
import { readScopes } from '../../../../gateway/access/callers/scopes.ts'
import { loadAuthors, loadPersons, projectAccess } from '../../../../gateway/ledger/rights/access.ts'
import { SYSTEM } from '../../../../profiles/canonicals.ts'
import { useLedger } from '../../ledger/support.ts'

const { db } = await useLedger()

const [hospital, region, nurse, person, other] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()]
const [here, elsewhere] = [randomUUID(), randomUUID()]
const RPPS = '10100000001'
const caller = (changes: Partial<Actor>): Actor => ({
  clientId: 'one',
  kind: 'hospital',
  structure: undefined,
  scopes: readScopes('system/Patient.r'),
  ...changes,
})
const software = caller({ structure: '540000001' })
const professional = caller({ clientId: 'two', context: 'user', structure: '540000001', user: { idNatPs: `8${RPPS}`, profession: '60' } })
const unknown = caller({ clientId: 'three', structure: '999999999' })
const citizen = caller({ clientId: 'four', context: 'patient', person: { patient: `Patient/${person}` } })

await db.query('insert into identity (type, system, value, id) values ($1, $2, $3, $4), ($5, $6, $7, $8)', [
  'Organization',
  SYSTEM.finess,
  '540000001',
  hospital,
  'Practitioner',
  SYSTEM.rpps,
  RPPS,
  nurse,
])
const at = (id: string): { reference: string } => ({ reference: `Organization/${id}` })
const works = (id: string, place: string) => ({
  resourceType: 'PractitionerRole' as const,
  id,
  active: true,
  practitioner: { reference: `Practitioner/${nurse}` },
  organization: at(place),
})
await db.tx(tx =>
  projectAccess(tx, [
    { resourceType: 'Organization', id: region, active: true },
    { resourceType: 'Organization', id: hospital, active: true, partOf: at(region) },
    works(here, hospital),
    works(elsewhere, region),
    {
      resourceType: 'CareTeam',
      id: randomUUID(),
      status: 'active',
      subject: { reference: `Patient/${person}` },
      participant: [{ member: { reference: `PractitionerRole/${here}` } }],
    },
    {
      resourceType: 'Provenance',
      recorded: '2026-06-05T08:00:00+02:00',
      target: [{ reference: `CarePlan/${person}` }],
      agent: [{ who: at(hospital), onBehalfOf: at(hospital) }],
    },
  ]),
)

it('gives each caller the party he is when he asks alone', async () => {
  const callers = [software, professional, unknown, citizen]
  const together = await askRights(
    db.rights,
    callers.map(actor => ({ actor })),
  )
  const alone = await Promise.all(callers.map(actor => partyOfActor(db, actor)))
  expect(callers.map(actor => together.partyOf(actor))).toEqual(alone)
  expect(alone.map(party => party.structures)).toEqual([
    [`Organization/${hospital}`, `Organization/${region}`],
    [`Organization/${hospital}`, `Organization/${region}`],
    [],
    [],
  ])
  expect(alone[1]?.references).toEqual([`Practitioner/${nurse}`, `PractitionerRole/${here}`])
  expect(alone[3]?.references).toEqual([`Patient/${person}`])
})

it('gives each person and each resource the rows it has', async () => {
  const patients = [`Patient/${person}`, `Patient/${other}`]
  const resources = [`CarePlan/${person}`, `CarePlan/${other}`]
  const { persons, authors } = await askRights(db.rights, [{ patients: patients.slice(0, 1) }, { patients, resources }, { actor: software }])
  expect(persons).toEqual(await loadPersons(db, patients))
  expect(persons.get(`Patient/${person}`)?.rows).toMatchObject([
    { kind: 'member', party: `PractitionerRole/${here}`, organization: `Organization/${hospital}` },
  ])
  expect(authors).toEqual(await loadAuthors(db, resources))
  expect([...authors]).toEqual([[`CarePlan/${person}`, [`Organization/${hospital}`]]])
})

it('gives a resource that is still being read the rights it has, also where it is about somebody else than it was the last time', async () => {
  const rights = rightsIn(db)
  const reference = `CarePlan/${person}`
  for (const patient of [person, other, other].map(id => `Patient/${id}`)) {
    const ahead = rights.ahead(software, reference)
    // Somebody who cannot wait takes it along.
    await rights.partyOf(unknown)
    expect(await ahead.partyOf(software)).toEqual(await rights.partyOf(software))
    expect((await ahead.persons([patient])).get(patient)).toEqual((await rights.persons([patient])).get(patient))
    expect((await ahead.authors([reference])).get(reference)).toEqual([`Organization/${hospital}`])
  }
})
