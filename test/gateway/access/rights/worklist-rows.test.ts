import type { Task } from 'fhir/r4.js'
import { describe, expect, it } from 'vitest'
import { worklistRowOf } from '../../../../gateway/access/rights/worklist-rows.ts'
import { EXTENSION } from '../../../../profiles/canonicals.ts'

const task = (change: Partial<Task>): Task => ({
  resourceType: 'Task',
  id: 't',
  status: 'requested',
  intent: 'order',
  for: { reference: 'Patient/p' },
  ...change,
})

describe('what a population search needs of a Task', () => {
  it('is told in instants, also of a month, a year or a day', () => {
    const row = worklistRowOf(task({ authoredOn: '2026-06', lastModified: '2026', restriction: { period: { end: '2026-12' } } }))
    expect(row).toMatchObject({ authored: '2026-06-01T00:00:00.000Z', modified: '2026-01-01T00:00:00.000Z', due: '2026-12-01T00:00:00.000Z' })
    expect(worklistRowOf(task({}))).not.toHaveProperty('authored')
  })

  it('names the Task, whom it is for, who asks and who is asked, and where', () => {
    const kind = { coding: [{ system: 'urn:hub', code: 'SNP' }] }
    const asked = { code: kind, businessStatus: { coding: [{ code: 'hors-delai' }] }, requester: { reference: 'PractitionerRole/ide-1' } }
    expect(worklistRowOf(task({ ...asked, owner: { reference: 'Organization/cpts' } }))).toEqual({
      reference: 'Task/t',
      patient: 'Patient/p',
      owner: 'Organization/cpts',
      requester: 'PractitionerRole/ide-1',
      code: ['SNP', 'urn:hub|SNP'],
      status: 'requested',
      businessStatus: ['hors-delai'],
      territory: [],
    })
    expect(worklistRowOf({ resourceType: 'Task', id: 't', status: 'requested', intent: 'order' })).toBeUndefined()
  })

  it('has no code that no index holds', () => {
    const territory = (code: string) => [{ url: EXTENSION.territoire, valueCoding: { system: 'urn:cog', code } }]
    expect(worklistRowOf(task({ extension: [...territory('54395'), ...territory('5'.repeat(3000))] }))?.territory).toEqual(['54395', 'urn:cog|54395'])
  })
})
