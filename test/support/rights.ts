/*
  Rights of a caller whose structure wrote everything: for tests of the door that are not about who may see what.
*/
import type { Rights } from '../../gateway/access/rights/rights-in.ts'

export function authorOfAll(structure = 'Organization/own'): Rights {
  return {
    ahead() {
      return this
    },
    partyOf: async actor => ({
      name: actor.clientId,
      kind: actor.person === undefined ? 'structure' : 'person',
      references: actor.person === undefined ? [] : [actor.person.patient],
      structures: actor.person === undefined ? [structure] : [],
      sector: actor.person === undefined ? 'health' : 'citizen',
    }),
    persons: async patients => new Map(patients.map(patient => [patient, { patient, rows: [], isSetApart: false }])),
    authors: async resources => new Map(resources.map(resource => [resource, [structure]])),
    candidates: async () => [],
    workplaces: async () => new Map(),
    linked: async patient => [patient],
    linkedByIdentifier: async () => [],
  }
}
