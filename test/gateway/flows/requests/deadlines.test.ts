import type { FhirResource, Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { careDeadlines } from '../../../../gateway/flows/requests/deadlines.ts'
import type { Store } from '../../../../gateway/store/store.ts'
import { recordedWrite } from '../../../support/recorded-write.ts'
import { businessStatus, hubCode, unscheduledTask } from '../../../support/support-requests.ts'

const now = new Date('2026-06-10T08:00:00Z')
const hoursAgo = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString()
const parties = (at: string) => ({ patient: 'Patient/p1', requester: 'PractitionerRole/mt', performer: 'Organization/cpts', at })
const task = (id: string, hours: number, more: Partial<Task> = {}): Task => ({ ...unscheduledTask(parties(hoursAgo(hours)), 'ServiceRequest/sr', more), id })

/** A store that knows these Tasks and answers every search with the first 200 that are not before the last `ge`. */
function storing(tasks: Task[]): Pick<Store, 'search'> {
  return {
    async search(_type, parameters) {
      const from =
        [parameters['echeance'] ?? []]
          .flat()
          .find(one => one.startsWith('ge'))
          ?.slice(2) ?? ''
      const sorted = tasks
        .filter(one => (one.restriction?.period?.end ?? '') >= from)
        .sort((a, b) => (a.restriction?.period?.end ?? '').localeCompare(b.restriction?.period?.end ?? ''))
      return { resourceType: 'Bundle', type: 'searchset', entry: sorted.slice(0, 200).map(resource => ({ resource })) }
    },
  }
}

async function due(tasks: Task[]) {
  const [deadline] = careDeadlines({ store: storing(tasks) })
  return (await deadline?.due(now)) ?? []
}
const keys = async (tasks: Task[]): Promise<string[]> => (await due(tasks)).map(({ key }) => key)

async function act(key: string, stored: Task) {
  const found = (await due([task(stored.id ?? '', 49)])).find(one => one.key === key)
  const write = recordedWrite({ drafts: [], stored: [stored], now, actsFor: () => false })
  await found?.act(write)
  return write
}

describe('soins non programmés: what time brings', () => {
  it('nothing before half of the time, a reminder after it, hors-delai when it is gone', async () => {
    expect(await keys([task('a', 23.9), task('b', 24.1), task('c', 48)])).toEqual(['snp.reminder|Task/c', 'snp.overdue|Task/c', 'snp.reminder|Task/b'])
  })

  it('reads the deadline of the Task: half of six hours are three', async () => {
    const short = (hours: number): Task =>
      task('a', hours, { restriction: { period: { end: new Date(now.getTime() + (6 - hours) * 3_600_000).toISOString() } } })
    expect([await keys([short(2.9)]), await keys([short(3)])]).toEqual([[], ['snp.reminder|Task/a']])
  })

  it('nothing for what is answered or closed', async () => {
    const answered = ['creneau-propose', 'creneau-pris', 'orientation', 'hors-delai'].map(code =>
      task(code, 49, { status: 'accepted', businessStatus: businessStatus(code) }),
    )
    const closed = (['completed', 'cancelled', 'rejected', 'draft'] as const).map(status => task(status, 49, { status }))
    expect(await keys([...answered, ...closed])).toEqual([])
  })

  it('all of them, however many', async () => {
    const many = Array.from({ length: 450 }, (_, n) => task(`t${n}`, 30 + n / 100))
    expect(new Set(await keys(many)).size).toBe(450)
  })

  it('the reminder is an ALERTE to the owner about the Task, without event', async () => {
    const write = await act('snp.reminder|Task/a', task('a', 30))
    expect(write.added).toMatchObject([
      { resourceType: 'Communication', category: [hubCode('ALERTE')], recipient: [{ reference: 'Organization/cpts' }], about: [{ reference: 'Task/a' }] },
    ])
    expect([write.announced, write.drafts().filter(({ type }) => type === 'Task')]).toEqual([[], []])
  })

  it('hors-delai is written with one event, unless somebody has answered meanwhile', async () => {
    const write = await act('snp.overdue|Task/a', task('a', 49))
    const stored = write.drafts()[0]?.resource as FhirResource
    expect(stored).toMatchObject({ businessStatus: businessStatus('hors-delai'), status: 'requested' })
    expect(write.announced).toEqual([{ type: 'snp.statut', patient: 'Patient/p1', about: 'Task/a', changes: ['task.hors-delai'] }])
    const late = await act('snp.overdue|Task/a', task('a', 49, { status: 'accepted', businessStatus: businessStatus('creneau-propose') }))
    expect([late.drafts(), late.announced]).toEqual([[], []])
  })
})
