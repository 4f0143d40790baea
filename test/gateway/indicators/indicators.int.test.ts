import type { Communication, FhirResource, Organization, Task } from 'fhir/r4.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { findIndicators, type TerritoryMonth } from '../../../gateway/indicators/find.ts'
import { measureReportOf } from '../../../gateway/indicators/measure-report.ts'
import { projectAccess } from '../../../gateway/ledger/rights/access.ts'
import { projectCareFacts } from '../../../gateway/ledger/figures/care-facts.ts'
import { findTerritories, type Territory } from '../../../gateway/ledger/figures/indicators.ts'
import { indicatorsFor } from '../../../gateway/monitor/indicators.ts'
import { circleOf, entry, planOf, ROLE } from '../../support/care.ts'
import { businessStatus, consent, dac, hubCode, supportRequest, supportTask, territory, unscheduledTask } from '../../support/support-requests.ts'
import { useLedger } from '../ledger/support.ts'

// What is counted of a month, from resources as they are stored, whatever the order of their versions.

const id = () => crypto.randomUUID()
const NANCY = '54395'
const RENNES = '35238'
const [dacNancy, dacRennes, hospital, practice] = [id(), id(), id(), id()]
const organization = (at: string, category: string): Organization => ({ ...dac(at), extension: [], type: [{ coding: [{ system: CATEGORY, code: category }] }] })
const CATEGORY = dac('x').type?.[0]?.coding?.[0]?.system ?? ''
const stamped = <R extends FhirResource>(resource: R, at: string): R => ({ ...resource, id: resource.id ?? id(), meta: { ...resource.meta, lastUpdated: at } })

/** A demande d'appui of June, and what became of it. */
function asked(from: string, to: string, { accepted, rejected }: { accepted?: string; rejected?: string } = {}): FhirResource[] {
  const parties = { patient: `Patient/${id()}`, requester: `Organization/${from}`, performer: `Organization/${to}`, at: '2026-06-02T08:00:00Z' }
  const request = stamped(supportRequest(parties), parties.at)
  const first = stamped(supportTask(parties, { focus: `ServiceRequest/${request.id}`, accord: `Consent/${id()}` }), parties.at)
  const later = (status: Task['status'], at: string | undefined): Task[] => (at === undefined ? [] : [stamped({ ...first, status, lastModified: at }, at)])
  return [request, first, ...later('accepted', accepted), ...later('in-progress', accepted && '2026-07-20T08:00:00Z'), ...later('rejected', rejected)]
}

const many = (n: number, make: (index: number) => FhirResource[]): FhirResource[] => Array.from({ length: n }, (_, index) => make(index)).flat()

const { db } = await useLedger()

