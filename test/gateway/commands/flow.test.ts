import { expect, it } from 'vitest'
import { renderFlow, renderLineage } from '../../../gateway/commands/flow.ts'

it('a flow without territory and document is printed without them', () => {
  const view = {
    id: 'f',
    controlId: 'r',
    sender: 'mail-operator',
    territory: null,
    documentType: null,
    documentId: null,
    status: 'complete' as const,
    steps: [],
  }
  expect(renderFlow(view).split('\n').slice(1, 3)).toEqual(['message   r from mail-operator', 'document  -'])
})

it('what the sources of an element share is written once', () => {
  const sources = ['C/r/name/given[2]', 'C/r/name/given[2]/@qualifier', 'C/r/name/family', 'PV1-19.1', 'C/r/time/@value', 'C/id/@root', 'C/id/@root']
  const view = { mapper: 'm', version: 2, lineage: [{ element: 'Patient.name', sources }], unread: [], findings: [] }
  expect(renderLineage(view)).toContain('Patient.name ← C/{r/{name/{given[2]/{., @qualifier}, family}, time/@value}, id/@root}, PV1-19.1\n')
})
