/*
  What each address of the sandbox does with a mail, told by its local part. Pure.

    inconnu…   taken, then bounced with 5.1.1        refuse…   550 in the dialogue
    plein…     452 twice for each mail, then taken   lent…     taken, its DSN comes late
    any other  taken                                 another domain than *.mssante.fr: 550 in the dialogue
*/

export type Behaviour = 'deliver' | 'bounce' | 'refuse' | 'full' | 'slow' | 'foreign'

export function behaviourOf(address: string): Behaviour {
  if (!isMssante(address)) return 'foreign'
  const local = address.toLowerCase()
  if (local.startsWith('inconnu')) return 'bounce'
  if (local.startsWith('refuse')) return 'refuse'
  if (local.startsWith('plein')) return 'full'
  if (local.startsWith('lent')) return 'slow'
  return 'deliver'
}

/** One local part, one domain below mssante.fr, and nothing that a folder name could not hold. */
export function isMssante(address: string): boolean {
  return address.length <= 200 && /^[a-z0-9.!#$%&'*+=?^_`{|}~-]+@([a-z0-9-]+\.)+mssante\.fr$/i.test(address)
}

/** Refusals of `plein…` before it takes a mail. */
export const REFUSALS_WHEN_FULL = 2

/** Which outcome the sender wants to hear of. RFC 3461 4.1: without NOTIFY, failures only; to the null sender, nothing. */
export function wantsReport(from: string, notify: readonly string[] | undefined, outcome: 'SUCCESS' | 'FAILURE'): boolean {
  if (from === '') return false
  return (notify ?? ['FAILURE']).includes(outcome)
}
