/*
  What one decision costs, from the rows of a person with a long history to level and rule, beside what it may cost; no stack.
*/
import { decide } from '../../gateway/access/rights/decide.ts'
import type { Party } from '../../gateway/access/rights/party.ts'
import { factsOf } from '../../gateway/access/rights/rights.ts'
import type { PersonRights, PersonRow } from '../../gateway/ledger/rights/access.ts'
import { rateOf } from './rate.ts'
import type { Report } from './report.ts'

const SECONDS = Number(process.env['HUB_BENCH_SECONDS'] ?? 5)
const BUDGET_US = 20
const PATIENT = 'Patient/11111111-1111-4111-8111-111111111111'

const member = (n: number): PersonRow => ({
  source: 'CareTeam/ct',
  n,
  patient: PATIENT,
  kind: 'member',
  party: `PractitionerRole/${n}`,
  detail: { status: 'active', roles: ['353'], period: { start: '2026-05-10' }, circle: { start: '2026-05-10' } },
})

const consent = (n: number): PersonRow => ({
  source: `Consent/${n}`,
  n: 0,
  patient: PATIENT,
  kind: 'consent',
  ...(n === 0 ? {} : { party: `Organization/${n}` }),
  detail: {
    nature: n === 0 ? 'information' : 'opposition',
    isDeny: n > 0,
    period: { start: '2026-05-10' },
    purposes: ['TREAT'],
    classes: [],
    codes: [],
    references: [],
    collectedBy: [],
  },
})

const addressed = (n: number): PersonRow => ({
  source: `Task/${n}`,
  n: 0,
  patient: PATIENT,
  kind: 'addressed',
  party: `Organization/${n}`,
  detail: { covers: [`Task/${n}`] },
})

const many = (count: number, row: (n: number) => PersonRow): PersonRow[] => Array.from({ length: count }, (_, n) => row(n))

export function measureDecision(): Report {
  const person: PersonRights = { patient: PATIENT, isSetApart: false, rows: [...many(20, member), ...many(5, consent), ...many(25, addressed)] }
  const party: Party = {
    name: 'ide',
    kind: 'professional',
    references: ['PractitionerRole/19', 'Practitioner/p'],
    structures: ['Organization/cab'],
    sector: 'health',
  }
  const thing = { type: 'CarePlan', reference: 'CarePlan/1', authors: [] }
  const at = new Date('2026-06-20T12:00:00Z')
  const cost = rateOf(() => void decide(factsOf({ party, person, thing, asked: { purpose: 'TREAT', at } })), SECONDS).cpuSecondsEach * 1e6
  return {
    title: `one decision about a person with ${person.rows.length} rows`,
    figures: [{ name: 'facts and decision, µs of CPU', ours: cost, baseline: BUDGET_US, unit: 'µs, what one may cost', wanted: '≤ 1' }],
  }
}
