import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../gateway/access/callers/actor.ts'
import { callerIn } from '../../../gateway/fhir/audit.ts'

describe('the structure behind an access', () => {
  const software: Actor = { clientId: 'portal', kind: 'gp-portal', structure: '540990033', scopes: new Set() }
  const by = (structure?: string): Actor => ({
    ...software,
    context: 'user',
    user: { idNatPs: '810100000024', ...(structure === undefined ? {} : { structure }) },
  })

  it.each<[string, Actor, string]>([
    ['of software, its own', software, '540990033'],
    ['of a professional who names none, that of his software', by(), '540990033'],
    ['of a professional, the one he works for', by('1540990041'), '540990041'],
    ['by its SIRET where that is its number', by('334143152800012'), '334143152800012'],
  ])('%s', (_name, actor, structure) => {
    expect(callerIn(actor).structure).toBe(structure)
  })
})
