/*
  Which state may follow which, as a table; from every state a resource may turn out to be entered in error, and nothing leads out of that.
*/
import type { Draft, Write } from './care-flow.ts'

export type Moves = Readonly<Record<string, readonly string[]>>

const ERROR = 'entered-in-error'

/** In: the table, `final` for the states in which nothing but their own error is accepted any more. Refuses with `<noun>.move` or `<noun>.final`, at `status`. */
export function refuseMove(write: Write, draft: Draft, { noun, moves, final }: { noun: string; moves: Moves; final: readonly string[] }): void {
  const [from, to] = [statusOf(draft.before), statusOf(draft.resource)]
  if (from === undefined || to === undefined) return
  if (to === ERROR && from !== ERROR) return
  if (final.includes(from) || from === ERROR) {
    const text = { en: 'This is in a final state: it is not changed any more.', fr: 'L’état atteint est définitif : plus aucune modification n’est acceptée.' }
    write.refuse(draft, { rule: `${noun}.final`, element: 'status', text })
    return
  }
  if (from === to || moves[from]?.includes(to) === true) return
  write.refuse(draft, {
    rule: `${noun}.move`,
    element: 'status',
    text: { en: 'This state cannot follow the present one.', fr: 'Cet état ne peut pas suivre l’état actuel.' },
  })
}

export function statusOf(resource: object | undefined): string | undefined {
  return resource !== undefined && 'status' in resource && typeof resource.status === 'string' ? resource.status : undefined
}
