import { expect, it } from 'vitest'
import { renderFlow } from '../../../gateway/commands/flow.ts'

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