describe('the indicators of a territory', () => {
  let territories: Territory[]
  let resources: FhirResource[]
  const structures = [dac(dacNancy, NANCY), dac(dacRennes, RENNES), organization(hospital, '355'), organization(practice, '603')]

  const alert = (recipient: string, received?: string): Communication =>
    stamped(
      {
        resourceType: 'Communication',
        status: received === undefined ? 'in-progress' : 'completed',
        category: [hubCode('ALERTE')],
        subject: { reference: `Patient/${id()}` },
        sent: '2026-06-10T08:00:00Z',
        sender: { display: 'Hub e-parcours' },
        recipient: [{ reference: recipient }],
        ...(received === undefined ? {} : { received }),
      },
      received ?? '2026-06-10T08:00:00Z',
    )

  /** A Task of soins non programmés in Nancy, answered after so many hours. */
  const unscheduled = (hours: number | undefined): FhirResource[] => {
    const parties = { patient: `Patient/${id()}`, requester: `Organization/${practice}`, performer: `Organization/${id()}`, at: '2026-06-05T08:00:00Z' }
    const first = stamped({ ...unscheduledTask(parties, `ServiceRequest/${id()}`), extension: [territory(NANCY)] }, parties.at)
    if (hours === undefined) return [first]
    const at = new Date(Date.parse(parties.at) + hours * 3_600_000).toISOString()
    return [first, stamped({ ...first, status: 'accepted' as const, businessStatus: businessStatus('creneau-propose'), lastModified: at }, at)]
  }

  beforeAll(async () => {
    const plan = (end: string): FhirResource[] => {
      const made = stamped(
        planOf(`Patient/${id()}`, { author: { reference: `Organization/${dacNancy}` }, careTeam: [], goal: [], activity: [] }),
        '2026-06-01T08:00:00Z',
      )
      return [made, stamped({ ...made, status: 'completed' as const, period: { start: '2026-06-01', end } }, end)]
    }
    resources = [
      ...many(14, () => asked(hospital, dacNancy, { accepted: '2026-06-04T08:00:00Z' })),
      ...many(12, () => asked(practice, dacNancy, { rejected: '2026-06-03T08:00:00Z' })),
      ...many(3, () => asked(hospital, dacRennes, { accepted: '2026-07-01T08:00:00Z' })),
      ...many(20, index => unscheduled(index < 16 ? 10 : 60)),
      ...many(3, () => unscheduled(undefined)),
      ...many(13, () => plan('2026-06-20')),
      ...many(15, () => plan('2026-07-20')),
      ...many(12, () => [
        stamped(circleOf(`Patient/${id()}`, `Organization/${dacNancy}`, [entry(`PractitionerRole/${id()}`, ROLE.doctor)]), '2026-06-01T08:00:00Z'),
      ]),
      ...many(11, () => [
        stamped(
          consent(`Patient/${id()}`, 'opposition', `Organization/${dacNancy}`, { provision: { type: 'deny', period: { start: '2026-06-11' } } }),
          '2026-06-11T08:00:00Z',
        ),
      ]),
      ...many(30, index => [alert(`Organization/${dacNancy}`, index < 15 ? '2026-06-12T08:00:00Z' : undefined)]),
      ...many(12, () => [
        stamped(
          {
            ...unscheduledTask(
              { patient: `Patient/${id()}`, requester: `Organization/${dacNancy}`, performer: `PractitionerRole/${id()}`, at: '2026-06-02T08:00:00Z' },
              `ServiceRequest/${id()}`,
            ),
            code: hubCode('VALIDATION-MT'),
            status: 'completed' as const,
            lastModified: '2026-06-02T14:30:00Z',
          },
          '2026-06-02T14:30:00Z',
        ),
      ]),
    ]
    await db.tx(tx => projectAccess(tx, structures))
    await db.tx(tx => projectCareFacts(tx, resources))
    territories = await findTerritories(db)
  })

  const june = async (name: string): Promise<TerritoryMonth> => {
    const scopes = territories.filter(one => one.name === name)
    const [found] = await findIndicators(db, scopes, { from: '2026-06', to: '2026-06' })
    if (found === undefined) throw new Error('no territory')
    return found
  }
  const valueIn = ({ rows }: TerritoryMonth, indicator: string, part: { structure?: string; support?: string } = {}) =>
    rows.find(row => row.indicator === indicator && row.structure === (part.structure ?? null) && row.support === (part.support ?? null))?.value

  it('counts what happened in the month, and the medians of what it took', async () => {
    const found = await june(NANCY)
    expect({
      received: valueIn(found, 'demandes-recues'),
      accepted: valueIn(found, 'demandes-acceptees'),
      rejected: valueIn(found, 'demandes-rejetees'),
      toAccept: valueIn(found, 'delai-acceptation'),
      informed: valueIn(found, 'mt-informes'),
      toDecide: valueIn(found, 'delai-decision-mt'),
      plans: valueIn(found, 'pps-actifs'),
      answerable: valueIn(found, 'snp-echues'),
      circles: valueIn(found, 'cercles-avec-mt'),
      oppositions: valueIn(found, 'oppositions'),
      delivered: valueIn(found, 'alertes-delivrees'),
      read: valueIn(found, 'alertes-lues'),
      rateRead: valueIn(found, 'taux-alertes-lues'),
      fromHospitals: valueIn(found, 'demandes-recues', { structure: 'etablissement-sante' }),
      fromPractices: valueIn(found, 'demandes-recues', { structure: 'ville' }),
      discharges: valueIn(found, 'demandes-recues', { support: 'sortie-hospitalisation' }),
    }).toEqual({
      received: 26,
      accepted: 14,
      rejected: 12,
      toAccept: 48,
      informed: 12,
      toDecide: 6.5,
      plans: 15,
      answerable: 23,
      circles: 12,
      oppositions: 11,
      delivered: 30,
      read: 15,
      rateRead: 50,
      fromHospitals: 14,
      fromPractices: 12,
      discharges: 26,
    })
  })

  it('where few were late, neither who was in time nor the rate is told: one could be worked out from the other', async () => {
    const found = await june(NANCY)
    expect([valueIn(found, 'snp-repondues-48h'), valueIn(found, 'taux-snp-48h')]).toEqual([null, null])
  })

  it('a territory of few shows nothing of its few', async () => {
    const found = await june(RENNES)
    expect(found.rows.filter(row => row.value !== null)).toEqual([])
  })

  it('the same versions in any order, and twice, give the same rows', async () => {
    const rows = () => db.query('select * from care_fact order by reference')
    const before = (await rows()).rows
    await db.query('delete from care_fact')
    for (const resource of [...resources].reverse()) await db.tx(tx => projectCareFacts(tx, [resource]))
    await db.tx(tx => projectCareFacts(tx, resources))
    expect((await rows()).rows).toEqual(before)
  })

  it('an observer sees his territory and no other', async () => {
    const observer = { name: 'user:observer', role: 'observer' as const, territory: RENNES }
    const filter = { from: '2026-06', to: '2026-06' }
    const seen = await indicatorsFor(db, observer, filter)
    expect([seen.territories, new Set(seen.items.map(item => item.territory))]).toEqual([[RENNES], new Set([RENNES])])
    await expect(indicatorsFor(db, observer, { ...filter, territory: NANCY })).rejects.toMatchObject({ code: 'fhir.path_unknown', path: 'territory' })
  })

  it('as FHIR the same numbers: a value where there is one, masked where there is none, and nobody is named', async () => {
    const found = await june(NANCY)
    const report = measureReportOf(found, {
      id: `${dacNancy}.2026-06`,
      reporter: `Organization/${dacNancy}`,
      at: new Date('2026-07-02T08:00:00Z'),
      isComplete: true,
    })
    const told = (report.group ?? []).flatMap(group => [
      ...(group.population ?? []),
      ...(group.stratifier ?? []).flatMap(({ stratum = [] }) => stratum.flatMap(one => one.population ?? [])),
    ])
    expect(told.map(one => one.count ?? null)).toEqual(found.rows.filter(row => row.unit === 'count').map(row => row.value))
    expect(told.every(one => (one.count === undefined) !== (one._count === undefined))).toBe(true)
    expect(report).toMatchObject({ type: 'summary', status: 'complete', period: { start: '2026-06-01', end: '2026-06-30' } })
    expect(JSON.stringify(report)).not.toMatch(/Patient\//)
  })
})
