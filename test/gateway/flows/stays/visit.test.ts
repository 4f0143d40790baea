import type { Encounter } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import type { CareEvent, Draft, Write } from '../../../../gateway/flows/care-flow.ts'
import { VISIT } from '../../../../gateway/flows/stays/visit.ts'

const NOW = new Date('2026-03-02T12:00:00Z')

async function announced(before: Encounter['status'] | undefined, after: Encounter['status'], period: Encounter['period']): Promise<string[]> {
  const events: CareEvent[] = []
  const resource = (status: Encounter['status']): Encounter => ({
    resourceType: 'Encounter',
    status,
    class: { code: 'IMP' },
    subject: { reference: 'Patient/p' },
    serviceProvider: { reference: 'Organization/o' },
    ...(period === undefined ? {} : { period }),
  })
  const draft: Draft = {
    type: 'Encounter',
    id: 'e',
    verb: 'update',
    by: 'client',
    place: 'Encounter',
    resource: resource(after),
    ...(before === undefined ? {} : { before: resource(before) }),
  }
  const write: Pick<Write, 'now' | 'announce'> = { now: NOW, announce: event => events.push(event) }
  await VISIT.judge(write as Write, draft)
  return events.map(({ type, changes }) => `${type} ${changes.join()}`)
}

const today = { start: '2026-03-02T09:00:00Z', end: '2026-03-02T11:00:00Z' }

describe('a stay that is written through the door', () => {
  it.each<[Encounter['status'] | undefined, Encounter['status'], string[]]>([
    [undefined, 'planned', []],
    [undefined, 'in-progress', ['encounter.adm admission']],
    ['planned', 'in-progress', ['encounter.adm admission']],
    ['in-progress', 'onleave', []],
    ['in-progress', 'finished', ['encounter.sor discharge']],
    ['finished', 'finished', []],
    ['finished', 'in-progress', ['encounter.sor annulation']],
    ['in-progress', 'entered-in-error', ['encounter.adm annulation']],
    ['finished', 'entered-in-error', ['encounter.sor annulation', 'encounter.adm annulation']],
    ['finished', 'cancelled', ['encounter.sor annulation', 'encounter.adm annulation']],
    ['planned', 'cancelled', []],
  ])('from %s to %s announces %j', async (before, after, events) => {
    expect(await announced(before, after, today)).toEqual(events)
  })

  it('of the past announces nothing', async () => {
    expect(await announced(undefined, 'in-progress', { start: '2026-03-01T11:00:00Z' })).toEqual([])
    expect(await announced(undefined, 'finished', { start: '2020', end: '2026-02-27' })).toEqual([])
  })
})
