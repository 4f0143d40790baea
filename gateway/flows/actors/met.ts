/*
  What the ledger makes of the creation of a person, a professional or a structure.
*/
import type { Traits } from '../../../profiles/identity.ts'
import type { PersonOutcome } from '../../ledger/identity/persons.ts'

export interface Met {
  candidateId: string
  id: string
  /**
   * settled: it is stored under `id`, the creation is a match · pending: a message is just storing `creation` under `id`, a match as well
   * upgrade: the Patient `id` becomes qualified, write there · new: nobody the ledger knows.
   */
  state: 'new' | 'upgrade' | 'pending' | 'settled'
  creation?: string
  person?: { outcome: PersonOutcome; isQuarantined: boolean; differing: (keyof Traits)[] }
}
