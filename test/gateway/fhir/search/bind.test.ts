import { describe, expect, it } from 'vitest'
import { bind } from '../../../../gateway/fhir/search/bind.ts'
import { readSearch } from '../../../../gateway/fhir/search/query.ts'
import { authorOfAll } from '../../../support/rights.ts'

const actor = { clientId: 'portal', kind: 'gp-portal' as const, structure: undefined, scopes: new Set<never>() }

/** As the store is asked, where a|1 is a number of two persons who are one. */
async function asked(query: string): Promise<[string, string][]> {
  const rights = {
    ...authorOfAll(),
    linkedByIdentifier: async (numbers: readonly { system: string; value: string }[]) =>
      numbers.some(({ system, value }) => system === 'a' && value === '1') ? ['Patient/x', 'Patient/y'] : [],
  }
  const bound = await bind(rights, readSearch('CarePlan', new URLSearchParams(query)), { actor, party: await rights.partyOf(actor) })
  return [...bound.query].filter(([name]) => name !== '_count')
}

describe('who is asked about by a number', () => {
  it('is asked about under each of those he is one with', async () => {
    expect(await asked('patient.identifier=a|1')).toEqual([['patient', 'Patient/x,Patient/y']])
    expect(await asked('patient.identifier=a|2')).toEqual([['patient.identifier', 'a|2']])
  })

  it.each(['a|1,2', 'a|1,b|2', 'a|1\\,2'])('is asked about with all alternatives of %s', async number => {
    expect(await asked(`patient.identifier=${number}`)).toEqual([['patient.identifier', number]])
  })
})
